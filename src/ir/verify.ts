import { affineRange, axesOf } from './affine.ts';
import { type Definition, extentsOf, outputAxesOf, type Piece } from './definition.ts';
import type { Expression, Reduce } from './expression.ts';
import { elementCount, type TensorType } from './tensor-type.ts';
import { operands } from './walk.ts';

/** Elements up to which overlaps of pieces are looked for one by one. */
const CHECKED_ELEMENTS = 1 << 20;

/**
 * Throws if a definition breaks a rule of the IR: an unknown axis or source, an index of the wrong rank, an output
 * outside the tensor, pieces that overlap, elements without a value, a mask where a number belongs, more than one
 * sum a piece, a sum over the batch that is not the whole value. Used by tests after every pass.
 */
export function verifyDefinition(
  definition: Definition,
  type: TensorType,
  sourceType: (source: number) => TensorType | undefined,
): void {
  require(type.batched === (definition.batch === 'map'), 'only a map over the batch gives a batched tensor');
  for (const piece of definition.pieces) verifyPiece(piece, definition, type, sourceType);
  verifyCover(definition, type);
}

function require(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new Error(`invalid definition: ${problem}`);
}

function verifyPiece(
  piece: Piece,
  definition: Definition,
  type: TensorType,
  sourceType: (source: number) => TensorType | undefined,
): void {
  const extents = extentsOf(piece);
  const names = piece.axes.map((axis) => axis.name);
  require(new Set(names).size === names.length, `two axes have one name: ${names}`);
  require(piece.axes.every((axis) => Number.isInteger(axis.extent) && axis.extent > 0), 'an axis is empty');
  require(piece.index.length === type.shape.length, 'the output index has the wrong rank');
  const output = outputAxesOf(piece);
  piece.index.forEach((form, k) => {
    require(axesOf(form).every((axis) => axis in extents), 'the output index has an unknown axis');
    const [low, high] = affineRange(form, extents);
    require(low >= 0 && high < type.shape[k]!, `the output index leaves dimension ${k}`);
  });
  const sums: Reduce[] = [];
  const check = (e: Expression, bound: ReadonlySet<string>): void => {
    const forms =
      e.kind === 'load' ? e.index : e.kind === 'index' ? [e.value] : e.kind === 'random' ? [e.element] : [];
    for (const form of forms) {
      for (const axis of axesOf(form)) require(bound.has(axis), `axis ${axis} is not bound where it is used`);
      require([form.constant, ...Object.values(form.terms)].every(
        Number.isInteger,
      ), 'an index is not a whole number');
    }
    if (e.kind === 'load') {
      const source = sourceType(e.source);
      require(source !== undefined, `load of unknown node ${e.source}`);
      require(source.shape.length === e.index.length, 'a load has an index of the wrong rank');
      require(!source.batched ||
        definition.batch !== 'none', 'a computation without batch loads a batched tensor');
    }
    if (e.kind === 'reduce') {
      if (e.op === 'sum' && !sums.includes(e)) sums.push(e);
      for (const axis of e.axes) require(axis in extents && !bound.has(axis), `reduction over ${axis}`);
    }
    const inner = e.kind === 'reduce' ? new Set([...bound, ...e.axes]) : bound;
    operands(e).forEach((operand, k) => {
      const wantsMask = e.kind === 'logic' || (e.kind === 'select' && k === 0);
      require(isMask(operand) ===
        wantsMask, `${e.kind} has a ${isMask(operand) ? 'mask' : 'number'} as operand ${k}`);
      check(operand, inner);
    });
  };
  check(piece.value, output);
  require(!isMask(piece.value), 'the value is a mask');
  require(sums.length <= 1, 'more than one sum');
  const whole = piece.value.kind === 'reduce' && piece.value.op === 'sum';
  require(definition.batch !== 'reduce' || whole, 'the value of a sum over the batch is not the sum itself');
}

const isMask = (e: Expression): boolean => e.kind === 'compare' || e.kind === 'logic';

function verifyCover(definition: Definition, type: TensorType): void {
  const size = elementCount(type.shape);
  if (size > CHECKED_ELEMENTS) return;
  const seen = new Uint8Array(size);
  for (const piece of definition.pieces) {
    const output = outputAxesOf(piece);
    const axes = piece.axes.filter((axis) => output.has(axis.name));
    const point: Record<string, number> = {};
    const visit = (k: number): void => {
      const axis = axes[k];
      if (axis) {
        for (let value = 0; value < axis.extent; value++) {
          point[axis.name] = value;
          visit(k + 1);
        }
        return;
      }
      let place = 0;
      piece.index.forEach((form, d) => {
        let index = form.constant;
        for (const name of Object.keys(form.terms)) index += form.terms[name]! * point[name]!;
        place = place * type.shape[d]! + index;
      });
      require(seen[place] === 0, `two pieces or points give element ${place}`);
      seen[place] = 1;
    };
    visit(0);
  }
  require(definition.fill !== undefined || !seen.includes(0), 'an element has no value and there is no fill');
}
