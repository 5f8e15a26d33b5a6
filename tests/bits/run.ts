/**
 * Compares random networks in this process and prints a line of JSON for each.
 * usage: node --no-liftoff [--experimental-wasm-revectorize] tests/bits/run.ts small|wide rotated|all SEED ...
 */
import { configure, runtimeInfo } from '../../src/runtime/index.ts';
import { differences, expectedOf, NotFinite } from './compare.ts';
import { finiteDifferences } from './finite-differences.ts';
import { type KindName, kinds } from './kinds.ts';
import { randomNetwork } from './random-network.ts';
import type { NetworkReport } from './report.ts';

// threads beyond the machine's cores shall work, not wait for a core
configure({ oversubscribe: true });

async function report(kind: KindName, seed: number, everything: boolean): Promise<NetworkReport> {
  const { limits, all, rotated, differences: derive } = kinds[kind];
  const { revectorize } = runtimeInfo();
  const network = randomNetwork(seed, limits);
  const combinations = (everything ? all : rotated(seed)).filter((c) => c.revectorize === revectorize);
  const failures: string[] = [];
  let derivatives = 0;
  let finite = true;
  try {
    if (derive && rotated(seed)[0]!.revectorize === revectorize) {
      const { checked, failures: wrong } = finiteDifferences(network);
      derivatives = checked;
      failures.push(...wrong);
    }
    const expected = expectedOf(network);
    for (const combination of combinations)
      failures.push(...(await differences(network, expected, combination)));
  } catch (error) {
    if (error instanceof NotFinite) finite = false;
    else failures.push(String((error as Error).stack));
  }
  return {
    kind,
    seed,
    description: network.description,
    combinations: combinations.length,
    derivatives,
    finite,
    failures,
  };
}

const [kind, which, ...seeds] = process.argv.slice(2);
for (const seed of seeds) {
  const line = await report(kind as KindName, Number(seed), which === 'all').catch(
    (error: Error): NetworkReport => ({
      kind: kind!,
      seed: Number(seed),
      description: '',
      combinations: 0,
      derivatives: 0,
      finite: true,
      failures: [String(error.stack)],
    }),
  );
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
