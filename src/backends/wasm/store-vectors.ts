import { type AnyCode, type Code, sequence } from './assembler.ts';
import { v128 } from './assembler-simd.ts';

/**
 * Stores vectors side by side, of each pair the upper one first: V8 puts the store of a pair where its later store
 * stands, and would leave a lower one that comes first as well.
 */
export function storeVectors(
  address: Code<'i32'>,
  vectors: readonly Code<'v128'>[],
  offset: number = 0,
): AnyCode {
  const stores = vectors.map((vector, k) => v128.store(address, vector, offset + 16 * k));
  return sequence(
    ...stores.map((_, k) => {
      const upper = k % 2 === 0 ? k + 1 : k - 1;
      return stores[upper] ?? stores[k]!;
    }),
  );
}
