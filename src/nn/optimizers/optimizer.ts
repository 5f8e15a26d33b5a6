import type { Node } from '../../graph/node.ts';
import type { Expression } from '../../ir/expression.ts';
import type { Schedule } from '../schedules/schedule.ts';

/** Numbers of one step that are computed outside the graph, float32, by name. `learningRate` is always one. */
export type StepScalars = Readonly<Record<string, number>>;

/** Expressions of one element: gradient, variable, and slots and scalars by name. */
export interface UpdateOperands {
  readonly gradient: Expression;
  readonly variable: Expression;
  /** Weight decay acts on the variable. */
  readonly decays: boolean;
  readonly slots: Readonly<Record<string, Expression>>;
  /** The slots before this step, where the rule has `readsPreviousSlots`. */
  readonly previousSlots: Readonly<Record<string, Expression>>;
  readonly scalars: Readonly<Record<string, Expression>>;
  /** Norms over the whole variable by name, where the rule has `norms`; for `updateVariable` alone. */
  readonly norms: Readonly<Record<string, Expression>>;
}

/** How variables are averaged over steps. */
export interface Averaging {
  /** Share of the old average that stays in a step; the first step takes the variable itself. */
  readonly momentum: number;
  /** Every so many steps the averages become the variables; null: at the end of a training alone. */
  readonly overwriteFrequency: number | null;
}

/** Names of the slots that are no part of a rule. */
export const AVERAGE = 'average';
export const ACCUMULATOR = 'gradientAccumulator';
/** Names of the scalars that they need: 1 in steps that apply the rule; the momentum; 1 where averages overwrite. */
export const APPLIES = 'applies';
export const EMA_MOMENTUM = 'emaMomentum';
export const EMA_OVERWRITES = 'emaOverwrites';

/** An update rule, written once for one element of any variable. */
export interface Optimizer {
  /** Name of the class in Keras. */
  readonly className: string;
  /** A number that can be set between steps, or a schedule over steps. */
  learningRate: number | Schedule;
  /** Names of the values kept beside each variable, in the order of Keras. */
  readonly slots: readonly string[];
  /**
   * The same names as they stand in a `.keras` file: group after group, those of one group side by side for each
   * variable. Default: every slot is a group of its own.
   */
  readonly slotGroups?: readonly (readonly string[])[];
  /** What slots start as, by name. Default 0. */
  readonly initialSlots?: Readonly<Record<string, number>>;
  /** Names of the numbers that change from step to step. */
  readonly scalars: readonly string[];
  /** True if `updateVariable` needs the slots before the step too. */
  readonly readsPreviousSlots?: boolean;
  /** Those numbers for step 0, 1, ... and its learning rate. */
  scalarsAt(step: number, learningRate: number): StepScalars;
  /** Keeps moving averages of the variables in the slot `average`. Default none. */
  readonly average?: Averaging;
  /** Steps whose gradients are added up, in the slot `gradientAccumulator`, before the rule is applied once. Default 1. */
  readonly accumulation?: number;
  /** Numbers that a `.keras` file holds behind the slots and that follow from the count of steps made. */
  storedScalarsAt?(steps: number): readonly number[];
  /** Gradients of all variables, in order, as they enter the rule. Default: as they are. */
  clip?(gradients: readonly Node[]): readonly Node[];
  /** False for a variable that weight decay leaves as it is, by name (`dense_1/bias`). Default: none. */
  decays?(variable: string): boolean;
  /** Elements of which `updateVariable` needs the norm over the whole variable, by name; `slots` are the new ones. */
  norms?(operands: UpdateOperands): Readonly<Record<string, Expression>>;
  /** New values of the slots, from the old ones. */
  updateSlots(operands: UpdateOperands): Readonly<Record<string, Expression>>;
  /** The new value of the variable; `slots` are the new ones. */
  updateVariable(operands: UpdateOperands): Expression;
  /** Options in the form of a Keras config. */
  getConfig(): Record<string, unknown>;
}
