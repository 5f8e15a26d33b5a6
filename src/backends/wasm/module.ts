import {
  type AnyCode,
  BYTE_OF_TYPE,
  type Code,
  code,
  type Local,
  type Reference,
  type ResultType,
  type ValueType,
} from './assembler.ts';
import { ByteWriter } from './byte-writer.ts';
import { leb128, opcodeBytes, signedLeb128 } from './opcodes.ts';

/** For one body after another. */
const bodyWriter = new ByteWriter(2 ** 16);

/** Bytes of a body up to a reference (the last part has none). */
interface EncodedPart {
  readonly bytes: Uint8Array;
  readonly reference: object | undefined;
}

/** A function under construction: its parameters and locals are numbered as they are asked for. */
export class WasmFunction {
  readonly name: string;
  readonly params: readonly Local[];
  readonly result: ResultType;
  /** Name under which the instance exports it, if any. */
  exportName: string | undefined;
  #locals: ValueType[] = [];
  #body: readonly EncodedPart[] = [];

  constructor(name: string, params: readonly ValueType[], result: ResultType = 'none') {
    this.name = name;
    this.params = params.map((type, index) => ({ index, type }));
    this.result = result;
  }

  /** Parameter number k, which must be an i32 (as addresses and counts are). */
  param(k: number): Local<'i32'> {
    const local = this.params[k];
    if (local?.type !== 'i32') throw new Error(`internal: "${this.name}" has no i32 parameter ${k}`);
    return local as Local<'i32'>;
  }

  local<T extends ValueType>(type: T): Local<T> {
    this.#locals.push(type);
    return { index: this.params.length + this.#locals.length - 1, type };
  }

  /** Sets the instructions; a function with a result must leave it on the stack. */
  setBody(body: AnyCode): this {
    // encoded at once: nested code takes a hundred times the memory of its bytes
    const parts: EncodedPart[] = [];
    const end = (reference?: object): void => {
      parts.push({ bytes: bodyWriter.toBytes(), reference });
      bodyWriter.clear();
    };
    bodyWriter.appendNested<Reference>(body, ({ reference }) => end(reference));
    end();
    this.#body = parts;
    return this;
  }

  /** A function with the same code, of another name. */
  named(name: string): WasmFunction {
    const types = this.params.map(({ type }) => type);
    const copy = new WasmFunction(name, types, this.result);
    copy.#locals = this.#locals;
    copy.#body = this.#body;
    return copy;
  }

  /** Bytes of the instructions, about. */
  get codeBytes(): number {
    return this.#body.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Writes locals and instructions; `numberOf` gives the number of what the code refers to. */
  writeTo(out: ByteWriter, numberOf: (reference: object) => number): void {
    writeLocals(out, this.#locals);
    for (const { bytes, reference } of this.#body) {
      out.append(bytes);
      if (reference) out.unsigned(numberOf(reference));
    }
    out.append(opcodeBytes('end'));
  }
}

/** A call; arguments in the order of the parameters. */
export function call<T extends ResultType = 'none'>(
  target: WasmFunction,
  args: readonly AnyCode[] = [],
): Code<T> {
  if (args.length !== target.params.length) {
    throw new Error(`internal: "${target.name}" takes ${target.params.length} arguments, not ${args.length}`);
  }
  return code(...args, opcodeBytes('call'), { reference: target });
}

/** A mutable i32 or f32 variable of a module. */
export interface Global<T extends 'i32' | 'f32' = 'i32' | 'f32'> {
  readonly type: T;
  readonly initial: number;
  readonly exportName?: string;
}

export const getGlobal = <T extends 'i32' | 'f32'>(variable: Global<T>): Code<T> =>
  code(opcodeBytes('global.get'), { reference: variable });
export const setGlobal = <T extends 'i32' | 'f32'>(variable: Global<T>, value: Code<T>): Code =>
  code(value, opcodeBytes('global.set'), { reference: variable });

/** The memory that a module imports as `env.memory`, in pages of 64 KiB. */
export interface MemoryImport {
  readonly initial: number;
  /** Must be given if the memory is shared. */
  readonly maximum?: number;
  readonly shared: boolean;
}

/** Collects functions and encodes them as one module over one imported memory. */
export class ModuleBuilder {
  readonly #functions: WasmFunction[] = [];
  readonly #globals: Global[] = [];

  /** Declares a function; functions may call each other whatever their order. */
  function(
    name: string,
    params: readonly ValueType[],
    options: { readonly result?: ResultType; readonly exportName?: string } = {},
  ): WasmFunction {
    const fn = new WasmFunction(name, params, options.result ?? 'none');
    fn.exportName = options.exportName;
    return this.add(fn);
  }

  /** Adds a function that is made already. */
  add(fn: WasmFunction): WasmFunction {
    this.#functions.push(fn);
    return fn;
  }

  global<T extends 'i32' | 'f32'>(type: T, initial: number, exportName?: string): Global<T> {
    const variable: Global<T> = exportName ? { type, initial, exportName } : { type, initial };
    this.#globals.push(variable);
    return variable;
  }

  get functions(): readonly WasmFunction[] {
    return this.#functions;
  }

  /** The binary module. Throws if a called function belongs to another module. */
  encode(memory: MemoryImport): Uint8Array<ArrayBuffer> {
    if (memory.shared && memory.maximum === undefined) {
      throw new Error('internal: a shared memory needs a maximum');
    }
    const indexes = new Map<object, number>();
    this.#functions.forEach((fn, k) => {
      indexes.set(fn, k);
    });
    this.#globals.forEach((variable, k) => {
      indexes.set(variable, k);
    });
    const out = new ByteWriter();
    out.append([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const section = (id: number, fill: (body: ByteWriter) => void): void => {
      const body = new ByteWriter();
      fill(body);
      out.push(id);
      out.unsigned(body.length);
      out.append(body.view);
    };

    const signatures = new Map<string, { index: number; bytes: number[] }>();
    const signatureOf = (fn: WasmFunction): number => {
      const params = fn.params.map((p) => BYTE_OF_TYPE[p.type]);
      const results = fn.result === 'none' ? [] : [BYTE_OF_TYPE[fn.result]];
      const bytes = [0x60, ...leb128(params.length), ...params, ...leb128(results.length), ...results];
      const key = bytes.join();
      let known = signatures.get(key);
      if (!known) {
        known = { index: signatures.size, bytes };
        signatures.set(key, known);
      }
      return known.index;
    };
    const types = this.#functions.map(signatureOf);
    section(1, (body) => {
      body.unsigned(signatures.size);
      for (const { bytes } of signatures.values()) body.append(bytes);
    });
    section(2, (body) => {
      const flags = (memory.maximum === undefined ? 0 : 1) + (memory.shared ? 2 : 0);
      body.append([1, ...text('env'), ...text('memory'), 2, flags, ...leb128(memory.initial)]);
      if (memory.maximum !== undefined) body.unsigned(memory.maximum);
    });
    section(3, (body) => {
      body.unsigned(types.length);
      for (const type of types) body.unsigned(type);
    });
    if (this.#globals.length > 0) {
      section(6, (body) => {
        body.unsigned(this.#globals.length);
        for (const { type, initial } of this.#globals) {
          body.append([BYTE_OF_TYPE[type], 1]);
          if (type === 'i32') body.append([...opcodeBytes('i32.const'), ...signedLeb128(initial)]);
          else
            body.append([...opcodeBytes('f32.const'), ...new Uint8Array(new Float32Array([initial]).buffer)]);
          body.append(opcodeBytes('end'));
        }
      });
    }
    section(7, (body) => {
      const exported = [
        ...this.#functions.map((fn) => ({ name: fn.exportName, kind: 0, target: fn as object })),
        ...this.#globals.map((variable) => ({
          name: variable.exportName,
          kind: 3,
          target: variable as object,
        })),
      ].filter((entry) => entry.name !== undefined);
      body.unsigned(exported.length);
      for (const { name, kind, target } of exported) {
        body.append([...text(name!), kind, ...leb128(indexes.get(target)!)]);
      }
    });
    section(10, (body) => {
      body.unsigned(this.#functions.length);
      const one = new ByteWriter();
      for (const fn of this.#functions) {
        one.clear();
        fn.writeTo(one, (reference) => {
          const index = indexes.get(reference);
          if (index === undefined)
            throw new Error(`internal: "${fn.name}" refers to something outside its module`);
          return index;
        });
        body.unsigned(one.length);
        body.append(one.view);
      }
    });
    return out.toBytes();
  }
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...leb128(bytes.length), ...bytes];
}

/** Locals as runs of one type. */
function writeLocals(out: ByteWriter, locals: readonly ValueType[]): void {
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  out.unsigned(runs.length);
  for (const { type, count } of runs) {
    out.unsigned(count);
    out.push(BYTE_OF_TYPE[type]);
  }
}
