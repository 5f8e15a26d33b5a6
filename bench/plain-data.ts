import type { NetworkDescription } from './networks/description.ts';

/** Numbers and labels that are quick to make, for what does not depend on them: times of compiling, bytes. */
export function plainData(
  { input, classes }: NetworkDescription,
  samples: number,
): {
  readonly x: { readonly data: Uint8Array | Float32Array; readonly shape: readonly number[] };
  readonly y: Uint8Array;
} {
  const length = input.shape.reduce((product, n) => product * n, samples);
  const data =
    input.dtype === 'u8'
      ? Uint8Array.from({ length }, (_, k) => (31 * k) % 255)
      : Float32Array.from({ length }, (_, k) => ((7919 * k) % 1000) / 500 - 1);
  return {
    x: { data, shape: [samples, ...input.shape] },
    y: Uint8Array.from({ length: samples }, (_, k) => k % classes),
  };
}
