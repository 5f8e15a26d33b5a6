import { type Affine, evaluateAffine } from '../../ir/affine.ts';
import type { Expression } from '../../ir/expression.ts';
import { type Kernel, RUNTIME_EXTENT } from '../../ir/kernel.ts';
import {
  isNonzeroProducts,
  isWindowConvolutions,
  isWindowProducts,
  type JoinedSum,
  type KernelCall,
  type Place,
  type Plan,
} from '../../ir/plan.ts';
import { slotWord } from '../../ir/slot.ts';
import type { WindowConvolutions, WindowOperand, WindowProducts } from '../../ir/window-products.ts';
import { uniform16 } from '../../numerics/dropout.ts';
import { erf } from '../../numerics/erf.ts';
import { exp } from '../../numerics/exp.ts';
import { log } from '../../numerics/log.ts';
import { scalar } from '../../numerics/scalar.ts';
import { sigmoid } from '../../numerics/sigmoid.ts';
import { tanh } from '../../numerics/tanh.ts';
import { joinInTree } from './contract-constants.ts';

/**
 * Runs a plan by naive loops in JavaScript, one rounding an operation: what the planner decided, without a
 * scheduler or an emitter. It judges plans against the interpreter, and emitted programs against plans.
 */
export interface PlanMachine {
  readonly memory: ArrayBufferLike;
  readonly scratch: number;
}

const FUNCTIONS = {
  exp: (x: number) => exp(scalar, x),
  log: (x: number) => log(scalar, x),
  tanh: (x: number) => tanh(scalar, x),
  sigmoid: (x: number) => sigmoid(scalar, x),
  erf: (x: number) => erf(scalar, x),
  random: uniform16,
  scalar,
};

type KernelFunction = (
  f: typeof FUNCTIONS,
  m: Record<string, unknown>,
  base: number[],
  samples: number,
  slot: Int32Array,
  sample: number,
) => void;
const cache = new WeakMap<Kernel, KernelFunction>();

const js = (form: Affine): string =>
  [
    String(form.constant),
    ...Object.entries(form.terms).map(([axis, c]) => `${c}*a_${axis.replace(/\W/g, '$')}`),
  ].join('+');

function compile(kernel: Kernel): KernelFunction {
  const known = cache.get(kernel);
  if (known) return known;
  const name = (axis: string): string => `a_${axis.replace(/\W/g, '$')}`;
  const outputs = new Set(kernel.stores.flatMap((s) => Object.keys(s.address.terms)));
  const extent = (axis: string): string => {
    const e = kernel.axes.find((a) => a.name === axis)!.extent;
    return e === RUNTIME_EXTENT ? 'samples' : String(e);
  };
  const loop = (axes: readonly string[], body: string): string =>
    axes.map((a) => `for(let ${name(a)}=0;${name(a)}<${extent(a)};${name(a)}++){`).join('') +
    body +
    '}'.repeat(axes.length);
  let temporaries = 0;
  const emit = (e: Expression, out: string[], initial?: string): string => {
    const t = `t${temporaries++}`;
    const value = (x: Expression): string => emit(x, out);
    const define = (code: string): string => {
      out.push(`const ${t}=${code};`);
      return t;
    };
    switch (e.kind) {
      case 'constant':
        return Object.is(e.value, -0) ? '-0' : e.value === Infinity ? 'Infinity' : `(${e.value})`;
      case 'load': {
        const { dtype } = kernel.buffers[e.source]!;
        const at = `base[${e.source}]+${js(e.index[0]!)}`;
        return define(dtype === 'u8' ? `m.u8[${at}]` : `Math.fround(m.${dtype}[(${at})>>2])`);
      }
      case 'index':
        return define(`Math.fround(${js(e.value)})`);
      case 'random': {
        const batch = kernel.axes.some((a) => a.name === 'batch') ? '+a_batch' : '';
        return define(
          `f.random(f.scalar,${js(e.element)},sample${batch},slot[${slotWord.step}],${e.stream},slot[${slotWord.seedLow}],slot[${slotWord.seedHigh}])>>>0`,
        );
      }
      case 'unary': {
        const a = value(e.a);
        if (e.op === 'neg') return define(`-${a}`);
        if (e.op === 'abs') return define(`Math.abs(${a})`);
        if (e.op === 'sqrt') return define(`Math.fround(Math.sqrt(${a}))`);
        return define(`f.${e.op}(${a})`);
      }
      case 'binary': {
        const [a, b] = [value(e.a), value(e.b)];
        if (e.op === 'max') return define(`${a}<${b}?${b}:${a}`);
        if (e.op === 'min') return define(`${b}<${a}?${b}:${a}`);
        return define(`Math.fround(${a}${{ add: '+', sub: '-', mul: '*', div: '/' }[e.op]}${b})`);
      }
      case 'compare':
        return define(
          `${value(e.a)}${{ lt: '<', le: '<=', gt: '>', ge: '>=', eq: '===', ne: '!==' }[e.op]}${value(e.b)}`,
        );
      case 'logic': {
        const [a, b] = [value(e.a), value(e.b)];
        return define(e.op === 'and' ? `${a}&&${b}` : e.op === 'or' ? `${a}||${b}` : `${a}&&!${b}`);
      }
      case 'select':
        return define(`${value(e.mask)}?${value(e.a)}:${value(e.b)}`);
      case 'reduce': {
        const inner: string[] = [];
        const body = emit(e.body, inner);
        if (e.op === 'sum') {
          out.push(
            `let ${t}=${initial ?? '0'};${loop(e.axes, `${inner.join('')}${t}=Math.fround(${t}+${body});`)}`,
          );
          return t;
        }
        out.push(
          `let ${t}=-Infinity,${t}i=0,${t}k=0,${t}n=false;` +
            loop(
              e.axes,
              `${inner.join('')}if(${t}<${body}){${t}=${body};${t}i=${t}k;}if(${body}!==${body})${t}n=true;${t}k++;`,
            ),
        );
        return e.op === 'argmax' ? `${t}i` : `(${t}n?NaN:${t})`;
      }
    }
  };
  const body = kernel.stores.map((s) => {
    const out: string[] = [];
    const at = `(base[${s.buffer}]+${js(s.address)})>>2`;
    const value = emit(s.value, out, s.accumulate ? `m.f32[${at}]` : undefined);
    return { code: out.join(''), value, at };
  });
  const values = body.map((b, k) => `{${b.code}v${k}=${b.value};}`).join('');
  const stores = body.map((b, k) => `m.f32[${b.at}]=v${k};`).join('');
  const declare = `let ${body.map((_, k) => `v${k}`).join()};`;
  const order = kernel.axes.map((a) => a.name).filter((a) => outputs.has(a));
  const made = new Function(
    'f',
    'm',
    'base',
    'samples',
    'slot',
    'sample',
    `${kernel.axes.length ? 'let ' : ''}${kernel.axes.map((a) => `${name(a.name)}=0`).join()};${loop(order, declare + values + stores)}`,
  ) as KernelFunction;
  cache.set(kernel, made);
  return made;
}

/** Runs all levels of a plan for the job in a slot whose header is filled. */
export function executePlan(plan: Plan, machine: PlanMachine, slot: number): void {
  const header = new Int32Array(machine.memory, slot, 16);
  const m = {
    f32: new Float32Array(machine.memory),
    i32: new Int32Array(machine.memory),
    u8: new Uint8Array(machine.memory),
  };
  const [batch, shards] = [header[slotWord.batch]!, header[slotWord.shards]!];
  const run = (
    call: KernelCall,
    scope: { shard: number; sample: number; start: number; first: number; samples: number },
  ): void => {
    const at = (p: Place): number => {
      const acc = plan.accumulators.address + scope.shard * plan.accumulators.stride;
      switch (p.region) {
        case 'absolute':
          return p.address;
        case 'slot':
          return slot + p.address + p.sampleStride * scope.sample;
        case 'stored':
          return p.address + p.sampleStride * scope.sample;
        case 'accumulator':
          return acc + p.address;
        case 'sample':
          return machine.scratch + p.address;
        case 'microBatch':
          return machine.scratch + p.address + p.sampleStride * (scope.sample - scope.start);
        case 'shard':
          return machine.scratch + p.address + p.sampleStride * (scope.sample - scope.first);
      }
    };
    const kernel = plan.kernels[call.kernel]!;
    if (isWindowProducts(kernel)) walkWindows(kernel, m.f32, call.places.map(at));
    else if (isWindowConvolutions(kernel)) convolveWindows(kernel, m.f32, call.places.map(at));
    else
      compile(isNonzeroProducts(kernel) ? kernel.dense : kernel)(
        FUNCTIONS,
        m,
        call.places.map(at),
        scope.samples,
        header,
        scope.sample,
      );
  };
  const join = ({ offset, bytes, to }: JoinedSum): void => {
    const { address, stride } = plan.accumulators;
    joinInTree(shards, (a, b) => {
      const [sum, other] = [(address + a * stride + offset) >> 2, (address + b * stride + offset) >> 2];
      for (let k = 0; k < bytes / 4; k++) m.f32[sum + k] = Math.fround(m.f32[sum + k]! + m.f32[other + k]!);
    });
    m.u8.copyWithin(to, address + offset, address + offset + bytes);
  };
  const border = { shard: 0, sample: 0, start: 0, first: 0, samples: batch };
  for (const level of plan.levels) {
    for (const { items, joins = [] } of level.border) {
      for (const item of items) {
        for (const call of item) {
          call.joins?.forEach(join);
          run(call, border);
        }
      }
      joins.forEach(join);
    }
    const { segment } = level;
    if (segment) {
      for (let shard = 0; shard < shards; shard++) {
        const first = Math.floor((shard * batch) / shards);
        const end = Math.floor(((shard + 1) * batch) / shards);
        const acc = plan.accumulators.address + shard * plan.accumulators.stride;
        m.u8.fill(0, acc, acc + segment.accumulators);
        for (let start = first; start < end; start += segment.microBatch) {
          const stop = Math.min(start + segment.microBatch, end);
          const scope = { shard, start, first, samples: 0 };
          for (const step of segment.steps) {
            if (step.kind === 'microBatch' && stop - start === segment.microBatch)
              for (const call of step.calls) run(call, { ...scope, sample: start });
            else {
              const calls = step.kind === 'samples' ? step.calls : step.single;
              for (let sample = start; sample < stop; sample++)
                for (const call of calls) run(call, { ...scope, sample });
            }
          }
        }
        for (const call of segment.perShard)
          run(call, { shard, sample: first, start: first, first, samples: end - first });
      }
    }
  }
}

/** The products by plain loops over every element and channel, zeros included. */
function walkWindows(kernel: WindowProducts, memory: Float32Array, base: readonly number[]): void {
  const { windows, elements, channels, width, argmax, value, toInput, toWeights } = kernel;
  const points = pointsOver([...windows, ...elements]);
  const at = (operand: WindowOperand, point: Record<string, number>): number =>
    (base[operand.buffer]! + evaluateAffine(operand.address, point)) >> 2;
  for (const point of points) {
    const number = elements.reduce((n, axis) => n * axis.extent + point[axis.name]!, 0);
    const sums = new Float32Array(width);
    for (let c = 0; c < channels; c++) {
      const z = memory[at(argmax, point) + c] === number ? memory[at(value, point) + c]! : 0;
      for (let k = 0; k < width; k++) {
        if (toInput) {
          const { buffer, offset, stride } = toInput.weights;
          sums[k] = sums[k]! + Math.fround(z * memory[((base[buffer]! + offset + stride * c) >> 2) + k]!);
        }
        if (toWeights) {
          const { buffer, offset, stride } = toWeights.gradient;
          const place = ((base[buffer]! + offset + stride * c) >> 2) + k;
          memory[place] = memory[place]! + Math.fround(z * memory[at(toWeights.input, point) + k]!);
        }
      }
    }
    if (toInput) memory.set(sums, at(toInput.gradient, point));
  }
}

function pointsOver(axes: WindowProducts['windows']): Record<string, number>[] {
  let points: Record<string, number>[] = [{}];
  for (const axis of axes) {
    points = points.flatMap((point) =>
      Array.from({ length: axis.extent }, (_, k) => ({ ...point, [axis.name]: k })),
    );
  }
  return points;
}

/** The products with taps by plain loops; z is looked up position by position. */
function convolveWindows(kernel: WindowConvolutions, memory: Float32Array, base: readonly number[]): void {
  const { windows, elements, channels, width, argmax, value, toInput, toWeights } = kernel;
  const at = (operand: WindowOperand, point: Record<string, number>): number =>
    (base[operand.buffer]! + evaluateAffine(operand.address, point)) >> 2;
  const gradientAt = (position: readonly number[], c: number): number => {
    const point: Record<string, number> = {};
    let number = 0;
    for (const [k, q] of position.entries()) {
      const extent = elements[k]!.extent;
      if (q < 0 || q >= extent * windows[k]!.extent) return 0;
      point[windows[k]!.name] = Math.floor(q / extent);
      number = number * extent + (q % extent);
    }
    return memory[at(argmax, point) + c] === number ? memory[at(value, point) + c]! : 0;
  };
  if (toInput) {
    for (const point of pointsOver(toInput.axes)) {
      const sums = new Float32Array(width);
      for (const tap of pointsOver(toInput.taps)) {
        const position = toInput.position.map((form) => evaluateAffine(form, { ...point, ...tap }));
        for (let c = 0; c < channels; c++) {
          const z = gradientAt(position, c);
          const { buffer, address, stride } = toInput.weights;
          const row = (base[buffer]! + evaluateAffine(address, tap) + stride * c) >> 2;
          for (let k = 0; k < width; k++) sums[k] = sums[k]! + Math.fround(z * memory[row + k]!);
        }
      }
      memory.set(sums, at(toInput.gradient, point));
    }
  }
  if (toWeights) {
    for (const tap of pointsOver(toWeights.taps)) {
      for (const point of pointsOver([...windows, ...elements])) {
        const position = windows.map(
          (axis, k) => point[axis.name]! * elements[k]!.extent + point[elements[k]!.name]!,
        );
        const input = at(toWeights.input, { ...point, ...tap });
        for (let c = 0; c < channels; c++) {
          const z = gradientAt(position, c);
          const { buffer, address, stride } = toWeights.gradient;
          const row = (base[buffer]! + evaluateAffine(address, tap) + stride * c) >> 2;
          for (let k = 0; k < width; k++)
            memory[row + k] = memory[row + k]! + Math.fround(z * memory[input + k]!);
        }
      }
    }
  }
}
