import { ratio, total } from './define.ts';
import type { LabelCounts } from './threshold-counts.ts';

export type Curve = 'ROC' | 'PR' | 'PRGAIN';
export type Summation = 'interpolation' | 'majoring' | 'minoring';

const heights: { readonly [K in Summation]: (a: number, b: number) => number } = {
  interpolation: (a, b) => (a + b) / 2,
  minoring: Math.min,
  majoring: Math.max,
};

/** The counts of all labels together, each times its weight. */
export function summed(counts: readonly LabelCounts[], weights: readonly number[]): LabelCounts {
  const join = (value: (own: LabelCounts) => number): number =>
    total(counts.map((own, label) => value(own) * weights[label]!));
  const thresholds = counts[0]!.truePositives.map((_, k) => k);
  return {
    truePositives: thresholds.map((k) => join((own) => own.truePositives[k]!)),
    falsePositives: thresholds.map((k) => join((own) => own.falsePositives[k]!)),
    positives: join((own) => own.positives),
    negatives: join((own) => own.negatives),
  };
}

/** Area under precision over recall with counts interpolated between thresholds (Davis and Goadrich 2006). */
function interpolatedPrecision({
  truePositives: right,
  falsePositives: wrong,
  positives,
}: LabelCounts): number {
  const parts = right.slice(1).map((hits, k) => {
    const [before, after] = [right[k]! + wrong[k]!, hits + wrong[k + 1]!];
    const gained = right[k]! - hits;
    const slope = ratio(gained, Math.max(before - after, 0));
    const intercept = hits - slope * after;
    const growth = before > 0 && after > 0 ? before / after : 1;
    return ratio(slope * (gained + intercept * Math.log(growth)), positives);
  });
  return total(parts);
}

type Point = readonly [x: number, y: number];

/** The point of a threshold. Gains are those of Flach and Kull 2015: 1 - (positives / negatives) * errors / hits. */
const pointAt: { readonly [K in Curve]: (counts: LabelCounts, k: number) => Point } = {
  ROC: ({ truePositives, falsePositives, positives, negatives }, k) => [
    ratio(falsePositives[k]!, negatives),
    ratio(truePositives[k]!, positives),
  ],
  PR: ({ truePositives, falsePositives, positives }, k) => [
    ratio(truePositives[k]!, positives),
    ratio(truePositives[k]!, truePositives[k]! + falsePositives[k]!),
  ],
  PRGAIN: ({ truePositives, falsePositives, positives, negatives }, k) => {
    const hits = truePositives[k]!;
    if (hits === 0) return [0, 1];
    const scale = ratio(positives, negatives);
    return [Math.max(1 - scale * ((positives - hits) / hits), 0), 1 - scale * (falsePositives[k]! / hits)];
  },
};

/** Area under the curve through the points of all thresholds, whose x falls. */
export function areaUnder(curve: Curve, summation: Summation, counts: LabelCounts): number {
  if (curve === 'PR' && summation === 'interpolation') return interpolatedPrecision(counts);
  const all = counts.truePositives.map((_, k) => pointAt[curve](counts, k));
  return total(all.slice(1).map(([x, y], k) => (all[k]![0] - x) * heights[summation](all[k]![1], y)));
}
