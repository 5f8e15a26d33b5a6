import { input, type Node, topologicalOrder } from '../../graph/node.ts';
import type { Expression } from '../../ir/expression.ts';
import { reductionsOf, visitExpression } from '../../ir/walk.ts';
import type { Network } from './network.ts';
import { traceNetwork } from './trace.ts';

/**
 * Multiply-adds of one sample by name of the layer, from the definitions of the operations alone: for each sum of
 * products, the extents of all its axes (taps that read padding are counted). Layers without any are left out.
 */
export function multiplyAdds(network: Network): Map<string, number> {
  const inputs = network.inputs.map(({ shape }, k) => input(`x${k}`, { dtype: 'f32', shape, batched: true }));
  const inverseBatch = input('inverseBatch', { dtype: 'f32', shape: [], batched: false });
  const { outputs } = traceNetwork(network, inputs, { training: false, inverseBatch });
  const counts = new Map<string, number>();
  for (const node of topologicalOrder(outputs)) {
    const count = productsOf(node);
    if (count > 0) counts.set(node.layer ?? node.name, (counts.get(node.layer ?? node.name) ?? 0) + count);
  }
  return counts;
}

function productsOf(node: Node): number {
  const isVariable = (id: number): boolean => node.inputs.some((x) => x.id === id && x.role === 'variable');
  let count = 0;
  // What has no batch is computed once, not for each sample.
  if (!node.type.batched) return count;
  for (const { axes, value } of node.definition?.pieces ?? []) {
    const sums = reductionsOf(value).filter(({ op }) => op === 'sum');
    const found =
      sums.length > 0
        ? sums.some(({ body }) => products(body).some(([a, b]) => a !== b))
        : // A contraction over one element has no sum; an elementwise product of two values is none.
          products(value).some(([a, b]) => a !== b && (isVariable(a) || isVariable(b)));
    if (found) count += axes.reduce((product, axis) => product * axis.extent, 1);
  }
  return count;
}

/** Sources of the products of two loads below an expression. */
function products(e: Expression): [number, number][] {
  const found: [number, number][] = [];
  visitExpression(e, (x) => {
    if (x.kind === 'binary' && x.op === 'mul' && x.a.kind === 'load' && x.b.kind === 'load') {
      found.push([x.a.source, x.b.source]);
    }
  });
  return found;
}
