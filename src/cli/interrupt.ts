/** The part of a process that is needed here. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Exit code of an interrupted command: 128 and the number of the signal. */
  readonly exitCode: number;
  /** Gives the signals back their usual meaning. */
  end(): void;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const signals = Object.keys(exitCodes) as (keyof typeof exitCodes)[];

/**
 * npm passes on the Ctrl-C that the terminal has already sent to the whole group of processes: two signals within
 * this many milliseconds are one key.
 */
const sameKeyMilliseconds = 250;

/**
 * Lets the first Ctrl-C (or request to end) stop the work in good order and the second one end the process at once.
 * @param onFirst called when the first one came
 * @param exit ends the process with a code
 */
export function interruptible(
  onFirst: () => void,
  source: SignalSource = process,
  exit: (code: number) => void = (code) => process.exit(code),
  now: () => number = () => performance.now(),
): Interruption {
  const controller = new AbortController();
  let exitCode: number = exitCodes.SIGINT;
  let first = 0;
  const listener = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      if (now() - first > sameKeyMilliseconds) exit(exitCode);
      return;
    }
    first = now();
    exitCode = exitCodes[signal as keyof typeof exitCodes];
    controller.abort();
    onFirst();
  };
  for (const signal of signals) source.on(signal, listener);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    end() {
      for (const signal of signals) source.off(signal, listener);
    },
  };
}
