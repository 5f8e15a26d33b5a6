import type { Expression } from '../../ir/expression.ts';
import type { Schedule } from '../schedules/schedule.ts';

/** Numbers of one step that are computed outside the graph, float32, by name. `learningRate` is always one. */
export type StepScalars = Readonly<Record<string, number>>;

/** Expressions of one element: gradient, variable, and slots and scalars by name. */
export interface UpdateOperands {
  readonly gradient: Expression;
  readonly variable: Expression;
  readonly slots: Readonly<Record<string, Expression>>;
  readonly scalars: Readonly<Record<string, Expression>>;
}

/** An update rule, written once for one element of any variable. */
export interface Optimizer {
  /** Name of the class in Keras. */
  readonly className: string;
  /** A number that can be set between steps, or a schedule over steps. */
  learningRate: number | Schedule;
  /** Names of the values kept beside each variable, in the order of Keras. They start as zeros. */
  readonly slots: readonly string[];
  /** Names of the numbers that change from step to step. */
  readonly scalars: readonly string[];
  /** Those numbers for step 0, 1, ... and its learning rate. */
  scalarsAt(step: number, learningRate: number): StepScalars;
  /** New values of the slots, from the old ones. */
  updateSlots(operands: UpdateOperands): Readonly<Record<string, Expression>>;
  /** The new value of the variable; `slots` are the new ones. */
  updateVariable(operands: UpdateOperands): Expression;
  /** Options in the form of a Keras config. */
  getConfig(): Record<string, unknown>;
}
