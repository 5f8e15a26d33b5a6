import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../fixtures/python.ts';
import { namesIn, orHelp } from '../arguments.ts';
import { machine } from '../machine.ts';
import { NetworkBuilder } from '../networks/builder.ts';
import type { NetworkDescription } from '../networks/description.ts';
import { buildEverywhere, dropEverywhere } from '../networks-of-peers.ts';
import { optionalPeers, type Peers, startPeers } from '../peers.ts';
import { alternate } from '../rounds.ts';
import { trainers } from '../variants.ts';
import { chart, type Line } from './chart.ts';

const help = `npm run bench -- --pictures [--only NAMES] [--rounds N] [--out FOLDER]
Draws the time of a training step of two separable convolutions at 28 x 28 as SVG, beside the faster way of Keras and of
PyTorch: against batch, channels, dilation and threads.

  --only NAMES   of batch, channels, dilation, threads
  --rounds N     (default 5)
  --out FOLDER   (default bench/pictures)
`;

interface Point {
  readonly channels: number;
  readonly dilation: number;
  readonly batch: number;
  readonly threads: number;
}

interface Picture {
  readonly xLabel: string;
  readonly points: readonly number[];
  readonly at: (value: number) => Partial<Point>;
  /** Microseconds a sample instead of milliseconds a step. */
  readonly perSample?: boolean;
}

const usual: Point = { channels: 32, dilation: 2, batch: 128, threads: 2 };
const pictures: Readonly<Record<string, Picture>> = {
  batch: {
    xLabel: 'samples in a batch',
    points: [1, 4, 16, 32, 64, 128, 256, 512],
    at: (batch) => ({ batch }),
    perSample: true,
  },
  channels: {
    xLabel: 'channels of the first convolution, half of those of the second',
    points: [8, 16, 24, 32, 48, 64, 96],
    at: (channels) => ({ channels }),
  },
  dilation: { xLabel: 'dilation', points: [1, 2, 3, 4, 6, 8, 12], at: (dilation) => ({ dilation }) },
  threads: { xLabel: 'threads', points: [1, 2, 4, 8], at: (threads) => ({ threads }) },
};

function network({ channels, dilation }: Point): NetworkDescription {
  const n = new NetworkBuilder([28, 28, 1], 'u8');
  let h = n.rescaling(n.input, 1 / 255);
  for (const filters of [channels, 2 * channels])
    h = n.activation(n.separable(h, { filters, kernel: 3, dilation }));
  return n.finish('picture', n.flatten(n.dropout(n.maxPooling(h), 0.5)), 10);
}

/** The command `--pictures`. */
export async function drawPictures(args: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'atrous-pictures-'));
  try {
    return await orHelp(help, async () => {
      const { values } = parseArgs({
        args: [...args],
        options: {
          pictures: { type: 'boolean' },
          only: { type: 'string', default: Object.keys(pictures).join() },
          rounds: { type: 'string', default: '5' },
          out: { type: 'string', default: join(root, 'bench/pictures') },
          help: { type: 'boolean', default: false },
        },
      });
      if (values.help) {
        console.log(help);
        return 0;
      }
      mkdirSync(values.out, { recursive: true });
      for (const name of namesIn(values.only, Object.keys(pictures), '--only')) {
        const svg = await draw(name, pictures[name]!, Number(values.rounds), folder);
        writeFileSync(join(values.out, `${name}.svg`), svg);
      }
      return 0;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function draw(
  name: string,
  { xLabel, points, at, perSample = false }: Picture,
  rounds: number,
  folder: string,
): Promise<string> {
  const families = new Map<string, number[]>();
  let peers: Peers | undefined;
  let threads = 0;
  try {
    for (const [k, value] of points.entries()) {
      const point = { ...usual, ...at(value) };
      if (peers === undefined || point.threads !== threads) {
        peers?.close();
        peers = await startPeers(point.threads, new Set(optionalPeers.filter((peer) => peer !== 'torch')));
        threads = point.threads;
      }
      for (const [family, ms] of await timesAt(peers, point, rounds, folder)) {
        const values = families.get(family) ?? points.map(() => Number.NaN);
        values[k] = perSample ? (1e3 * ms) / point.batch : ms;
        families.set(family, values);
      }
      const shown = [...families].map(([family, values]) => `${family} ${values[k]!.toPrecision(3)}`);
      console.log(`${name} ${value}: ${shown.join(', ')}`);
    }
  } finally {
    peers?.close();
  }
  const { load } = machine();
  const lines: Line[] = [...families].map(([label, values]) => ({ label, values }));
  const yLabel = perSample ? 'microseconds a sample' : 'milliseconds a step';
  return chart({ title: `Training step against ${name}, load ${load}`, xLabel, yLabel, points, lines });
}

/** Median milliseconds of a step by family. */
async function timesAt(
  peers: Peers,
  point: Point,
  rounds: number,
  folder: string,
): Promise<Map<string, number>> {
  const { batch } = point;
  const everywhere = await buildEverywhere(peers, 'picture', network(point), { batch, folder, xla: false });
  const admits = (label: string): boolean => !/compile|, fit/.test(label);
  const { variants } = await trainers(everywhere, { repetitions: 5, batch, admits });
  const outcomes = await alternate(variants, rounds);
  await dropEverywhere(everywhere);
  const best = new Map<string, number>();
  outcomes.forEach(({ median }, k) => {
    const { family } = variants[k]!;
    best.set(family, Math.min(best.get(family) ?? Number.POSITIVE_INFINITY, median));
  });
  return best;
}
