import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

/** What is sent to a peer: the name of a call and its arguments. */
export interface Request {
  readonly call: string;
  readonly [argument: string]: unknown;
}

interface Waiting {
  readonly resolve: (answer: Record<string, unknown>) => void;
  readonly reject: (error: Error) => void;
}

/** Between waking a process and its call: threads that spun when it was stopped notice that their time is over. */
const settleMs = 30;
/** Where a process cannot be stopped: longer than threads spin after their work (OpenMP 200 ms). */
const spinMs = 250;
const stops = process.platform !== 'win32';

const running = new Set<PeerProcess>();
let watching = false;

function closeAll(): void {
  for (const peer of running) peer.close();
}

/** Processes that are stopped would outlive this one. */
function closeWithThisProcess(): void {
  if (watching) return;
  watching = true;
  process.once('exit', closeAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      closeAll();
      process.kill(process.pid, signal);
    });
}

/**
 * A peer in a process of its own, so that no peer's threads, memory or flags touch another's. It reads one JSON line
 * a call and writes one JSON line an answer, `{"ok":true,...}` or `{"ok":false,"error":"..."}`. Between its calls it is
 * stopped, so that threads that go on spinning take nothing from the next peer.
 */
export class PeerProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #waiting: Waiting[] = [];
  #errors = '';
  #calls = 0;
  #ended = false;

  constructor(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.name = name;
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    running.add(this);
    closeWithThisProcess();
    this.#child.stdin!.on('error', () => {}); // the exit is reported below
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#answer(line));
    this.#child.on('error', (error) => this.#fail(error.message));
    this.#child.on('close', (code, signal) => this.#fail(`it ended with ${signal ?? `code ${code}`}`));
  }

  #answer(line: string): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    if (--this.#calls === 0 && stops) this.#child.kill('SIGSTOP');
    const answer = JSON.parse(line) as Record<string, unknown>;
    if (answer.ok === true) waiting.resolve(answer);
    else waiting.reject(new Error(`${this.name}: ${String(answer.error)}`));
  }

  #fail(reason: string): void {
    this.#ended = true;
    running.delete(this);
    const error = new Error(`${this.name}: ${reason}.\n${this.#errors}`);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  /** Sends a call and waits for its answer. */
  async call<Answer>(request: Request): Promise<Answer> {
    if (this.#calls++ === 0 && stops) this.#child.kill('SIGCONT');
    await wait(stops ? settleMs : spinMs);
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(new Error(`${this.name} has ended.\n${this.#errors}`));
      this.#waiting.push({ resolve: (answer) => resolve(answer as Answer), reject });
      this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** Ends the process. */
  close(): void {
    this.#child.stdin!.end();
    if (stops) this.#child.kill('SIGCONT');
    this.#child.kill();
  }
}
