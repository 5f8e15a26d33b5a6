import { InvalidArgumentError, inLayer, knownOptions, ShapeError, showShape } from '../../errors/index.ts';
import { type Node, withLayer } from '../../graph/node.ts';
import { type CallContext, Layer, type Shape, type Weight } from '../layers/layer.ts';
import { SymbolicTensor } from '../layers/symbolic-tensor.ts';
import { cloneNetwork } from './clone.ts';
import { type Network, weightsOf } from './network.ts';
import { traceNetwork } from './trace.ts';

const classes = { sequential: 'Sequential', functional: 'Functional' } as const;
/** Streams of random numbers of the layers inside of a network that is used as a layer. */
const streamsInside = 65_536;

/** A network that is used as a layer. It shares the layers of the network, and so their weights. */
export class NetworkLayer extends Layer {
  readonly network: Network;

  constructor(network: Network, name: string = network.name) {
    const className = classes[network.kind];
    const named = name === network.kind ? {} : { name };
    // As the first of a chain it says the shape of the input.
    const shaped = network.inputs.length === 1 ? { inputShape: network.inputs[0]!.shape } : {};
    super(
      { className, options: {}, inputs: 'any', call: (_, inputs) => inputs[0]! },
      { ...named, ...shaped },
    );
    this.network = network;
  }

  override get weights(): readonly Weight[] {
    return weightsOf(this.network);
  }

  override get nested(): readonly Layer[] {
    return this.network.layers;
  }

  override get trainable(): boolean {
    return super.trainable;
  }

  /** Of all layers inside. */
  override set trainable(value: boolean) {
    super.trainable = value;
    for (const layer of this.network.layers) layer.trainable = value;
  }

  override clone(): Layer {
    const copy = new NetworkLayer(cloneNetwork(this.network), this.name);
    copy.name = this.name;
    return copy;
  }

  override build(inputs: readonly Shape[]): void {
    super.build(inputs);
    const wanted = this.network.inputs.map((x) => x.shape);
    inLayer(this.name, () => {
      if (inputs.length !== wanted.length) {
        const expected = `${wanted.length} inputs`;
        throw new InvalidArgumentError({ argument: 'inputs', expected, received: inputs.length });
      }
      for (const [k, shape] of wanted.entries()) {
        if (showShape(shape) === showShape(inputs[k]!)) continue;
        const received = [null, ...inputs[k]!];
        throw new ShapeError({ subject: `input ${k}`, expected: [null, ...shape], received });
      }
    });
  }

  override outputShapes(inputs: readonly Shape[]): readonly Shape[] {
    this.build(inputs);
    return this.network.outputs.map(({ shape }) => shape);
  }

  /** @param inputs also all inputs of the network by their names */
  override applyAll(
    inputs: SymbolicTensor | readonly SymbolicTensor[] | Readonly<Record<string, SymbolicTensor>>,
  ): readonly SymbolicTensor[] {
    if (inputs instanceof SymbolicTensor || Array.isArray(inputs) || typeof inputs !== 'object' || !inputs)
      return super.applyAll(inputs as SymbolicTensor);
    const names = this.network.inputs.map(({ layer }) => layer.name);
    knownOptions(inputs, names, { layer: this.name }, 'inputs');
    return super.applyAll(names.map((name) => (inputs as Readonly<Record<string, SymbolicTensor>>)[name]!));
  }

  override call(inputs: readonly Node[], context: CallContext): Node {
    return this.callAll(inputs, context)[0]!;
  }

  override callAll(inputs: readonly Node[], context: CallContext): readonly Node[] {
    const path = `${context.path ?? ''}${this.name}/`;
    const trace = withLayer(path.slice(0, -1), () =>
      traceNetwork(this.network, inputs, {
        training: context.training,
        inverseBatch: context.inverseBatch,
        path,
        masks: context.masks,
        assigned: (variable) => context.assigned?.(variable),
        stream: (context.stream + 1) * streamsInside,
      }),
    );
    for (const { variable, value } of trace.assignments) context.assign(variable, value);
    for (const loss of trace.losses) context.addLoss(loss);
    for (const [k, mask] of trace.masks.entries()) if (mask) context.setMask?.(mask, k);
    return trace.outputs;
  }
}
