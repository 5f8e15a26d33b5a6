import { cos, sin } from '../../numerics/trigonometry.ts';

/**
 * Where a pixel of the result takes its value from: place (x, y) from (a x + b y + c, d x + e y + f), in pixels, the centre
 * of the first one being (0, 0).
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** One transformation of a transformed image: `second` is asked first where a place comes from. */
export function chained(first: Affine, second: Affine): Affine {
  const [a, b, c, d, e, f] = first;
  const [p, q, r, s, t, u] = second;
  return [a * p + b * s, a * q + b * t, a * r + b * u + c, d * p + e * s, d * q + e * t, d * r + e * u + f];
}

/** The image moved by so many pixels to the right and down. */
export const translation = (right: number, down: number): Affine => [1, 0, -right, 0, 1, -down];

/** The image turned about its centre by a share of a whole turn, counter-clockwise. */
export function rotation(turns: number, height: number, width: number): Affine {
  const c = cos(2 * Math.PI * turns);
  const s = sin(2 * Math.PI * turns);
  const x = (width - 1) / 2;
  const y = (height - 1) / 2;
  return [c, -s, x - x * c + y * s, s, c, y - x * s - y * c];
}

/** The image about its centre, made smaller by these factors. */
export const zoom = (down: number, across: number, height: number, width: number): Affine => [
  across,
  0,
  ((width - 1) / 2) * (1 - across),
  0,
  down,
  ((height - 1) / 2) * (1 - down),
];

export const flippedAcross = (width: number): Affine => [-1, 0, width - 1, 0, 1, 0];
export const flippedDown = (height: number): Affine => [1, 0, 0, 0, -1, height - 1];
