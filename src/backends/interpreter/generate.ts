import { type Affine, affineRange, axesOf } from '../../ir/affine.ts';
import { type Definition, extentsOf, INTERLEAVE, outputAxesOf, type Piece } from '../../ir/definition.ts';
import type { Expression, Load, Reduce } from '../../ir/expression.ts';
import { elementCount, rowMajorStrides, type TensorType } from '../../ir/tensor-type.ts';
import { operands } from '../../ir/walk.ts';
import type { Functions, RandomKey } from './functions.ts';
import { Scope } from './scope.ts';

export type Precision = 'f32' | 'f64';

/** Anything with numbers in it. */
export type NumberArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/**
 * Computes one sample of a piece (or all of it, where there is no batch). A sum over the batch goes on from what
 * `out` holds: one accumulator an element, eight if the piece is interleaved.
 */
export type PieceFunction = (
  out: NumberArray,
  sample: number,
  key: RandomKey,
  sources: readonly NumberArray[],
) => void;

/**
 * JavaScript for one piece, literal: every operation in the order that the expression states. In `f32` each is
 * rounded, and sums follow `piece.order`; in `f64` neither.
 */
export function generatePiece(
  piece: Piece,
  batch: Definition['batch'],
  type: TensorType,
  sources: ReadonlyMap<number, TensorType>,
  precision: Precision,
  functions: Functions,
): PieceFunction {
  const text = new PieceGenerator(piece, batch, type, sources, precision).text();
  const build = new Function('functions', text) as (functions: Functions) => PieceFunction;
  return build(functions);
}

/** Accumulators for every element of a sum over the batch. */
export const accumulatorsOf = (piece: Piece, precision: Precision): number =>
  precision === 'f32' && piece.order === 'interleaved' ? INTERLEAVE : 1;

class PieceGenerator {
  private readonly extents: Record<string, number>;
  private readonly free = new Map<Expression, ReadonlySet<string>>();
  private readonly sourceNumbers = new Map<number, number>();
  private count = 0;
  private readonly piece: Piece;
  private readonly batch: Definition['batch'];
  private readonly type: TensorType;
  private readonly sources: ReadonlyMap<number, TensorType>;
  private readonly single: boolean;

  constructor(
    piece: Piece,
    batch: Definition['batch'],
    type: TensorType,
    sources: ReadonlyMap<number, TensorType>,
    precision: Precision,
  ) {
    this.piece = piece;
    this.batch = batch;
    this.type = type;
    this.sources = sources;
    this.single = precision === 'f32';
    this.extents = extentsOf(piece);
    for (const id of sources.keys()) this.sourceNumbers.set(id, this.sourceNumbers.size);
  }

  text(): string {
    const { piece } = this;
    const root = new Scope();
    for (const [id, k] of this.sourceNumbers) {
      root.lines.push(`const t${k} = sources[${k}];`);
      const { batched, shape } = this.sources.get(id)!;
      root.lines.push(`const b${k} = ${batched ? `sample * ${elementCount(shape)}` : 0};`);
    }
    const output = outputAxesOf(piece);
    const loops = piece.axes.filter((axis) => output.has(axis.name));
    let scope = root;
    for (const { name, extent } of loops) scope = new Scope(scope, name, extent);
    const base = this.batch === 'map' ? `sample * ${elementCount(this.type.shape)}` : '0';
    const place = this.address(piece.index, this.type.shape, base, scope);
    if (this.batch === 'reduce') this.accumulate(piece.value as Reduce, place, scope);
    else scope.lines.push(`out[${place}] = ${this.value(piece.value, scope)};`);
    for (let s: Scope = scope; s.parent; s = s.parent) s.close();
    return `'use strict';
const { exp, log, tanh, sigmoid, erf, random } = functions;
const f = Math.fround;
const partials = ${this.single ? `new Float32Array(${INTERLEAVE})` : 'undefined'};
return (out, sample, key, sources) => {
${root.lines.join('\n')}
};`;
  }

  private get interleaved(): boolean {
    return this.single && this.piece.order === 'interleaved';
  }

  /** A sum over the batch: the accumulators live in `out` from sample to sample. */
  private accumulate(sum: Reduce, place: string, scope: Scope): void {
    if (this.interleaved) {
      const at = this.name();
      scope.lines.push(`const ${at} = ${place} * ${INTERLEAVE};`);
      const last = sum.axes.at(-1)!;
      this.loop(sum, scope, (inner, x) => {
        const element = `out[${at} + (${last} & ${INTERLEAVE - 1})]`;
        inner.lines.push(`${element} = f(${element} + ${x});`);
      });
      return;
    }
    const total = this.name();
    scope.lines.push(`let ${total} = out[${place}];`);
    this.loop(sum, scope, (inner, x) => inner.lines.push(`${total} = ${this.rounded(`${total} + ${x}`)};`));
    scope.lines.push(`out[${place}] = ${total};`);
  }

  /** Code that gives the value of an expression, as a name that is valid in `scope`. */
  private value(e: Expression, scope: Scope): string {
    const home = scope.home(this.freeAxes(e));
    const known = home.values.get(e);
    if (known !== undefined) return known;
    const text = this.compute(e, home);
    let name = text;
    if (!/^[a-z]\w*$/.test(text)) {
      name = this.name();
      home.lines.push(`const ${name} = ${text};`);
    }
    home.values.set(e, name);
    return name;
  }

  private compute(e: Expression, scope: Scope): string {
    const value = (x: Expression): string => this.value(x, scope);
    switch (e.kind) {
      case 'constant':
        return Object.is(e.value, -0) ? '-0' : `${e.value}`;
      case 'load':
        return this.load(e, scope);
      case 'index':
        return this.rounded(this.form(e.value));
      case 'random':
        return `random(key, ${e.stream}, sample, ${this.form(e.element)})`;
      case 'unary':
        switch (e.op) {
          case 'neg':
            return `-(${value(e.a)})`;
          case 'abs':
            return `Math.abs(${value(e.a)})`;
          case 'sqrt':
            return this.rounded(`Math.sqrt(${value(e.a)})`);
          default:
            return `${e.op}(${value(e.a)})`;
        }
      case 'binary': {
        const [a, b] = [value(e.a), value(e.b)];
        switch (e.op) {
          case 'max':
            return `${a} < ${b} ? ${b} : ${a}`;
          case 'min':
            return `${b} < ${a} ? ${b} : ${a}`;
          default:
            return this.rounded(`${a} ${{ add: '+', sub: '-', mul: '*', div: '/' }[e.op]} ${b}`);
        }
      }
      case 'compare': {
        const sign = { lt: '<', le: '<=', gt: '>', ge: '>=', eq: '===', ne: '!==' }[e.op];
        return `${value(e.a)} ${sign} ${value(e.b)}`;
      }
      case 'logic':
        return `${value(e.a)} ${e.op === 'or' ? '||' : '&&'} ${e.op === 'andNot' ? '!' : ''}${value(e.b)}`;
      case 'select':
        return `${value(e.mask)} ? ${value(e.a)} : ${value(e.b)}`;
      case 'reduce':
        return this.reduction(e, scope);
    }
  }

  private reduction(e: Reduce, scope: Scope): string {
    if (e.op === 'sum') return this.sum(e, scope);
    const largest = this.name();
    const first = this.name();
    const invalid = this.name();
    scope.lines.push(`let ${largest} = -Infinity, ${first} = 0, ${invalid} = false;`);
    const number = e.axes.reduce((text, axis) => `(${text} * ${this.extents[axis]} + ${axis})`, '0');
    this.loop(e, scope, (inner, x) =>
      inner.lines.push(
        `if (${largest} < ${x}) { ${largest} = ${x}; ${first} = ${number}; }`,
        `if (${x} !== ${x}) ${invalid} = true;`,
      ),
    );
    return e.op === 'argmax' ? first : `${invalid} ? NaN : ${largest}`;
  }

  private sum(e: Reduce, scope: Scope): string {
    if (!this.interleaved) {
      const total = this.name();
      scope.lines.push(`let ${total} = 0;`);
      this.loop(e, scope, (inner, x) => inner.lines.push(`${total} = ${this.rounded(`${total} + ${x}`)};`));
      return total;
    }
    scope.lines.push('partials.fill(0);');
    const last = e.axes.at(-1)!;
    this.loop(e, scope, (inner, x) => {
      const element = `partials[${last} & ${INTERLEAVE - 1}]`;
      inner.lines.push(`${element} = f(${element} + ${x});`);
    });
    const pair = (l: number): string => `f(partials[${l}] + partials[${l + 4}])`;
    return `f(f(${pair(0)} + ${pair(2)}) + f(${pair(1)} + ${pair(3)}))`;
  }

  private loop(e: Reduce, scope: Scope, body: (inner: Scope, x: string) => void): void {
    let inner = scope;
    for (const axis of e.axes) inner = new Scope(inner, axis, this.extents[axis]!);
    body(inner, this.value(e.body, inner));
    for (; inner !== scope; inner = inner.parent!) inner.close();
  }

  private load(e: Load, scope: Scope): string {
    const source = this.sources.get(e.source)!;
    const k = this.sourceNumbers.get(e.source)!;
    const guards = e.index.flatMap((form, dimension) => this.guard(form, source.shape[dimension]!, scope));
    const element = `t${k}[${this.address(e.index, source.shape, `b${k}`, scope)}]`;
    const converted = this.single && source.dtype === 'i32' ? `f(${element})` : element;
    return guards.length > 0 ? `${guards.join(' && ')} ? ${converted} : 0` : converted;
  }

  /** A condition that an index stays within its dimension, where it may leave it. */
  private guard(form: Affine, extent: number, scope: Scope): string[] {
    const [low, high] = affineRange(form, this.extents);
    const conditions: string[] = [];
    if (low < 0) conditions.push(`${this.form(form)} >= 0`);
    if (high >= extent) conditions.push(`${this.form(form)} < ${extent}`);
    if (conditions.length === 0) return [];
    const name = this.name();
    scope.home(new Set(axesOf(form))).lines.push(`const ${name} = ${conditions.join(' && ')};`);
    return [name];
  }

  /** Row-major element number; the part of each loop is computed in that loop. */
  private address(index: readonly Affine[], shape: readonly number[], base: string, scope: Scope): string {
    const strides = rowMajorStrides(shape);
    const terms = new Map<string, number>();
    let constant = 0;
    index.forEach((form, k) => {
      constant += form.constant * strides[k]!;
      for (const [axis, c] of Object.entries(form.terms))
        terms.set(axis, (terms.get(axis) ?? 0) + c * strides[k]!);
    });
    const chain: Scope[] = [];
    for (let s: Scope | undefined = scope; s; s = s.parent) chain.unshift(s);
    let address = base;
    if (constant !== 0) address = `${address} + ${constant}`;
    for (const loop of chain) {
      const c = loop.axis === undefined ? undefined : terms.get(loop.axis);
      if (loop.axis === undefined || !c) continue;
      const name = this.name();
      loop.lines.push(`const ${name} = ${address} + ${c} * ${loop.axis};`);
      address = name;
    }
    return address;
  }

  private form(form: Affine): string {
    const parts = Object.entries(form.terms).map(([axis, c]) => `${c} * ${axis}`);
    return `(${[...parts, form.constant].join(' + ')})`;
  }

  private rounded(text: string): string {
    return this.single ? `f(${text})` : `(${text})`;
  }

  private name(): string {
    return `v${this.count++}_`;
  }

  private freeAxes(e: Expression): ReadonlySet<string> {
    const known = this.free.get(e);
    if (known) return known;
    const axes = new Set<string>();
    for (const operand of operands(e)) for (const axis of this.freeAxes(operand)) axes.add(axis);
    if (e.kind === 'load') for (const form of e.index) for (const axis of axesOf(form)) axes.add(axis);
    if (e.kind === 'index') for (const axis of axesOf(e.value)) axes.add(axis);
    if (e.kind === 'random') for (const axis of axesOf(e.element)) axes.add(axis);
    if (e.kind === 'reduce') for (const axis of e.axes) axes.delete(axis);
    this.free.set(e, axes);
    return axes;
  }
}
