import { type Affine, evaluateAffine } from '../../ir/affine.ts';
import type { Expression } from '../../ir/expression.ts';
import { type Kernel, RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { slotWord } from '../../ir/slot.ts';
import { BYTES_PER_ELEMENT } from '../../ir/tensor-type.ts';
import { uniform16 } from '../../numerics/dropout.ts';
import { erf } from '../../numerics/erf.ts';
import { exp } from '../../numerics/exp.ts';
import { log } from '../../numerics/log.ts';
import { scalar } from '../../numerics/scalar.ts';
import { sigmoid } from '../../numerics/sigmoid.ts';
import { tanh } from '../../numerics/tanh.ts';

type Point = Record<string, number>;

export interface ReferenceRun {
  readonly memory: DataView;
  readonly addresses: readonly number[];
  readonly samples: number;
  readonly slot: number;
  readonly sample: number;
}

const { fround } = Math;

/** Runs a kernel as its definition reads: naive loops, one rounding an operation, sums in the stated order. */
export function runReference(kernel: Kernel, run: ReferenceRun): void {
  const extents = new Map(
    kernel.axes.map(({ name, extent }) => [name, extent === RUNTIME_EXTENT ? run.samples : extent]),
  );
  const reduced = new Set<string>();
  for (const store of kernel.stores) collectReduced(store.value, reduced);
  const outputs = kernel.axes.map((axis) => axis.name).filter((name) => !reduced.has(name));
  const runtime = kernel.axes.find((axis) => axis.extent === RUNTIME_EXTENT)?.name;
  eachPoint(outputs, extents, {}, (point) => {
    const values = kernel.stores.map((store) => {
      const address = run.addresses[store.buffer] + evaluateAffine(store.address, point);
      const { dtype } = kernel.buffers[store.buffer];
      const start = store.accumulate ? run.memory.getFloat32(address, true) : 0;
      return { address, dtype, value: evaluate(store.value, point, start) };
    });
    for (const { address, dtype, value } of values) {
      if (dtype === 'f32') run.memory.setFloat32(address, value, true);
      else if (dtype === 'i32') run.memory.setInt32(address, value, true);
      else run.memory.setUint8(address, Math.max(0, Math.min(255, Math.trunc(value))));
    }
  });

  function load(source: number, form: Affine, point: Point): number {
    const address = run.addresses[source] + evaluateAffine(form, point);
    switch (kernel.buffers[source].dtype) {
      case 'f32':
        return run.memory.getFloat32(address, true);
      case 'i32':
        return fround(run.memory.getInt32(address, true));
      case 'u8':
        return run.memory.getUint8(address);
    }
  }

  function evaluate(e: Expression, point: Point, start = 0): number {
    const at = (x: Expression): number => evaluate(x, point);
    switch (e.kind) {
      case 'constant':
        return e.value;
      case 'load':
        return load(e.source, e.index[0], point);
      case 'index':
        return fround(evaluateAffine(e.value, point));
      case 'random': {
        const word = (n: number): number => run.memory.getInt32(run.slot + 4 * n, true);
        const position = run.sample + (runtime && outputs.includes(runtime) ? point[runtime] : 0);
        const element = evaluateAffine(e.element, point);
        return uniform16(
          scalar,
          element,
          position,
          word(slotWord.step),
          e.stream,
          word(slotWord.seedLow),
          word(slotWord.seedHigh),
        );
      }
      case 'unary': {
        const a = at(e.a);
        const simple = { neg: -a, abs: Math.abs(a), sqrt: fround(Math.sqrt(a)) };
        const functions = { exp, log, tanh, sigmoid, erf };
        return e.op in simple
          ? simple[e.op as keyof typeof simple]
          : functions[e.op as keyof typeof functions](scalar, a);
      }
      case 'binary': {
        const [a, b] = [at(e.a), at(e.b)];
        switch (e.op) {
          case 'add':
            return fround(a + b);
          case 'sub':
            return fround(a - b);
          case 'mul':
            return fround(a * b);
          case 'div':
            return fround(a / b);
          case 'max':
            return a < b ? b : a;
          case 'min':
            return b < a ? b : a;
        }
        break;
      }
      case 'compare':
      case 'logic':
        return holds(e, point) ? 1 : 0;
      case 'select':
        return holds(e.mask, point) ? at(e.a) : at(e.b);
      case 'reduce':
        return reduce(e, point, start);
    }
    throw new Error('unreachable');
  }

  function holds(e: Expression, point: Point): boolean {
    if (e.kind === 'compare') {
      const [a, b] = [evaluate(e.a, point), evaluate(e.b, point)];
      return { lt: a < b, le: a <= b, gt: a > b, ge: a >= b, eq: a === b, ne: a !== b }[e.op];
    }
    if (e.kind !== 'logic') throw new Error('not a mask');
    const [a, b] = [holds(e.a, point), holds(e.b, point)];
    return { and: a && b, or: a || b, andNot: a && !b }[e.op];
  }

  function reduce(e: Extract<Expression, { kind: 'reduce' }>, point: Point, start: number): number {
    let sum = start;
    let best: { value: number; number: number } | undefined;
    let number = 0;
    eachPoint(e.axes, extents, point, (inner) => {
      const value = evaluate(e.body, inner);
      if (e.op === 'sum') sum = fround(sum + value);
      else if (!best || (!Number.isNaN(best.value) && (Number.isNaN(value) || best.value < value))) {
        best = { value, number };
      }
      number++;
    });
    return e.op === 'sum' ? sum : e.op === 'max' ? best!.value : best!.number;
  }
}

function collectReduced(e: Expression, into: Set<string>): void {
  if (e.kind === 'reduce') {
    for (const axis of e.axes) into.add(axis);
    collectReduced(e.body, into);
  } else if (e.kind === 'unary') collectReduced(e.a, into);
  else if (e.kind === 'binary' || e.kind === 'compare' || e.kind === 'logic') {
    collectReduced(e.a, into);
    collectReduced(e.b, into);
  } else if (e.kind === 'select') for (const x of [e.mask, e.a, e.b]) collectReduced(x, into);
}

function eachPoint(
  axes: readonly string[],
  extents: ReadonlyMap<string, number>,
  point: Point,
  visit: (point: Point) => void,
): void {
  const go = (k: number): void => {
    if (k === axes.length) {
      visit({ ...point });
      return;
    }
    const before = point[axes[k]];
    for (let i = 0; i < extents.get(axes[k])!; i++) {
      point[axes[k]] = i;
      go(k + 1);
    }
    point[axes[k]] = before;
  };
  go(0);
}

/** Bytes of one element of a kernel's buffer. */
export const elementBytes = (kernel: Kernel, buffer: number): number =>
  BYTES_PER_ELEMENT[kernel.buffers[buffer].dtype];
