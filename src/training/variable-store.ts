import type { Session } from '../engine/session.ts';
import { RuntimeError } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';

/** Opens the session in which the programs of a model run. */
export type SessionFactory = () => Session | Promise<Session>;

/**
 * Values of variables. They stay on the heap of JavaScript until something runs; then a session is opened and
 * owns them. Models that share layers share a store.
 */
export class VariableStore {
  readonly #open: SessionFactory;
  readonly #waiting = new Map<Node, Float32Array>();
  readonly #known = new Set<Node>();
  #session: Promise<Session> | undefined;
  #opened: Session | undefined;
  #written: Promise<void> = Promise.resolve();
  #disposed = false;

  constructor(open: SessionFactory) {
    this.#open = open;
  }

  /** True if the variable was given a value. */
  has(variable: Node): boolean {
    return this.#known.has(variable);
  }

  /** The session with all values written so far. */
  async session(): Promise<Session> {
    this.#requireOpen();
    this.#session ??= Promise.resolve(this.#open());
    const session = await this.#session;
    this.#opened = session;
    // Whoever comes while values are being written waits for them too.
    this.#written = this.#written.then(async () => {
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const [variable, values] of waiting) await session.write(variable, values);
    });
    await this.#written;
    return session;
  }

  /**
   * The session, without waiting.
   * @throws {RuntimeError} before it is open and holds all values
   */
  openedSession(): Session {
    this.#requireOpen();
    if (this.#opened && this.#waiting.size === 0) return this.#opened;
    throw new RuntimeError('The model is not ready to run at once. Await model.prepare() first.');
  }

  /** Sets values that the next program will find. The array must not be changed afterwards. */
  set(variable: Node, values: Float32Array): void {
    this.#requireOpen();
    this.#known.add(variable);
    this.#waiting.set(variable, values);
  }

  /** Sets values at once, also between the steps of a training. */
  async write(variable: Node, values: Float32Array): Promise<void> {
    if (!this.#session) {
      this.set(variable, values);
      return;
    }
    const session = await this.session();
    this.#known.add(variable);
    await session.write(variable, values);
  }

  /** Copies of values, row-major; steps in flight are waited for. */
  async read(variables: readonly Node[]): Promise<Float32Array[]> {
    this.#requireOpen();
    const session = this.#session && (await this.session());
    return Promise.all(
      variables.map(async (variable) =>
        session && !this.#waiting.has(variable)
          ? session.read(variable)
          : (this.#waiting.get(variable)?.slice() ??
            new Float32Array(variable.type.shape.reduce((p, n) => p * n, 1))),
      ),
    );
  }

  /** Ends the session; the values are gone. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#waiting.clear();
    this.#session?.then(
      (session) => session.dispose(),
      () => {},
    );
  }

  #requireOpen(): void {
    if (this.#disposed) throw new RuntimeError('The model was disposed. Make it or load it again.');
  }
}
