/**
 * How often the intervals and verdicts are right, by simulation of whole sweeps whose truth is known:
 * `npx tsx test/bench/simulateVerdict.ts [sweeps]` prints the tables of docs/statistics.md. On one processor it takes hours;
 * `… [sweeps] part 0/16` and so on make them in parts, `… [sweeps] from FILE…` puts those together.
 */
import { seededNormal } from '../../src/core/statistics/random';
import { nominalLevel, normalLevel, type Spending } from '../../src/core/statistics/sequential';
import { meanInterval } from '../../src/core/statistics/statistics';
import { tCritical } from '../../src/core/statistics/studentT';
import { simulateDrift } from '../support/simulatedDrift';
import {
  type Extension,
  type Noise,
  simulateForetold,
  simulateMany,
  type Truth,
  termsOf,
} from '../support/simulatedSweep';
import { printTables, type SimulationTable } from '../support/simulationTables';

const sweeps = Number(process.argv[2] ?? 4000);
/** Of what takes long, or is not a matter of small shares. */
const fewer = Math.ceil(sweeps / 4);
const seed = 20_240_501;
const percent = (share: number | null) => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);
const bare = (share: number | null) => (share === null ? '–' : (share * 100).toFixed(1));
type Terms = NonNullable<Parameters<typeof termsOf>[0]>;
const run = (truth: Truth, terms: Terms = {}, extension?: Extension, count = sweeps) =>
  simulateMany(truth, termsOf(terms), count, seed, extension);
const runFew = (truth: Truth, terms: Terms = {}, extension?: Extension) => run(truth, terms, extension, fewer);

const equal = (count: number): number[] => Array<number>(count).fill(2);
/** The first so many equal, the others 5 % above. */
const best = (count: number, of: number): number[] => Array.from({ length: of }, (_, i) => (i < count ? 2 : 2.1));
const spreads = (cv: number, ratio: number, of: number): number[] =>
  Array.from({ length: of }, (_, i) => (i < 2 ? ratio * cv : cv));
const counts = [2, 5, 11];

type Machine = { name: string; noise?: Noise; blockPercent: number };
const calm: Machine = { name: 'calm', blockPercent: 0.3 };
const straying: Machine = { name: 'outliers', noise: { outliers: 0.03 }, blockPercent: 0.3 };
const realistic: Machine = { name: 'realistic', noise: { realistic: true }, blockPercent: 2 };
const worst: Machine = { name: 'realistic, outliers', noise: { realistic: true, outliers: 0.03 }, blockPercent: 2 };
const machines = [calm, straying, realistic, worst];
const on = ({ noise, blockPercent }: Machine, joules: number[], cvPercent: number | number[]): Truth => ({
  ...{ joules, cvPercent, blockPercent },
  ...(noise && { noise }),
});

const conditions: [Machine, number][] = [
  ...[0.5, 1, 2].map((cv): [Machine, number] => [calm, cv]),
  [straying, 1],
  ...[0.5, 1, 2].map((cv): [Machine, number] => [realistic, cv]),
  ...[0.5, 1, 2].map((cv): [Machine, number] => [worst, cv]),
];
const heads = conditions.map(([{ name }, cv]) => `${name}, CV ${cv} %`);

const wrong: SimulationTable = {
  title: 'Wrong claims, 5 to 12 blocks: a greenest that is not / any mark “worse” on one that is the best',
  columns: ['sweep', ...heads],
  rows: counts
    .flatMap((k): [string, number[], (cv: number) => number | number[]][] =>
      k === 2
        ? [
            ['2 equal', equal(2), (cv) => cv],
            ['2 equal, one with three times the spread', equal(2), (cv) => [3 * cv, cv]],
          ]
        : [
            [`${k} equal`, equal(k), (cv) => cv],
            [`2 equal best of ${k}`, best(2, k), (cv) => cv],
            [`2 equal best of ${k}, with twice the others’ spread`, best(2, k), (cv) => spreads(cv, 2, k)],
            [`2 equal best of ${k}, with half of it`, best(2, k), (cv) => spreads(cv, 0.5, k)],
          ],
    )
    .map(([name, joules, cvOf]) => ({
      name,
      parts: conditions.map(([machine, cv]) => () => {
        const r = run(on(machine, joules, cvOf(cv)));
        return `${bare(r.wrongGreenest)} / ${bare(r.wrongMark)}`;
      }),
    })),
};

const ties: SimulationTable = {
  title: 'Wrongly called tied (true differences of exactly the margin of 1 %, or more) / greenest',
  columns: [
    'sweep',
    ...['calm, CV 0.3 %', 'calm, CV 0.5 %', 'calm, CV 0.7 %', 'realistic, CV 0.5 %', 'realistic, outliers, CV 0.5 %'],
  ],
  rows: (
    [
      ['2', [2, 2.02]],
      ['5, four at the margin', [2, 2.02, 2.02, 2.02, 2.02]],
      ['5, in steps of half of it', [2, 2.01, 2.02, 2.03, 2.04]],
      ['11, ten at the margin', [2, ...Array<number>(10).fill(2.02)]],
      ['11, five at it and five below', [...equal(5), 2.01, ...Array<number>(5).fill(2.02)]],
    ] as [string, number[]][]
  ).map(([name, joules]) => ({
    name,
    parts: (
      [
        [calm, 0.3],
        [calm, 0.5],
        [calm, 0.7],
        [realistic, 0.5],
        [worst, 0.5],
      ] as [Machine, number][]
    ).map(([machine, cv]) => () => {
      const r = run(on(machine, joules, cv));
      return `${bare(r.wrongTied)} / ${bare(r.greenest)}`;
    }),
  })),
};

const power: SimulationTable = {
  title: 'Found, of a best one that is 1.5 % below all others, CV 1 % (mean blocks)',
  columns: ['sweep', ...machines.map(({ name }) => name)],
  rows: counts.flatMap((k) =>
    [8, 12, 20].map((max) => ({
      name: `${k}, up to ${max} blocks`,
      parts: machines.map((machine) => () => {
        const r = run(on(machine, [2, ...Array<number>(k - 1).fill(2.03)], 1), { max });
        return `${percent(r.greenest - r.wrongGreenest)} (${r.meanBlocks.toFixed(1)})`;
      }),
    })),
  ),
};

const differences = [1, 2, 3, 5, 10];
const found: SimulationTable = {
  title: 'Found, of 5 configurations of which the best is below all others by the difference (mean blocks) *',
  columns: ['CV of a trial', ...differences.map((d) => `${d} %`)],
  rows: [0.3, 0.5, 0.7, 1, 1.5, 2].map((cv) => ({
    name: `${cv} %`,
    parts: differences.map((d) => () => {
      const other = 2 * (1 + d / 100);
      const r = runFew(on(calm, [2, other, other, other, other], cv));
      return `${percent(r.greenest - r.wrongGreenest)} (${r.meanBlocks.toFixed(1)})`;
    }),
  })),
};

/** Joules an image of the paper's batch sizes 5 to 1000, as read off its figure 3. */
const paper = [51.18, 57.49, 62.83, 63.29, 62.91, 62.51, 63.98, 63.78, 64.61, 64.67, 65.87];
const paperSweep: SimulationTable = {
  title: 'The paper’s eleven batch sizes as the truth: batch 5 found greenest (mean blocks) *',
  columns: ['sweep', 'calm, CV 1 %', 'realistic, CV 1 %', 'realistic, outliers, CV 1 %', 'realistic, CV 2 %'],
  rows: (
    [
      ['nothing runs today', {}],
      ['batch 32 runs today', { currentBatchSize: 3 }],
    ] as [string, Terms][]
  ).map(([name, terms]) => ({
    name,
    parts: (
      [
        [calm, 1],
        [realistic, 1],
        [worst, 1],
        [realistic, 2],
      ] as [Machine, number][]
    ).map(([machine, cv]) => () => {
      const r = runFew(on(machine, paper, cv), terms);
      return `${percent(r.greenest - r.wrongGreenest)} (${r.meanBlocks.toFixed(1)})`;
    }),
  })),
};

const sixThrice: Extension = { blocks: 6, times: 3 };
const coverage: SimulationTable = {
  title: 'Coverage: J/image, of the configuration with the lowest / saving (mean blocks)',
  columns: ['sweep', ...['calm, CV 1 %', 'calm, CV 2 %', 'realistic, CV 1 %', 'realistic, CV 2 %']],
  rows: (
    [
      ['1 configuration', [2], {}, undefined],
      ['2 equal, today 15 % above', [2, 2, 2.3], { currentBatchSize: 3 }, undefined],
      ['4 equal, today 15 % above', [2, 2, 2, 2, 2.3], { currentBatchSize: 5 }, undefined],
      ['5, steps of 0.5 to 1 %, today the worst', [2, 2.02, 2.03, 2.04, 2.05], { currentBatchSize: 5 }, undefined],
      ['5, steps of 3 %, today the worst', [2, 2.06, 2.12, 2.18, 2.25], { currentBatchSize: 5 }, undefined],
      ['10 equal, today 15 % above', [...equal(10), 2.3], { currentBatchSize: 11 }, undefined],
      ['2 equal, today 15 % above; 6 blocks added up to three times', [2, 2, 2.3], { currentBatchSize: 3 }, sixThrice],
      [
        '5, steps of 0.5 to 1 %, today the worst; 6 blocks added up to three times',
        [2, 2.02, 2.03, 2.04, 2.05],
        { currentBatchSize: 5 },
        sixThrice,
      ],
    ] as [string, number[], Terms, Extension | undefined][]
  ).map(([name, joules, terms, extension]) => ({
    name,
    parts: (
      [
        [calm, 1],
        [calm, 2],
        [realistic, 1],
        [realistic, 2],
      ] as [Machine, number][]
    ).map(([machine, cv]) => () => {
      const r = run(on(machine, joules, cv), terms, extension);
      const saving = r.savings < sweeps / 50 ? '–' : bare(r.savingCoverage);
      return `${bare(r.lowestCoverage)} / ${saving} (${r.meanBlocks.toFixed(1)})`;
    }),
  })),
};

const added: SimulationTable = {
  title:
    'Blocks added to runs of 5 to 12 that end without a verdict, CV 1 %: false greenest of two equal best; found, of a best one 1 % below (these *)',
  columns: ['sweep', ...['none', '6, once', '12, once', '12, three times']],
  rows: [calm, realistic].flatMap((machine) =>
    counts.flatMap((k) =>
      (
        [
          [`${k}, two equal best, ${machine.name}`, best(2, k), true],
          [`${k}, one 1 % below, ${machine.name}`, [2, ...Array<number>(k - 1).fill(2.02)], false],
        ] as [string, number[], boolean][]
      ).map(([name, joules, isNull]) => ({
        name,
        parts: [undefined, { blocks: 6, times: 1 }, { blocks: 12, times: 1 }, { blocks: 12, times: 3 }].map(
          (extension) => () => {
            const r = (isNull ? run : runFew)(on(machine, joules, 1), { equivalencePercent: 0.3 }, extension);
            return `${percent(isNull ? r.wrongGreenest : r.greenest - r.wrongGreenest)} (${r.meanBlocks.toFixed(1)})`;
          },
        ),
      })),
    ),
  ),
};

const ahead: SimulationTable = {
  title:
    'Foretold: sweeps open after 12 blocks; of these foretold how many more decide (their mean); of those decided by then *',
  columns: [
    'sweep',
    ...[calm, realistic].flatMap(({ name }) => ['open', 'foretold', 'decided'].map((what) => `${name}: ${what}`)),
  ],
  rows: (
    [
      ['2, 1 % apart, CV 1 %', [2, 2.02], 1],
      ['2, 0.5 % apart, CV 0.7 %', [2, 2.01], 0.7],
      ['2, 2 % apart, CV 2 %', [2, 2.04], 2],
      ['5, best 1 % below, CV 1 %', [2, ...Array<number>(4).fill(2.02)], 1],
      ['5, best 2 % below, CV 2 %', [2, ...Array<number>(4).fill(2.04)], 2],
      ['11, best 1.5 % below, CV 1 %', [2, ...Array<number>(10).fill(2.03)], 1],
      ['11, in steps of 0.5 %, CV 0.7 %', Array.from({ length: 11 }, (_, i) => 2 + 0.01 * i), 0.7],
    ] as [string, number[], number][]
  ).map(([name, joules, cv]) => ({
    name,
    parts: [calm, realistic].map((machine) => () => {
      const r = simulateForetold(on(machine, joules, cv), termsOf(), fewer, seed);
      const mean = r.meanBlocks === null ? '' : ` (${r.meanBlocks.toFixed(0)})`;
      return [percent(r.open), `${percent(r.foretold)}${mean}`, percent(r.decided)];
    }),
  })),
};

const strays: SimulationTable = {
  title: 'Trials flagged, and verdicts that rest on one trial (of all sweeps; best 1.5 % below the others, CV 1 %) *',
  columns: [
    'sweep',
    'flagged of 3 % that are 10 % too high',
    'flagged of others',
    '…of a realistic machine',
    'rests on one: calm',
    '…with such outliers',
  ],
  rows: counts.map((k) => ({
    name: String(k),
    parts: [
      () => {
        const joules = [2, ...Array<number>(k - 1).fill(2.03)];
        const [clean, stray, real] = [calm, straying, realistic].map((machine) => runFew(on(machine, joules, 1)));
        return [
          percent(stray!.flagged),
          `${(stray!.flaggedFalsely * 100).toFixed(2)} %`,
          `${(real!.flaggedFalsely * 100).toFixed(2)} %`,
          percent(clean!.oneTrial),
          percent(stray!.oneTrial),
        ];
      },
    ],
  })),
};

/** Share of runs of one configuration whose plain t interval misses, stopped once it is narrower than ± 2 %. */
function plainMisses(cvPercent: number, min: number, max: number): number {
  const normal = seededNormal(seed);
  let misses = 0;
  for (let i = 0; i < sweeps; i++) {
    const values = Array.from({ length: min }, normal);
    const interval = () => meanInterval(values.map((z) => 100 + cvPercent * z));
    while (values.length < max && (interval().high! - interval().low!) / 2 > 2) values.push(normal());
    if (interval().low! > 100 || interval().high! < 100) misses++;
  }
  return misses / sweeps;
}

const alone = [0.3, 0.7, 1, 1.5, 2, 2.5, 3, 4, 5];
const plain: SimulationTable = {
  title: 'Why the interval of a free number of repeats is wider: coverage of the plain one, one configuration',
  columns: ['blocks', ...alone.map((cv) => `CV ${cv} %`)],
  rows: [12, 20, 40].map((max) => ({
    name: `5–${max}`,
    parts: alone.map((cv) => () => percent(1 - plainMisses(cv, 5, max))),
  })),
};

const shapes: [string, number[], Terms][] = [
  ['1 configuration, 5–12 blocks', [2], {}],
  ['1 configuration, 8–20', [2], { min: 8, max: 20 }],
  ['5 equal, 5–12', equal(5), {}],
  ['5 apart by 3 %, 5–12', [2, 2.06, 2.12, 2.18, 2.25], {}],
];
const wide: SimulationTable = {
  title: 'Coverage of the J/image interval (mean blocks)',
  columns: ['sweep', ...alone.map((cv) => `CV ${cv} %`)],
  rows: shapes.map(([name, joules, terms]) => ({
    name,
    parts: alone.map((cvPercent) => () => {
      const r = run({ joules, cvPercent, blockPercent: 0.3 * cvPercent }, terms);
      return `${percent(r.lowestCoverage)} (${r.meanBlocks.toFixed(1)})`;
    }),
  })),
};

/** Share of runs in which t ever crosses the boundaries, without a true difference; those of known variances, or as they are used. */
function crossings(overall: number, looks: readonly number[], spending: Spending, level: typeof nominalLevel): number {
  const normal = seededNormal(seed);
  const planned = { min: looks[0]!, max: 12 };
  const tails = looks.map((n) => level(overall, planned, n, spending) / 2);
  let crossed = 0;
  // One cell is quick and its excess small: ten times as many.
  const runs = 10 * sweeps;
  for (let i = 0; i < runs; i++) {
    const values: number[] = [];
    const isBeyond = (n: number, k: number) => {
      while (values.length < n) values.push(100 + normal());
      const centred = values.map((value) => value - 100);
      const mean = centred.reduce((a, b) => a + b) / n;
      const sd = Math.sqrt(centred.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1));
      return Math.abs(mean) > tCritical(tails[k]!, n - 1) * (sd / Math.sqrt(n));
    };
    if (looks.some(isBeyond)) crossed++;
  }
  return crossed / runs;
}

const beyond: SimulationTable = {
  title:
    'Why levels are divided by 1.1 (late) and 1.2 (even): t statistics of single pairs beyond the boundaries, without a true difference (as divided)',
  columns: ['looks', ...(['late', 'even'] as const).flatMap((s) => [`${s}, 5 % in all`, `${s}, 1 % in all`])],
  rows: (
    [
      ['5 to 12', [5, 6, 7, 8, 9, 10, 11, 12]],
      ['8 to 12', [8, 9, 10, 11, 12]],
      ['5 to 12, then 18 and 24', [5, 6, 7, 8, 9, 10, 11, 12, 18, 24]],
    ] as [string, number[]][]
  ).map(([name, looks]) => ({
    name,
    parts: (['late', 'even'] as const).flatMap((spending) =>
      [0.05, 0.01].map((overall) => () => {
        const [known, used] = [normalLevel, nominalLevel].map((level) => crossings(overall, looks, spending, level));
        return `${(known! * 100).toFixed(2)} % (${(used! * 100).toFixed(2)} %)`;
      }),
    ),
  })),
};

const drifting: SimulationTable = {
  title: 'Drift told of runs that have none (by the last drift check over the first), and of runs that drift by 4 %',
  columns: [
    'sweep',
    ...['CV 1 %', 'CV 1 %, AR(1) 0.5', 'CV 2 %, AR(1) 0.5'].flatMap((noise) => [`${noise}: none`, '4 %']),
  ],
  rows: (
    [
      [1, 5],
      [2, 5],
      [3, 5],
      [5, 5],
      [5, 12],
      [11, 5],
      [11, 12],
    ] as [number, number][]
  ).map(([configurations, blocks]) => ({
    name: `${configurations} ${configurations === 1 ? 'configuration' : 'configurations'}, ${blocks} blocks`,
    parts: [
      { cvPercent: 1, correlation: 0 },
      { cvPercent: 1, correlation: 0.5 },
      { cvPercent: 2, correlation: 0.5 },
    ].map((noise) => () => {
      const [none, four] = [0, 4].map((driftPercent) =>
        simulateDrift({ configurations, blocks, ...noise, driftPercent }, sweeps, seed),
      );
      return [`${percent(none!.told)} (${percent(none!.toldByChecks)})`, percent(four!.told)];
    }),
  })),
};

const tables = [wrong, ties, power, found, paperSweep, coverage, added, ahead, strays, wide, plain, beyond, drifting];
console.error(`Each cell: ${sweeps} sweeps (${fewer} where marked *), seed ${seed}.`);
printTables(tables, process.argv.slice(3));
