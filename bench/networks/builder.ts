import type { NetworkDescription, NetworkNode, Operation, Padding, Window } from './description.ts';

/** A tensor of a network under construction. */
export interface Port {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface WindowOptions {
  /** For all dimensions, or one each. */
  readonly kernel: number | readonly number[];
  readonly strides?: number;
  readonly dilation?: number;
  /** Default `same`. */
  readonly padding?: Padding;
  /** Default true. */
  readonly bias?: boolean;
}

/** Puts a description together, node by node, and derives shapes. */
export class NetworkBuilder {
  readonly input: Port;
  readonly #dtype: 'u8' | 'f32';
  readonly #nodes: NetworkNode[] = [];

  constructor(shape: readonly number[], dtype: 'u8' | 'f32' = 'f32') {
    this.input = { name: 'input', shape };
    this.#dtype = dtype;
  }

  convolution(x: Port, { filters, ...options }: WindowOptions & { readonly filters: number }): Port {
    const window = windowOf(x, options);
    const shape = [...extentsAfter(x.shape, window), filters];
    return this.#add([x], shape, { kind: 'convolution', filters, bias: options.bias ?? true, ...window });
  }

  depthwise(x: Port, options: WindowOptions): Port {
    const window = windowOf(x, options);
    const shape = [...extentsAfter(x.shape, window), x.shape.at(-1)!];
    return this.#add([x], shape, { kind: 'depthwise', bias: options.bias ?? true, ...window });
  }

  separable(x: Port, { filters, ...options }: WindowOptions & { readonly filters: number }): Port {
    const window = windowOf(x, options);
    const shape = [...extentsAfter(x.shape, window), filters];
    return this.#add([x], shape, { kind: 'separable', filters, bias: options.bias ?? true, ...window });
  }

  batchNormalization(x: Port): Port {
    return this.#add([x], x.shape, { kind: 'batchNormalization' });
  }

  activation(x: Port, activation: 'relu' | 'relu6' = 'relu'): Port {
    return this.#add([x], x.shape, { kind: 'activation', activation });
  }

  rescaling(x: Port, scale: number): Port {
    return this.#add([x], x.shape, { kind: 'rescaling', scale });
  }

  maxPooling(x: Port, size = 2): Port {
    const shape = x.shape.map((n, k) => (k < x.shape.length - 1 ? Math.floor(n / size) : n));
    return this.#add([x], shape, { kind: 'maxPooling', size });
  }

  globalAveragePooling(x: Port): Port {
    return this.#add([x], x.shape.slice(-1), { kind: 'globalAveragePooling' });
  }

  flatten(x: Port): Port {
    return this.#add([x], [x.shape.reduce((product, n) => product * n, 1)], { kind: 'flatten' });
  }

  dropout(x: Port, rate: number): Port {
    return this.#add([x], x.shape, { kind: 'dropout', rate });
  }

  dense(x: Port, units: number, activation: 'softmax' | 'linear' = 'linear'): Port {
    return this.#add([x], [units], { kind: 'dense', units, activation });
  }

  add(...ports: readonly Port[]): Port {
    return this.#add(ports, ports[0]!.shape, { kind: 'add' });
  }

  concatenate(...ports: readonly Port[]): Port {
    const channels = ports.reduce((sum, { shape }) => sum + shape.at(-1)!, 0);
    return this.#add(ports, [...ports[0]!.shape.slice(0, -1), channels], { kind: 'concatenate' });
  }

  /** The network that ends with a softmax layer over `classes` on `x`. */
  finish(name: string, x: Port, classes: number): NetworkDescription {
    this.dense(x, classes, 'softmax');
    return {
      name,
      input: { shape: this.input.shape, dtype: this.#dtype },
      classes,
      nodes: this.#nodes,
    };
  }

  #add(from: readonly Port[], shape: readonly number[], operation: Operation): Port {
    const name = `n${this.#nodes.length + 1}`;
    this.#nodes.push({ name, from: from.map((port) => port.name), shape, ...operation });
    return { name, shape };
  }
}

function windowOf(x: Port, { kernel, strides = 1, dilation = 1, padding = 'same' }: WindowOptions): Window {
  const rank = x.shape.length - 1;
  const all = (value: number): number[] => new Array<number>(rank).fill(value);
  return {
    kernel: typeof kernel === 'number' ? all(kernel) : kernel,
    strides: all(strides),
    dilation: all(dilation),
    padding,
  };
}

function extentsAfter(shape: readonly number[], { kernel, strides, dilation, padding }: Window): number[] {
  return kernel.map((taps, k) => {
    const reach = padding === 'valid' ? (taps - 1) * dilation[k]! : 0;
    return Math.ceil((shape[k]! - reach) / strides[k]!);
  });
}
