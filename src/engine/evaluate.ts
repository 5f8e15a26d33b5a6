import { interpret } from '../backends/interpreter/interpret.ts';
import type { Node } from '../graph/node.ts';
import { prepare } from './prepare.ts';
import type { Values } from './session.ts';

/**
 * Computes nodes at once, on the calling thread, in the float32 interpreter: the bits of compiled programs.
 * @param inputs values by names of the input nodes
 */
export function evaluate(
  nodes: readonly Node[],
  inputs: Readonly<Record<string, Values>>,
  batchSize: number,
): Float32Array[] {
  const outputs = Object.fromEntries(nodes.map((node, k) => [`o${k}`, node]));
  const graph = prepare({ outputs, assignments: [] });
  const result = interpret(graph, inputs, new Map(), { precision: 'f32', batchSize });
  return nodes.map((_, k) => Float32Array.from(result.outputs[`o${k}`]!));
}
