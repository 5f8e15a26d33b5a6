import { describe, expect, test } from 'vitest';
import initWabt from 'wabt';
import type { Arithmetic } from './arithmetic.ts';
import { philoxWords, uniform16, uniform16Vectors } from './dropout.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { log } from './log.ts';
import { scalar } from './scalar.ts';
import { sigmoid } from './sigmoid.ts';
import { tanh } from './tanh.ts';
import { type LaneArithmetic, WatLanes } from './wat-lanes.test-support.ts';

type Program = (a: LaneArithmetic, inputs: string[]) => readonly string[];

/** Compiles a program over four lanes and returns what runs it on vectors of four 32-bit patterns. */
async function compile(inputs: number, program: Program): Promise<(vectors: Int32Array[]) => Int32Array[]> {
  const wabt = await initWabt();
  const lanes = new WatLanes();
  const loads = Array.from({ length: inputs }, (_, k) => `(v128.load (i32.const ${16 * k}))`);
  const results = program(lanes, loads);
  const stores = results.map((value, k) => `(v128.store (i32.const ${1024 + 16 * k}) ${value})`);
  const text = `(module (memory (export "memory") 1) (func (export "run") ${lanes.locals}
    ${lanes.body} ${stores.join('\n')}))`;
  const module = wabt.parseWat('lanes.wat', text, { simd: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(buffer)));
  const memory = new Int32Array((instance.exports.memory as WebAssembly.Memory).buffer);
  return (vectors) => {
    vectors.forEach((vector, k) => {
      memory.set(vector, 4 * k);
    });
    (instance.exports.run as () => void)();
    return results.map((_, k) => memory.slice(256 + 4 * k, 260 + 4 * k));
  };
}

/** Patterns that spread over all floats, and those at the edges. */
function patterns(count: number): Int32Array {
  const special = [
    0, -0, 1, -1, 88.72283, 88.72284, -87.33655, -103.97, -104, 1e-45, -1e-45, 1e-40, 3e38, -3e38,
  ].concat([
    Number.NaN,
    Infinity,
    -Infinity,
    2 ** -126,
    Math.SQRT1_2,
    Math.SQRT2,
    9.02,
    3.92,
    1e-10,
    2 ** -12,
  ]);
  const bits = new Int32Array(count);
  bits.set(new Int32Array(Float32Array.from(special).buffer));
  let state = 20240607;
  for (let k = special.length; k < count; k++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    // Half of them where the functions move: magnitudes from 2^-31 to 2^8.
    const exponent = 96 + ((state >>> 8) % 40);
    bits[k] = k & 1 ? state : (state & 0x807fffff) | (exponent << 23);
  }
  return bits;
}

const functions: Record<string, <F, I, M>(a: Arithmetic<F, I, M>, x: F) => F> = {
  exp,
  log,
  tanh,
  sigmoid,
  erf,
};

describe('the same text gives the same bits in WebAssembly lanes and in scalars', () => {
  for (const [name, compute] of Object.entries(functions)) {
    test(name, async () => {
      const run = await compile(1, (a, [x]) => [compute(a, x)]);
      const input = patterns(40_000);
      const floats = new Float32Array(input.buffer);
      const output = new Float32Array(4);
      const outputBits = new Int32Array(output.buffer);
      for (let k = 0; k < input.length; k += 4) {
        outputBits.set(run([input.subarray(k, k + 4)])[0]);
        for (let lane = 0; lane < 4; lane++) {
          const expected = compute(scalar, floats[k + lane]);
          if (!Object.is(output[lane], expected))
            expect.fail(`${name}(${floats[k + lane]}): ${output[lane]} in lanes, ${expected} as a scalar`);
        }
      }
    });
  }

  test('integer operations, conversions and masks', async () => {
    function mixed<F, I, M>(a: Arithmetic<F, I, M>, x: I, y: I): I[] {
      const small = a.shrS(x, 12);
      const float = a.toFloat(x);
      const toInteger = (mask: M): I => a.selectI(mask, a.i32(1), a.i32(2));
      return [
        a.mulHighU(x, y),
        a.mulI(x, y),
        a.bits(float),
        a.truncate(a.div(a.toFloat(small), a.f32(3))),
        toInteger(a.andM(a.ltS(x, y), a.notM(a.ltU(x, y)))),
        toInteger(a.orM(a.eqI(x, y), a.neI(a.andI(x, a.i32(7)), a.i32(3)))),
        a.bits(a.select(a.ge(float, a.toFloat(y)), float, a.sqrt(a.abs(float)))),
        toInteger(a.andM(a.ne(float, a.f32(0)), a.gt(float, a.toFloat(y)))),
      ];
    }
    const run = await compile(2, (a, [x, y]) => mixed(a, x, y));
    const input = patterns(4_000);
    for (let k = 0; k + 8 <= input.length; k += 8) {
      const [x, y] = [input.subarray(k, k + 4), input.subarray(k + 4, k + 8)];
      const output = run([x, y]);
      for (let lane = 0; lane < 4; lane++)
        expect(output.map((vector) => vector[lane])).toEqual(mixed(scalar, x[lane], y[lane]));
    }
  });
});

describe('random numbers in lanes', () => {
  const address = { sample: 77, step: 123_456, stream: 5, low: 0x12345678, high: -2 };

  test('one evaluation serves 32 consecutive elements', async () => {
    const block = 9;
    const run = await compile(0, (a) => {
      const counter0 = `(v128.const i32x4 ${[0, 1, 2, 3].map((lane) => 4 * block + lane).join(' ')})`;
      const constant = (value: number): string => a.i32(value);
      const words = philoxWords(
        a,
        counter0,
        constant(address.sample),
        constant(address.step),
        constant(address.stream),
        constant(address.low),
        constant(address.high),
      );
      return uniform16Vectors(a, words);
    });
    const numbers = run([]).flatMap((vector) => [...vector]);
    const expected = Array.from({ length: 32 }, (_, k) =>
      uniform16(
        scalar,
        32 * block + k,
        address.sample,
        address.step,
        address.stream,
        address.low,
        address.high,
      ),
    );
    expect(numbers).toEqual(expected);
    expect(new Set(numbers).size).toBeGreaterThan(28);
  });

  test('one element a lane, wherever it lies', async () => {
    const run = await compile(1, (a, [element]) => {
      const [sample, step, stream, low, high] = Object.values(address).map((value) => a.i32(value));
      return [uniform16(a, element, sample, step, stream, low, high)];
    });
    const input = patterns(400);
    for (let k = 0; k < input.length; k += 4) {
      const [numbers] = run([input.subarray(k, k + 4)]);
      const { sample, step, stream, low, high } = address;
      for (let lane = 0; lane < 4; lane++)
        expect(numbers[lane]).toBe(uniform16(scalar, input[k + lane], sample, step, stream, low, high));
    }
  });
});
