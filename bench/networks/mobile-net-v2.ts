import { NetworkBuilder, type Port } from './builder.ts';
import type { NetworkDescription } from './description.ts';

/** Factor of expansion, channels, blocks, stride of the first block: those of width 0.35. */
const stages = [
  [1, 8, 1, 1],
  [6, 8, 2, 2],
  [6, 16, 3, 2],
  [6, 24, 4, 2],
  [6, 32, 3, 1],
  [6, 56, 3, 2],
  [6, 112, 1, 1],
] as const;

/** MobileNetV2 of width 0.35 (Sandler et al. 2018) at 96 x 96, head of 1,280 channels, 10 classes. */
export function mobileNetV2(): NetworkDescription {
  const n = new NetworkBuilder([96, 96, 3]);
  const clipped = (x: Port): Port => n.activation(n.batchNormalization(x), 'relu6');
  let h = clipped(n.convolution(n.input, { filters: 16, kernel: 3, strides: 2, bias: false }));
  for (const [expansion, filters, blocks, firstStride] of stages) {
    for (let block = 0; block < blocks; block++) {
      const before = h;
      const strides = block === 0 ? firstStride : 1;
      const channels = before.shape.at(-1)!;
      if (expansion !== 1)
        h = clipped(n.convolution(h, { filters: channels * expansion, kernel: 1, bias: false }));
      h = clipped(n.depthwise(h, { kernel: 3, strides, bias: false }));
      h = n.batchNormalization(n.convolution(h, { filters, kernel: 1, bias: false }));
      if (strides === 1 && channels === filters) h = n.add(h, before);
    }
  }
  h = clipped(n.convolution(h, { filters: 1280, kernel: 1, bias: false }));
  return n.finish('mobilenet-v2', n.globalAveragePooling(h), 10);
}
