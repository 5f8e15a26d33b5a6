import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What is sent to a peer: the name of a call and its arguments. */
export interface Request {
  readonly call: string;
  readonly [argument: string]: unknown;
}

interface Waiting {
  readonly resolve: (answer: Record<string, unknown>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A peer in a process of its own, so that no peer's threads, memory or flags touch another's. It reads one JSON line
 * a call and writes one JSON line an answer, `{"ok":true,...}` or `{"ok":false,"error":"..."}`.
 */
export class PeerProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #waiting: Waiting[] = [];
  #errors = '';

  constructor(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.name = name;
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
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
    const answer = JSON.parse(line) as Record<string, unknown>;
    if (answer.ok === true) waiting.resolve(answer);
    else waiting.reject(new Error(`${this.name}: ${String(answer.error)}`));
  }

  #fail(reason: string): void {
    const error = new Error(`${this.name}: ${reason}.\n${this.#errors}`);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  /** Sends a call and waits for its answer. */
  call<Answer>(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve: (answer) => resolve(answer as Answer), reject });
      this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** Ends the process. */
  close(): void {
    this.#child.stdin!.end();
    this.#child.kill();
  }
}
