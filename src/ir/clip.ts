import { type Affine, coefficient } from './affine.ts';

/**
 * Says at which points of a sum's axis a factor of the products lies inside its tensor, for each point of an output
 * axis. At the others zero is read and adds nothing: taps that reach into the padding, and rows that a tap of a kernel's
 * gradient never meets.
 */
export interface Clip {
  /** Of the sum. */
  readonly axis: string;
  /** Of the output. */
  readonly by: string;
  /** Position in the tensor, affine in both axes alone. */
  readonly position: Affine;
  /** Positions of the tensor: from 0 to `extent` - 1. */
  readonly extent: number;
}

/**
 * The points of the axis, `from` up to but not including `to`, that lie inside for one of `span` points of the output
 * axis, of which `first` is the first.
 */
export function livePoints(
  { axis, by, position, extent }: Clip,
  points: number,
  first: number,
  span: number,
): readonly [from: number, to: number] {
  const step = coefficient(position, axis);
  const ends = [first, first + span - 1].map((at) => position.constant + coefficient(position, by) * at);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  return step > 0
    ? [Math.ceil(Math.max(0, -high) / step), Math.min(points, Math.ceil(Math.max(0, extent - low) / step))]
    : [
        Math.ceil(Math.max(0, low - extent + 1) / -step),
        Math.min(points, Math.floor(Math.max(0, high) / -step) + 1),
      ];
}

/** Whether some point of the output axis has no point of the sum's axis inside. */
export const leavesNone = (clip: Clip, extents: Readonly<Record<'axis' | 'by', number>>): boolean =>
  Array.from({ length: extents.by }, (_, at) => livePoints(clip, extents.axis, at, 1)).some(
    ([from, to]) => to <= from,
  );

/** The part of the points of the axis that is left, on average over tiles of `span` points of the output axis. */
export function livePart(clip: Clip, extents: Readonly<Record<'axis' | 'by', number>>, span: number): number {
  let live = 0;
  for (let first = 0; first < extents.by; first += span) {
    const width = Math.min(span, extents.by - first);
    const [from, to] = livePoints(clip, extents.axis, first, width);
    live += Math.max(0, to - from) * width;
  }
  return live / (extents.axis * extents.by);
}
