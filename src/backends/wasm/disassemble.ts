import { immediateOf, OPCODES, type OpcodeName } from './opcodes.ts';

const NAME_OF_CODE = new Map<number, OpcodeName>(
  Object.entries(OPCODES).map(([name, value]) => [value, name as OpcodeName]),
);
const NAME_OF_TYPE: Readonly<Record<number, string>> = { 127: 'i32', 126: 'i64', 125: 'f32', 123: 'v128' };
const FUNCTION_SECTION_CODE = 10;
const EXPORT_SECTION = 7;

/** Reads what `ModuleBuilder.encode` writes. */
class Reader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.at++];
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  signed(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte < 128) return shift + 7 < 32 && byte & 64 ? value | (-1 << (shift + 7)) : value;
    }
  }

  take(length: number): Uint8Array {
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  text(): string {
    return new TextDecoder().decode(this.take(this.unsigned()));
  }
}

/** Every function of a module of this backend as text, one instruction a line, blocks indented. */
export function disassemble(bytes: Uint8Array, names: readonly string[] = []): string {
  const reader = new Reader(bytes);
  reader.take(8);
  const exported = new Map<number, string>();
  const lines: string[] = [];
  while (!reader.done) {
    const id = reader.byte();
    const end = reader.unsigned() + reader.at;
    if (id === EXPORT_SECTION) {
      for (let n = reader.unsigned(); n > 0; n--) {
        const name = reader.text();
        const kind = reader.byte();
        const index = reader.unsigned();
        if (kind === 0) exported.set(index, name);
      }
    } else if (id === FUNCTION_SECTION_CODE) {
      const count = reader.unsigned();
      for (let k = 0; k < count; k++) {
        const name = names[k] ?? exported.get(k) ?? '';
        lines.push(
          `(func ${k} ;; ${name}`,
          ...functionLines(new Reader(reader.take(reader.unsigned()))),
          ')',
        );
      }
    }
    reader.at = end;
  }
  return `${lines.join('\n')}\n`;
}

function functionLines(reader: Reader): string[] {
  const lines: string[] = [];
  for (let n = reader.unsigned(); n > 0; n--) {
    const count = reader.unsigned();
    lines.push(`  (locals ${count} ${NAME_OF_TYPE[reader.byte()]})`);
  }
  let depth = 1;
  while (!reader.done) {
    const first = reader.byte();
    const name = NAME_OF_CODE.get(first >= 0xfc ? first * 4096 + reader.unsigned() : first);
    if (!name) throw new Error(`internal: unknown opcode ${first}`);
    if (name === 'end' || name === 'else') depth--;
    if (depth > 0) lines.push(`${'  '.repeat(depth)}${name}${immediateText(name, reader)}`);
    if (name === 'block' || name === 'loop' || name === 'if' || name === 'else') depth++;
  }
  return lines;
}

function immediateText(name: OpcodeName, reader: Reader): string {
  switch (immediateOf(name)) {
    case 'none':
      return '';
    case 'block':
    case 'zeroByte':
      reader.byte();
      return '';
    case 'index':
      return ` ${reader.unsigned()}`;
    case 'lane':
      return ` ${reader.byte()}`;
    case 'memory':
      reader.unsigned();
      return ` offset=${reader.unsigned()}`;
    case 'memoryLane': {
      reader.unsigned();
      const offset = reader.unsigned();
      return ` offset=${offset} lane=${reader.byte()}`;
    }
    case 'other':
      return otherText(name, reader);
  }
}

function otherText(name: OpcodeName, reader: Reader): string {
  if (name === 'i32.const' || name === 'i64.const') return ` ${reader.signed()}`;
  if (name === 'f32.const') return ` ${floats(reader.take(4))[0]}`;
  if (name === 'v128.const') {
    const bytes = reader.take(16);
    return ` f32x4 ${floats(bytes).join(' ')} ;; ${[...bytes].map((b) => b.toString(16).padStart(2, '0')).join('')}`;
  }
  if (name === 'i8x16.shuffle') return ` ${[...reader.take(16)].join(' ')}`;
  reader.take(name === 'memory.copy' ? 2 : 1);
  return '';
}

const floats = (bytes: Uint8Array): Float32Array => new Float32Array(bytes.slice().buffer);
