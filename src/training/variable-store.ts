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
  /** The store that owns the values now. */
  #joined: VariableStore | undefined;

  constructor(open: SessionFactory) {
    this.#open = open;
  }

  /** True if the variable was given a value. */
  has(variable: Node): boolean {
    return this.#joined?.has(variable) ?? this.#known.has(variable);
  }

  /** The session with all values written so far. */
  async session(): Promise<Session> {
    if (this.#joined) return this.#joined.session();
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
    if (this.#joined) return this.#joined.openedSession();
    this.#requireOpen();
    if (this.#opened && this.#waiting.size === 0) return this.#opened;
    throw new RuntimeError('The model is not ready to run at once. Await model.prepare() first.');
  }

  /** Sets values that the next program will find. The array must not be changed afterwards. */
  set(variable: Node, values: Float32Array): void {
    if (this.#joined) {
      this.#joined.set(variable, values);
      return;
    }
    this.#requireOpen();
    this.#known.add(variable);
    this.#waiting.set(variable, values);
  }

  /** Sets values at once, also between the steps of a training. */
  async write(variable: Node, values: Float32Array): Promise<void> {
    if (this.#joined) return this.#joined.write(variable, values);
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
    if (this.#joined) return this.#joined.read(variables);
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
    if (this.#joined) {
      this.#joined.dispose();
      return;
    }
    if (this.#disposed) return;
    this.#disposed = true;
    this.#waiting.clear();
    this.#session?.then(
      (session) => session.dispose(),
      () => {},
    );
  }

  /** True if the store holds a session, whose values no other store can own. */
  get running(): boolean {
    return this.#joined?.running ?? this.#session !== undefined;
  }

  /** Gives all values to another store, which owns them from now on. Neither may have been disposed, nor this run. */
  join(other: VariableStore): void {
    if (this.#joined) {
      this.#joined.join(other);
      return;
    }
    this.#requireOpen();
    if (other === this) return;
    for (const [variable, values] of this.#waiting) other.set(variable, values);
    this.#waiting.clear();
    this.#joined = other;
  }

  #requireOpen(): void {
    if (this.#disposed) throw new RuntimeError('The model was disposed. Make it or load it again.');
  }
}
