import { elementCount } from '../ir/tensor-type.ts';
import { Model } from '../model/model.ts';
import * as layers from '../nn/layers/index.ts';
import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
import { functionalNetwork, type Network } from '../nn/network/network.ts';
import { tensor } from '../tensor/tensor.ts';
import { grouped } from './figures.ts';
import { wrapped } from './inspect-columns.ts';

/** Shares of the time of a prediction. */
export interface LayerTimes {
  /** Samples of a prediction. */
  readonly samples: number;
  /** Of one prediction by the whole network. */
  readonly seconds: number;
  readonly layers: readonly {
    readonly name: string;
    /** What the layer adds to the time of those before it. */
    readonly seconds: number;
    /** Of the sum over all layers, 0 to 1. */
    readonly share: number;
  }[];
}

const SAMPLES = 128;
const FEWEST_REPEATS = 7;
const LEAST_SECONDS = 0.1;

/**
 * Times predictions by the network cut off behind one layer after another: what a layer adds to the fastest time is its
 * own. A cut value is averaged over its positions, so that reading it back does not count.
 * @param now a clock in seconds
 */
export async function measureLayers(model: Model, now: () => number): Promise<LayerTimes> {
  const { network } = model;
  const inputs = network.inputs.map(({ shape }) =>
    tensor(
      Float32Array.from({ length: SAMPLES * elementCount(shape) }, (_, k) => ((k * 37) % 101) / 101),
      [SAMPLES, ...shape],
    ),
  );
  const fastest = async (part: Model, fed: typeof inputs): Promise<number> => {
    const predict = (): Promise<unknown> => part.predictAll(fed, { batchSize: SAMPLES });
    await predict();
    let [best, spent] = [Number.POSITIVE_INFINITY, 0];
    for (let k = 0; k < FEWEST_REPEATS || spent < LEAST_SECONDS; k++) {
      const start = now();
      await predict();
      const seconds = now() - start;
      best = Math.min(best, seconds);
      spent += seconds;
    }
    return best;
  };
  const added = new Map<string, number>();
  let before = 0;
  for (const [k, made] of network.tensors.entries()) {
    if (made.inputs.length === 0) continue;
    const time = await fastest(new Model(cutBehind(network, k)), inputs);
    added.set(made.layer.name, (added.get(made.layer.name) ?? 0) + Math.max(0, time - before));
    before = Math.max(before, time);
  }
  const total = [...added.values()].reduce((sum, seconds) => sum + seconds, 0);
  return {
    samples: SAMPLES,
    seconds: await fastest(model, inputs),
    layers: [...added].map(([name, seconds]) => ({ name, seconds, share: total > 0 ? seconds / total : 0 })),
  };
}

/** The network up to and with tensor number `last`; its outputs are what later layers or nobody reads. */
function cutBehind({ inputs, outputs, tensors }: Network, last: number): Network {
  const kept = new Set(tensors.slice(0, last + 1));
  const read = new Set(tensors.slice(last + 1).flatMap((later) => later.inputs));
  const ends = [...kept].filter(
    (made) => made.inputs.length > 0 && (read.has(made) || outputs.includes(made) || made === tensors[last]),
  );
  return functionalNetwork({ inputs, outputs: ends.map(averaged) });
}

function averaged(made: SymbolicTensor): SymbolicTensor {
  if (made.shape.length === 3) return layers.globalAveragePooling2d().apply(made);
  const series =
    made.shape.length === 2
      ? made
      : layers.reshape({ targetShape: [elementCount(made.shape), 1] }).apply(made);
  return layers.globalAveragePooling1d().apply(series);
}

/** How the column of times came about. */
export function timeLines(time: LayerTimes | undefined): string[] {
  if (!time) return [];
  const text =
    `Time: a prediction of ${grouped(time.samples)} samples takes ${(1000 * time.seconds).toFixed(2)} ms. A layer's ` +
    'share is what it adds to the fastest prediction by the layers before it, their last values averaged; ' +
    'neighbours that the compiler joins share theirs.';
  return ['', ...wrapped(text, 80)];
}
