/**
 * Speed of single kernels in GFLOP/s beside the measured peak of this machine: contractions of known networks, forward
 * and both gradients. Usage: node bench/kernels.ts [revec] [paired] [loops] [tune] [held] [odd] [only=NAME]
 */
import v8 from 'node:v8';
import { i32 } from '../src/backends/wasm/assembler-scalar.ts';
import {
  type CompiledKernel,
  callKernel,
  compileKernel,
  printKernel,
} from '../src/backends/wasm/compile-kernel.ts';
import { emitKernel, inputsOf } from '../src/backends/wasm/emit-kernel.ts';
import { ModuleBuilder } from '../src/backends/wasm/module.ts';
import { rankSchedules } from '../src/compiler/schedule/schedule.ts';
import { measurePeak } from '../src/engine/measure-peak.ts';
import { type Affine, addAffine, affine, affineRange, scaleAffine } from '../src/ir/affine.ts';
import * as b from '../src/ir/build.ts';
import type { Axis } from '../src/ir/definition.ts';
import type { Kernel, KernelBuffer } from '../src/ir/kernel.ts';
import { loadsOf } from '../src/ir/walk.ts';

const flag = (name: string): boolean => process.argv.includes(name);
const only = process.argv.find((text) => text.startsWith('only='))?.slice(5);
if (flag('revec')) v8.setFlagsFromString('--experimental-wasm-revectorize');

/** `paired`: plan for pairs although they are not joined. */
const target = { registerLanes: flag('revec') || flag('paired') ? 8 : 4 } as const;

type Index = Affine | string;

/** Row-major strides with the innermost dimension padded to four. */
function strides(shape: readonly number[]): number[] {
  const result: number[] = [];
  let stride = 4;
  shape.toReversed().forEach((extent, k) => {
    result.unshift(stride);
    stride *= k === 0 && extent > 1 ? Math.ceil(extent / 4) * 4 : extent;
  });
  return result;
}

class Maker {
  readonly buffers: KernelBuffer[] = [];

  at(name: string, shape: readonly number[], ...index: Index[]): { buffer: number; form: Affine } {
    let buffer = this.buffers.findIndex((known) => known.name === name);
    if (buffer < 0) buffer = this.buffers.push({ name, dtype: 'f32' }) - 1;
    const steps = strides(shape);
    const form = index.reduce<Affine>(
      (sum, x, k) => addAffine(sum, scaleAffine(b.toIndex(x), steps[k])),
      affine({}),
    );
    return { buffer, form };
  }

  load(name: string, shape: readonly number[], ...index: Index[]): ReturnType<typeof b.load> {
    const { buffer, form } = this.at(name, shape, ...index);
    return b.load(buffer, [form]);
  }

  sum(
    name: string,
    axes: Record<string, number>,
    reduce: readonly string[],
    target: { buffer: number; form: Affine },
    value: ReturnType<typeof b.load>,
    accumulate = false,
  ): Kernel {
    const list: Axis[] = Object.entries(axes).map(([axis, extent]) => ({ name: axis, extent }));
    const store = {
      buffer: target.buffer,
      address: target.form,
      value: b.sum([...reduce], value),
      accumulate,
    };
    return { name, axes: list, buffers: this.buffers, stores: [store], paddedAxes: ['c', 'o'] };
  }
}

interface Shape {
  readonly name: string;
  readonly forward: Kernel[];
  readonly inputGradient: Kernel[];
  readonly weightGradient: Kernel[];
}

interface ConvolutionOptions {
  readonly H: number;
  readonly W: number;
  readonly C: number;
  readonly O?: number;
  readonly R: number;
  readonly S: number;
  readonly s?: number;
  readonly d?: number;
  readonly p?: readonly [number, number];
}

/** A convolution of H x W x C with O outputs (depthwise without O), stride s, dilation d, padding p. */
function convolution(name: string, options: ConvolutionOptions): Shape {
  const { H, W, C, O, R, S, s = 1, d = 1, p = [0, 0] } = options;
  const depthwise = O === undefined;
  const [hp, wp] = [H + 2 * p[0], W + 2 * p[1]];
  const oh = Math.floor((hp - d * (R - 1) - 1) / s) + 1;
  const ow = Math.floor((wp - d * (S - 1) - 1) / s) + 1;
  const last = depthwise ? 'c' : 'o';
  const outChannels = depthwise ? C : O;
  const window = [affine({ i: s, u: d }), affine({ j: s, v: d })] as const;
  const f = new Maker();
  const forward = f.sum(
    `${name}_f`,
    depthwise ? { i: oh, j: ow, c: C, u: R, v: S } : { i: oh, j: ow, o: O, u: R, v: S, c: C },
    depthwise ? ['u', 'v'] : ['u', 'v', 'c'],
    f.at('y', [oh, ow, outChannels], 'i', 'j', last),
    b.mul(
      f.load('x', [hp, wp, C], ...window, 'c'),
      depthwise ? f.load('k', [R, S, C], 'u', 'v', 'c') : f.load('k', [R, S, C, O], 'u', 'v', 'c', 'o'),
    ),
  );
  const w = new Maker();
  const weightGradient = w.sum(
    `${name}_w`,
    depthwise ? { u: R, v: S, c: C, i: oh, j: ow } : { u: R, v: S, c: C, o: O, i: oh, j: ow },
    ['i', 'j'],
    depthwise ? w.at('gk', [R, S, C], 'u', 'v', 'c') : w.at('gk', [R, S, C, O], 'u', 'v', 'c', 'o'),
    b.mul(w.load('x', [hp, wp, C], ...window, 'c'), w.load('gy', [oh, ow, outChannels], 'i', 'j', last)),
    true,
  );
  const inputGradient: Kernel[] = [];
  const reach = [d * (R - 1), d * (S - 1)];
  const gy = [oh + 2 * reach[0] + 1, ow + 2 * reach[1] + 1, outChannels];
  // Residue classes of the input position: q = s h + r reads taps u = u0 + s t (written out for d = 1 where s > 1).
  for (let ri = 0; ri < s; ri++) {
    for (let rj = 0; rj < s; rj++) {
      const taps = [Math.ceil((R - ri) / s), Math.ceil((S - rj) / s)];
      if (taps[0] <= 0 || taps[1] <= 0) continue;
      const extents = { i: Math.ceil((H - ri) / s), j: Math.ceil((W - rj) / s) };
      const x = new Maker();
      const index = [affine({ i: 1, u: -d }, reach[0]), affine({ j: 1, v: -d }, reach[1])];
      const product = b.mul(
        x.load('gy', gy, ...index, last),
        depthwise
          ? x.load('k', [R, S, C], affine({ u: s }, ri), affine({ v: s }, rj), 'c')
          : x.load('kt', [R, S, O, C], affine({ u: s }, ri), affine({ v: s }, rj), 'o', 'c'),
      );
      inputGradient.push(
        x.sum(
          `${name}_x${ri}${rj}`,
          { ...extents, c: C, u: taps[0], v: taps[1], ...(depthwise ? {} : { o: O }) },
          depthwise ? ['u', 'v'] : ['u', 'v', 'o'],
          x.at('gx', [hp, wp, C], affine({ i: s }, ri), affine({ j: s }, rj), 'c'),
          product,
        ),
      );
    }
  }
  return { name, forward: [forward], inputGradient, weightGradient: [weightGradient] };
}

/** A dense layer in the blocked layout [i/8][o][8], partial sums of eight, for B samples. */
function dense(name: string, I: number, O: number, B: number): Shape {
  const Q = I / 8;
  const [xs, ws] = [
    [B, Q, 8],
    [Q, O, 8],
  ];
  const f = new Maker();
  const forward = f.sum(
    `${name}_f`,
    { o: O, b: B, l: 8, i: Q },
    ['i'],
    f.at('y', [O, B, 8], 'o', 'b', 'l'),
    b.mul(f.load('x', xs, 'b', 'i', 'l'), f.load('w', ws, 'i', 'o', 'l')),
    true,
  );
  const x = new Maker();
  const inputGradient = x.sum(
    `${name}_x`,
    { b: B, i: Q, l: 8, o: O },
    ['o'],
    x.at('gx', xs, 'b', 'i', 'l'),
    b.mul(x.load('gy', [B, O], 'b', 'o'), x.load('w', ws, 'i', 'o', 'l')),
  );
  const w = new Maker();
  const weightGradient = w.sum(
    `${name}_w`,
    { i: Q, o: O, l: 8, b: B },
    ['b'],
    w.at('gw', ws, 'i', 'o', 'l'),
    b.mul(w.load('gy', [B, O], 'b', 'o'), w.load('x', xs, 'b', 'i', 'l')),
    true,
  );
  return { name, forward: [forward], inputGradient: [inputGradient], weightGradient: [weightGradient] };
}

const shapes: Shape[] = [
  convolution('pw16_96_48', { H: 48, W: 48, C: 16, O: 96, R: 1, S: 1 }),
  convolution('pw96_24_24', { H: 24, W: 24, C: 96, O: 24, R: 1, S: 1 }),
  convolution('pw64_64_28', { H: 28, W: 28, C: 64, O: 64, R: 1, S: 1 }),
  convolution('dw3s2_96_48', { H: 48, W: 48, C: 96, R: 3, S: 3, s: 2, p: [1, 1] }),
  convolution('dw1d_k3_d64', { H: 1, W: 784, C: 64, R: 1, S: 3, d: 64, p: [0, 64] }),
  convolution('std3_32_64_28', { H: 28, W: 28, C: 32, O: 64, R: 3, S: 3, p: [1, 1] }),
  convolution('first10x4', { H: 49, W: 10, C: 1, O: 64, R: 10, S: 4, p: [4, 1] }),
  dense('dense12544_10', 12544, 10, 4),
  convolution('dw3d2_32_28', { H: 28, W: 28, C: 32, R: 3, S: 3, d: 2, p: [2, 2] }),
  convolution('pw32_64_28', { H: 28, W: 28, C: 32, O: 64, R: 1, S: 1 }),
];
if (flag('held')) {
  shapes.push(
    convolution('h_pw24_144_32', { H: 32, W: 32, C: 24, O: 144, R: 1, S: 1 }),
    convolution('h_pw144_32_32', { H: 32, W: 32, C: 144, O: 32, R: 1, S: 1 }),
    convolution('h_dw5_144_16', { H: 16, W: 16, C: 144, R: 5, S: 5, p: [2, 2] }),
    convolution('h_dw3d4_64_32', { H: 32, W: 32, C: 64, R: 3, S: 3, d: 4, p: [4, 4] }),
    convolution('h_1dk5_32_64', { H: 1, W: 256, C: 32, O: 64, R: 1, S: 5, d: 2, p: [0, 4] }),
    convolution('h_std3_64_64_14', { H: 14, W: 14, C: 64, O: 64, R: 3, S: 3, p: [1, 1] }),
    dense('h_dense2048_100', 2048, 100, 4),
  );
}
if (flag('odd')) {
  shapes.push(
    convolution('o_c6_10', { H: 9, W: 11, C: 6, O: 10, R: 3, S: 3, p: [1, 1] }),
    convolution('o_dwc10', { H: 9, W: 11, C: 10, R: 5, S: 3, p: [2, 1] }),
    convolution('o_3x3s1_c128', { H: 7, W: 7, C: 128, O: 128, R: 3, S: 3, p: [1, 1] }),
    convolution('o_pw512', { H: 7, W: 7, C: 512, O: 512, R: 1, S: 1 }),
    convolution('o_pw960_160', { H: 7, W: 7, C: 960, O: 160, R: 1, S: 1 }),
    convolution('o_std3_1_32', { H: 28, W: 28, C: 1, O: 32, R: 3, S: 3, d: 2, p: [2, 2] }),
    convolution('o_dw3d2_1_28', { H: 28, W: 28, C: 1, R: 3, S: 3, d: 2, p: [2, 2] }),
  );
}

const median = (values: number[]): number => values.toSorted((x, y) => x - y)[values.length >> 1];
const flopsOf = (kernel: Kernel): number =>
  2 * kernel.axes.reduce((product, axis) => product * axis.extent, 1);

interface Ready {
  readonly kernels: readonly Kernel[];
  readonly compiled: readonly CompiledKernel[];
  readonly run: () => void;
  readonly planned: number;
}

/** Compiles kernels, each with buffers of its own filled with numbers. */
function prepare(
  kernels: readonly Kernel[],
  compile: (kernel: Kernel, builder: ModuleBuilder) => CompiledKernel = (kernel, builder) =>
    compileKernel(kernel, builder, target),
): Ready {
  const builder = new ModuleBuilder();
  const started = performance.now();
  const compiled = kernels.map((kernel) => compile(kernel, builder));
  const planned = performance.now() - started;
  let end = 65536;
  const entry = builder.function('run', [], { exportName: 'run' });
  entry.setBody(
    kernels.map((kernel, k) => {
      const extents = Object.fromEntries(kernel.axes.map((axis) => [axis.name, axis.extent]));
      const addresses = kernel.buffers.map((_, buffer) => {
        const forms = [
          ...kernel.stores.filter((store) => store.buffer === buffer).map((store) => store.address),
          ...kernel.stores
            .flatMap((store) => loadsOf(store.value))
            .filter((x) => x.source === buffer)
            .map((x) => x.index[0]),
        ];
        const ranges = forms.map((form) => affineRange(form, extents));
        const low = Math.min(0, ...ranges.map((range) => range[0]));
        const base = Math.ceil((end - low) / 128) * 128;
        end = base + Math.max(...ranges.map((range) => range[1])) + 128;
        return i32.const(base);
      });
      return callKernel(compiled[k], {
        addresses,
        samples: i32.const(1),
        slot: i32.const(0),
        sample: i32.const(0),
      });
    }),
  );
  const pages = Math.ceil(end / 65536) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  new Float32Array(memory.buffer).forEach((_, k, all) => {
    all[k] = ((k * 7919) % 1000) / 1000 - 0.5;
  });
  const module = new WebAssembly.Module(builder.encode({ initial: pages, maximum: pages, shared: true }));
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return { kernels, compiled, run: instance.exports.run as () => void, planned };
}

/** GFLOP/s of what is prepared, the median of nine runs of some milliseconds. */
function measure({ kernels, run }: Ready): number {
  const flops = kernels.reduce((sum, kernel) => sum + flopsOf(kernel), 0);
  const repeats = Math.max(8, Math.ceil(7.5e7 / flops));
  const times: number[] = [];
  for (let r = -1; r < 9; r++) {
    const start = performance.now();
    for (let k = 0; k < repeats; k++) run();
    if (r >= 0) times.push((performance.now() - start) / repeats);
  }
  return flops / median(times) / 1e6;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

if (flag('tune')) await tune();
else await report();

async function report(): Promise<void> {
  console.log(
    `peak ${measurePeak(flag('revec'), () => performance.now()).toFixed(1)} GFLOP/s, ${flag('revec') ? 'revectorized' : '128 bits'}`,
  );
  for (const shape of shapes.filter((s) => !only || s.name.includes(only))) {
    const parts = [shape.forward, shape.inputGradient, shape.weightGradient].map((kernels) =>
      prepare(kernels),
    );
    for (const part of parts) for (let k = 0; k < 30; k++) part.run();
    await pause(60);
    for (const part of parts) measure(part);
    await pause(60);
    const speeds = parts.map((part) => measure(part).toFixed(1).padStart(6)).join(' | ');
    const planned = parts.reduce((sum, part) => sum + part.planned, 0);
    console.log(
      `${shape.name.padEnd(16)} ${speeds}   GFLOP/s forward | input | weights, plan ${planned.toFixed(0)} ms`,
    );
    if (flag('loops')) for (const part of parts) for (const c of part.compiled) console.log(printKernel(c));
  }
}

/** Measures the model's choice against its twelve best candidates. */
async function tune(): Promise<void> {
  for (const shape of shapes.filter((s) => !only || s.name.includes(only))) {
    for (const kernel of [...shape.forward, ...shape.inputGradient.slice(0, 1), ...shape.weightGradient]) {
      const results: { speed: number; text: string }[] = [];
      for (const schedule of rankSchedules(kernel, 12, target)) {
        const ready = prepare([kernel], (k, builder) => ({
          fn: builder.add(emitKernel(k, schedule)),
          ...inputsOf(k),
          schedule,
        }));
        for (let k = 0; k < 60; k++) ready.run();
        await pause(20);
        const text = `${schedule.vectorAxis} G${schedule.groups} ${[...schedule.tile].join(' ')} unroll ${[...schedule.unroll].join(' ')} regs ${schedule.registers} est ${Math.round(schedule.cycles)}`;
        results.push({ speed: measure(ready), text });
      }
      const best = results.toSorted((x, y) => y.speed - x.speed)[0];
      const [first] = results;
      console.log(
        `${kernel.name.padEnd(18)} ${first.speed.toFixed(1)} ${first.text}\n   best ${best.speed.toFixed(1)} ${best.text}`,
      );
    }
  }
}
