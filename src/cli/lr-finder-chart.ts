import type { LearningRateSweep } from '../model/learning-rate-finder.ts';

const height = 12;
const label = 10;

/** Eighths of a character from below. */
const blocks = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** The smoothed loss over the logarithm of the rate as lines of text, with the steepest place marked. */
export function sweepChart({ rates, smoothed, suggestion }: LearningRateSweep, columns: number): string[] {
  const width = Math.max(20, Math.min(columns - label - 1, 88));
  const [low, high] = [Math.min(...smoothed), shownTop(smoothed)];
  const range = high > low ? high - low : 1;
  const levels = Array.from({ length: width }, (_, x) => {
    const k = Math.round((x / (width - 1)) * (smoothed.length - 1));
    return Math.min(1, (smoothed[k]! - low) / range) * (8 * height - 1) + 1;
  });
  const lines = Array.from({ length: height }, (_, row) => {
    const base = 8 * (height - 1 - row);
    const text = levels.map((level) => blocks[Math.max(0, Math.min(8, Math.round(level - base)))]!).join('');
    const mark = row === 0 ? high.toFixed(3) : row === height - 1 ? low.toFixed(3) : '';
    return `${mark.padStart(label - 1)} ${text}`;
  });
  const place = (rate: number): number => {
    const share = Math.log10(rate / rates[0]!) / Math.log10(rates.at(-1)! / rates[0]!);
    return Math.round(share * (width - 1));
  };
  const marks = new Array<string>(width).fill(' ');
  if (suggestion.steepest !== undefined) marks[Math.min(width - 1, place(suggestion.steepest))] = '^';
  const [first, last] = [rates[0]!, rates.at(-1)!].map((rate) => String(Number(rate.toPrecision(2)))) as [
    string,
    string,
  ];
  const axis = `${first}${' '.repeat(Math.max(1, width - first.length - last.length))}${last}`;
  return [...lines, `${' '.repeat(label)}${marks.join('')}`.trimEnd(), `${' '.repeat(label)}${axis}`].filter(
    (line) => line !== '',
  );
}

/** Where the loss grows without end, the interesting part would be flat: what is above twice the start is cut off. */
export function shownTop(smoothed: readonly number[]): number {
  const low = Math.min(...smoothed);
  return Math.min(
    Math.max(...smoothed),
    low + 1.5 * Math.max(smoothed[0]! - low, Math.abs(low) * 0.05, 1e-6),
  );
}
