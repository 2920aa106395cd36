import { mean } from './statistics';

/**
 * The additive fit of a complete table, rows × columns: value = row + column + error. Robust: residuals are pulled in to a bound
 * (Huber 1981, by pseudo-values), and rows may have spreads of their own.
 */
export type RobustTable = {
  /** Mean of the first row above the second, its standard error and the degrees of freedom of that error (Satterthwaite 1946). */
  difference(first: number, second: number): { mean: number; error: number; degreesOfFreedom: number };
  /** Standard deviation of a value about the fit, by row; null with one row or column. */
  spreads: readonly number[] | null;
  /** A value above what its row and its column make it. */
  residual(row: number, column: number): number;
  /** Columns in which this row strays. */
  outliers(row: number): { column: number; deviation: number }[];
};

/** Residuals count in full up to so many standard deviations of their row, and no more beyond; the first, rougher bound of medians. */
const bound = 1.75;
const firstBound = 3;
/** From so many median absolute deviations on a value is told (Iglewicz & Hoaglin 1993). */
const toldFrom = 3.5;
/** Median absolute deviation of a normal distribution, over its standard deviation: the inverse. */
const madToSigma = 1.4826;
/** Below so many columns a spread is too little known to call a value far. */
const fewestToBound = 5;
const mostSteps = 40;
const enough = 1e-6;

/** @param values rows of equal length */
export function robustTable(values: readonly (readonly number[])[]): RobustTable {
  const [rows, columns] = [values.length, values[0]?.length ?? 0];
  const isBounded = rows > 1 && columns >= fewestToBound;
  const { fit, medians, pulled, outside } = isBounded
    ? pulledIn(values)
    : { fit: null, medians: null, pulled: values, outside: values.map(() => 0) };
  const means = pulled.map(mean);
  const variances = rows > 1 && columns > 1 ? rowVariances(pulled, means) : null;
  // A mean of values that were pulled in varies more than they do: by the share that was (Dixon & Tukey 1968).
  const widening = outside.map((count) => ((columns - 1) / Math.max(1, columns - count - 1)) ** 2);
  return {
    difference(first, second) {
      const difference = means[first]! - means[second]!;
      if (variances === null || columns < 2) return { mean: difference, error: Number.NaN, degreesOfFreedom: 0 };
      if (first === second) return { mean: 0, error: 0, degreesOfFreedom: columns - 1 };
      const known = variances.ofDifference(first, second);
      const [a, b] = known.parts;
      const variance = (a * widening[first]! + b * widening[second]!) / columns;
      return { mean: difference, error: Math.sqrt(variance), degreesOfFreedom: known.degreesOfFreedom };
    },
    spreads: variances?.own.map(Math.sqrt) ?? null,
    residual(row, column) {
      const ofRow = fit ? fit.rows[row]! : means[row]!;
      const ofColumn = fit ? fit.columns[column]! : mean(values.map((other, r) => other[column]! - means[r]!));
      return values[row]![column]! - ofRow - ofColumn;
    },
    outliers: (row) => (fit ? strayingFrom(values, { fit, medians }, row) : []),
  };
}

/** What each row and column makes a value. */
type Fit = { rows: number[]; columns: number[] };

/**
 * By medians of rows and columns in turn (Tukey 1977), beginning at their means, so that it does not matter what a whole row or column has more
 * of.
 */
function medianFit(values: readonly (readonly number[])[]): Fit {
  const rows = values.map(mean);
  const all = mean(rows);
  const columns = values[0]!.map((_, c) => mean(values.map((row) => row[c]!)) - all);
  for (let step = 0; step < 3; step++) {
    values.forEach((row, r) => (rows[r]! += median(row.map((value, c) => value - rows[r]! - columns[c]!))));
    for (let c = 0; c < columns.length; c++)
      columns[c]! += median(values.map((row, r) => row[c]! - rows[r]! - columns[c]!));
  }
  return { rows, columns };
}

const residualsFrom = (values: readonly (readonly number[])[], { rows, columns }: Fit) =>
  values.map((row, r) => row.map((value, c) => value - rows[r]! - columns[c]!));

/** Standard deviation of a value about row and column, from the median size of residuals; medians make some 0, which say nothing of it. */
function scaleOf(residuals: readonly number[], rows: number, columns: number): number {
  const told = residuals.map(Math.abs).filter((size) => size > 1e-12);
  return told.length === 0 ? 0 : (madToSigma * median(told)) / Math.sqrt((1 - 1 / rows) * (1 - 1 / columns));
}

/** Where every residual beyond the bound of its row lies on it, about the fit of such values; `outside`: how many were pulled in, by row. */
function pulledIn(values: readonly (readonly number[])[]) {
  const medians = medianFit(values);
  const fit = { rows: [...medians.rows], columns: [...medians.columns] };
  const none = { fit, medians, pulled: values, outside: values.map(() => 0) };
  const scale = scaleOf(residualsFrom(values, fit).flat(), values.length, values[0]!.length);
  if (!(scale > 0)) return none;
  const rough = settle(
    values,
    fit,
    values.map(() => firstBound * scale),
  );
  const variances = residualVariances(rough.pulled);
  const pooled = sum(variances) / (values.length - 1);
  if (!(pooled > 0)) return none;
  const bounds = ownVariances(variances).map((variance) => bound * Math.sqrt(Math.max(pooled, variance)));
  return { fit, medians, ...settle(values, fit, bounds) };
}

/** Means of rows and columns of the values pulled in, until they no longer move. Changes `fit`. */
function settle(values: readonly (readonly number[])[], fit: Fit, bounds: readonly number[]) {
  const [rows, columns] = [values.length, fit.columns.length];
  let outside: number[] = [];
  for (let step = 0; step < mostSteps; step++) {
    outside = values.map(() => 0);
    const ofColumns = new Array<number>(columns).fill(0);
    let all = 0;
    let most = 0;
    values.forEach((row, r) => {
      const limit = bounds[r]!;
      let ofRow = 0;
      for (let c = 0; c < columns; c++) {
        const residual = row[c]! - fit.rows[r]! - fit.columns[c]!;
        const counted = Math.max(-limit, Math.min(limit, residual));
        if (counted !== residual) outside[r]!++;
        ofRow += counted / columns;
        ofColumns[c]! += counted / rows;
        all += counted / (rows * columns);
      }
      fit.rows[r]! += ofRow;
      most = Math.max(most, Math.abs(ofRow) / limit);
    });
    for (let c = 0; c < columns; c++) fit.columns[c]! += ofColumns[c]! - all;
    if (most < enough) break;
  }
  const pulled = values.map((row, r) =>
    row.map((value, c) => {
      const expected = fit.rows[r]! + fit.columns[c]!;
      return expected + Math.max(-bounds[r]!, Math.min(bounds[r]!, value - expected));
    }),
  );
  return { pulled, outside };
}

/** Mean square of each row's residuals about row and column means, over columns − 1. */
function residualVariances(values: readonly (readonly number[])[], weights?: readonly number[]): number[] {
  const means = values.map(mean);
  const columns = values[0]!.length;
  const share = 1 / values.length;
  const shared = Array.from({ length: columns }, (_, c) => {
    let total = 0;
    for (let r = 0; r < values.length; r++) total += (weights?.[r] ?? share) * (values[r]![c]! - means[r]!);
    return total;
  });
  return values.map((row, r) => {
    let squares = 0;
    for (let c = 0; c < columns; c++) squares += (row[c]! - means[r]! - shared[c]!) ** 2;
    return squares / (columns - 1);
  });
}

/** Of each row alone (Grubbs 1948): a residual has a part of all rows' errors in it. */
function ownVariances(variances: readonly number[]): number[] {
  const count = variances.length;
  const pooled = sum(variances) / (count - 1);
  return variances.map((v) => (count > 2 ? Math.max(0, ((v - pooled / count) * count) / (count - 2)) : pooled));
}

/** Steps of the iteration below: more change nothing that the degrees of freedom would notice. */
const varianceSteps = 8;

/**
 * Variance of each row by restricted maximum likelihood, in the fixed point that it has for a complete table: with the column means
 * weighted by 1/σ², a row's residuals have the variance σ² − 1/Σ(1/σ²). With two or three rows no more is told than the differences of a pair.
 */
function rowVariances(values: readonly (readonly number[])[], means: readonly number[]) {
  const [rows, freedom] = [values.length, values[0]!.length - 1];
  const pooled = sum(residualVariances(values)) / (rows - 1);
  let own = values.map(() => pooled);
  for (let step = 0; step < varianceSteps && pooled > 0; step++) {
    const inverse = own.map((v) => 1 / v);
    const total = sum(inverse);
    own = residualVariances(
      values,
      inverse.map((w) => w / total),
    ).map((v) => v + 1 / total);
  }
  const ofDifferences = (first: number, second: number) => {
    const difference = means[first]! - means[second]!;
    let squares = 0;
    for (let c = 0; c <= freedom; c++) squares += (values[first]![c]! - values[second]![c]! - difference) ** 2;
    const each = squares / freedom / 2;
    return { parts: [each, each] as const, degreesOfFreedom: freedom };
  };
  if (rows < 4 || !(pooled > 0)) return { own, ofDifference: ofDifferences };
  // Variance of the estimates from their information matrix, a diagonal and one product: inverted after Sherman & Morrison.
  const inverse = own.map((v) => 1 / v);
  const total = sum(inverse);
  const diagonal = inverse.map((w) => w * w * (1 - (2 * w) / total));
  const product = inverse.map((w) => (w * w) / total);
  const whole = 1 + sum(product.map((q, r) => (q * q) / diagonal[r]!));
  // One row that is steadier than all others together: they say nothing of it.
  if (diagonal.some((d) => !(d > 0))) return { own, ofDifference: ofDifferences };
  return {
    own,
    ofDifference(first: number, second: number) {
      const both = product[first]! / diagonal[first]! + product[second]! / diagonal[second]!;
      const spread = 1 / diagonal[first]! + 1 / diagonal[second]! - (both * both) / whole;
      const variance = own[first]! + own[second]!;
      const degreesOfFreedom = Math.min(2 * freedom, Math.max(freedom, (freedom * variance * variance) / spread));
      return { parts: [own[first]!, own[second]!] as const, degreesOfFreedom };
    },
  };
}

/**
 * Beyond the bound of flags, of the spread of all rows or of its own, whichever is larger. Of two rows their difference strays, which either may
 * be to blame for: told is the one that lies further from its own median.
 */
function strayingFrom(
  values: readonly (readonly number[])[],
  { fit, medians }: { fit: Fit; medians: Fit },
  row: number,
) {
  const isPair = values.length === 2;
  // What strays moves medians least; the spread of all is told better about the final fit, of which medians do not make half of the residuals small.
  const residuals = residualsFrom(values, medians);
  const scales = [residualsFrom(values, fit).flat(), residuals[row]!].map((of) =>
    scaleOf(of, values.length, values[0]!.length),
  );
  const limit = toldFrom * (isPair ? Math.SQRT2 : 1) * Math.max(...scales);
  return residuals[row]!.flatMap((residual, column) => {
    const deviation = isPair ? 2 * residual : residual;
    if (!(Math.abs(deviation) > limit && limit > 0)) return [];
    if (!isPair) return [{ column, deviation }];
    const fromOwn = values.map((own) => Math.abs(own[column]! - median(own)));
    return fromOwn[row]! >= fromOwn[1 - row]! ? [{ column, deviation }] : [];
  });
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
