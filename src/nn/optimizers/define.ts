import { mul, sub } from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import { type Read, type Rules, readOptions, writeOptions } from '../options.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { clipGradients } from './clip-gradients.ts';
import { type Common, commonRules, requireOneClip } from './common-options.ts';
import {
  ACCUMULATOR,
  APPLIES,
  AVERAGE,
  type Averaging,
  EMA_MOMENTUM,
  EMA_OVERWRITES,
  type Optimizer,
  type StepScalars,
  type UpdateOperands,
} from './optimizer.ts';

export interface OptimizerKind<R extends Rules> {
  readonly className: string;
  /** Name of the function in `optimizers`, for errors. */
  readonly call: string;
  /** Options of the rule; those that every optimiser takes are added. */
  readonly options: R;
  /** Groups of slots as in `Optimizer.slotGroups`. */
  slots(options: Read<R>): readonly (readonly string[])[];
  initialSlots?(options: Read<R>): Readonly<Record<string, number>>;
  readonly scalars?: readonly string[];
  readonly readsPreviousSlots?: boolean;
  scalarsAt?(options: Read<R>, step: number, learningRate: number): StepScalars;
  storedScalarsAt?(options: Read<R>, steps: number): readonly number[];
  norms?(options: Read<R>, operands: UpdateOperands): Readonly<Record<string, Expression>>;
  updateSlots(options: Read<R>, operands: UpdateOperands): Readonly<Record<string, Expression>>;
  updateVariable(options: Read<R>, operands: UpdateOperands): Expression;
}

/**
 * The function that makes optimisers of one kind; its options must have `learningRate`. Around the rule stand what
 * `BaseOptimizer.apply` of Keras does for all: gradients are clipped first, and the weight decay
 * w - w * weightDecay * rate gives the variable that the rule reads.
 */
export function optimizerKind<R extends Rules>(kind: OptimizerKind<R>): (given?: object) => Optimizer {
  const rules = { ...commonRules, ...kind.options };
  const place = { call: `optimizers.${kind.call}` };
  return (given = {}) => {
    const all = readOptions(given, rules, place);
    const common = all as unknown as Common;
    const options = all as unknown as Read<R>;
    requireOneClip(common, place);
    const initial = (options as unknown as { learningRate: number | Schedule }).learningRate;
    const steps = common.gradientAccumulationSteps;
    const excluded = common.excludeFromWeightDecay;
    const slotGroups = [
      ...(common.useEma ? [[AVERAGE]] : []),
      ...(steps ? [[ACCUMULATOR]] : []),
      ...kind.slots(options),
    ];
    const average = { momentum: common.emaMomentum, overwriteFrequency: common.emaOverwriteFrequency };
    const applied = (step: number): number => Math.floor(step / (steps ?? 1));
    const decayed = (operands: UpdateOperands): UpdateOperands => {
      const { variable, scalars } = operands;
      if (common.weightDecay === null || !operands.decays) return operands;
      const loss = mul(mul(variable, common.weightDecay), scalars.learningRate!);
      return { ...operands, variable: sub(variable, loss) };
    };
    return {
      className: kind.className,
      learningRate: initial,
      slots: slotGroups.flat(),
      slotGroups,
      initialSlots: kind.initialSlots?.(options) ?? {},
      scalars: [
        'learningRate',
        ...(kind.scalars ?? []),
        ...(steps ? [APPLIES] : []),
        ...(common.useEma ? [EMA_MOMENTUM, EMA_OVERWRITES] : []),
      ],
      ...(common.useEma ? { average } : {}),
      ...(steps ? { accumulation: steps } : {}),
      readsPreviousSlots: kind.readsPreviousSlots ?? false,
      scalarsAt: (step, rate) => ({
        learningRate: Math.fround(rate),
        ...kind.scalarsAt?.(options, applied(step), rate),
        ...(steps ? { [APPLIES]: (step + 1) % steps === 0 ? 1 : 0 } : {}),
        ...(common.useEma ? emaScalars(average, applied(step)) : {}),
      }),
      storedScalarsAt: (made) => kind.storedScalarsAt?.(options, applied(made)) ?? [],
      clip: (gradients) => clipGradients(gradients, common),
      ...(excluded && { decays: (name) => !excluded.some((part) => name.includes(part)) }),
      ...(kind.norms && { norms: (operands) => kind.norms!(options, decayed(operands)) }),
      updateSlots: (operands) => kind.updateSlots(options, decayed(operands)),
      updateVariable: (operands) => kind.updateVariable(options, decayed(operands)),
      getConfig() {
        const written = writeOptions({ ...all, learningRate: this.learningRate }, rules);
        const { exclude_from_weight_decay: names, ...config } = written;
        return names === null ? config : written;
      },
    };
  };
}

const emaScalars = ({ momentum, overwriteFrequency }: Averaging, step: number): StepScalars => ({
  [EMA_MOMENTUM]: step === 0 ? 0 : Math.fround(momentum),
  [EMA_OVERWRITES]: overwriteFrequency !== null && (step + 1) % overwriteFrequency === 0 ? 1 : 0,
});
