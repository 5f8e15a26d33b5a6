import { brIf, get, type Local, loop, set, tee } from '../backends/wasm/assembler.ts';
import { i32 } from '../backends/wasm/assembler-scalar.ts';
import { f32x4, v128 } from '../backends/wasm/assembler-simd.ts';
import { ModuleBuilder } from '../backends/wasm/module.ts';

const repeats = 100_000;
const warmUps = 50;
const turns = 40;
/** A multiplication and an addition of four lanes. */
const operations = 8;

/**
 * GFLOP/s of multiplications and additions in registers that this thread reaches at best from WebAssembly, in about a
 * tenth of a second.
 * @param wide V8 joins pairs of vectors
 * @param now a clock in milliseconds
 */
export function measurePeak(wide: boolean, now: () => number): number {
  const builder = new ModuleBuilder();
  const fn = builder.function('peak', ['i32', 'i32'], { exportName: 'peak' });
  // chains that cover the latency of both operations, in pairs where V8 joins them; each goes on from its own value, or
  // the engine would multiply once for all
  const n = wide ? 26 : 13;
  const values: Local<'v128'>[] = Array.from({ length: n }, () => fn.local('v128'));
  const [factors, terms] = [0, 1].map(() => [fn.local('v128'), fn.local('v128')] as const);
  const [base, count] = [fn.param(0), fn.param(1)];
  const all = [...factors!, ...terms!, ...values];
  fn.setBody([
    ...all.map((x, k) => set(x, v128.load(get(base), 16 * k))),
    loop([
      ...values.map((x, k) =>
        set(x, f32x4.add(f32x4.mul(get(x), get(factors![k & 1]!)), get(terms![k & 1]!))),
      ),
      brIf(0, tee(count, i32.sub(get(count), i32.const(1)))),
    ]),
    ...all.map((x, k) => v128.store(get(base), get(x), 16 * k)),
  ]);
  const module = new WebAssembly.Module(builder.encode({ initial: 1, shared: false }));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { peak } = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<
    string,
    (base: number, count: number) => void
  >;
  for (let k = 0; k < warmUps; k++) peak!(1024, 40_000);
  let best = 0;
  for (let k = 0; k < turns; k++) {
    const start = now();
    peak!(1024, repeats);
    best = Math.max(best, (repeats * n * operations) / (now() - start) / 1e6);
  }
  return best;
}
