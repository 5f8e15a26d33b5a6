/**
 * A process that compiles a training step once, stage by stage, and prints how long each took. Arguments: network,
 * threads, `wide` where V8 joins pairs of vectors.
 */
import { order, unshardedNodes } from '../../src/compiler/plan/order.ts';
import { emitGraph, planGraph } from '../../src/engine/compile-graph.ts';
import { simplify } from '../../src/graph/simplify.ts';
import { createPool } from '../../src/runtime/index.ts';
import { trainingGraph } from '../../src/training/graphs.ts';
import { cases } from '../cases.ts';
import { compiledModel, compileTarget } from '../compiled-model.ts';

/** Milliseconds of each stage, the first time in a process, and the bytes of the module. */
export interface Stages {
  /** Layers to operations, gradients, optimizer. */
  readonly trace: number;
  readonly simplify: number;
  readonly order: number;
  readonly plan: number;
  /** Schedules and code of all kernels, and the module around them. */
  readonly emit: number;
  /** What V8 does before a module can be used; the functions follow when they are called. */
  readonly v8: number;
  /** Starting the threads, which goes on beside the stages before. */
  readonly threads: number;
  readonly bytes: number;
}

const [name, threadsText, wide] = process.argv.slice(2);
const threads = Number(threadsText);
const { network: describe, batch } = cases[name!]!;
const { model, objectives, optimizer, types } = compiledModel(describe(0.5));
const target = compileTarget({ threads, shared: true, revectorize: wide === 'wide' });

let last = performance.now();
const lap = (): number => {
  const before = last;
  last = performance.now();
  return last - before;
};
const traced = trainingGraph(model.network, objectives, types, optimizer);
const trace = lap();
const simplified = simplify(traced);
const simplifying = lap();
const graph = order(simplified);
const ordering = lap();
const planned = planGraph(graph, batch, unshardedNodes(graph, batch), target);
const planning = lap();
const { bytes } = emitGraph(planned, target);
const emitting = lap();
await WebAssembly.compile(bytes);
const v8 = lap();
await createPool({ threads, memory: target.memory.memory });
const stages: Stages = {
  trace,
  simplify: simplifying,
  order: ordering,
  plan: planning,
  emit: emitting,
  v8,
  threads: lap(),
  bytes: bytes.length,
};
process.stdout.write(JSON.stringify(stages));
process.exit(0);
