import { type Assignment, type Node, variable } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import type { Expression } from '../ir/expression.ts';
import type { Weight } from '../nn/layers/layer.ts';
import {
  ACCUMULATOR,
  APPLIES,
  AVERAGE,
  EMA_MOMENTUM,
  EMA_OVERWRITES,
  type Optimizer,
  type UpdateOperands,
} from '../nn/optimizers/optimizer.ts';
import { add } from '../ops/arithmetic.ts';
import { elementwise } from '../ops/elementwise.ts';
import { sumOfSquares } from '../ops/sum-of-squares.ts';

/** The values that an optimiser keeps beside the weights that it trains. */
export class OptimizerState {
  readonly optimizer: Optimizer;
  /** Weights in the order of Keras. */
  readonly weights: readonly Weight[];
  readonly #slots: ReadonlyMap<Weight, Readonly<Record<string, Node>>>;

  constructor(optimizer: Optimizer, weights: readonly Weight[]) {
    this.optimizer = optimizer;
    this.weights = weights;
    this.#slots = new Map(
      weights.map((weight) => [
        weight,
        Object.fromEntries(
          optimizer.slots.map((slot) => [slot, variable(`${weight.variable.name}/${slot}`, weight.shape)]),
        ),
      ]),
    );
  }

  /** Variables of the slots of a weight, by name. */
  slotsOf(weight: Weight): Readonly<Record<string, Node>> {
    return this.#slots.get(weight)!;
  }

  /** All slots, weight after weight. */
  get variables(): readonly Node[] {
    return this.weights.flatMap((weight) => Object.values(this.slotsOf(weight)));
  }

  /** What the slots start as: value by variable. */
  get initialValues(): ReadonlyMap<Node, number> {
    const { initialSlots = {} } = this.optimizer;
    return new Map(
      this.weights.flatMap((weight) =>
        Object.entries(this.slotsOf(weight)).map(([slot, node]) => [node, initialSlots[slot] ?? 0] as const),
      ),
    );
  }

  /**
   * What a step assigns to all weights and their slots.
   * @param gradients one for each weight, in order
   */
  updates(gradients: readonly Node[], scalars: Readonly<Record<string, Node>>): Assignment[] {
    const { accumulation = 1 } = this.optimizer;
    const sums =
      accumulation > 1
        ? gradients.map((gradient, k) => add(gradient, this.slotsOf(this.weights[k]!)[ACCUMULATOR]!))
        : undefined;
    const entering =
      sums?.map((sum) => elementwise('meanGradient', [sum], (s) => e.div(s!, accumulation))) ?? gradients;
    const clipped = this.optimizer.clip?.(entering) ?? entering;
    return this.weights.flatMap((weight, k) => {
      const own = this.update(weight, clipped[k]!, scalars);
      if (!sums) return own;
      const [variable, applies] = [this.slotsOf(weight)[ACCUMULATOR]!, scalars[APPLIES]!];
      const value = elementwise(
        'accumulate',
        [sums[k]!, applies],
        (sum, yes) => e.select(e.gt(yes!, 0), 0, sum!),
        {
          stopGradient: true,
        },
      );
      return [...own, { variable, value }];
    });
  }

  /** What a step assigns to a weight and its slots, the accumulator aside. Scalars are unbatched inputs by name. */
  update(weight: Weight, gradient: Node, scalars: Readonly<Record<string, Node>>): Assignment[] {
    const { optimizer } = this;
    const { [AVERAGE]: average, [ACCUMULATOR]: accumulator, ...slots } = this.slotsOf(weight);
    const previous = optimizer.readsPreviousSlots ? slots : {};
    const decays = optimizer.decays?.(weight.variable.name) ?? true;
    const operandsOf = (
      current: Readonly<Record<string, Node>>,
      norms: Readonly<Record<string, Node>> = {},
    ): Node[] => [
      gradient,
      weight.variable,
      ...Object.values(current),
      ...Object.values(scalars),
      ...Object.values(previous),
      ...Object.values(norms),
    ];
    const named = (
      loads: readonly UpdateOperands['gradient'][],
      norms: readonly string[] = [],
    ): UpdateOperands => {
      const [g, v, ...rest] = loads;
      const take = (names: readonly string[]): Record<string, UpdateOperands['gradient']> =>
        Object.fromEntries(names.map((name) => [name, rest.shift()!]));
      return {
        gradient: g!,
        variable: v!,
        decays,
        slots: take(Object.keys(slots)),
        scalars: take(Object.keys(scalars)),
        previousSlots: take(Object.keys(previous)),
        norms: take(norms),
      };
    };
    const { name } = weight.variable;
    const next = Object.fromEntries(
      Object.keys(slots).map((slot) => [
        slot,
        elementwise(
          `${name}.${slot}`,
          operandsOf(slots),
          (...loads) => optimizer.updateSlots(named(loads))[slot]!,
          {
            stopGradient: true,
          },
        ),
      ]),
    );
    const norms = this.#norms(name, operandsOf(next), named);
    const value = elementwise(
      `${name}.update`,
      operandsOf(next, norms),
      (...loads) => optimizer.updateVariable(named(loads, Object.keys(norms))),
      { stopGradient: true },
    );
    const assignments = [
      ...Object.entries(next).map(([slot, node]) => ({ variable: slots[slot]!, value: node })),
      { variable: weight.variable, value },
    ].map(({ variable: own, value: given }) => ({
      variable: own,
      value: accumulator ? this.#whereApplied(own, given, scalars) : given,
    }));
    const updated = assignments.at(-1)!;
    const averaged = average && this.#average(average, updated.value, scalars);
    const last = averaged?.variable ?? updated.value;
    return [
      ...assignments.slice(0, -1),
      { variable: weight.variable, value: weight.constraint ? weight.constraint.apply(last) : last },
      ...(averaged ? [{ variable: average, value: averaged.average }] : []),
    ];
  }

  /** The norms that the rule needs of a variable, by name: shape []. */
  #norms(
    variable: string,
    operands: readonly Node[],
    named: (loads: readonly Expression[]) => UpdateOperands,
  ): Record<string, Node> {
    const { optimizer } = this;
    if (!optimizer.norms) return {};
    const elements = (loads: readonly Expression[]): Readonly<Record<string, Expression>> =>
      optimizer.norms!(named(loads));
    const names = Object.keys(elements(operands.map(() => e.constant(0))));
    return Object.fromEntries(
      names.map((name) => {
        const own = elementwise(`${variable}.${name}`, operands, (...loads) => elements(loads)[name]!);
        return [name, elementwise('norm', [sumOfSquares([own])], (s) => e.sqrt(s!))];
      }),
    );
  }

  /** The new value in steps that apply the rule, the old one in others. */
  #whereApplied(old: Node, value: Node, scalars: Readonly<Record<string, Node>>): Node {
    return elementwise(
      'applied',
      [old, value, scalars[APPLIES]!],
      (o, n, yes) => e.select(e.gt(yes!, 0), n!, o!),
      {
        stopGradient: true,
      },
    );
  }

  /** The average after a step, and the variable, which is the average where that overwrites it. */
  #average(
    average: Node,
    value: Node,
    scalars: Readonly<Record<string, Node>>,
  ): { readonly average: Node; readonly variable: Node } {
    const options = { stopGradient: true };
    const [momentum, overwrites] = [scalars[EMA_MOMENTUM]!, scalars[EMA_OVERWRITES]!];
    const next = elementwise(
      'average',
      [average, value, momentum],
      (old, given, m) => e.add(e.mul(m!, old!), e.mul(e.sub(1, m!), given!)),
      options,
    );
    const chosen = (own: Node, mean: Node): Node =>
      elementwise(
        'averaged',
        [own, mean, overwrites],
        (v, a, yes) => e.select(e.gt(yes!, 0), a!, v!),
        options,
      );
    const frequency = this.optimizer.average?.overwriteFrequency ?? null;
    return { average: next, variable: frequency === null ? value : chosen(value, next) };
  }
}
