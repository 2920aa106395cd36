import { expect, it } from 'vitest';
import { calm, compareSearch, realistic, searchGrids } from '../../../../support/simulatedSearch';

/**
 * A few sweeps of each grid, whole and searched, by the same trials: a search that measures too much, or leaves out what is the choice, shows in any of
 * them. How often it is right is in docs/statistics.md (`test/bench/simulateSearch.ts`).
 */
it('finds what the whole grid finds, with less than two fifths of its trials', () => {
  const cells = searchGrids.flatMap((grid, i) =>
    (grid.configurations.length > 32 ? [calm] : [calm, realistic]).map((machine) => ({
      name: `${grid.name}, CV ${machine.cvPercent} %`,
      ...compareSearch(grid, machine, 40, 2, 100 + i),
    })),
  );
  for (const cell of cells) {
    expect(cell.mostPercent, cell.name).toBeLessThanOrEqual(40);
    expect(cell.falseByMargin, cell.name).toBe(0);
  }
  const mean = (key: 'trialsPercent' | 'sameAnswer' | 'wholePercent') =>
    cells.reduce((sum, cell) => sum + cell[key], 0) / cells.length;
  expect(mean('trialsPercent')).toBeLessThan(0.5 * mean('wholePercent'));
  expect(mean('sameAnswer')).toBeGreaterThan(0.9);
}, 60_000);
