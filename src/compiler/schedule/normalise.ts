import { type Affine, coefficient, constantIndex, substituteAffine } from '../../ir/affine.ts';
import type { Axis } from '../../ir/definition.ts';
import type { Expression } from '../../ir/expression.ts';
import { type Kernel, RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { BYTES_PER_ELEMENT } from '../../ir/tensor-type.ts';
import { reductionsOf, substituteAxes, visitExpression } from '../../ir/walk.ts';
import { Interner } from './intern.ts';

/**
 * The same computation with fewer, longer axes: axes of one point are dropped, padded axes extended to a multiple
 * of four, and two axes that every access walks as one are fused. Equal subexpressions become identical.
 */
export function normaliseKernel(kernel: Kernel): Kernel {
  let result = normalised.get(kernel);
  if (!result) {
    result = internKernel(fuseAxes(extendPaddedAxes(dropUnitAxes(kernel))));
    normalised.set(kernel, result);
  }
  return result;
}

const normalised = new WeakMap<Kernel, Kernel>();

function internKernel(kernel: Kernel): Kernel {
  const interner = new Interner();
  return {
    ...kernel,
    stores: kernel.stores.map((store) => ({ ...store, value: interner.intern(store.value) })),
  };
}

function substitute(
  kernel: Kernel,
  axes: readonly Axis[],
  replacement: Readonly<Record<string, Affine>>,
): Kernel {
  return {
    ...kernel,
    axes,
    stores: kernel.stores.map((store) => ({
      ...store,
      address: substituteAffine(store.address, replacement),
      value: substituteAxes(store.value, replacement),
    })),
  };
}

function dropUnitAxes(kernel: Kernel): Kernel {
  const unit = kernel.axes.filter((axis) => axis.extent === 1);
  if (unit.length === 0) return kernel;
  const zero = Object.fromEntries(unit.map((axis) => [axis.name, constantIndex(0)]));
  return substitute(
    kernel,
    kernel.axes.filter((axis) => axis.extent !== 1),
    zero,
  );
}

/** Every affine form that an expression reads: addresses, index values and elements of random numbers. */
export function affineForms(e: Expression): Affine[] {
  const forms: Affine[] = [];
  visitExpression(e, (x) => {
    if (x.kind === 'load') forms.push(x.index[0]);
    else if (x.kind === 'index') forms.push(x.value);
    else if (x.kind === 'random') forms.push(x.element);
  });
  return forms;
}

function extendPaddedAxes(kernel: Kernel): Kernel {
  const padded = new Set(kernel.paddedAxes ?? []);
  const extends4 = ({ name, extent }: Axis): boolean =>
    padded.has(name) &&
    extent > 1 &&
    extent % 4 !== 0 &&
    kernel.stores.every(
      (store) => coefficient(store.address, name) === BYTES_PER_ELEMENT[kernel.buffers[store.buffer].dtype],
    );
  if (!kernel.axes.some(extends4)) return kernel;
  return {
    ...kernel,
    axes: kernel.axes.map((axis) =>
      extends4(axis) ? { name: axis.name, extent: 4 * Math.ceil(axis.extent / 4) } : axis,
    ),
  };
}

function fuseAxes(kernel: Kernel): Kernel {
  for (;;) {
    const pair = findFusible(kernel);
    if (!pair) return kernel;
    const [outer, inner] = pair;
    const axes = kernel.axes
      .filter((axis) => axis !== outer)
      .map((axis) => (axis === inner ? { name: axis.name, extent: inner.extent * outer.extent } : axis));
    kernel = substitute(kernel, axes, { [outer.name]: constantIndex(0) });
  }
}

/** Two axes such that a step of the first equals a full run of the second in every access and reduction. */
function findFusible(kernel: Kernel): [outer: Axis, inner: Axis] | undefined {
  const forms = kernel.stores.flatMap((store) => [store.address, ...affineForms(store.value)]);
  const orders = kernel.stores.flatMap((store) => reductionsOf(store.value).map((r) => r.axes));
  const single = new Set((kernel.clips ?? []).flatMap(({ axis, by }) => [axis, by]));
  const fusible = kernel.axes.filter(({ name, extent }) => extent !== RUNTIME_EXTENT && !single.has(name));
  for (const outer of fusible) {
    for (const inner of fusible) {
      if (inner === outer) continue;
      const walkedAsOne = forms.every(
        (form) => coefficient(form, outer.name) === inner.extent * coefficient(form, inner.name),
      );
      const neighbours = orders.every((order) => {
        const [a, b] = [order.indexOf(outer.name), order.indexOf(inner.name)];
        return (a === -1 && b === -1) || (a !== -1 && b === a + 1);
      });
      if (walkedAsOne && neighbours) return [outer, inner];
    }
  }
  return undefined;
}
