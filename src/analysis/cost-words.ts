import type { CostComparison } from './convolution-costs.ts';
import { grouped, percent } from './figures.ts';

/**
 * What has to be said where one layer that is no convolution holds most of the parameters; undefined elsewhere. What
 * separable convolutions save is said only of networks that have convolutions.
 */
export function costVerdict({
  whole,
  convolutions,
  largestOther,
  standard,
}: CostComparison): string | undefined {
  const share = (largestOther?.parameters ?? 0) / whole.parameters;
  if (!largestOther || share < 0.5) return undefined;
  const { name, parameters } = largestOther;
  const both = standard ? ', the same in both networks' : '';
  const fact = `The layer "${name}" alone has ${grouped(parameters)} parameters (${percent(share)})${both}`;
  if (convolutions.multiplyAdds === 0) return `${fact}.`;
  const save = standard ? 'save' : 'would save';
  return `${fact}: separable convolutions ${save} much of the convolutions and of the work, and little of the size of the whole network.`;
}
