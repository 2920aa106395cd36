/**
 * How often the intervals and verdicts are right, by simulation of whole sweeps whose truth is known:
 * `npx tsx test/bench/simulateVerdict.ts [experiments]` prints the tables of docs/statistics.md.
 */
import { meanInterval } from '../../src/core/statistics/statistics';
import { simulateDrift } from '../support/simulatedDrift';
import { seededNormal, simulateMany, type Truth, termsOf } from '../support/simulatedSweep';

const experiments = Number(process.argv[2] ?? 5000);
const seed = 20_240_501;
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const equal = (count: number): number[] => Array(count).fill(2);
const row = (...cells: string[]) => console.log(`| ${cells.join(' | ')} |`);
const head = (...cells: string[]) => {
  row(...cells);
  row(...cells.map(() => '---'));
};
const run = (truth: Truth, terms: Parameters<typeof termsOf>[0] = {}) =>
  simulateMany(truth, termsOf(terms), experiments, seed);

console.log(`Each cell: ${experiments} sweeps, seed ${seed}.\n\nCoverage of the J/image interval (mean blocks)\n`);
const spreads = [0.3, 0.7, 1, 1.5, 2, 2.5, 3, 4, 5];
head('sweep', ...spreads.map((cv) => `CV ${cv} %`));
const shapes: [string, number[], Parameters<typeof termsOf>[0]][] = [
  ['1 configuration, 5–12 blocks', [2], {}],
  ['1 configuration, 3–12', [2], { min: 3 }],
  ['1 configuration, 8–20', [2], { min: 8, max: 20 }],
  ['5 equal, 5–12', equal(5), {}],
  ['5 apart by 3 %, 5–12', [2, 2.06, 2.12, 2.18, 2.25], {}],
];
for (const [name, joules, terms] of shapes) {
  const cells = spreads.map((cvPercent) => {
    const r = run({ joules, cvPercent, blockPercent: 0.3 * cvPercent }, terms);
    return `${percent(r.lowestCoverage)} (${r.meanBlocks.toFixed(1)})`;
  });
  row(name, ...cells);
}

console.log('\nWrong verdicts\n');
head('sweep', 'wrong greenest', 'tied', 'coverage, lowest', 'mean blocks');
const wrong: [string, Truth, Parameters<typeof termsOf>[0]][] = [
  ['2 equal, CV 0.7 %', { joules: equal(2), cvPercent: 0.7 }, {}],
  ['2 equal, CV 3 %', { joules: equal(2), cvPercent: 3 }, {}],
  ['2 equal, CV 3 % and 0.3 %', { joules: equal(2), cvPercent: [3, 0.3] }, {}],
  ['2 equal, CV 1.5 %, 3–12 blocks', { joules: equal(2), cvPercent: 1.5 }, { min: 3 }],
  ['2 equal, CV 1.5 %, 5–40 blocks', { joules: equal(2), cvPercent: 1.5 }, { max: 40 }],
  ['3 equal, CV 0.7 %', { joules: equal(3), cvPercent: 0.7 }, {}],
  ['5 equal, CV 0.7 %, blocks drift by 2 %', { joules: equal(5), cvPercent: 0.7, blockPercent: 2 }, {}],
  ['5 equal, CV 3 %', { joules: equal(5), cvPercent: 3 }, {}],
  ['8 equal, CV 0.7 %', { joules: equal(8), cvPercent: 0.7 }, {}],
  ['2 equal, 3 far, CV 0.7 %', { joules: [2, 2, 3, 3, 3], cvPercent: 0.7 }, {}],
];
for (const [name, truth, terms] of wrong) {
  const r = run(truth, terms);
  row(name, percent(r.wrongGreenest), percent(r.tied), percent(r.lowestCoverage), r.meanBlocks.toFixed(1));
}

console.log('\nWrongly called tied (true difference exactly the margin of 1 %)\n');
head('sweep', 'tied', 'greenest', 'mean blocks');
for (const [name, joules, cvPercent] of [
  ['2, CV 0.3 %', [2, 2.02], 0.3],
  ['2, CV 0.5 %', [2, 2.02], 0.5],
  ['5, four at the margin, CV 0.5 %', [2, 2.02, 2.02, 2.02, 2.02], 0.5],
] as const) {
  const r = run({ joules: [...joules], cvPercent });
  row(name, percent(r.wrongTied), percent(r.greenest), r.meanBlocks.toFixed(1));
}

console.log(
  '\nPower: 5 configurations, the best is better than all others by the difference; share named (mean blocks)\n',
);
const differences = [1, 2, 3, 5, 10];
head('CV of a trial', ...differences.map((d) => `${d} %`));
for (const cvPercent of [0.3, 0.5, 0.7, 1, 1.5, 2]) {
  const cells = differences.map((d) => {
    const other = 2 * (1 + d / 100);
    const r = run({ joules: [2, other, other, other, other], cvPercent });
    return `${percent(r.greenest - r.wrongGreenest)} (${r.meanBlocks.toFixed(1)})`;
  });
  row(`${cvPercent} %`, ...cells);
}

console.log('\nCoverage of the saving against today’s configuration, the winner chosen by the data\n');
head('sweep', 'sweeps with a saving', 'coverage');
for (const [name, joules] of [
  ['four equal, today 15 % above', [2, 2, 2, 2, 2.3]],
  ['steps of 0.5–1 %, today the worst', [2, 2.02, 2.03, 2.04, 2.05]],
  ['steps of 3 %, today the worst', [2, 2.06, 2.12, 2.18, 2.25]],
] as const) {
  const r = run({ joules: [...joules], cvPercent: 0.5 }, { currentBatchSize: 5 });
  row(name, String(r.savings), r.savingCoverage === null ? '–' : percent(r.savingCoverage));
}

/** Share of runs of one configuration whose plain t interval misses, stopped once it is narrower than ± 2 %. */
function plainMisses(cvPercent: number, min: number, max: number): number {
  const normal = seededNormal(seed);
  let misses = 0;
  for (let i = 0; i < experiments; i++) {
    const values = Array.from({ length: min }, normal);
    const interval = () => meanInterval(values.map((z) => cvPercent * z));
    while (values.length < max && (interval().high! - interval().low!) / 2 > 2) values.push(normal());
    if (interval().low! > 0 || interval().high! < 0) misses++;
  }
  return misses / experiments;
}

console.log('\nWhy the interval of a free number of repeats is wider: coverage of the plain one, one configuration\n');
head('blocks', ...spreads.map((cv) => `CV ${cv} %`));
for (const max of [12, 20, 40]) row(`5–${max}`, ...spreads.map((cv) => percent(1 - plainMisses(cv, 5, max))));

console.log(
  '\nDrift told of runs that have none (by the last drift check over the first), and of runs that drift by 4 %\n',
);
head('sweep', ...['CV 1 %', 'CV 1 %, AR(1) 0.5', 'CV 2 %, AR(1) 0.5'].flatMap((noise) => [`${noise}: none`, '4 %']));
for (const [configurations, blocks] of [
  [1, 5],
  [2, 5],
  [3, 5],
  [5, 5],
  [5, 12],
  [11, 5],
  [11, 12],
] as const) {
  const cells = [
    { cvPercent: 1, correlation: 0 },
    { cvPercent: 1, correlation: 0.5 },
    { cvPercent: 2, correlation: 0.5 },
  ].flatMap((noise) => {
    const [none, four] = [0, 4].map((driftPercent) =>
      simulateDrift({ configurations, blocks, ...noise, driftPercent }, experiments, seed),
    );
    return [`${percent(none!.told)} (${percent(none!.toldByChecks)})`, percent(four!.told)];
  });
  row(`${configurations} ${configurations === 1 ? 'configuration' : 'configurations'}, ${blocks} blocks`, ...cells);
}
