import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeNpy } from '../formats/npy.ts';
import { makePlace, type Place, run } from './spawn.test-support.ts';

let place: Place;
beforeAll(() => {
  place = makePlace(4, 4);
  const whole = readFileSync('fixtures/networks/perceptron.keras');
  writeFileSync(place.path('cut.keras'), whole.subarray(0, 5000));
  writeFileSync(place.path('text.keras'), 'hello');
  writeFileSync(place.path('empty.safetensors'), '');
  writeFileSync(place.path('picture.png'), '\x89PNG\r\n\x1a\n', 'latin1');
  writeFileSync(place.path('cut.npy'), '\x93NUMPY');
  const values = new Float32Array(60).fill(NaN, 45, 46);
  writeFileSync(place.path('nan.npy'), encodeNpy({ dtype: 'f32', shape: [2, 30], data: values }));
  copyFileSync('fixtures/fuzz/native-1-187.bin', place.path('bad.safetensors'));
  copyFileSync('fixtures/fuzz/hdf5-1-217.bin', place.path('endless.h5'));
  copyFileSync('fixtures/networks/perceptron.keras', place.path('good.keras'));
});
afterAll(() => place.remove());

test('damaged files and wrong flags give exit code 2 and one sentence', { timeout: 240_000 }, async () => {
  const at = (name: string): string => place.path(name);
  const cases: readonly (readonly [args: readonly string[], message: string])[] = [
    [['evaluate', at('cut.keras')], 'is no zip archive'],
    [['evaluate', at('bad.safetensors')], 'kernelInitializer in layer "grouped"'],
    [['inspect', at('endless.h5')], 'the HDF5 library took longer than 0.9 s'],
    [['inspect', at('text.keras')], 'by its first bytes neither a .keras'],
    [['inspect', at('missing.h5')], 'no such file'],
    [['predict', at('empty.safetensors'), '--input', at('cut.npy')], 'it is empty'],
    [['predict', at('good.keras'), '--input', at('cut.npy')], 'within the header'],
    [
      ['predict', at('good.keras'), '--input', at('nan.npy')],
      'nan.npy: the value at index 45 (sample 1) is NaN',
    ],
    [['train', place.data, '--model', at('cut.keras')], 'is no zip archive'],
    [['evaluate', at('picture.png')], 'by its first bytes neither a .keras'],
    [['evaluate', at('good.keras'), place.data], 'for DATA in atrous evaluate. Expected samples of shape'],
    [['lr-finder', place.data, '--max', '1e-9'], 'for --max in atrous lr-finder'],
    [['train', place.data, '--epochs', '-1'], '--epochs in atrous train'],
    [['evaluate', at('good.keras'), '--bogus'], "Unknown option '--bogus'"],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^atrous: .+[.?] ?.*\n$/);
    expect(stderr).not.toMatch(/\n\s+at /);
  }
});
