import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadModel } from '../model/node-model.ts';
import { findCheckpoint } from './find-checkpoint.ts';
import { makePlace, type Place, run, start } from './spawn.test-support.ts';

let place: Place;
beforeAll(() => {
  place = makePlace(96, 20);
});
afterAll(() => place.remove());

const json = (name: string): Record<string, never> =>
  JSON.parse(readFileSync(place.path(name, 'history.json'), 'utf8')) as Record<string, never>;

describe('--resume FOLDER', () => {
  test('needs no other flag, goes on in the middle of an epoch, and its files are those of one run', async () => {
    const common = ['--batch-size', '8', '--epochs', '3', '--seed', '4', '--no-report'];
    const logs = (name: string) => [
      '--csv',
      place.path(name, 'log.csv'),
      '--log',
      place.path(name, 'log.jsonl'),
    ];
    const began = (name: string) => [
      'train',
      place.data,
      ...common,
      '--out',
      place.path(name),
      ...logs(name),
    ];
    const whole = await run(began('whole'));
    expect(whole).toMatchObject({ code: 0, stderr: '' });
    const running = start([...began('stopped'), '--json', '--checkpoint-every', '5steps', '--keep', '1']);
    await running.printed('"event":"checkpoint"');
    running.child.kill('SIGINT');
    const stopped = await running.ended;
    expect(stopped.code).toBe(130);
    const names = readdirSync(place.path('stopped', 'checkpoints'));
    const held = await findCheckpoint(place.path('stopped', 'checkpoints', names[0]!), '', '');
    expect(names).toEqual([`step-${String(held.step).padStart(8, '0')}.safetensors`]);

    const resumed = await run(['train', '--resume', place.path('stopped')]);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(resumed.stdout).toMatch(/Going on from \S+\.safetensors, in epoch \d of 3, after \d+ steps/);
    const [a, b] = [json('whole'), json('stopped')];
    for (const key of ['epoch', 'history', 'bestEpoch', 'batchSize', 'seed']) expect(b[key]).toEqual(a[key]);
    for (const file of ['log.csv', 'log.jsonl', 'sample.npy'])
      expect(readFileSync(place.path('stopped', file))).toEqual(readFileSync(place.path('whole', file)));

    // a finished training: what is missing is written again, and more epochs can be asked for
    const again = await run(['train', '--out', place.path('whole'), '--resume', '--json']);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(again.stdout.trim().split('\n').at(-1)!)).toMatchObject({ event: 'end', epochs: 3 });
    const fewer = await run(['train', '--resume', place.path('whole'), '--epochs', '2']);
    expect(fewer.stderr).toMatch(/--epochs .*Expected at least the 3 epochs that are done/);
    const other = await run(['train', '--resume', place.path('whole'), '--model', 'tiny']);
    expect(other.stderr).toMatch(/--model .*Expected none with --resume, because the checkpoint holds seed/);
    const batches = await run([
      'train',
      '--resume',
      place.path('whole'),
      '--epochs',
      '4',
      '--batch-size',
      '9',
    ]);
    expect([batches.code, batches.stdout]).toEqual([2, '']);
    expect(batches.stderr).toMatch(/--batch-size .*Expected 8 or none with --resume.* Received: 9\./);
    const same = ['--epochs', '4', '--batch-size', '8', '--out', place.path('longer')];
    expect((await run(['train', '--resume', place.path('whole'), ...same])).code).toBe(0);
  });

  test('writes the last state where a killed process came to the best one of its last epoch alone', async () => {
    const folder = place.path('half');
    await run(['train', place.data, '--epochs', '1', '--batch-size', '32', '--no-report', '--out', folder]);
    const [last, best] = [`${folder}/model.safetensors`, `${folder}/best.safetensors`];
    const [state, history] = [readFileSync(last), readFileSync(`${folder}/history.json`)];
    writeFileSync(best, state);
    rmSync(last);
    rmSync(`${folder}/history.json`);
    const { code, stdout } = await run(['train', '--resume', folder]);
    expect(code).toBe(0);
    expect(stdout).toContain('at its end');
    expect(readFileSync(last)).toEqual(state);
    expect(readFileSync(`${folder}/history.json`)).toEqual(history);
  });

  test('the best state stays where later epochs are worse, also behind a resume', async () => {
    // a rate at which the training runs away after its first epochs
    const began = ['train', place.data, '--batch-size', '32', '--learning-rate', '1', '--no-report'];
    const [whole, parts] = [place.path('fallen'), place.path('fallen-parts')];
    await run([...began, '--epochs', '6', '--out', whole]);
    const { bestEpoch, history } = json('fallen') as unknown as {
      readonly bestEpoch: number;
      readonly history: Readonly<Record<'valAccuracy', readonly number[]>>;
    };
    const accuracies = history.valAccuracy;
    const highest = Math.max(...accuracies);
    expect(bestEpoch).toBe(accuracies.indexOf(highest) + 1);
    expect(bestEpoch).toBeLessThan(6);
    const judged = await run(['evaluate', `${whole}/best.safetensors`, place.data, '--json']);
    expect(JSON.parse(judged.stdout)).toMatchObject({ accuracy: highest });
    await run([...began, '--epochs', String(bestEpoch + 1), '--out', parts]);
    expect((await run(['train', '--resume', parts, '--epochs', '6'])).code).toBe(0);
    const weightsOf = async (folder: string): Promise<number[]> => {
      const model = await loadModel(`${folder}/best.safetensors`);
      const weights = (await model.getWeights()).flatMap(({ data }) => [...data]);
      model.dispose();
      return weights;
    };
    expect(await weightsOf(parts)).toEqual(await weightsOf(whole));
  });

  test('passes over a damaged checkpoint', async () => {
    const folder = place.path('damaged');
    const common = ['train', place.data, '--epochs', '1', '--batch-size', '32', '--no-report'];
    await run([...common, '--out', folder]);
    mkdirSync(`${folder}/checkpoints`);
    writeFileSync(`${folder}/checkpoints/step-00000099.safetensors`, 'torn');
    const { code, stderr } = await run(['train', '--resume', folder, '--epochs', '2']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Passed over a checkpoint: .*step-00000099\.safetensors/);
  });
});

test('--folder trains on pictures; predict and evaluate know their classes', async () => {
  const pictures = place.path('pictures');
  for (const [label, name] of ['dark', 'light'].entries()) {
    mkdirSync(`${pictures}/${name}`, { recursive: true });
    for (let k = 0; k < 20; k++) {
      const data = Uint8Array.from({ length: 144 }, (_, p) => 60 + 120 * label + ((p * 7 + k) % 20));
      writeFileSync(
        `${pictures}/${name}/${k}.png`,
        encode({ width: 12, height: 12, channels: 1, depth: 8, data }),
      );
    }
  }
  const out = place.path('folder');
  const args = ['train', '--folder', pictures, '--image-size', '10', '--epochs', '8', '--batch-size', '8'];
  const trained = await run([...args, '--learning-rate', '0.01', '--out', out, '--json']);
  expect(trained).toMatchObject({ code: 0, stderr: '' });
  const lines = trained.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ data: pictures, trainImages: 32, testImages: 8 });
  expect(lines.at(-1)).toMatchObject({ event: 'end', valAccuracy: 1 });
  expect(JSON.parse(readFileSync(`${out}/classes.json`, 'utf8'))).toEqual(['dark', 'light']);
  expect(readFileSync(`${out}/report.html`, 'utf8')).toContain('light');
  const predicted = await run(['predict', `${out}/model.keras`, '--input', `${out}/sample.npy`, '--json']);
  expect(predicted.stdout).toMatch(/"className":"(dark|light)"/);
  const evaluated = await run(['evaluate', `${out}/model.keras`, '--folder', pictures, '--json']);
  expect(JSON.parse(evaluated.stdout)).toMatchObject({ accuracy: 1, images: 40 });
  const wrong = await run(['train', '--image-size', '10']);
  expect(wrong.stderr).toMatch(/--image-size .*Expected none without --folder/);
});

test('lr-finder prints a chart, a table and suggestions, and draws the curve', async () => {
  const svg = place.path('rates.svg');
  const args = ['lr-finder', place.data, '--steps', '20', '--batch-size', '16', '--min', '1e-4'];
  const { code, stdout, stderr } = await run([...args, '--svg', svg]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/█/);
  expect(stdout).toMatch(/A tenth of the rate with the least loss is \S+\.\n/);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  expect(readFileSync(svg, 'utf8')).toMatch(/^<svg [\s\S]*polyline[\s\S]*<\/svg>\n$/);
  const machine = await run([...args, '--json']);
  const { rates, losses, suggestion } = JSON.parse(machine.stdout);
  expect(rates).toHaveLength(losses.length);
  expect(suggestion.minimumTenth).toBeGreaterThan(0);
});
