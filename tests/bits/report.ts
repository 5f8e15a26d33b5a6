/** What a process says about one network. */
export interface NetworkReport {
  readonly kind: string;
  readonly seed: number;
  readonly description: string;
  /** Ways in which it ran. */
  readonly combinations: number;
  /** Derivatives compared with finite differences. */
  readonly derivatives: number;
  /** False where a value is not finite, which the bit contract does not cover. */
  readonly finite: boolean;
  readonly failures: readonly string[];
}
