import { normaliseKernel } from '../../compiler/schedule/normalise.ts';
import { type Affine, coefficient, substituteAffine } from '../../ir/affine.ts';
import type { Axis } from '../../ir/definition.ts';
import type { Expression } from '../../ir/expression.ts';
import { type Kernel, RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { BYTES_PER_ELEMENT } from '../../ir/tensor-type.ts';
import { loadsOf, substituteAxes, visitExpression } from '../../ir/walk.ts';

/** Elements of a block: as many as the widest tile of an elementwise nest has. */
const BLOCK = 32;

/** A nest over one run of elements as whole blocks and what is left: both serve runs of other lengths too. */
export interface Run {
  readonly block: Kernel;
  readonly blocks: number;
  /** The elements behind the blocks, if there are any, and the bytes by which each buffer moves to them. */
  readonly rest: { readonly kernel: Kernel; readonly shifts: readonly number[] } | undefined;
}

/**
 * An elementwise nest as a run. Condition: its axes walk every buffer as one, element by element (or one element stays),
 * no value depends on where it stands, and there is a whole block.
 */
export function runOf(kernel: Kernel): Run | undefined {
  if (!kernel.stores.every(({ value, accumulate }) => !accumulate && isElementwise(value))) return undefined;
  const normal = normaliseKernel(kernel);
  const [axis, second] = normal.axes;
  if (axis === undefined || second !== undefined || axis.extent < BLOCK) return undefined;
  const steps = stepsAlong(normal, axis.name);
  if (!steps) return undefined;
  const blocks = Math.floor(axis.extent / BLOCK);
  const left = axis.extent - blocks * BLOCK;
  const walk = (axes: readonly Axis[], position: Affine['terms']): Kernel =>
    renamed(normal, axes, { [axis.name]: { constant: 0, terms: position } });
  return {
    block: walk(
      [
        { name: 'block', extent: RUNTIME_EXTENT },
        { name: 'i', extent: BLOCK },
      ],
      { block: BLOCK, i: 1 },
    ),
    blocks,
    rest:
      left === 0
        ? undefined
        : {
            kernel: walk([{ name: 'i', extent: left }], { i: 1 }),
            shifts: steps.map((step) => step * blocks * BLOCK),
          },
  };
}

const renamed = (
  kernel: Kernel,
  axes: readonly Axis[],
  replacement: Readonly<Record<string, Affine>>,
): Kernel => ({
  name: kernel.name,
  axes,
  buffers: kernel.buffers,
  stores: kernel.stores.map((store) => ({
    ...store,
    address: substituteAffine(store.address, replacement),
    value: substituteAxes(store.value, replacement),
  })),
});

/** True if a value comes from single elements alone. */
function isElementwise(value: Expression): boolean {
  let alone = true;
  visitExpression(value, ({ kind }) => {
    if (kind === 'reduce' || kind === 'index' || kind === 'random') alone = false;
  });
  return alone;
}

/** Bytes by which each buffer moves along an axis, or undefined where that is neither an element nor nothing everywhere. */
function stepsAlong({ buffers, stores }: Kernel, axis: string): readonly number[] | undefined {
  const steps: (number | undefined)[] = buffers.map(() => undefined);
  const moves = (buffer: number, form: Affine, ...allowed: readonly number[]): boolean => {
    const step = coefficient(form, axis);
    if (!allowed.includes(step) || (steps[buffer] ?? step) !== step) return false;
    steps[buffer] = step;
    return true;
  };
  const size = (buffer: number): number => BYTES_PER_ELEMENT[buffers[buffer]!.dtype];
  const alike = stores.every(
    ({ buffer, address, value }) =>
      moves(buffer, address, size(buffer)) &&
      loadsOf(value).every(({ source, index }) => moves(source, index[0], 0, size(source))),
  );
  return alike ? steps.map((step) => step ?? 0) : undefined;
}
