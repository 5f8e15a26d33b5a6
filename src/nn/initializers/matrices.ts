import { ShapeError } from '../../errors/index.ts';
import { elementCount } from '../../ir/tensor-type.ts';
import { normal } from '../../numerics/normal.ts';
import { number, optional, readOptions } from '../options.ts';
import type { Initializer } from './initializer.ts';
import { orthonormalColumns } from './orthonormal-columns.ts';
import { seedRule } from './seed-rule.ts';

export interface IdentityOptions {
  /** Factor of the matrix. Default 1. */
  readonly gain?: number;
}

export interface OrthogonalOptions extends IdentityOptions {
  /** Default null: the seed of the model. */
  readonly seed?: number | null;
}

/**
 * The identity matrix: `gain` where row and column are the same, else 0. For weights of two dimensions, which need not
 * be as large as each other. Making a layer whose weight has others throws a ShapeError.
 * @throws {InvalidArgumentError}
 */
export function identity(options: IdentityOptions = {}): Initializer {
  const config = readOptions(options, { gain: optional(number(), 1) }, { call: 'initializers.identity' });
  return {
    className: 'Identity',
    config,
    check: (shape) => {
      if (shape.length !== 2) throw notAMatrix('the identity matrix', '2 dimensions', shape);
    },
    values: (shape) => {
      const values = new Float32Array(elementCount(shape));
      for (let k = 0; k < Math.min(shape[0]!, shape[1]!); k++) values[k * shape[1]! + k] = config.gain;
      return values;
    },
  };
}

/**
 * A random matrix with orthogonal columns of length `gain`, or rows where there are fewer of them; a kernel is the matrix
 * of its last dimension against all others. It is what the QR decomposition of a matrix of normal numbers gives, with a
 * positive diagonal of R: each such matrix is as likely as any other. Making a layer whose weight has less than two
 * dimensions throws a ShapeError. Source: Saxe et al. 2014, arXiv:1312.6120.
 * @throws {InvalidArgumentError}
 */
export function orthogonal(options: OrthogonalOptions = {}): Initializer {
  const rules = { gain: optional(number(), 1), seed: seedRule };
  const config = readOptions(options, rules, { call: 'initializers.orthogonal' });
  return {
    className: 'Orthogonal',
    config,
    check: (shape) => {
      if (shape.length < 2) throw notAMatrix('an orthogonal matrix', 'at least 2 dimensions', shape);
    },
    values: (shape, seed, stream) => {
      const columns = shape.at(-1)!;
      const rows = elementCount(shape) / columns;
      const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
      const q = orthonormalColumns(normal(seed, stream, long * short), long, short);
      return Float32Array.from({ length: long * short }, (_, k) => {
        const [row, column] = [Math.floor(k / columns), k % columns];
        return config.gain * (rows < columns ? q[row]![column]! : q[column]![row]!);
      });
    },
  };
}

const notAMatrix = (what: string, expected: string, shape: readonly number[]): ShapeError =>
  new ShapeError({ subject: `a weight that begins as ${what}`, expected, received: shape });
