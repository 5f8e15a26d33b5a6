import { type Assignment, type Node, variable } from '../graph/node.ts';
import type { Weight } from '../nn/layers/layer.ts';
import type { Optimizer, UpdateOperands } from '../nn/optimizers/optimizer.ts';
import { elementwise } from '../ops/elementwise.ts';

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
    const clipped = this.optimizer.clip?.(gradients) ?? gradients;
    return this.weights.flatMap((weight, k) => this.update(weight, clipped[k]!, scalars));
  }

  /** What a step assigns to a weight and its slots. Scalars are unbatched inputs by name. */
  update(weight: Weight, gradient: Node, scalars: Readonly<Record<string, Node>>): Assignment[] {
    const { optimizer } = this;
    const slots = this.slotsOf(weight);
    const previous = optimizer.readsPreviousSlots ? slots : {};
    const operandsOf = (current: Readonly<Record<string, Node>>): Node[] => [
      gradient,
      weight.variable,
      ...Object.values(current),
      ...Object.values(scalars),
      ...Object.values(previous),
    ];
    const named = (loads: readonly UpdateOperands['gradient'][]): UpdateOperands => {
      const [g, v, ...rest] = loads;
      const take = (names: readonly string[]): Record<string, UpdateOperands['gradient']> =>
        Object.fromEntries(names.map((name) => [name, rest.shift()!]));
      return {
        gradient: g!,
        variable: v!,
        slots: take(Object.keys(slots)),
        scalars: take(Object.keys(scalars)),
        previousSlots: take(Object.keys(previous)),
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
    const value = elementwise(
      `${name}.update`,
      operandsOf(next),
      (...loads) => optimizer.updateVariable(named(loads)),
      { stopGradient: true },
    );
    return [
      ...Object.entries(next).map(([slot, node]) => ({ variable: slots[slot]!, value: node })),
      { variable: weight.variable, value: weight.constraint ? weight.constraint.apply(value) : value },
    ];
  }
}
