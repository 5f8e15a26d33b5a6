import type { WasmFunction } from './module.ts';

/** Functions by a text that says all that their code depends on; those used longest ago make room. */
export class CodeCache {
  readonly #functions = new Map<string, WasmFunction>();
  readonly #limit: number;
  #bytes = 0;

  /** @param limit bytes of code and texts that are kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The function of a text, made where it is not known. */
  get(text: string, make: () => WasmFunction): WasmFunction {
    const known = this.#functions.get(text);
    if (known) {
      this.#functions.delete(text);
      this.#functions.set(text, known);
      return known;
    }
    const made = make();
    this.#functions.set(text, made);
    this.#bytes += sizeOf(text, made);
    for (const [oldest, fn] of this.#functions) {
      if (this.#bytes <= this.#limit) break;
      this.#functions.delete(oldest);
      this.#bytes -= sizeOf(oldest, fn);
    }
    return made;
  }
}

const sizeOf = (text: string, fn: WasmFunction): number => text.length + fn.codeBytes;
