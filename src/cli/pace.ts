/**
 * Speed and time left, from the clock at each event (seconds). The first step of the training is left out: it holds
 * compilation.
 */
export class Pace {
  readonly #epochs: number;
  #epochStart = 0;
  #epochSteps = 0;
  #epochImages = 0;
  #clockStart: number | undefined;
  #uncountedImages = 0;
  #lastStep = 0;
  #started = false;
  #steps = 0;
  #stepSeconds = 0;
  #others: number[] = [];

  constructor(epochs: number) {
    this.#epochs = epochs;
  }

  beginEpoch(now: number): void {
    this.#epochStart = now;
    this.#epochSteps = 0;
    this.#epochImages = 0;
    this.#uncountedImages = 0;
    this.#clockStart = this.#started ? now : undefined;
    this.#lastStep = now;
  }

  step(now: number, images: number): void {
    this.#epochSteps++;
    this.#epochImages += images;
    if (this.#clockStart === undefined) {
      this.#clockStart = now;
      this.#uncountedImages = images;
    } else {
      this.#steps++;
      this.#stepSeconds += now - this.#lastStep;
    }
    this.#started = true;
    this.#lastStep = now;
  }

  endEpoch(now: number): void {
    this.#others.push(now - this.#lastStep);
  }

  /** Images trained a second in this epoch; undefined before there is anything to measure. */
  imagesPerSecond(): number | undefined {
    const seconds = this.#lastStep - (this.#clockStart ?? this.#lastStep);
    return seconds > 0 ? (this.#epochImages - this.#uncountedImages) / seconds : undefined;
  }

  /**
   * Seconds until the end; undefined while steps are unknown or nothing was measured. What stands between epochs
   * (validation) counts as in the epochs so far.
   */
  secondsLeft(epoch: number, stepsPerEpoch: number | undefined): number | undefined {
    if (stepsPerEpoch === undefined || this.#steps === 0) return undefined;
    const epochsLeft = this.#epochs - epoch;
    const stepsLeft = epochsLeft * stepsPerEpoch - this.#epochSteps;
    const other = this.#others.reduce((sum, seconds) => sum + seconds, 0) / (this.#others.length || 1);
    return Math.max(0, stepsLeft) * (this.#stepSeconds / this.#steps) + epochsLeft * other;
  }

  /** Seconds since the epoch began. */
  epochSeconds(now: number): number {
    return now - this.#epochStart;
  }
}
