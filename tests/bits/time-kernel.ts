/**
 * Times a large pointwise contraction in this process, whatever its flags are, and prints the fewest milliseconds of
 * a call. usage: node --no-liftoff [--experimental-wasm-revectorize] tests/bits/time-kernel.ts
 */
import { i32 } from '../../src/backends/wasm/assembler-scalar.ts';
import { callKernel, compileKernel } from '../../src/backends/wasm/compile-kernel.ts';
import { ModuleBuilder } from '../../src/backends/wasm/module.ts';
import { runtimeInfo } from '../../src/engine/index.ts';
import { affine } from '../../src/ir/affine.ts';
import * as b from '../../src/ir/build.ts';
import type { Kernel } from '../../src/ir/kernel.ts';

const [positions, channels, filters] = [784, 64, 64];
const [x, w, y] = [0, 4 * positions * channels, 4 * (positions * channels + channels * filters)];

const pointwise: Kernel = {
  name: 'pointwise',
  axes: [
    { name: 'i', extent: positions },
    { name: 'o', extent: filters },
    { name: 'c', extent: channels },
  ],
  buffers: [
    { name: 'x', dtype: 'f32' },
    { name: 'w', dtype: 'f32' },
    { name: 'y', dtype: 'f32' },
  ],
  stores: [
    {
      buffer: 2,
      address: affine({ i: 4 * filters, o: 4 }),
      accumulate: false,
      value: b.sum(
        ['c'],
        b.mul(b.load(0, [affine({ i: 4 * channels, c: 4 })]), b.load(1, [affine({ c: 4 * filters, o: 4 })])),
      ),
    },
  ],
};

const builder = new ModuleBuilder();
const compiled = compileKernel(pointwise, builder, { registerLanes: 8 });
const zero = i32.const(0);
builder
  .function('entry', [], { exportName: 'run' })
  .setBody(
    callKernel(compiled, { addresses: [x, w, y].map(i32.const), samples: zero, slot: zero, sample: zero }),
  );
const pages = 16;
const memory = new WebAssembly.Memory({ initial: pages });
new Float32Array(memory.buffer).fill(1);
const module = new WebAssembly.Module(builder.encode({ initial: pages, shared: false }));
const run = new WebAssembly.Instance(module, { env: { memory } }).exports.run as () => void;
let fewest = Number.POSITIVE_INFINITY;
for (let k = 0; k < 2000; k++) {
  const start = performance.now();
  run();
  fewest = Math.min(fewest, performance.now() - start);
}
process.stdout.write(`${JSON.stringify({ milliseconds: fewest, revectorize: runtimeInfo().revectorize })}\n`);
