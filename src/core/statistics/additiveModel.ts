import { type BlockCosts, type Difference, edgeOfDifference, withEdge } from './comparison';
import { robustTable, type RobustTable } from './robustTable';

/** A trial that lies further from what its block and its configuration would make it than trials do. */
type Outlier = {
  id: string;
  block: number;
  /** Its ln cost above what the others make of it. */
  deviation: number;
};

/** ln cost = block + configuration + error, where each configuration has a spread of its own. */
export type AdditiveModel = {
  /** What it is of. */
  readonly costs: ReadonlyMap<string, BlockCosts>;
  /** Those with a cost in some block. */
  readonly ids: readonly string[];
  /** ln cost of the first above the second, over the blocks that both have. */
  readonly difference: (first: string, second: string) => Difference;
  /** Standard deviation of one trial's ln cost about block and configuration; null with fewer than two blocks, or nobody to compare with. */
  spread(id: string): number | null;
  /** ln cost of one's trial in a block above what block and configuration make it. */
  residual(id: string, block: number): number;
  /** Flagged, not left out: they count with a bounded weight. */
  outliers(): Outlier[];
  /** The same of all blocks but one. */
  without(block: number): AdditiveModel;
};

/**
 * Differences are taken within blocks: what a block shares cancels. Values that stray are pulled in to a bound first
 * (`robustTable`), and each configuration's spread is told from all of its residuals, so a pair has up to twice the degrees of freedom
 * of its own differences. Two configurations are compared in the blocks that both have, with all others that have those too.
 */
export function additiveModel(costs: ReadonlyMap<string, BlockCosts>): AdditiveModel {
  const ids = [...costs.keys()].filter((id) => costs.get(id)!.size > 0);
  const tables = new Map<string, { rows: Map<string, number>; blocks: number[]; table: RobustTable }>();

  /** Of these blocks, with everyone who has them all. */
  const tableOf = (blocks: number[]) => {
    const key = blocks.join(' ');
    let known = tables.get(key);
    if (!known) {
      const rows = ids.filter((id) => blocks.every((block) => costs.get(id)!.has(block)));
      const table = robustTable(rows.map((id) => blocks.map((block) => costs.get(id)!.get(block)!)));
      tables.set(key, (known = { rows: new Map(rows.map((id, row) => [id, row])), blocks, table }));
    }
    return known;
  };
  const ofOwn = (id: string) => tableOf([...costs.get(id)!.keys()].sort((a, b) => a - b));

  return {
    costs,
    ids,
    difference(first, second) {
      const [a, b] = [costs.get(first), costs.get(second)];
      const blocks = a && b ? [...a.keys()].filter((block) => b.has(block)).sort((x, y) => x - y) : [];
      const n = blocks.length;
      if (n === 0) return { mean: Number.NaN, error: Number.NaN, degreesOfFreedom: 0, n, edge: 0 };
      const { rows, table } = tableOf(blocks);
      const [row, other] = [rows.get(first)!, rows.get(second)!];
      return { ...table.difference(row, other), n, edge: edgeOfDifference(a!, b!) };
    },
    spread(id) {
      const { rows, table } = ofOwn(id);
      return table.spreads?.[rows.get(id)!] ?? null;
    },
    residual(id, block) {
      const { rows, blocks, table } = ofOwn(id);
      return table.residual(rows.get(id)!, blocks.indexOf(block));
    },
    without: (block) =>
      additiveModel(
        new Map(
          [...costs].map(([id, own]) => [
            id,
            withEdge(new Map([...own].filter(([other]) => other !== block)), own.edge ?? 0, own.shared ?? null),
          ]),
        ),
      ),
    outliers: () =>
      ids.flatMap((id) => {
        const { rows, blocks, table } = ofOwn(id);
        return table
          .outliers(rows.get(id)!)
          .map(({ column, deviation }) => ({ id, block: blocks[column]!, deviation }));
      }),
  };
}
