import { expect, test } from 'vitest';
import * as b from '../../ir/build.ts';
import { get } from './assembler.ts';
import { f32x4 } from './assembler-simd.ts';
import { compileKernel } from './compile-kernel.ts';
import { disassemble } from './disassemble.ts';
import { KernelMaker, read } from './kernel-maker.testing.ts';
import { ModuleBuilder } from './module.ts';
import { storeVectors } from './store-vectors.ts';

/** Offsets of the stores of a module, in order. */
const storedAt = (builder: ModuleBuilder): number[] => {
  const text = disassemble(builder.encode({ initial: 1, shared: false }));
  return [...text.matchAll(/v128\.store(?: offset=(\d+))?/g)].map(([, offset]) => Number(offset ?? 0));
};

test('of each pair the upper vector is stored first', () => {
  const builder = new ModuleBuilder();
  const fn = builder.function('stores', ['i32']);
  fn.setBody(
    storeVectors(
      get(fn.param(0)),
      [1, 2, 3, 4, 5].map((n) => f32x4.const(n)),
      64,
    ),
  );
  expect(storedAt(builder)).toEqual([80, 64, 112, 96, 128]);
});

test('so do the stores of loop nests', () => {
  const m = new KernelMaker();
  m.axis('i', 16);
  const [x, y] = [m.tensor('x', [16]), m.tensor('y', [16])];
  m.store(y, ['i'], b.mul(read(x, 'i'), read(x, 'i')));
  const builder = new ModuleBuilder();
  compileKernel(m.build('squares'), builder);
  expect(storedAt(builder).slice(0, 2)).toEqual([16, 0]);
});
