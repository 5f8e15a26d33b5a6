/** Hybrid Dilated Convolution (Wang et al. 2018, arXiv 1702.08502, section 3.2) along one axis. */
export interface HybridRule {
  /**
   * M_1, ..., M_n: the most that two neighbours which layer i combines lie apart. M_n = r_n and
   * M_i = max(M_{i+1} - 2 r_i, M_{i+1} - 2 (M_{i+1} - r_i), r_i).
   */
  readonly distances: readonly number[];
  /** The greatest common divisor of the dilations; above 1 the offsets fall into classes that never meet. */
  readonly commonFactor: number;
  /** M_2 <= taps (M_1 = 1 where there is one layer alone), and no common factor. */
  readonly holds: boolean;
}

/** The rule for dilations r_1, ..., r_n of windows with so many taps. */
export function hybridRule(dilations: readonly number[], taps: number): HybridRule {
  const distances = [...dilations];
  for (let i = distances.length - 2; i >= 0; i--) {
    const [next, rate] = [distances[i + 1]!, dilations[i]!];
    distances[i] = Math.max(next - 2 * rate, next - 2 * (next - rate), rate);
  }
  const commonFactor = dilations.reduce(greatestCommonDivisor);
  const close = distances.length > 1 ? distances[1]! <= taps : distances[0] === 1;
  return { distances, commonFactor, holds: taps === 1 || (close && commonFactor === 1) };
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

/**
 * Dilations in ascending order, as many and with the same sum, so that the field stays as large, that reach every
 * offset of it: the first is 1, and each other one is as near to the mean of what is left as it can be. Layers that
 * reach all of F neighbours go on doing so with a dilation up to F, and F grows by (taps - 1) times that dilation.
 * @returns undefined where no dilations do: then the field has more offsets than taps ** layers
 */
export function gapFreeDilations(dilations: readonly number[], taps: number): number[] | undefined {
  let left = dilations.reduce((sum, rate) => sum + rate, 0);
  let reached = 1;
  const found: number[] = [];
  for (let layers = dilations.length; layers > 0; layers--) {
    const rate = Math.min(reached, Math.floor(left / layers));
    found.push(rate);
    left -= rate;
    reached += (taps - 1) * rate;
  }
  return left === 0 ? found : undefined;
}

/** The fewest layers with which dilations of the same sum can reach every offset: taps ** layers >= the field. */
export function fewestLayers(dilations: readonly number[], taps: number): number {
  const size = 1 + (taps - 1) * dilations.reduce((sum, rate) => sum + rate, 0);
  let layers = 0;
  for (let reach = 1; reach < size; reach *= taps) layers++;
  return layers;
}
