import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const models = 40;
const entry = new URL('../index.ts', import.meta.url).href;

/** Makes models that train a step and predict, and counts memories and threads; collection needs a flag of its own. */
const script = `
import { configure, layers, sequential } from ${JSON.stringify(entry)};
configure({ threads: 2 });
const count = { made: 0, collected: 0, started: 0 };
const registry = new FinalizationRegistry(() => count.collected++);
const { Memory } = WebAssembly;
WebAssembly.Memory = class extends Memory {
  constructor(descriptor) {
    super(descriptor);
    count.made++;
    registry.register(this, undefined);
  }
};
process.on('worker', () => count.started++);
const x = { data: new Float32Array(16 * 64), shape: [16, 8, 8, 1] };
const y = Uint8Array.from({ length: 16 }, (_, i) => i % 2);
async function live(dispose) {
  const model = sequential([
    layers.separableConv2d({ filters: 4, kernelSize: 3, dilationRate: 2 }),
    layers.batchNormalization(),
    layers.flatten(),
    layers.dense({ units: 2, activation: 'softmax' }),
  ], { inputShape: [8, 8, 1] });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  await model.fit(x, y, { batchSize: 16, epochs: 1, verbose: 0 });
  await model.predict(x);
  if (dispose) model.dispose();
}
for (let k = 0; k < ${models}; k++) await live(process.argv[1] === 'dispose');
const { started } = count;
for (let turn = 0; turn < 500 && count.collected < count.made; turn++) {
  gc();
  await new Promise((resolve) => setTimeout(resolve, 5));
}
console.log(JSON.stringify({ ...count, started }));
`;

test.each(['dispose', 'drop'])('models that live for one step leave nothing behind: %s', (way) => {
  const args = ['--expose-gc', '--no-warnings', '--input-type=module', '--eval', script, way];
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const output = execFileSync(process.execPath, args, { cwd, encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual({ made: models, collected: models, started: 2 });
});
