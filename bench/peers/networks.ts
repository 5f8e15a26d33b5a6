import { layers, sequential } from '../../src/index.ts';
import { residualSmall, tcn } from '../../src/zoo.ts';

/** The networks that the bench times, as their users write them; the peers have the same. */
export type NetworkName = 'seed' | 'standard' | 'residual' | 'tcn';

export interface NetworkOptions {
  readonly dilation: number;
  readonly dropout: number;
  readonly threads: number;
}

const common = { kernelSize: 3, padding: 'same', activation: 'relu' } as const;

type Model = ReturnType<typeof sequential>;

/** Digits of 28 x 28 bytes: two convolutions, max-pool, dropout, dense. */
function digits(
  convolution: (filters: number) => ReturnType<typeof layers.conv2d>,
  { dropout, threads }: NetworkOptions,
): Model {
  return sequential(
    [
      layers.rescaling({ scale: 1 / 255 }),
      convolution(32),
      convolution(64),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: dropout }),
      layers.flatten(),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
    { inputShape: [28, 28, 1], engine: { threads } },
  );
}

const networks: { readonly [K in NetworkName]: (options: NetworkOptions) => Model } = {
  seed: (options) =>
    digits(
      (filters) => layers.separableConv2d({ ...common, filters, dilationRate: options.dilation }),
      options,
    ),
  standard: (options) => digits((filters) => layers.conv2d({ ...common, filters }), options),
  residual: ({ threads }) => residualSmall({ engine: { threads } }),
  tcn: ({ threads, dropout }) => tcn({ engine: { threads }, dropout: dropout / 5 }),
};

/** A network as its users write it. The network `tcn` takes a fifth of the dropout. */
export function network(name: NetworkName, options: NetworkOptions): Model {
  return networks[name](options);
}
