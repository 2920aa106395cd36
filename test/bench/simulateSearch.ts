/**
 * What a search finds with which part of the trials, by simulation of grids whose truth is known, each measured whole and searched by the same trials:
 * `npx tsx test/bench/simulateSearch.ts [sweeps]` prints the table of docs/statistics.md; in parts as simulateVerdict.ts.
 */
import { calm, compareSearch, realistic, searchGrids } from '../support/simulatedSearch';
import { printTables, type SimulationTable } from '../support/simulationTables';

const sweeps = Number(process.argv[2] ?? 100);
const seed = 20_240_501;
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

const searching: SimulationTable = {
  title: 'Grids searched with 40 % of the trials at most, and measured whole by the same trials',
  columns: [
    ...['grid', 'trials, mean (most)', 'of the whole', 'never tried', 'verdict', 'of the whole', 'false greenest'],
    ...['by 1 % and more', 'of the whole', 'the same answer'],
  ],
  rows: searchGrids.flatMap((grid) =>
    [calm, realistic].map((machine) => ({
      name: `${grid.name}, ${machine === calm ? 'calm' : 'realistic'}`,
      parts: [
        () => {
          const r = compareSearch(grid, machine, 40, sweeps, seed);
          return [
            `${r.trialsPercent.toFixed(1)} % (${r.mostPercent.toFixed(1)} %)`,
            `${r.wholePercent.toFixed(1)} %`,
            `${r.notTried.toFixed(1)} of ${grid.configurations.length}`,
            ...[r.decided, r.wholeDecided, r.falseGreenest, r.falseByMargin, r.wholeFalse, r.sameAnswer].map(percent),
          ];
        },
      ],
    })),
  ),
};

console.error(`Each row: ${sweeps} sweeps, seed ${seed}.`);
printTables([searching], process.argv.slice(3));
