import { NetworkBuilder, type Port, type WindowOptions } from './builder.ts';
import { multiplyAddsOf } from './costs.ts';
import type { NetworkDescription, Padding } from './description.ts';
import { RandomSource } from './random-source.ts';

/** A network that nobody chose, and the batch that it is trained with. */
export interface RandomNetwork {
  readonly network: NetworkDescription;
  readonly batch: number;
  /** Millions of multiply-adds of a training step: three times those of the forward pass of the batch. */
  readonly megaMultiplyAdds: number;
}

const least = 20;
const most = 2000;

/**
 * Network `number` of a seed: chains, residual and branched blocks; widths 8 to 96, kernels 1 to 7, dilations 1 to 8,
 * strides 1 and 2, sizes 7 to 96, one or two dimensions, with and without batch normalisation, small and large dense
 * heads; batch 16 to 128; 20 to 2,000 million multiply-adds a step. What lies outside of those is drawn again.
 */
export function randomNetwork(seed: number, number: number): RandomNetwork {
  const random = new RandomSource(seed, number);
  for (;;) {
    const network = drawNetwork(random, `random-${seed}-${number}`);
    const batch = random.integer(16, 128);
    const megaMultiplyAdds = (3 * batch * multiplyAddsOf(network)) / 1e6;
    if (megaMultiplyAdds >= least && megaMultiplyAdds <= most) return { network, batch, megaMultiplyAdds };
  }
}

/** What all blocks of a network share. */
interface Style {
  readonly random: RandomSource;
  readonly n: NetworkBuilder;
  readonly normalised: boolean;
  readonly activation: 'relu' | 'relu6';
  readonly causal: boolean;
}

function drawNetwork(random: RandomSource, name: string): NetworkDescription {
  const rank = random.chance(0.7) ? 2 : 1;
  const extent = random.integer(7, 96);
  const extents = rank === 1 || random.chance(0.7) ? [extent] : [extent, random.integer(7, 96)];
  const shape = rank === 2 && extents.length === 1 ? [extent, extent] : extents;
  const n = new NetworkBuilder([...shape, random.choice([1, 3, random.integer(1, 16)])]);
  const style: Style = {
    random,
    n,
    normalised: random.chance(0.5),
    activation: random.chance(0.7) ? 'relu' : 'relu6',
    causal: rank === 1 && random.chance(0.5),
  };
  let h = convolved(style, n.input, width(random), random.chance(0.3) ? 2 : 1);
  const blocks = random.integer(1, 6);
  for (let k = 0; k < blocks; k++) {
    const block = random.choice([chain, residual, branched]);
    h = block(style, h);
    if (random.chance(0.15) && smallest(h) >= 4) h = n.maxPooling(h);
  }
  const classes = random.choice([2, 10, 100]);
  const wide = h.shape.reduce((a, b) => a * b, 1) <= 16_384 && random.chance(0.5);
  let head = wide ? n.flatten(h) : n.globalAveragePooling(h);
  if (random.chance(0.3)) {
    head = n.activation(n.dense(head, random.integer(16, 256)), style.activation);
  }
  return n.finish(name, head, classes);
}

const smallest = (x: Port): number => Math.min(...x.shape.slice(0, -1));
const width = (random: RandomSource): number =>
  random.chance(0.75) ? 8 * random.integer(1, 12) : random.integer(8, 96);

function chain(style: Style, x: Port): Port {
  const { random } = style;
  return convolved(style, x, width(random), strideFor(random, x));
}

function residual(style: Style, x: Port): Port {
  const { random, n } = style;
  const filters = random.chance(0.6) ? x.shape.at(-1)! : width(random);
  const strides = strideFor(random, x);
  const first = convolved(style, x, filters, strides, true);
  const y = convolved(style, first, filters, 1, true);
  const same = strides === 1 && x.shape.at(-1) === filters;
  const shortcut = same ? x : n.convolution(x, { filters, kernel: 1, strides, bias: !style.normalised });
  return random.chance(0.5) ? n.activation(n.add(y, shortcut), style.activation) : n.add(y, shortcut);
}

function branched(style: Style, x: Port): Port {
  const { random, n } = style;
  const strides = strideFor(random, x);
  const joined = random.chance(0.6);
  const filters = width(random);
  const branches = Array.from({ length: random.integer(2, 3) }, (_, k) => {
    const own = joined ? Math.max(8, Math.floor(filters / (k + 1))) : filters;
    return convolved(style, x, own, strides, true);
  });
  return joined ? n.concatenate(...branches) : n.add(...branches);
}

const strideFor = (random: RandomSource, x: Port): number =>
  smallest(x) >= 6 && random.chance(0.25) ? 2 : 1;

/** A convolution, separable or not, with what follows it. `keep`: extents depend on the stride alone. */
function convolved(style: Style, x: Port, filters: number, strides: number, keep = false): Port {
  const { random, n, normalised, activation } = style;
  const kind = random.choice(['convolution', 'separable', 'steps', 'pointwise'] as const);
  const finish = (y: Port): Port => n.activation(normalised ? n.batchNormalization(y) : y, activation);
  const bias = !normalised;
  if (kind === 'pointwise') return finish(n.convolution(x, { filters, kernel: 1, strides, bias }));
  const options = { ...windowFor(style, x, strides, keep), bias };
  if (kind === 'convolution') return finish(n.convolution(x, { ...options, filters }));
  if (kind === 'separable') return finish(n.separable(x, { ...options, filters }));
  return finish(n.convolution(finish(n.depthwise(x, options)), { filters, kernel: 1, bias }));
}

function windowFor({ random, causal }: Style, x: Port, strides: number, keep: boolean): WindowOptions {
  const extents = x.shape.slice(0, -1);
  const taps = random.integer(1, 7);
  const uneven = extents.length === 2 && random.chance(0.2);
  const kernel = uneven ? [taps, random.integer(1, 7)] : extents.map(() => taps);
  const dilation = strides === 1 && random.chance(0.4) ? random.integer(2, 8) : 1;
  const fits = extents.every((extent, k) => extent - (kernel[k]! - 1) * dilation >= 4);
  const valid = !keep && fits && random.chance(0.15);
  const padding: Padding = causal ? 'causal' : valid ? 'valid' : 'same';
  return { kernel, strides, dilation, padding };
}
