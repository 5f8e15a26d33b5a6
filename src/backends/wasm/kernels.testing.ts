import { type Affine, affine } from '../../ir/affine.ts';
import * as b from '../../ir/build.ts';
import { BINARY_OPS, type Expression, UNARY_OPS } from '../../ir/expression.ts';
import { BATCH_AXIS, type Kernel, RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { type Choices, KernelMaker, type Placed, read } from './kernel-maker.testing.ts';

interface Spatial {
  readonly rank: number;
  readonly out: number[];
  readonly kernel: number[];
  readonly stride: number[];
  readonly dilation: number[];
}

function spatial(c: Choices, most = 9): Spatial {
  const rank = c.integer(1, 3);
  const limit = rank === 3 ? 4 : rank === 2 ? most : 33;
  const each = (low: number, high: number): number[] =>
    Array.from({ length: rank }, () => c.integer(low, high));
  return {
    rank,
    out: each(1, limit),
    kernel: each(1, rank === 1 ? 7 : 3),
    stride: each(1, 3),
    dilation: each(1, 3),
  };
}

const OUT = ['i', 'j', 'k'];
const TAP = ['u', 'v', 'w'];
const inputExtent = (s: Spatial, k: number): number =>
  s.stride[k] * (s.out[k] - 1) + s.dilation[k] * (s.kernel[k] - 1) + 1;
const inputIndex = (s: Spatial): Affine[] =>
  s.out.map((_, k) => affine({ [OUT[k]]: s.stride[k], [TAP[k]]: s.dilation[k] }));
const channels = (c: Choices): number => c.of([1, 2, 3, 4, 5, 8, 10, 12, 16, 20, 32, 33]);

function outputsAndTaps(
  m: KernelMaker,
  s: Spatial,
  last: [string, number][],
  reduce: [string, number][],
): void {
  s.out.forEach((extent, k) => {
    m.axis(OUT[k], extent);
  });
  for (const [name, extent] of last) m.axis(name, extent);
  s.kernel.forEach((extent, k) => {
    m.axis(TAP[k], extent);
  });
  for (const [name, extent] of reduce) m.axis(name, extent);
}

const relu = (e: Expression): Expression => b.max(e, 0);

/** y[.., o] = f(sum x * w + bias), of any rank; sometimes over a run-time number of samples or from bytes. */
export function convolution(c: Choices): Kernel {
  const m = new KernelMaker();
  const s = spatial(c);
  const [C, O] = [channels(c), channels(c)];
  const batched = c.chance(0.3);
  const dtype = c.chance(0.2) ? 'u8' : 'f32';
  const front = batched ? [BATCH_AXIS] : [];
  if (batched) m.axis(BATCH_AXIS, RUNTIME_EXTENT);
  outputsAndTaps(m, s, [['o', O]], [['c', C]]);
  const lead = batched ? [-1] : [];
  const x = m.tensor('x', [...lead, ...s.out.map((_, k) => inputExtent(s, k)), C], dtype);
  const w = m.tensor('w', [...s.kernel, C, O]);
  const bias = m.tensor('bias', [O]);
  const y = m.tensor('y', [...lead, ...s.out, O], 'f32', c.chance(0.2) ? 3 : 0);
  const taps = TAP.slice(0, s.rank);
  const loaded = read(x, ...front, ...inputIndex(s), 'c');
  const input = dtype === 'u8' ? b.mul(loaded, Math.fround(1 / 255)) : loaded;
  const sum = b.sum([...taps, 'c'], b.mul(input, read(w, ...taps, 'c', 'o')));
  const biased = b.add(sum, read(bias, 'o'));
  m.store(y, [...front, ...OUT.slice(0, s.rank), 'o'], c.chance(0.5) ? relu(biased) : biased);
  if (c.chance(0.2)) {
    const z = m.tensor('z', [...lead, ...s.out, O]);
    m.store(z, [...front, ...OUT.slice(0, s.rank), 'o'], b.mul(sum, 0.5));
  }
  return m.build('convolution');
}

/** y[.., c, m] = sum x * k, with a channel multiplier of one or more. */
export function depthwise(c: Choices): Kernel {
  const m = new KernelMaker();
  const s = spatial(c, 14);
  const [C, M] = [channels(c), c.of([1, 1, 1, 2, 3])];
  outputsAndTaps(
    m,
    s,
    [
      ['c', C],
      ['m', M],
    ],
    [],
  );
  const x = m.tensor('x', [...s.out.map((_, k) => inputExtent(s, k)), C]);
  const w = m.tensor('w', [...s.kernel, C, M]);
  const y = m.tensor('y', [...s.out, C, M]);
  const taps = TAP.slice(0, s.rank);
  m.store(
    y,
    [...OUT.slice(0, s.rank), 'c', 'm'],
    b.sum(taps, b.mul(read(x, ...inputIndex(s), 'c'), read(w, ...taps, 'c', 'm'))),
  );
  return m.build('depthwise');
}

/** dx[.., c] = sum over taps and o of dy (moved backwards by the taps) * transposed weights. */
export function inputGradient(c: Choices): Kernel {
  const m = new KernelMaker();
  const s = spatial(c);
  const [C, O] = [channels(c), channels(c)];
  outputsAndTaps(m, s, [['c', C]], [['o', O]]);
  const reach = s.kernel.map((n, k) => s.dilation[k] * (n - 1));
  const dy = m.tensor('dy', [...s.out.map((n, k) => n + reach[k]), O]);
  const w = m.tensor('w', [...s.kernel, O, C]);
  const dx = m.tensor('dx', [...s.out, C]);
  const taps = TAP.slice(0, s.rank);
  const index = s.out.map((_, k) => affine({ [OUT[k]]: 1, [TAP[k]]: -s.dilation[k] }, reach[k]));
  const mask = c.chance(0.4);
  const gate = mask ? m.tensor('gate', [...s.out.map((n, k) => n + reach[k]), O]) : undefined;
  const loaded = read(dy, ...index, 'o');
  const gated = gate ? b.select(b.gt(read(gate, ...index, 'o'), 0), loaded, 0) : loaded;
  m.store(
    dx,
    [...OUT.slice(0, s.rank), 'c'],
    b.sum([...taps, 'o'], b.mul(gated, read(w, ...taps, 'o', 'c'))),
  );
  return m.build('inputGradient');
}

/** dw[taps, c, o] += sum over (samples and) positions of x * dy. */
export function weightGradient(c: Choices): Kernel {
  const m = new KernelMaker();
  const s = spatial(c);
  const [C, O] = [channels(c), channels(c)];
  const perChannel = c.chance(0.3);
  const batched = c.chance(0.5);
  const front = batched ? [BATCH_AXIS] : [];
  const lead = batched ? [-1] : [];
  s.kernel.forEach((extent, k) => {
    m.axis(TAP[k], extent);
  });
  m.axis('c', C);
  if (!perChannel) m.axis('o', O);
  if (batched) m.axis(BATCH_AXIS, RUNTIME_EXTENT);
  s.out.forEach((extent, k) => {
    m.axis(OUT[k], extent);
  });
  const positions = OUT.slice(0, s.rank);
  const taps = TAP.slice(0, s.rank);
  const last = perChannel ? 'c' : 'o';
  const x = m.tensor('x', [...lead, ...s.out.map((_, k) => inputExtent(s, k)), C]);
  const dy = m.tensor('dy', [...lead, ...s.out, perChannel ? C : O]);
  const dw = m.tensor('dw', perChannel ? [...s.kernel, C] : [...s.kernel, C, O]);
  const product = b.mul(read(x, ...front, ...inputIndex(s), 'c'), read(dy, ...front, ...positions, last));
  const accumulate = c.chance(0.8);
  m.store(
    dw,
    perChannel ? [...taps, 'c'] : [...taps, 'c', 'o'],
    b.sum([...front, ...positions], product),
    accumulate,
  );
  return m.build('weightGradient');
}

/** y[o] = f(sum x[i] w[i, o] + bias), one sample or several. */
export function dense(c: Choices): Kernel {
  const m = new KernelMaker();
  const [I, O] = [c.integer(1, 200), c.of([1, 2, 3, 4, 7, 10, 16, 33])];
  const batched = c.chance(0.5);
  const front = batched ? [BATCH_AXIS] : [];
  const lead = batched ? [-1] : [];
  if (batched) m.axis(BATCH_AXIS, RUNTIME_EXTENT);
  m.axis('o', O);
  m.axis('i', I);
  const x = m.tensor('x', [...lead, I]);
  const transposed = c.chance(0.3);
  const w = m.tensor('w', transposed ? [O, I] : [I, O]);
  const y = m.tensor('y', [...lead, O]);
  const sum = b.sum(['i'], b.mul(read(x, ...front, 'i'), transposed ? read(w, 'o', 'i') : read(w, 'i', 'o')));
  m.store(y, [...front, 'o'], c.chance(0.5) ? b.tanh(sum) : sum);
  return m.build('dense');
}

/** The eight partial sums of an interleaved reduction, and their close as a second kind. */
export function interleaved(c: Choices): Kernel {
  const m = new KernelMaker();
  const [Q, O] = [c.integer(1, 60), c.of([1, 2, 3, 10, 17])];
  if (c.chance(0.3)) {
    m.axis('o', O);
    const p = m.tensor('p', [O, 8]);
    const y = m.tensor('y', [O]);
    const part = (l: number): Expression => read(p, 'o', affine({}, l));
    const close = b.add(
      b.add(b.add(part(0), part(4)), b.add(part(2), part(6))),
      b.add(b.add(part(1), part(5)), b.add(part(3), part(7))),
    );
    m.store(y, ['o'], b.sigmoid(close));
    return m.build('closeInterleaved');
  }
  m.axis('o', O);
  m.axis('l', 8);
  m.axis('q', Q);
  const x = m.tensor('x', [Q, 8]);
  const w = m.tensor('w', [O, Q, 8]);
  const p = m.tensor('p', [O, 8]);
  m.store(p, ['o', 'l'], b.sum(['q'], b.mul(read(x, 'q', 'l'), read(w, 'o', 'q', 'l'))), c.chance(0.5));
  return m.build('interleaved');
}

/** A pooling window around its contraction, with bias and relu behind it, and the place of the maximum. */
export function pooledConvolution(c: Choices): Kernel {
  const m = new KernelMaker();
  const [H, W, C, O] = [c.integer(1, 5), c.integer(1, 5), channels(c), channels(c)];
  const [P, Q] = [c.integer(1, 3), c.integer(1, 3)];
  const [R, S] = [c.integer(1, 3), c.integer(1, 3)];
  const [sp, sq] = [c.integer(1, 3), c.integer(1, 3)];
  for (const [name, extent] of Object.entries({ i: H, j: W, o: O, p: P, q: Q, u: R, v: S, c: C }))
    m.axis(name, extent);
  const x = m.tensor('x', [sp * (H - 1) + P + R - 1, sq * (W - 1) + Q + S - 1, C]);
  const w = m.tensor('w', [R, S, C, O]);
  const bias = m.tensor('bias', [O]);
  const y = m.tensor('y', [H, W, O]);
  const sum = b.sum(
    ['u', 'v', 'c'],
    b.mul(
      read(x, affine({ i: sp, p: 1, u: 1 }), affine({ j: sq, q: 1, v: 1 }), 'c'),
      read(w, 'u', 'v', 'c', 'o'),
    ),
  );
  m.store(y, ['i', 'j', 'o'], relu(b.add(b.maximum(['p', 'q'], sum), read(bias, 'o'))));
  if (c.chance(0.6)) {
    const place = m.tensor('place', [H, W, O], c.chance(0.5) ? 'u8' : 'f32');
    m.store(place, ['i', 'j', 'o'], b.argmax(['p', 'q'], sum));
  }
  return m.build('pooledConvolution');
}

/** Maximum, place of the maximum or mean over windows that may overlap, small or global. */
export function pooling(c: Choices): Kernel {
  const m = new KernelMaker();
  const global = c.chance(0.3);
  const [H, W, C] = global ? [1, 1, channels(c)] : [c.integer(1, 6), c.integer(1, 9), channels(c)];
  const [P, Q] = global ? [c.integer(1, 9), c.integer(1, 9)] : [c.integer(1, 4), c.integer(1, 4)];
  const [sp, sq] = [c.integer(1, 3), c.integer(1, 3)];
  for (const [name, extent] of Object.entries({ i: H, j: W, c: C, p: P, q: Q })) m.axis(name, extent);
  const x = m.tensor('x', [sp * (H - 1) + P, sq * (W - 1) + Q, C]);
  const y = m.tensor('y', [H, W, C]);
  const value = read(x, affine({ i: sp, p: 1 }), affine({ j: sq, q: 1 }), 'c');
  const kind = c.integer(0, 3);
  if (kind === 0) m.store(y, ['i', 'j', 'c'], b.mul(b.sum(['p', 'q'], value), Math.fround(1 / (P * Q))));
  if (kind !== 0 && kind !== 2) m.store(y, ['i', 'j', 'c'], b.maximum(['p', 'q'], value));
  if (kind >= 2) {
    const place = m.tensor('place', [H, W, C]);
    m.store(place, ['i', 'j', 'c'], b.argmax(['p', 'q'], value));
  }
  return m.build('pooling');
}

/** Softmax in pieces: maximum, sum of exponentials, quotient; and argmax, along rows. */
export function softmaxPiece(c: Choices): Kernel {
  const m = new KernelMaker();
  const [N, C] = [c.of([1, 1, 2, 5, 9]), c.integer(1, 40)];
  m.axis('n', N);
  m.axis('c', C);
  const x = m.tensor('x', [N, C]);
  const peak = m.tensor('peak', [N]);
  const total = m.tensor('total', [N]);
  const y = m.tensor('y', [N, C]);
  const shifted = b.exp(b.sub(read(x, 'n', 'c'), read(peak, 'n')));
  switch (c.integer(0, 3)) {
    case 0:
      m.store(peak, ['n'], b.maximum(['c'], read(x, 'n', 'c')));
      break;
    case 1:
      m.store(total, ['n'], b.log(b.sum(['c'], shifted)));
      break;
    case 2:
      m.store(y, ['n', 'c'], b.div(shifted, read(total, 'n')));
      break;
    case 3:
      m.store(peak, ['n'], b.argmax(['c'], read(x, 'n', 'c')));
      break;
  }
  return m.build('softmaxPiece');
}

/** A random expression over tensors of one shape, with broadcasts, masks, indices and every function. */
export function elementwise(c: Choices): Kernel {
  const m = new KernelMaker();
  const rank = c.integer(1, 3);
  const shape = Array.from({ length: rank }, () => c.integer(1, rank === 1 ? 70 : 9));
  const names = ['i', 'j', 'c'].slice(0, rank);
  names.forEach((name, k) => {
    m.axis(name, shape[k]);
  });
  const sources: Placed[] = [];
  const leaf = (): Expression => {
    if (c.chance(0.1)) return b.constant(c.of([0, 1, -1, 0.5, -0, 3]));
    if (c.chance(0.1))
      return b.indexValue(affine(Object.fromEntries(names.map((n) => [n, c.integer(-2, 3)])), 1));
    if (c.chance(0.25)) {
      const some = names.filter(() => c.chance(0.5));
      const t = m.tensor(
        't',
        some.map((n) => shape[names.indexOf(n)]),
        c.of(['f32', 'u8', 'i32']),
      );
      return read(t, ...some);
    }
    if (sources.length === 0 || c.chance(0.4)) sources.push(m.tensor('x', shape));
    return read(c.of(sources), ...names);
  };
  const mask = (depth: number): Expression => {
    if (depth > 0 && c.chance(0.3)) return c.of([b.and, b.or, b.andNot])(mask(depth - 1), mask(depth - 1));
    return c.of([b.lt, b.le, b.gt, b.ge, b.eq, b.ne])(grow(depth), grow(depth));
  };
  const grow = (depth: number): Expression => {
    if (depth === 0) return leaf();
    const kind = c.next();
    if (kind < 0.2) return b.select(mask(depth - 1), grow(depth - 1), grow(depth - 1));
    if (kind < 0.45) return { kind: 'unary', op: c.of(UNARY_OPS), a: grow(depth - 1) };
    return { kind: 'binary', op: c.of(BINARY_OPS), a: grow(depth - 1), b: grow(depth - 1) };
  };
  const first = grow(3);
  m.store(m.tensor('y', shape), names, first);
  if (c.chance(0.4))
    m.store(m.tensor('z', shape, c.of(['f32', 'i32'])), names, b.select(b.lt(b.abs(first), 1000), first, 0));
  if (sources.length > 0 && c.chance(0.3)) m.store(sources[0], names, grow(2));
  return m.build('elementwise');
}

/** Dropout: elements of every alignment, over samples too. */
export function randomMask(c: Choices): Kernel {
  const m = new KernelMaker();
  const [N, C] = [c.integer(1, 6), c.of([1, 3, 4, 8, 10, 12, 16, 32, 40, 64, 96])];
  const batched = c.chance(0.5);
  const front = batched ? [BATCH_AXIS] : [];
  const lead = batched ? [-1] : [];
  if (batched) m.axis(BATCH_AXIS, RUNTIME_EXTENT);
  m.axis('n', N);
  m.axis('c', C);
  const x = m.tensor('x', [...lead, N, C], 'f32', c.of([0, 0, 4]));
  const y = m.tensor('y', [...lead, N, C]);
  const element = c.chance(0.7)
    ? affine({ n: C, c: 1 }, c.of([0, 0, 0, 4, 5, 32]))
    : affine({ n: 1, c: c.integer(0, 3) * N });
  const kept = b.ge(b.random(c.integer(0, 5), element), 30000);
  m.store(y, [...front, 'n', 'c'], b.select(kept, b.mul(read(x, ...front, 'n', 'c'), 2), 0));
  return m.build('randomMask');
}

/** A copy with other strides. */
export function transpose(c: Choices): Kernel {
  const m = new KernelMaker();
  const shape = [c.integer(1, 9), c.integer(1, 9), c.integer(1, 9)];
  const names = ['i', 'j', 'c'];
  names.forEach((name, k) => {
    m.axis(name, shape[k]);
  });
  const order = names.toSorted(() => c.next() - 0.5);
  const x = m.tensor('x', shape, c.of(['f32', 'u8', 'i32']));
  const y = m.tensor(
    'y',
    order.map((name) => shape[names.indexOf(name)]),
    c.of(['f32', 'f32', 'u8']),
  );
  m.store(y, order, b.mul(read(x, ...names), c.of([1, 2])));
  return m.build('transpose');
}

/** Several sums over the same axes, as the statistics of a batch normalisation. */
export function statistics(c: Choices): Kernel {
  const m = new KernelMaker();
  const [P, C] = [c.integer(1, 40), channels(c)];
  m.axis('c', C);
  m.axis(BATCH_AXIS, RUNTIME_EXTENT);
  m.axis('p', P);
  const z = m.tensor('z', [-1, P, C]);
  const shift = m.tensor('shift', [C]);
  const d = b.sub(read(z, BATCH_AXIS, 'p', 'c'), read(shift, 'c'));
  const accumulate = c.chance(0.7);
  m.store(m.tensor('s1', [C]), ['c'], b.sum([BATCH_AXIS, 'p'], d), accumulate);
  m.store(m.tensor('s2', [C]), ['c'], b.sum([BATCH_AXIS, 'p'], b.mul(d, d)), accumulate);
  return m.build('statistics');
}

/** Reductions inside reductions: sums of windows, maxima of long sums, means in an epilogue. */
export function nested(c: Choices): Kernel {
  const m = new KernelMaker();
  const [N, A, B] = [c.integer(1, 9), c.integer(1, 25), c.integer(1, 25)];
  for (const [name, extent] of Object.entries({ n: N, a: A, q: B })) m.axis(name, extent);
  const x = m.tensor('x', [N, A, B]);
  const y = m.tensor('y', [N]);
  const value = read(x, 'n', 'a', 'q');
  const [outer, inner] = [c.of([b.sum, b.maximum, b.argmax]), c.of([b.sum, b.maximum, b.argmax])];
  m.store(y, ['n'], b.mul(outer(['a'], inner(['q'], value)), 0.25));
  return m.build('nested');
}

/** Rows of a table by whole numbers, or values added to them; some numbers are no row. */
export function chosenRows(c: Choices): Kernel {
  const m = new KernelMaker();
  const [P, R, C] = [c.integer(1, 9), c.of([16, 50, 120]), c.of([1, 2, 4, 7, 16, 30, 64, 130])];
  const transposed = c.chance(0.2);
  const adds = c.chance(0.6);
  const axes: Record<string, number> = adds ? { k: R, c: C, p: P } : { p: P, c: C, k: R };
  for (const [name, extent] of Object.entries(axes)) m.axis(name, extent);
  const samples = adds && c.chance(0.3) ? [BATCH_AXIS] : [];
  if (samples.length > 0) m.axes.splice(2, 0, { name: BATCH_AXIS, extent: RUNTIME_EXTENT });
  const lead = samples.map(() => -1);
  const index = m.tensor('index', [...lead, P], c.of(['u8', 'i32', 'i32', 'f32']));
  const number = read(index, ...samples, 'p');
  const table = m.tensor('table', transposed ? [C, R] : [R, C], 'f32', c.of([0, 0, 3]));
  const row = transposed ? ['c', 'k'] : ['k', 'c'];
  const list = m.tensor('list', [...lead, P, C], 'f32', c.of([0, 0, 2]));
  const chosen = b.eq(number, b.indexValue('k'));
  const value = adds ? read(list, ...samples, 'p', 'c') : read(table, ...row);
  const total = b.sum(adds ? [...samples, 'p'] : ['k'], b.select(chosen, value, 0));
  if (adds) m.store(table, row, total);
  else m.store(list, ['p', 'c'], total);
  return m.build('chosenRows');
}

export const KERNEL_KINDS: Readonly<Record<string, (c: Choices) => Kernel>> = {
  convolution,
  depthwise,
  inputGradient,
  weightGradient,
  dense,
  interleaved,
  pooledConvolution,
  pooling,
  softmaxPiece,
  elementwise,
  randomMask,
  transpose,
  statistics,
  nested,
  chosenRows,
};
