import { showShape } from '../../errors/index.ts';
import { elementCount } from '../../ir/tensor-type.ts';
import type { Layer } from '../layers/layer.ts';
import { multiplyAdds } from './multiply-adds.ts';
import { applicationsOf, type Network, weightsOf } from './network.ts';

/** Sizes of a network. */
export interface NetworkCosts {
  readonly parameters: number;
  readonly trainable: number;
  /** Multiply-adds of one sample. */
  readonly multiplyAdds: number;
}

/** Parameters and multiply-adds in all. */
export function costsOf(network: Network): NetworkCosts {
  const weights = weightsOf(network).filter((weight) => !weight.internal);
  const count = (list: typeof weights): number => list.reduce((sum, w) => sum + elementCount(w.shape), 0);
  return {
    parameters: count(weights),
    trainable: count(weights.filter((weight) => weight.trainable)),
    multiplyAdds: [...multiplyAdds(network).values()].reduce((sum, n) => sum + n, 0),
  };
}

const figure = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** A table of the layers: name and type, shape of the output, parameters, multiply-adds, and what they read. */
export function summaryOf(network: Network): string {
  const adds = multiplyAdds(network);
  const addsOf = (layer: Layer): number =>
    [...adds].reduce(
      (sum, [name, n]) => sum + (name === layer.name || name.startsWith(`${layer.name}/`) ? n : 0),
      0,
    );
  const showSources = network.kind === 'functional';
  const head = ['Layer (type)', 'Output shape', 'Parameters', 'Multiply-adds'];
  const rows = network.layers
    .filter((layer) => layer.className !== 'InputLayer' || showSources)
    .map((layer) => {
      const made = applicationsOf(network, layer);
      const sources = made.flatMap((tensor) => tensor.inputs.map((source) => source.layer.name));
      return [
        `${layer.name} (${layer.className})`,
        made[0]!.siblings.map(({ shape }) => showShape([null, ...shape])).join(', '),
        figure(layer.parameterCount),
        figure(addsOf(layer)),
        ...(showSources ? [sources.join(', ')] : []),
      ];
    });
  const table = [showSources ? [...head, 'Connected to'] : head, ...rows];
  const widths = table[0]!.map((_, k) => Math.max(...table.map((row) => row[k]!.length)));
  const isFigure = (k: number): boolean => k === 2 || k === 3;
  const lines = table.map((row) =>
    row
      .map((cell, k) => (isFigure(k) ? cell.padStart(widths[k]!) : cell.padEnd(widths[k]!)))
      .join('  ')
      .trimEnd(),
  );
  const rule = '-'.repeat(Math.max(...lines.map((line) => line.length)));
  const costs = costsOf(network);
  const fixed = costs.parameters - costs.trainable;
  return [
    `Model: "${network.name}"`,
    rule,
    lines[0]!,
    rule,
    ...lines.slice(1),
    rule,
    `Parameters: ${figure(costs.parameters)} (${figure(costs.trainable)} trainable, ${figure(fixed)} not)`,
    `Multiply-adds a sample: ${figure(costs.multiplyAdds)}`,
  ].join('\n');
}
