import { multiplyAdds } from '../nn/network/multiply-adds.ts';
import type { Network } from '../nn/network/network.ts';
import { costsOf } from '../nn/network/summary.ts';
import { standardTwin } from './standard-twin.ts';

/** Size and work of a network or of a part of it. */
export interface Costs {
  readonly parameters: number;
  /** Multiply-adds of one sample; taps that read padding are counted. */
  readonly multiplyAdds: number;
}

export interface CostReport {
  /** The convolution layers alone. */
  readonly convolutions: Costs;
  readonly whole: Costs;
  /** The layer with most parameters that is no convolution. */
  readonly largestOther: { readonly name: string; readonly parameters: number } | undefined;
}

/** Costs of a network beside those of the same network with standard convolutions. */
export interface CostComparison extends CostReport {
  /** Undefined where the network has no separable convolution. */
  readonly standard: CostReport | undefined;
}

/** Counts a network, and its twin with standard convolutions. */
export function compareWithStandard(network: Network): CostComparison {
  const twin = standardTwin(network);
  return { ...networkCosts(network), standard: twin && networkCosts(twin) };
}

/** Counts a network by what its layers define. */
export function networkCosts(network: Network): CostReport {
  const adds = multiplyAdds(network);
  const convolutions = network.layers.filter(isConvolution);
  const others = network.layers.filter((layer) => !isConvolution(layer) && layer.parameterCount > 0);
  const [largest] = others.sort((a, b) => b.parameterCount - a.parameterCount);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
  const { parameters, multiplyAdds: allAdds } = costsOf(network);
  return {
    convolutions: {
      parameters: sum(convolutions.map((layer) => layer.parameterCount)),
      multiplyAdds: sum(convolutions.map(({ name }) => adds.get(name) ?? 0)),
    },
    whole: { parameters, multiplyAdds: allAdds },
    largestOther: largest && { name: largest.name, parameters: largest.parameterCount },
  };
}

const isConvolution = ({ className }: { readonly className: string }): boolean =>
  /^(Separable|Depthwise)?Conv\dD$/.test(className);
