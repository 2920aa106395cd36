/**
 * A mixed-integer linear program: costs·x as large as can be, lower ≤ row·x ≤ upper, 0 ≤ x ≤ upper of its column. Plain data, so that
 * what is asked of a solver is made, and tested, without one.
 */
export type LinearProgram = {
  columns: { cost: number; upper: number; isInteger: boolean }[];
  rows: { lower: number; upper: number; columns: number[]; values: number[] }[];
};

/** Value of each column of an optimal solution; null: there is none. Optimal to the last bit but for tolerances of about 1e-9. */
export type RunProgram = {
  (program: LinearProgram): ArrayLike<number> | null;
  /** Throws once the time for the problem is over: for what may take long between programs. */
  checkTime?(): void;
};

/** @returns its index */
export function addColumn(program: LinearProgram, column: LinearProgram['columns'][number]): number {
  return program.columns.push(column) - 1;
}

export const addBinary = (program: LinearProgram, cost: number) =>
  addColumn(program, { cost, upper: 1, isInteger: true });

export const addShare = (program: LinearProgram, cost: number, upper = 1) =>
  addColumn(program, { cost, upper, isInteger: false });

/** `lower ≤ Σ value·column ≤ upper`, of pairs [column, value], each column once. */
export function addRow(
  program: LinearProgram,
  lower: number,
  upper: number,
  entries: readonly (readonly [column: number, value: number])[],
): void {
  program.rows.push({
    lower,
    upper,
    columns: entries.map(([column]) => column),
    values: entries.map(([, value]) => value),
  });
}
