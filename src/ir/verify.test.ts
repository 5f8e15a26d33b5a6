import { expect, test } from 'vitest';
import { affine, axisIndex } from './affine.ts';
import { add, constant, gt, load, select, sum } from './build.ts';
import { compute, type Definition, type Piece } from './definition.ts';
import type { Expression } from './expression.ts';
import type { TensorType } from './tensor-type.ts';
import { verifyDefinition } from './verify.ts';

const source: TensorType = { dtype: 'f32', shape: [4], batched: true };
const type: TensorType = { dtype: 'f32', shape: [4], batched: true };
const check =
  (definition: Definition, of: TensorType = type) =>
  (): void =>
    verifyDefinition(definition, of, (id) => (id === 1 ? source : undefined));
const map = (value: Expression): Definition => compute('map', [4], () => value, [{ name: 'r', extent: 3 }]);
const piece = (offset: number, extent: number): Piece => ({
  axes: [{ name: 'i', extent }],
  index: [affine({ i: 1 }, offset)],
  value: constant(1),
});

test('accepts what is right', () => {
  expect(check(map(load(1, ['i0'])))).not.toThrow();
  expect(check(map(sum(['r'], load(1, [affine({ i0: 1, r: 2 }, -1)]))))).not.toThrow();
  expect(check({ batch: 'map', pieces: [piece(0, 2), piece(2, 2)] })).not.toThrow();
  expect(check({ batch: 'map', pieces: [piece(1, 2)], fill: 0 })).not.toThrow();
});

test('names every broken rule', () => {
  expect(check(map(load(2, ['i0'])))).toThrow(/unknown node 2/);
  expect(check(map(load(1, ['i0', 0])))).toThrow(/wrong rank/);
  expect(check(map(load(1, ['q'])))).toThrow(/axis q is not bound/);
  expect(check(map(load(1, ['r'])))).toThrow(/axis r is not bound/);
  expect(check(map(load(1, [affine({ i0: 0.5 })])))).toThrow(/whole number/);
  expect(check(map(gt(load(1, ['i0']), 0)))).toThrow(/value is a mask/);
  expect(check(map(add(gt(load(1, ['i0']), 0), 1)))).toThrow(/mask as operand 0/);
  expect(check(map(select(load(1, ['i0']), 1, 0)))).toThrow(/number as operand 0/);
  const twice = add(sum(['r'], constant(1)), sum(['r'], constant(2)));
  expect(check(map(twice))).toThrow(/more than one sum/);
  expect(check({ batch: 'map', pieces: [piece(0, 3), piece(2, 2)] })).toThrow(/element 2/);
  expect(check({ batch: 'map', pieces: [piece(1, 3)] })).toThrow(/no fill/);
  expect(check({ batch: 'map', pieces: [piece(2, 3)] })).toThrow(/leaves dimension 0/);
  const unbatched: TensorType = { ...type, batched: false };
  const bare: Piece = { axes: [{ name: 'i', extent: 4 }], index: [axisIndex('i')], value: load(1, ['i']) };
  expect(check({ batch: 'reduce', pieces: [bare] }, unbatched)).toThrow(/not the sum itself/);
  expect(check({ batch: 'none', pieces: [bare] }, unbatched)).toThrow(/loads a batched tensor/);
  expect(check({ batch: 'map', pieces: [bare] }, unbatched)).toThrow(/only a map/);
});
