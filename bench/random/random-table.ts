import type { Judgement } from './judge.ts';

/** 0 where one value is 0. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** A row a network in Markdown, the lowest ratio first. */
export function tableOfRandom(results: readonly Judgement[]): string {
  const rows = results
    .toSorted((a, b) => a.ratio - b.ratio)
    .map(({ number, ratio, own, peer, peerLabel, about, failure }) => [
      String(number),
      `${ratio.toFixed(2)}x`,
      failure === undefined ? own.toFixed(2) : 'failed',
      failure === undefined ? `${peer.toFixed(2)} (${peerLabel})` : failure,
      about,
    ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(['network', 'ratio', 'Atrous, ms', 'faster peer, ms', 'what it is']),
    line(['---:', '---:', '---:', '---', '---']),
    ...rows.map(line),
  ].join('\n');
}
