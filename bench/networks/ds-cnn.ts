import { NetworkBuilder, type Port } from './builder.ts';
import type { NetworkDescription } from './description.ts';

/**
 * DS-CNN for key words (Zhang et al. 2017, "Hello Edge"), small: a convolution of 10 x 4 with stride 2 over 49 frames of
 * 10 coefficients, four separable blocks with batch normalisation after both steps, mean, 12 classes.
 */
export function dsCnn(): NetworkDescription {
  const n = new NetworkBuilder([49, 10, 1]);
  const norm = (x: Port): Port => n.activation(n.batchNormalization(x));
  let h = norm(n.convolution(n.input, { filters: 64, kernel: [10, 4], strides: 2, bias: false }));
  for (let block = 0; block < 4; block++) {
    h = norm(n.depthwise(h, { kernel: 3, bias: false }));
    h = norm(n.convolution(h, { filters: 64, kernel: 1, bias: false }));
  }
  return n.finish('ds-cnn', n.globalAveragePooling(h), 12);
}
