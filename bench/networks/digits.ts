import { NetworkBuilder, type Port } from './builder.ts';
import type { NetworkDescription } from './description.ts';

/** Digits of 28 x 28 bytes: two convolutions of 32 and 64 filters, max-pool, dropout, dense. */
function digits(
  name: string,
  dropout: number,
  convolve: (x: Port, filters: number) => Port,
  n: NetworkBuilder,
): NetworkDescription {
  let h = n.rescaling(n.input, 1 / 255);
  for (const filters of [32, 64]) h = n.activation(convolve(h, filters));
  return n.finish(name, n.flatten(n.dropout(n.maxPooling(h), dropout)), 10);
}

/** Separable convolutions of 3 x 3 with a dilation. */
export function seed(dilation: number, dropout: number): NetworkDescription {
  const n = new NetworkBuilder([28, 28, 1], 'u8');
  return digits(
    `seed-${dilation}`,
    dropout,
    (x, filters) => n.separable(x, { filters, kernel: 3, dilation }),
    n,
  );
}

/** Plain convolutions of 3 x 3. */
export function standard(dropout: number): NetworkDescription {
  const n = new NetworkBuilder([28, 28, 1], 'u8');
  return digits('standard', dropout, (x, filters) => n.convolution(x, { filters, kernel: 3 }), n);
}
