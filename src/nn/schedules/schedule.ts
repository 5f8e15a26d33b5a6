/** A learning rate as a function of the training step. */
export interface Schedule {
  /** Name of the class in Keras. */
  readonly className: string;
  /** The learning rate of step 0, 1, ... as a float32. */
  at(step: number): number;
  /** Options in the form of a Keras config. */
  getConfig(): Record<string, unknown>;
}
