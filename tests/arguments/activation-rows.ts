import { activations } from '../../src/index.ts';
import { graphInput } from './graph-input.ts';
import * as k from './kinds.ts';
import { positional, type Row } from './row.ts';

type Name = Exclude<keyof typeof activations, 'getActivation'>;
type OptionsOf<F> = F extends (x: never, options?: infer Options) => unknown ? NonNullable<Options> : never;
type Kinds<F> = unknown extends OptionsOf<F> ? object : { readonly [Option in keyof OptionsOf<F>]-?: k.Kind };

/** Null stands for the default here. */
const orDefault = k.orNull;
const alongAxis = { axis: orDefault(k.axis) };
const shrinks = { threshold: orDefault(k.atLeast(0)) };

/** What each activation takes beside the value. */
const options: { readonly [K in Name]: Kinds<(typeof activations)[K]> } = {
  celu: { alpha: orDefault(k.above(0)) },
  elu: { alpha: orDefault(k.number) },
  exponential: {},
  gelu: { approximate: orDefault(k.boolean) },
  glu: {},
  hardShrink: shrinks,
  hardSigmoid: {},
  hardSilu: {},
  hardSwish: {},
  hardTanh: {},
  leakyRelu: { negativeSlope: orDefault(k.atLeast(0)) },
  linear: {},
  logSigmoid: {},
  logSoftmax: alongAxis,
  mish: {},
  relu: {
    negativeSlope: orDefault(k.atLeast(0)),
    maxValue: orDefault(k.atLeast(0)),
    threshold: orDefault(k.atLeast(0)),
  },
  relu6: {},
  selu: {},
  sigmoid: {},
  silu: {},
  softShrink: shrinks,
  softmax: alongAxis,
  softplus: {},
  softsign: {},
  sparsePlus: {},
  sparseSigmoid: {},
  sparsemax: {},
  squareplus: { b: orDefault(k.atLeast(0)) },
  swish: {},
  tanh: {},
  tanhShrink: {},
  threshold: { threshold: k.number, value: k.number },
};

/** Every activation. */
export const activationRows: Readonly<Record<string, Row>> = Object.fromEntries(
  Object.entries(options).map(([name, kinds]) => {
    const given = { x: graphInput([4]), ...(name === 'threshold' ? { threshold: 1, value: 0 } : {}) };
    const all = activations as unknown as Readonly<Record<string, (...args: never) => unknown>>;
    const row = positional(`activations.${name}`, all[name]!, ['x'], {
      given,
      kinds: { x: k.nothing, ...kinds },
    });
    // Who has no options is given other things too where an array is mapped.
    return [name, Object.keys(kinds).length === 0 ? { ...row, withOptions: undefined } : row];
  }),
);
