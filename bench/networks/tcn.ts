import { NetworkBuilder } from './builder.ts';
import type { NetworkDescription } from './description.ts';

/**
 * A temporal convolutional network (Bai, Kolter and Koltun 2018) of separable convolutions: eight residual blocks of 64
 * channels with dilations 1 to 128 over a sequence of 784 values, mean over time, 10 classes.
 */
export function tcn(): NetworkDescription {
  const n = new NetworkBuilder([784, 1]);
  const filters = 64;
  let h = n.convolution(n.input, { filters, kernel: 1 });
  for (let block = 0; block < 8; block++) {
    const y = n.separable(h, { filters, kernel: 3, dilation: 2 ** block, padding: 'causal' });
    h = n.add(n.activation(y), h);
  }
  return n.finish('tcn', n.globalAveragePooling(h), 10);
}
