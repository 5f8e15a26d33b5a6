import { clock, elapsed, grouped, lossFigure, percent } from './figures.ts';

/** Numbers of an epoch by name, as the history has them: `loss`, `accuracy`, `valLoss`, `valAccuracy`. */
export type Metrics = Readonly<Record<string, number>>;

/** Where a training stands, for the live line. */
export interface Position {
  /** Counted from 0. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps of this epoch that are done. */
  readonly step: number;
  /** Steps of the epoch, where known. */
  readonly steps: number | undefined;
  readonly imagesPerSecond: number | undefined;
  /** Means over the epoch so far. */
  readonly metrics: Metrics;
  /** Seconds until the end of the training. */
  readonly secondsLeft: number | undefined;
}

/** An epoch that is done. */
export interface EpochResult {
  /** Counted from 0. */
  readonly epoch: number;
  readonly epochs: number;
  readonly metrics: Metrics;
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** A piece of a line; where the line is too long the largest `rank` goes first, rank 0 stays. */
interface Piece {
  readonly rank: number;
  readonly text: string;
  /** True for room that is kept for what is not known yet, so that the line does not change when it is. */
  readonly empty?: boolean;
}

const gap = '  ';
const widestBar = 30;
const narrowestBar = 8;

/** One line of at most `columns - 1` characters: what matters least is left out, a bar takes what is left. */
export function liveLine(position: Position, columns: number): string {
  const { step, steps, imagesPerSecond, metrics, secondsLeft } = position;
  const of = steps === undefined ? '' : `/${steps}`;
  const width = steps === undefined ? 0 : String(steps).length;
  const pieces: Piece[] = [
    { rank: 0, text: epochTitle(position) },
    { rank: 1, text: `${String(step).padStart(width)}${of}` },
  ];
  const piece = (rank: number, text: string | undefined, usual: string): Piece =>
    text === undefined ? { rank, text: usual, empty: true } : { rank, text };
  const rate = imagesPerSecond === undefined ? undefined : `${grouped(imagesPerSecond)} images/s`;
  pieces.push(piece(4, rate, '10,000 images/s'));
  for (const [k, [name, value]] of Object.entries(metrics).entries())
    pieces.push({ rank: k === 0 ? 2 : 3 + k, text: metricText(name, value) });
  pieces.push(piece(3, secondsLeft === undefined ? undefined : `${clock(secondsLeft)} left`, '0:10 left'));
  const kept = fitPieces(pieces, columns - 1);
  const free = columns - 1 - lineLength(kept) - gap.length;
  const texts = kept.filter(({ empty }) => !empty).map(({ text }) => text);
  if (steps !== undefined && free >= narrowestBar)
    texts.splice(1, 0, bar(step / steps, Math.min(widestBar, free)));
  return texts.join(gap).slice(0, Math.max(0, columns - 1));
}

/** The line that stays when an epoch is done. */
export function epochLine(result: EpochResult, columns: number): string {
  const { metrics, seconds, imagesPerSecond } = result;
  const pieces: Piece[] = [{ rank: 0, text: epochTitle(result) }];
  for (const [name, value] of Object.entries(metrics)) {
    const rank = name === 'loss' || name === 'valAccuracy' ? 0 : name === 'valLoss' ? 2 : 1;
    pieces.push({ rank, text: metricText(name, value) });
  }
  pieces.push({ rank: 3, text: elapsed(seconds) });
  pieces.push({ rank: 4, text: `${grouped(imagesPerSecond)} images/s` });
  return fitPieces(pieces, columns - 1)
    .map(({ text }) => text)
    .join(gap);
}

/** `loss 0.0812`, `accuracy 97.53 %`; metrics of the validation data begin with `val`. */
export function metricText(name: string, value: number): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words} ${/accuracy$/i.test(name) ? percent(value) : lossFigure(value)}`;
}

const epochTitle = ({ epoch, epochs }: { epoch: number; epochs: number }): string =>
  `Epoch ${String(epoch + 1).padStart(String(epochs).length)}/${epochs}`;

function fitPieces(pieces: readonly Piece[], columns: number): readonly Piece[] {
  let kept = pieces;
  while (lineLength(kept) > columns) {
    const worst = Math.max(...kept.map(({ rank }) => rank));
    if (worst === 0) break;
    const last = kept.findLastIndex(({ rank }) => rank === worst);
    kept = kept.filter((_, k) => k !== last);
  }
  return kept;
}

const lineLength = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { text }) => sum + text.length + gap.length, -gap.length);

function bar(share: number, width: number): string {
  const done = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '━'.repeat(done) + '┄'.repeat(width - done);
}
