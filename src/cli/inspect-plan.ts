import { Arena } from '../engine/arena.ts';
import { compileGraph } from '../engine/compile-graph.ts';
import { runtimeInfo } from '../engine/index.ts';
import { measurePeak } from '../engine/measure-peak.ts';
import { plannedCalls, runsAllPoints } from '../engine/planned-calls.ts';
import { prepare } from '../engine/prepare.ts';
import { SessionMemory } from '../engine/session-memory.ts';
import { timeCalls } from '../engine/time-calls.ts';
import { type Node, rootsOf, topologicalOrder } from '../graph/node.ts';
import { type Kernel, RUNTIME_EXTENT } from '../ir/kernel.ts';
import { kernelText } from '../ir/kernel-text.ts';
import { isNonzeroProducts, type KernelCall, type PlanKernel } from '../ir/plan.ts';
import { elementCount } from '../ir/tensor-type.ts';
import type { Model } from '../model/model.ts';
import { predictionGraph } from '../training/graphs.ts';
import { byteSize, grouped, percent } from './figures.ts';
import { type Column, fitted, wrapped } from './inspect-columns.ts';
import { operationsOf } from './inspect-operations.ts';
import type { LayerTimes } from './inspect-time.ts';
import type { Terminal } from './terminal.ts';

/** A loop nest of a prediction; walks over windows or chosen rows are none. */
export interface KernelFacts {
  readonly name: string;
  /** Layers whose weights it reads, also through a copy that another nest packed. */
  readonly layers: readonly string[];
  readonly level: number;
  /** Samples that a call computes. */
  readonly samples: number;
  readonly axes: readonly { readonly name: string; readonly extent: number }[];
  /** The axis whose neighbours are vector lanes; undefined where it runs one by one. */
  readonly vectorAxis: string | undefined;
  /** Points of the axes that are computed side by side in registers. */
  readonly tile: readonly { readonly axis: string; readonly points: number }[];
  /** Arithmetic operations a sample. */
  readonly operations: number;
  /** Cycles a sample by the compiler's cost model. */
  readonly cycles: number;
  /** By the cost model: operations a cycle, times the measured peak by what the model allows at most. */
  readonly predictedGigaflops: number;
  /** Measured alone on one thread. */
  readonly measuredGigaflops: number;
  /** Measured speed by measured peak. */
  readonly shareOfPeak: number;
  /** Measured time of all its calls in a prediction, by that of all kernels. */
  readonly shareOfTime: number;
}

/** What the compiler makes of a prediction, and how fast it runs on one thread of this machine. */
export interface PlanFacts {
  readonly batchSize: number;
  /** Operations of the network before and loop nests after fusion. */
  readonly nodes: number;
  readonly levels: number;
  readonly segments: readonly {
    readonly level: number;
    readonly microBatch: number;
    readonly calls: number;
  }[];
  readonly kernels: readonly KernelFacts[];
  /** Bytes of a thread's scratch, of a batch with its results, and of the generated module. */
  readonly scratchBytes: number;
  readonly slotBytes: number;
  readonly moduleBytes: number;
  /** Float32 lanes of a register. */
  readonly lanes: number;
  /** GFLOP/s of one thread, measured: multiplications and additions in registers. */
  readonly peakGigaflops: number;
}

const BATCH = 128;
const VECTOR_OPERATIONS_A_CYCLE = 4;

/**
 * Compiles the prediction of a batch of 128 samples of float32, reads off the plan and times its kernels.
 * @param now a clock in milliseconds
 */
export function planOf({ network }: Model, now: () => number): PlanFacts {
  const graph = prepare(
    predictionGraph(
      network,
      network.inputs.map(() => 'f32'),
    ),
  );
  const { revectorize } = runtimeInfo();
  const memory = new SessionMemory(false);
  const owners = new Map<number, readonly string[]>();
  const places = new Map<Node, number>();
  // kernels run one by one on any numbers: the addresses only have to be apart
  const addressOf = (variable: Node): number => {
    const { type, layer } = variable;
    const address = places.get(variable) ?? memory.reserve(16 * elementCount(type.shape) + 64);
    places.set(variable, address);
    if (layer !== undefined) owners.set(address, [layer]);
    return address;
  };
  const { plan, scratch, kernels, bytes } = compileGraph(graph, BATCH, new Set(), {
    memory,
    arena: new Arena(memory),
    addressOf,
    threads: 1,
    shared: false,
    revectorize,
  });
  const lanes = revectorize ? 8 : 4;
  const peakPerCycle = VECTOR_OPERATIONS_A_CYCLE * lanes;
  const schedules = [...kernels].map(({ schedule }) => schedule);
  // equal kernels are compiled once, in the order of the plan
  const texts = [...new Set(plan.kernels.filter(hasLoops).map((kernel) => kernelText(loopsOf(kernel))))];
  const calls = plannedCalls(plan, BATCH).filter(
    ({ call: { kernel } }) =>
      hasLoops(plan.kernels[kernel]!) && runsAllPoints(loopsOf(plan.kernels[kernel]!)),
  );
  const program = { plan, scratch, memory, slot: memory.reserve(plan.slotBytes) };
  const peak = measurePeak(revectorize, now);
  const times = timeCalls(program, calls, { batch: BATCH, wide: revectorize, now });
  const total = calls.reduce((sum, { repeats }, k) => sum + repeats * times[k]!.milliseconds, 0);
  const facts = calls.map(({ call, level, computes, samples, repeats }, k): KernelFacts => {
    const loops = loopsOf(plan.kernels[call.kernel]!);
    const { vectorAxis, tile, cycles } = schedules[texts.indexOf(kernelText(loops))]!;
    // where the axis over samples has a run-time extent, the loops count one sample
    const runtime = loops.axes.some(({ extent }) => extent === RUNTIME_EXTENT);
    const counted = operationsOf(loops);
    const each = runtime ? 1 : computes;
    const measured = (counted * (runtime ? samples : 1)) / times[k]!.milliseconds / 1e6;
    return {
      name: loops.name,
      layers: layersOf(call, loops, owners),
      level,
      samples: computes,
      axes: loops.axes,
      vectorAxis,
      tile: [...tile].map(([axis, points]) => ({ axis, points })),
      operations: counted / each,
      cycles: cycles / each,
      predictedGigaflops: (counted / cycles / peakPerCycle) * peak,
      measuredGigaflops: measured,
      shareOfPeak: measured / peak,
      shareOfTime: (repeats * times[k]!.milliseconds) / total,
    };
  });
  return {
    batchSize: BATCH,
    nodes: topologicalOrder(rootsOf(graph)).filter(({ role }) => role === 'compute').length,
    levels: plan.levels.length,
    segments: plan.levels.flatMap(({ segment }, level) =>
      segment
        ? [
            {
              level,
              microBatch: segment.microBatch,
              calls: segment.steps.flatMap(({ calls }) => calls).length,
            },
          ]
        : [],
    ),
    kernels: facts,
    scratchBytes: plan.scratchStride,
    slotBytes: plan.slotBytes,
    moduleBytes: bytes.length,
    lanes,
    peakGigaflops: peak,
  };
}

/**
 * Layers whose weights a call reads, by their addresses: equal kernels stand in a plan once, under the names of the
 * first. What it writes of weights alone (a packed copy) belongs to the same layers.
 */
function layersOf(call: KernelCall, { stores }: Kernel, owners: Map<number, readonly string[]>): string[] {
  const fixed = call.places.map(({ region, address }) => (region === 'absolute' ? address : undefined));
  const written = new Set(stores.map(({ buffer }) => buffer));
  const read = fixed.flatMap((address, k) =>
    written.has(k) || address === undefined ? [] : (owners.get(address) ?? []),
  );
  const layers = [...new Set(read)];
  for (const buffer of written) if (fixed[buffer] !== undefined) owners.set(fixed[buffer], layers);
  return layers;
}

const hasLoops = (kernel: PlanKernel): boolean => 'stores' in kernel || isNonzeroProducts(kernel);
const loopsOf = (kernel: PlanKernel): Kernel =>
  isNonzeroProducts(kernel) ? kernel.dense : (kernel as Kernel);

/** The plan as a table of kernels between two sentences. */
export function planLines(
  plan: PlanFacts | undefined,
  time: LayerTimes | undefined,
  terminal: Terminal,
): string[] {
  if (!plan) return [];
  const { kernels, nodes, levels, segments, peakGigaflops } = plan;
  const width = Math.min(terminal.columns(), 120);
  const cycles = kernels.reduce((sum, kernel) => sum + kernel.cycles, 0);
  const operations = kernels.reduce((sum, kernel) => sum + kernel.operations, 0);
  const summary =
    `Plan of a prediction of ${plan.batchSize} samples: ${nodes} operations became ${kernels.length} loop nests in ` +
    `${counted(levels, 'level')}; ` +
    segments
      .map(
        ({ level, microBatch, calls }) =>
          `segment ${level} walks ${counted(calls, 'nest')} for ${counted(microBatch, 'sample')} at a time`,
      )
      .join('; ') +
    `. Scratch ${byteSize(plan.scratchBytes)} a thread, ${byteSize(plan.slotBytes)} a batch in flight, module ` +
    `${byteSize(plan.moduleBytes)}.`;
  const weighted = kernels.reduce((sum, { shareOfPeak, shareOfTime }) => sum + shareOfPeak * shareOfTime, 0);
  const table = fitted(kernelColumns(plan), width);
  const hasPredicted = !table.left.some(({ cells }) => cells[0] === predictedHead);
  const figures =
    `${hasPredicted ? 'Predicted by the cost model, and measured' : 'Measured'}: GFLOP/s of one thread, each kernel ` +
    `alone. By the model a sample takes ${grouped(cycles)} cycles for ${grouped(operations)} operations. The measured peak is ${peakGigaflops.toFixed(1)} GFLOP/s ` +
    `(${plan.lanes} lanes, multiplications and additions in registers), of which the kernels reach ${percent(weighted)}, ` +
    'weighted by their time.';
  const measured = time ? ['', ...wrapped(measuredText(operations, time), width)] : [];
  return ['', ...wrapped(summary, width), '', ...table.lines, '', ...wrapped(figures, width), ...measured];
}

const measuredText = (operations: number, { samples, seconds }: LayerTimes): string =>
  `Measured on all threads, feeding and reading back counted: ${((operations * samples) / seconds / 1e9).toFixed(1)} GFLOP/s.`;

/** The first layer, and how many others were joined with it. */
const layersText = ([first = '', ...others]: readonly string[]): string =>
  others.length > 0 ? `${first} +${others.length}` : first;

const counted = (n: number, what: string): string => `${grouped(n)} ${what}${n === 1 ? '' : 's'}`;

const predictedHead = 'Predicted';

function kernelColumns({ kernels }: PlanFacts): Column[] {
  const column = (head: string, of: (kernel: KernelFacts) => string, leaves?: number): Column => ({
    side: 'left',
    leaves,
    cells: [head, ...kernels.map(of)],
  });
  const right = (head: string, of: (kernel: KernelFacts) => string, leaves?: number): Column => ({
    ...column(head, of, leaves),
    side: 'right',
  });
  const tileText = ({ tile, vectorAxis }: KernelFacts): string =>
    [
      ...tile.map(({ axis, points }) => `${axis}:${points}`),
      ...(vectorAxis ? [`lanes ${vectorAxis}`] : []),
    ].join(' ');
  return [
    column('Loop nest', ({ name }) => name),
    column('Weights of', ({ layers }) => layersText(layers), 2),
    column('Axes', ({ axes }) => axes.map(({ extent }) => (extent < 0 ? 'n' : extent)).join('x'), 1),
    column('Tile', tileText, 3),
    right('Samples', ({ samples }) => String(samples), 5),
    right(predictedHead, ({ predictedGigaflops }) => predictedGigaflops.toFixed(1), 4),
    right('Measured', ({ measuredGigaflops }) => measuredGigaflops.toFixed(1)),
    right('Of peak', ({ shareOfPeak }) => percent(shareOfPeak)),
    right('Of time', ({ shareOfTime }) => percent(shareOfTime)),
  ];
}
