/** Lower factor L of a symmetric positive definite matrix LLᵀ, of which only the lower half is read; rows beyond the diagonal are 0. */
export function choleskyFactor(matrix: readonly ArrayLike<number>[]): Float64Array[] {
  const count = matrix.length;
  const factor = Array.from({ length: count }, () => new Float64Array(count));
  for (let i = 0; i < count; i++) {
    const row = factor[i]!;
    for (let j = 0; j <= i; j++) {
      const other = factor[j]!;
      let sum = matrix[i]![j]!;
      for (let k = 0; k < j; k++) sum -= row[k]! * other[k]!;
      if (i > j) row[j] = sum / other[j]!;
      else if (sum > 0) row[i] = Math.sqrt(sum);
      else throw new RangeError('a matrix that is not positive definite has no Cholesky factor');
    }
  }
  return factor;
}

/** x of Lx = b. */
export function solveLower(factor: readonly Float64Array[], b: ArrayLike<number>): Float64Array {
  const x = new Float64Array(factor.length);
  for (let i = 0; i < x.length; i++) {
    const row = factor[i]!;
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= row[k]! * x[k]!;
    x[i] = sum / row[i]!;
  }
  return x;
}

/** x of Lᵀx = b. */
export function solveUpper(factor: readonly Float64Array[], b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  for (let i = x.length - 1; i >= 0; i--) {
    const row = factor[i]!;
    x[i]! /= row[i]!;
    for (let k = 0; k < i; k++) x[k]! -= row[k]! * x[i]!;
  }
  return x;
}
