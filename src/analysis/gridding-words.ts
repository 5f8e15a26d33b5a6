import type { DilationChain } from './dilation-chains.ts';
import { grouped, percent, shortened } from './figures.ts';
import type { AxisGridding, Gridding } from './gridding.ts';

/** The layers of a chain, its kernel and its dilations. */
export function chainTitle({ layers, kernel, dilations }: DilationChain): string {
  const names = layers.length > 3 ? `${layers[0]} to ${layers.at(-1)}` : layers.join(', ');
  return `${shortened(names, 60)}: kernel ${kernel.join('x')}, dilations ${dilationsText(dilations)}`;
}

const dilationsText = (dilations: readonly (readonly number[])[]): string =>
  dilations.map((rates) => (new Set(rates).size === 1 ? rates[0] : rates.join('x'))).join(', ');

/** What the counts say, what the rule of Hybrid Dilated Convolution says, and what would be better. */
export function griddingVerdict({ axes, complete, offsets, reached, better }: Gridding): string[] {
  const share = percent(reached / offsets);
  const counted = complete
    ? `All ${grouped(offsets)} offsets of the field are combined.`
    : `${grouped(reached)} of ${grouped(offsets)} offsets of the field are combined (${share}); the others never are.`;
  const same = new Set(axes.map(({ dilations, kernel }) => `${dilations.join()} ${kernel}`)).size === 1;
  const rules = (same ? axes.slice(0, 1) : axes).map((axis, k) =>
    ruleText(axis, same ? '' : ` along axis ${k}`),
  );
  return [counted, ...rules, ...adviceLines(axes, complete, better)];
}

function ruleText({ kernel, rule, dilations, missing }: AxisGridding, where: string): string {
  const { distances, commonFactor, holds } = rule;
  const index = dilations.length > 1 ? 2 : 1;
  const limit = dilations.length > 1 ? kernel : 1;
  const distance = distances[index - 1]!;
  const compared = `the distance M${index} = ${distance} is ${distance <= limit ? 'at most' : 'above'} ${limit}`;
  const why = [
    ...(distance <= limit && commonFactor > 1 ? [] : [compared]),
    ...(commonFactor > 1 ? [`${commonFactor} divides all dilations`] : []),
  ].join(', and ');
  return `The rule of Hybrid Dilated Convolution (arXiv 1702.08502) is ${holds ? 'kept' : 'broken'}${where}: ${why}.${holds === (missing.length === 0) ? '' : ' Here rule and count differ; the count decides.'}`;
}

function adviceLines(axes: readonly AxisGridding[], complete: boolean, better: Gridding['better']): string[] {
  if (complete) return [];
  if (better) return [`Better, with the same field and all offsets: dilations ${dilationsText(better)}.`];
  const layers = Math.max(...axes.map(({ fewestLayers }) => fewestLayers));
  return [`So few layers cannot combine a field of this size: at least ${layers} could.`];
}
