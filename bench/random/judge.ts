import { agreementOf } from '../agreement.ts';
import type { NetworkDescription } from '../networks/description.ts';
import type { RandomNetwork } from '../networks/random-network.ts';
import { buildEverywhere, dropEverywhere, type Everywhere } from '../networks-of-peers.ts';
import type { Peers } from '../peers.ts';
import { quantile } from '../statistics.ts';
import { trainers, type Variant } from '../variants.ts';

/** How Atrous stands on one network. */
export interface Judgement {
  readonly number: number;
  readonly about: string;
  /** Milliseconds of a step, medians over the rounds. */
  readonly own: number;
  readonly peer: number;
  readonly peerLabel: string;
  /** Median over the rounds of the fastest peer's time by that of Atrous; 0 after a failure. */
  readonly ratio: number;
  readonly failure: string | undefined;
  readonly line: string;
}

export interface JudgeOptions {
  readonly folder: string;
  /** Compare losses with Keras first. */
  readonly losses: boolean;
}

const rounds = 3;
/** Ways that compile a network for half a minute are left out, and `fit` of Keras, which is never its fastest. */
const admits = (label: string): boolean => !/compile|128-bit|, fit/.test(label);

/** Times a training step of a network in Atrous, Keras and PyTorch. */
export async function judge(
  peers: Peers,
  { network, batch, megaMultiplyAdds }: RandomNetwork,
  number: number,
  { folder, losses }: JudgeOptions,
): Promise<Judgement> {
  const about = `${aboutNetwork(network)}, batch ${batch}, ${Math.round(megaMultiplyAdds)} M`;
  try {
    if (losses) await agreementOf(peers, network, { batch, folder });
    const everywhere = await buildEverywhere(peers, 'random', network, { batch, folder, xla: false });
    const { own, peer, peerLabel, ratio } = await timeNetwork(everywhere, batch);
    await dropEverywhere(everywhere);
    const line = `${number}: ${ratio.toFixed(2)}x, ${own.toFixed(2)} ms, ${peerLabel} ${peer.toFixed(2)} ms; ${about}`;
    return { number, about, own, peer, peerLabel, ratio, failure: undefined, line };
  } catch (error) {
    const failure = (error as Error).message.split('\n')[0]!;
    const line = `${number}: 0x, ${failure}; ${about}`;
    return { number, about, own: Number.NaN, peer: Number.NaN, peerLabel: '', ratio: 0, failure, line };
  }
}

async function timeNetwork(
  everywhere: Everywhere,
  batch: number,
): Promise<Pick<Judgement, 'own' | 'peer' | 'peerLabel' | 'ratio'>> {
  const { variants, leftOut } = await trainers(everywhere, { repetitions: 4, batch, admits });
  const own = variants.find(({ family }) => family.startsWith('Atrous'));
  const others = variants.filter((variant) => variant !== own && !variant.family.startsWith('Atrous'));
  if (own === undefined) throw new Error(leftOut.find(({ label }) => label.startsWith('Atrous'))!.reason);
  if (others.length === 0) throw new Error(`No peer ran: ${leftOut.map(({ reason }) => reason).join('; ')}`);
  const times = new Map<Variant, number[]>([own, ...others].map((variant) => [variant, []]));
  for (let round = 0; round < rounds; round++) {
    for (let k = 0; k <= others.length; k++) {
      const variant = [own, ...others][(k + round) % (others.length + 1)]!;
      times.get(variant)!.push(quantile(await variant.turn(), 0.5));
    }
  }
  const fastestIn = (round: number): number => Math.min(...others.map((peer) => times.get(peer)![round]!));
  const ratios = times.get(own)!.map((ms, round) => fastestIn(round) / ms);
  const median = (variant: Variant): number => quantile(times.get(variant)!, 0.5);
  const best = others.toSorted((a, b) => median(a) - median(b))[0]!;
  return { own: median(own), peer: median(best), peerLabel: best.label, ratio: quantile(ratios, 0.5) };
}

function aboutNetwork({ input, nodes }: NetworkDescription): string {
  const count = (kind: string): number => nodes.filter((node) => node.kind === kind).length;
  const kinds = [
    ['convolution', 'conv'],
    ['depthwise', 'dw'],
    ['separable', 'sep'],
    ['add', 'add'],
    ['concatenate', 'concat'],
    ['maxPooling', 'pool'],
    ['dense', 'dense'],
  ] as const;
  const parts = kinds.flatMap(([kind, short]) => (count(kind) > 0 ? [`${count(kind)} ${short}`] : []));
  const norm = count('batchNormalization') > 0 ? ', batch norm' : '';
  return `${input.shape.join('x')}: ${parts.join(', ')}${norm}`;
}
