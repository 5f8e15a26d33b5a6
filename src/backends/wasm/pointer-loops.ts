import { type Affine, coefficient, evaluateAffine } from '../../ir/affine.ts';
import type { Axis } from '../../ir/definition.ts';
import { RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { type AnyCode, type Code, get, type Local, sequence, set, whileLoop } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import type { WasmFunction } from './module.ts';

/** An i32 that is an affine form of the axes of loops: an address or a position. */
export interface Moving {
  readonly local: Local<'i32'>;
  readonly form: Affine;
}

/**
 * Loops over axes, the first slowest; `moving` values step with them and are back at their start afterwards.
 * Every axis has at least one element.
 * @param samples the run-time extent, where an axis has it
 */
export function pointerLoops(
  fn: WasmFunction,
  axes: readonly Axis[],
  moving: readonly Moving[],
  body: AnyCode,
  samples?: Code<'i32'>,
): AnyCode {
  const nest = (k: number): AnyCode => {
    const axis = axes[k];
    if (!axis) return body;
    const left = fn.local('i32');
    const runtime = axis.extent === RUNTIME_EXTENT ? samples : undefined;
    const moved = (times: number, count?: Code<'i32'>): AnyCode[] =>
      moving.flatMap(({ local, form }) => {
        const step = coefficient(form, axis.name) * times;
        if (step === 0) return [];
        const bytes = count ? i32.mul(count, i32.const(step)) : i32.const(step);
        return [set(local, i32.add(get(local), bytes))];
      });
    return sequence(
      set(left, runtime ?? i32.const(axis.extent)),
      whileLoop(get(left), sequence(nest(k + 1), ...moved(1), set(left, i32.sub(get(left), i32.const(1))))),
      ...(runtime ? moved(-1, runtime) : moved(-axis.extent)),
    );
  };
  return nest(0);
}

/** All points of some axes, the first slowest. */
export function pointsOf(axes: readonly Axis[]): Record<string, number>[] {
  let points: Record<string, number>[] = [{}];
  for (const { name, extent } of axes) {
    points = points.flatMap((point) => Array.from({ length: extent }, (_, k) => ({ ...point, [name]: k })));
  }
  return points;
}

/** How far a point is from where all axes are zero. */
export const offsetAt = (form: Affine, point: Record<string, number>): number =>
  evaluateAffine({ constant: 0, terms: form.terms }, point);
