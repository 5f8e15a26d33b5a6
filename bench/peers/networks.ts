import { layers, sequential } from '../../src/index.ts';

/** The networks that the bench times, as their users write them; the peers have the same. */
export type NetworkName = 'seed' | 'standard';

export interface NetworkOptions {
  readonly dilation: number;
  readonly dropout: number;
  readonly threads: number;
}

const common = { kernelSize: 3, padding: 'same', activation: 'relu' } as const;

/** Digits of 28 x 28 bytes: two convolutions (separable, or plain without dilation), max-pool, dropout, dense. */
export function network(name: NetworkName, options: NetworkOptions): ReturnType<typeof sequential> {
  const convolution = {
    seed: (filters: number) =>
      layers.separableConv2d({ ...common, filters, dilationRate: options.dilation }),
    standard: (filters: number) => layers.conv2d({ ...common, filters }),
  }[name];
  return sequential(
    [
      layers.rescaling({ scale: 1 / 255 }),
      convolution(32),
      convolution(64),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: options.dropout }),
      layers.flatten(),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
    { inputShape: [28, 28, 1], engine: { threads: options.threads } },
  );
}
