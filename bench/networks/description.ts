/** Zeros around the input of a window, as Keras names them. `causal` has one dimension. */
export type Padding = 'same' | 'valid' | 'causal';

/** A window over one or two dimensions; lists have an entry a dimension. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: Padding;
}

/** One operation, with what Keras calls its options. Weights are those of Keras, in its order. */
export type Operation =
  | { readonly kind: 'rescaling'; readonly scale: number }
  | (Window & { readonly kind: 'convolution'; readonly filters: number; readonly bias: boolean })
  | (Window & { readonly kind: 'depthwise'; readonly bias: boolean })
  /** A depthwise convolution without bias, then one of kernel 1 with `filters` outputs. */
  | (Window & { readonly kind: 'separable'; readonly filters: number; readonly bias: boolean })
  /** Over the channels; epsilon 1e-3, momentum 0.99. */
  | { readonly kind: 'batchNormalization' }
  | { readonly kind: 'activation'; readonly activation: 'relu' | 'relu6' }
  | { readonly kind: 'maxPooling'; readonly size: number }
  | { readonly kind: 'globalAveragePooling' }
  | { readonly kind: 'flatten' }
  | { readonly kind: 'dropout'; readonly rate: number }
  | { readonly kind: 'dense'; readonly units: number; readonly activation: 'softmax' | 'linear' }
  | { readonly kind: 'add' }
  | { readonly kind: 'concatenate' };

export type NetworkNode = Operation & {
  readonly name: string;
  /** Names of the nodes whose outputs it takes; `input` is the input. */
  readonly from: readonly string[];
  /** Shape of a sample that comes out, channels last. */
  readonly shape: readonly number[];
};

/** A network that every peer builds from the same text. The last node is the output, probabilities of classes. */
export interface NetworkDescription {
  readonly name: string;
  readonly input: { readonly shape: readonly number[]; readonly dtype: 'u8' | 'f32' };
  readonly classes: number;
  readonly nodes: readonly NetworkNode[];
}
