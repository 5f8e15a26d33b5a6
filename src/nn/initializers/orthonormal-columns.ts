/**
 * The columns of Q of the QR decomposition with a positive diagonal of R, by modified Gram-Schmidt in float64. Each
 * column is made orthogonal twice: one pass leaves errors that grow with the condition of the matrix, two do not (Giraud
 * et al. 2005, "twice is enough"). Only +, -, *, / and the square root are used, so the bits are the same everywhere.
 * @param matrix row-major, of full rank
 * @param columns at most as many as rows
 */
export function orthonormalColumns(matrix: ArrayLike<number>, rows: number, columns: number): Float64Array[] {
  const q: Float64Array[] = [];
  for (let column = 0; column < columns; column++) {
    const own = Float64Array.from({ length: rows }, (_, row) => matrix[row * columns + column]!);
    for (let pass = 0; pass < 2; pass++) {
      for (const other of q) {
        const along = dot(other, own);
        for (let row = 0; row < rows; row++) own[row]! -= along * other[row]!;
      }
    }
    const length = Math.sqrt(dot(own, own));
    for (let row = 0; row < rows; row++) own[row]! /= length;
    q.push(own);
  }
  return q;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
