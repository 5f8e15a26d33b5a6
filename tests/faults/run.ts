import { inspect, isDeepStrictEqual, parseArgs } from 'node:util';
import { randomNumbers, runChain } from './chain.ts';
import { Trial } from './trial.ts';

/** `npm run faults`: kills trainings at random moments and goes on with them, until so many processes were killed. */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: '8' },
  },
});
const setting = { trainImages: 300, batchSize: 8, epochs: 3 };
const trial = new Trial(setting, true);
const print = (value: unknown): void => {
  process.stdout.write(`${typeof value === 'string' ? value : inspect(value)}\n`);
};
const total = { kills: 0, killsInCalls: 0, full: 0, warned: 0, stops: 0, processes: 0, looks: 0 };
const started = performance.now();
try {
  const whole = await trial.run('whole', { kind: 'none' });
  if (whole.code !== 0)
    throw new Error(`The training that nobody disturbs ended with ${whole.code}: ${whole.stderr}`);
  const wanted = await trial.result('whole');
  const within = 1000 * Number(/"seconds":([\d.]+)[^\n]*\n$/.exec(whole.stdout)?.[1] ?? 3);
  print(
    `disk of its own: ${trial.hasDisk ? 'yes' : 'no'}; undisturbed ${(within / 1000).toFixed(1)} s of training`,
  );
  for (let chain = 0; total.kills < Number(values.kills); chain++) {
    const seed = Number(values.seed) + chain;
    const name = `chain-${seed}`;
    const { result, ...counts } = await runChain(trial, name, randomNumbers(seed), {
      faults: Number(values.faults),
      within: 0.8 * within,
    });
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += counts[key];
    const same = isDeepStrictEqual(result, wanted);
    print(
      `seed ${seed}: ${JSON.stringify(counts)} ${same ? 'same bits' : 'OTHER BITS'}; ${total.kills} kills so far`,
    );
    if (!same) {
      print(JSON.stringify({ wanted, result }, null, 2));
      process.exitCode = 1;
      break;
    }
    trial.drop(name);
  }
} catch (error) {
  print(error);
  process.exitCode = 1;
} finally {
  trial.remove();
}
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
print(
  `${JSON.stringify(total)} in ${minutes} min: ${process.exitCode ? 'FAILED' : 'no torn file, always the same bits'}`,
);
