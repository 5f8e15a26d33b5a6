import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { orHelp, positive } from '../arguments.ts';
import { machine } from '../machine.ts';
import { randomNetwork } from '../networks/random-network.ts';
import { optionalPeers, type Peer, type Peers, startPeers } from '../peers.ts';
import { type Judgement, judge } from './judge.ts';
import { geometricMean, tableOfRandom } from './random-table.ts';

const help = `npm run bench -- --random SEED [options]
Random networks (bench/networks/random-network.ts) against the faster of Keras and PyTorch: a training step of each, the
median ratio of three alternated rounds. A network that fails in Atrous counts as 0; a peer that crashes on a network is
left out there. The lowest three are run once more.

  SEED              a whole number, such as the date: 20260131
  --count N         networks (default 40)
  --first N         number of the first (default 0)
  --threads N       (default 2)
  --without-losses  does not compare losses with Keras
`;

/** The command `--random`. */
export function runRandom(args: readonly string[]): Promise<number> {
  return orHelp(help, async () => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        random: { type: 'string' },
        count: { type: 'string', default: '40' },
        first: { type: 'string', default: '0' },
        threads: { type: 'string', default: '2' },
        'without-losses': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(help);
      return 0;
    }
    const seed = positive(values.random!, '--random');
    const first = Number(values.first);
    const numbers = Array.from({ length: positive(values.count, '--count') }, (_, k) => first + k);
    await judgeAll(seed, numbers, positive(values.threads, '--threads'), !values['without-losses']);
    return 0;
  });
}

/** Networks that are run a second time. */
const repeated = 3;

async function judgeAll(
  seed: number,
  numbers: readonly number[],
  threads: number,
  losses: boolean,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atrous-random-'));
  const without = new Set(optionalPeers.filter((name) => name !== 'torch'));
  const { processor, cores, load, node } = machine();
  console.log(`seed ${seed}; ${processor}, ${cores} cores, ${threads} threads, load ${load}, Node ${node}`);
  let peers = await startPeers(threads, without);
  const run = async (number: number): Promise<Judgement> => {
    let present = peers;
    for (;;) {
      const one = await judge(present, randomNetwork(seed, number), number, { folder, losses });
      console.log(one.line);
      if (one.failure === undefined) return one;
      const crashed = endedPeer(present, one.failure);
      peers = await fresh(peers, threads, without);
      present = among(peers, present, crashed);
      if (crashed === undefined || present.keras.length === 0) return one;
      console.log(`${number}: once more without ${crashed}`);
    }
  };
  try {
    if (peers.missing.length > 0) console.log(`not installed: ${peers.missing.join(', ')}`);
    const results = new Map<number, Judgement>();
    for (const number of numbers) results.set(number, await run(number));
    const lowest = [...results.values()].toSorted((a, b) => a.ratio - b.ratio).slice(0, repeated);
    console.log(`once more: ${lowest.map(({ number }) => number).join(', ')}`);
    for (const { number } of lowest) results.set(number, await run(number));
    const all = [...results.values()];
    console.log(`\n${tableOfRandom(all)}`);
    const ratios = all.map(({ ratio }) => ratio);
    console.log(
      `\nseed ${seed}: geometric mean ${geometricMean(ratios).toFixed(2)}x, lowest ${Math.min(...ratios).toFixed(2)}x, ` +
        `${all.filter(({ failure }) => failure !== undefined).length} of ${all.length} failed`,
    );
  } finally {
    peers.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The peer, not Atrous, whose process a failure tells has ended: a fault of its own. */
const endedPeer = ({ keras, others }: Peers, failure: string): string | undefined =>
  [...keras, ...others].find(({ label }) => failure.startsWith(label) && failure.includes('ended'))?.label;

/** Of new peers those that were present before, but one. */
function among(peers: Peers, present: Peers, without: string | undefined): Peers {
  const stays = ({ label }: Peer): boolean =>
    label !== without && [...present.keras, ...present.others].some((before) => before.label === label);
  return { ...peers, keras: peers.keras.filter(stays), others: peers.others.filter(stays) };
}

/** New processes: after a failure those that run may be gone, or in a state of their own. */
function fresh(peers: Peers, threads: number, without: ReadonlySet<string>): Promise<Peers> {
  peers.close();
  return startPeers(threads, without);
}
