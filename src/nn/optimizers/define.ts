import type { Expression } from '../../ir/expression.ts';
import { type Read, type Rules, readOptions, writeOptions } from '../options.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { Optimizer, StepScalars, UpdateOperands } from './optimizer.ts';

export interface OptimizerKind<R extends Rules> {
  readonly className: string;
  /** Name of the function in `optimizers`, for errors. */
  readonly call: string;
  readonly options: R;
  slots(options: Read<R>): readonly string[];
  readonly scalars?: readonly string[];
  scalarsAt?(options: Read<R>, step: number, learningRate: number): StepScalars;
  updateSlots(options: Read<R>, operands: UpdateOperands): Readonly<Record<string, Expression>>;
  updateVariable(options: Read<R>, operands: UpdateOperands): Expression;
}

/** The function that makes optimisers of one kind; its options must have `learningRate`. */
export function optimizerKind<R extends Rules>(kind: OptimizerKind<R>): (given?: object) => Optimizer {
  return (given = {}) => {
    const options = readOptions(given, kind.options, { call: `optimizers.${kind.call}` });
    const initial = (options as unknown as { learningRate: number | Schedule }).learningRate;
    return {
      className: kind.className,
      learningRate: initial,
      slots: kind.slots(options),
      scalars: ['learningRate', ...(kind.scalars ?? [])],
      scalarsAt: (step, rate) => ({
        learningRate: Math.fround(rate),
        ...kind.scalarsAt?.(options, step, rate),
      }),
      updateSlots: (operands) => kind.updateSlots(options, operands),
      updateVariable: (operands) => kind.updateVariable(options, operands),
      getConfig() {
        return writeOptions({ ...options, learningRate: this.learningRate }, kind.options);
      },
    };
  };
}
