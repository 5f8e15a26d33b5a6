import { UnsupportedError } from '../errors/index.ts';

/** What the WebAssembly engine offers. */
export interface Features {
  /** 128-bit vectors. */
  readonly simd: boolean;
  /** Shared memories and atomic instructions. */
  readonly threads: boolean;
}

// (module (func (result v128) (i8x16.splat (i32.const 0))))
const simdModule = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
];

// (module (memory 1 1 shared) (func (result i32) (i32.atomic.load (i32.const 0))))
const threadsModule = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 5, 4, 1, 3, 1, 1, 10, 10, 1, 8, 0, 65, 0,
  254, 16, 2, 0, 11,
];

/**
 * Asks the engine by validating tiny modules.
 * @param validate stands in for `WebAssembly.validate`
 */
export function detectFeatures(
  validate: (bytes: Uint8Array<ArrayBuffer>) => boolean = (bytes) =>
    typeof WebAssembly === 'object' && WebAssembly.validate(bytes),
): Features {
  return {
    simd: validate(Uint8Array.from(simdModule)),
    threads: validate(Uint8Array.from(threadsModule)),
  };
}

/** @throws {UnsupportedError} where the engine lacks what every compiled program needs */
export function requireSimd(features: Features): void {
  if (features.simd) return;
  throw new UnsupportedError({
    feature: 'A JavaScript engine without WebAssembly SIMD',
    advice: 'Use Node 22.18 or later, or a browser of 2023 or later',
  });
}
