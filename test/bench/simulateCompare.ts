/**
 * How often two runs, or sides of several, are told apart, by simulation of runs whose truth is known:
 * `npx tsx test/bench/simulateCompare.ts [sweeps [table]]` prints the tables of docs/statistics.md ("Two runs compared"); one alone where it
 * is named: equal, uneven, stopping, power, joules, equivalent.
 */
import { type RunsTruth, simulateComparisons } from '../support/simulatedRuns';

const sweeps = Number(process.argv[2] ?? 2000);
const only = process.argv[3];
const seed = 20_240_501;
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const row = (...cells: string[]) => console.log(`| ${cells.join(' | ')} |`);
const head = (...cells: string[]) => {
  row(...cells);
  row(...cells.map(() => '---'));
};

const usual: RunsTruth = {
  ...{ configurations: 5, blocks: 8, past: 5, runs: 1 },
  ...{ dayPercent: 2, configurationDayPercent: 0.3, blockPercent: 2, cvPercent: 0.7, correlation: 0.5 },
};
/** Comparisons of two configurations are cheap, and the ones whose rate comes nearest to 5 %: five times as many. */
const run = (rest: Partial<RunsTruth>) =>
  simulateComparisons({ ...usual, ...rest }, rest.configurations === 2 ? 5 * sweeps : sweeps, seed);
const pasts = [3, 5, 10];
const sizes = [5, 11].flatMap((configurations) => [8, 12].map((blocks) => ({ configurations, blocks })));
const nameOf = ({ configurations, blocks }: { configurations: number; blocks: number }) =>
  `${configurations} configurations, ${blocks} blocks`;

console.log(`Each cell: ${sweeps} comparisons, of two configurations ${5 * sweeps}; seed ${seed}.\n`);
const tables: Record<string, () => void> = {
  equal() {
    console.log(
      'Equal runs of two days told apart: joules by the scatter within (as before); ratios by a past of n runs\n',
    );
    head('sweep', 'of each configuration a day', 'joules, within', ...pasts.map((n) => `ratios, past of ${n}`));
    for (const configurationDayPercent of [0, 0.3, 0.5]) {
      for (const blocks of [8, 12]) {
        const { withinDiffers, ratioDiffers, differs } = run({ configurations: 1, blocks, configurationDayPercent });
        const judged = percent(Math.max(ratioDiffers, differs));
        row(
          `1 configuration, ${blocks} blocks`,
          `${configurationDayPercent} %`,
          percent(withinDiffers),
          ...pasts.map(() => judged),
        );
      }
      for (const size of [{ configurations: 2, blocks: 8 }, ...sizes]) {
        const found = pasts.map((past) => run({ ...size, configurationDayPercent, past }));
        row(
          nameOf(size),
          `${configurationDayPercent} %`,
          percent(found[0]!.withinDiffers),
          ...found.map(({ ratioDiffers }) => percent(ratioDiffers)),
        );
      }
    }
  },
  uneven() {
    console.log('The same where configurations are not alike, or the past is: 5 configurations, 8 blocks\n');
    head('sweep', ...pasts.map((n) => `ratios, past of ${n}`));
    const cases: [string, Partial<RunsTruth>][] = [
      ['one has 1.2 % a day, the others .3 %', { configurationDayPercent: [0.3, 0.3, 0.3, 0.3, 1.2] }],
      ['the reference has .9 % a day, the others .3 %', { configurationDayPercent: [0.9, 0.3, 0.3, 0.3, 0.3] }],
      ['5 blocks, those of the past 12; 0 % a day', { configurationDayPercent: 0, blocks: 5, pastBlocks: 12 }],
      ['12 blocks, those of the past 5; .3 % a day', { blocks: 12, pastBlocks: 5 }],
    ];
    for (const [name, rest] of cases) row(name, ...pasts.map((past) => percent(run({ ...rest, past }).ratioDiffers)));
  },
  stopping() {
    const comparisons = Math.ceil(sweeps / 2);
    console.log(
      `Equal runs that stop as real ones do, after 5 to 12 blocks, told apart (${comparisons} comparisons a cell)\n`,
    );
    head('sweep', ...pasts.slice(0, 2).map((n) => `ratios, past of ${n}`));
    for (const [configurations, apartPercent] of [
      [2, 0],
      [2, 1],
      [5, 1],
    ] as const) {
      const truth = { ...usual, configurations, blocks: 12, stopping: { apartPercent } };
      row(
        `${configurations} configurations, ${apartPercent} % apart`,
        ...pasts
          .slice(0, 2)
          .map((past) => percent(simulateComparisons({ ...truth, past }, comparisons, seed).ratioDiffers)),
      );
    }
  },
  power() {
    console.log('A ratio that truly differs by 3 % is found (.3 % a day)\n');
    head('sweep', ...pasts.map((n) => `past of ${n}`), '3 runs a side, no past');
    for (const size of [{ configurations: 2, blocks: 8 }, ...sizes]) {
      row(
        nameOf(size),
        ...pasts.map((past) => percent(run({ ...size, past, changePercent: 3 }).ratioFound)),
        percent(run({ ...size, past: 0, runs: 3, changePercent: 3 }).ratioFound),
      );
    }
  },
  joules() {
    console.log(
      'Joules themselves by several runs a side, 2 % a day: told apart without a change; a change of 10 % in all, found\n',
    );
    head('sweep', ...[3, 5, 10].flatMap((n) => [`${n} a side, equal`, `${n} a side, 10 %`]));
    for (const configurations of [1, 5, 11]) {
      row(
        configurations === 1 ? '1 configuration' : `${configurations} configurations`,
        ...[3, 5, 10].flatMap((runs) => [
          percent(run({ configurations, past: 0, runs }).differs),
          percent(run({ configurations, past: 0, runs, commonPercent: 10 }).found),
        ]),
      );
    }
  },
  equivalent() {
    console.log('Wrongly called equivalent: a ratio truly differs by the margin of 1 %\n');
    head('sweep', ...pasts.map((n) => `past of ${n}`));
    for (const [cvPercent, configurationDayPercent] of [
      [0.2, 0],
      [0.2, 0.1],
      [0.7, 0],
    ] as const) {
      for (const configurations of [2, 5]) {
        row(
          `${configurations} configurations, CV ${cvPercent} %, ${configurationDayPercent} % a day`,
          ...pasts.map((past) =>
            percent(
              run({ configurations, cvPercent, configurationDayPercent, past, changePercent: 1 }).ratioEquivalent,
            ),
          ),
        );
      }
    }
  },
};
for (const [name, print] of Object.entries(tables)) {
  if (only !== undefined && only !== name) continue;
  print();
  console.log();
}
