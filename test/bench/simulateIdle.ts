/**
 * What errors of the idle watts do to verdicts and intervals, and power limits to joules, by simulation of runs whose truth is known:
 * `npx tsx test/bench/simulateIdle.ts [sweeps [tables]]` prints tables of docs/statistics.md and docs/measurement.md; some alone where they are
 * named: greenest,tied,coverage,limit,change. In parts as simulateVerdict.ts does.
 */
import { heatSecondsFor } from '../../src/core/run/duration';
import { markedWindows, type Schedule, simulatePowerLimit } from '../support/simulatedPowerLimit';
import { printTables, type SimulationTable } from '../support/simulationTables';
import { type IdleTerms, type IdleTruth, simulateIdle } from '../support/simulatedIdle';

const sweeps = Number(process.argv[2] ?? 2000);
const only = process.argv[3] ?? 'all';
const seed = 20_240_501;
const percent = (share: number | null) => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);
/** As a run has it: rest, idle window, load, then trials with equal warm-ups. */
const usual: Schedule = {
  restSeconds: 10,
  idleSeconds: 10,
  heatSeconds: 0,
  warmup: { seconds: 2, batches: 1 },
  windowSeconds: 5,
  waitsSeconds: null,
};

type Shape = Pick<IdleTruth, 'arrivalRate' | 'throughputs' | 'joulesPerRequest'>;
const run = (shape: Shape, rest: Partial<IdleTruth>, terms: IdleTerms = {}) =>
  simulateIdle(
    {
      ...{ idleSdPercent: 5, biasPercent: { off: 2, side: 'either' }, idleAt: 'blocks', noise: 'calm' },
      ...shape,
      ...rest,
    },
    sweeps,
    seed,
    terms,
  );
const at15 = (...throughputs: number[]): Shape => ({ arrivalRate: 15, throughputs, joulesPerRequest: 12 });
const at4 = (...throughputs: number[]): Shape => ({ arrivalRate: 4, throughputs, joulesPerRequest: 32 });
const nameOf = ({ arrivalRate, throughputs }: Shape) => `λ ${arrivalRate}: ${throughputs.join(', ')}/s`;

const tables: Record<string, () => SimulationTable> = {
  greenest: () => ({
    title: 'Equal J/request: false greenest by J/request (ranked by J/image; of its greenest true)',
    columns: [
      ...['throughputs', 'one window, taken as exact', 'blocks, calm', 'blocks, realistic', 'thrice, calm'],
      'thrice, realistic',
    ],
    rows: (
      [
        [at15(40, 30), 5],
        [at15(40, 20), 5],
        [at4(40, 10), 5],
        [at15(40, 30), 2],
        [at15(40, 20), 2],
        [at4(40, 10), 2],
        [at15(40, 30), 10],
        [at15(40, 35, 30), 5],
        [at15(40, 37, 34, 31, 28), 5],
        [at15(40, 20, 20, 20, 20), 5],
      ] as [Shape, number][]
    ).map(([shape, idleSdPercent]) => ({
      name: `${nameOf(shape)}; windows ± ${idleSdPercent} %`,
      parts: (
        [
          { idleAt: 'once' },
          { idleAt: 'blocks' },
          { idleAt: 'blocks', noise: 'realistic' },
          { idleAt: 'thrice' },
          { idleAt: 'thrice', noise: 'realistic' },
        ] as Partial<IdleTruth>[]
      ).map((rest) => () => {
        const r = run(shape, { idleSdPercent, ...rest });
        const byUnit = rest.idleAt === 'once' ? '' : ` (${percent(r.byUnit)}; ${percent(r.byUnitTrue)})`;
        return `${percent(r.falseGreenest)}${byUnit}`;
      }),
    })),
  }),
  tied: () => ({
    title: 'Called tied although the joules that they are ranked by differ by the margin of 1 % or more',
    columns: ['J/request', 'ranked by J/image', 'wrongly tied', 'greenest', 'mean blocks'],
    rows: (
      [
        ['12 at 40/s, 12.12 at 30/s', { ...at15(40, 30), joulesPerRequest: [12, 12.12] }],
        ['12.12 at 40/s, 12 at 30/s', { ...at15(40, 30), joulesPerRequest: [12.12, 12] }],
        ['12 at 40/s, 12.12 at 20/s', { ...at15(40, 20), joulesPerRequest: [12, 12.12] }],
        ['12.12 at 40/s, 12 at 20/s', { ...at15(40, 20), joulesPerRequest: [12.12, 12] }],
      ] as [string, Shape][]
    ).flatMap(([name, shape]) =>
      (
        [
          ['up', 'blocks'],
          ['down', 'blocks'],
          ['either', 'thrice'],
        ] as const
      ).map(([side, idleAt]) => ({
        name: `${name}; ${{ up: '+2 %', down: '−2 %', either: '± 2 %' }[side]}, ${idleAt}`,
        parts: [
          () => {
            const r = run(shape, { idleAt, biasPercent: { off: 2, side }, idleSdPercent: 2 });
            return [percent(r.byUnit), percent(r.wrongTied), percent(r.greenest), r.meanBlocks.toFixed(1)];
          },
        ],
      })),
    ),
  }),
  coverage: () => ({
    title: 'Coverage (of several configurations the lowest), all windows of a run off by 2 %',
    columns: [
      ...['sweep', 'J/image', 'net J/image', 'J/request', 'difference', 'missed savings of all sweeps'],
      'mean blocks',
    ],
    rows: (['blocks', 'thrice'] as const).flatMap((idleAt) =>
      (['calm', 'realistic'] as const).flatMap((noise) =>
        (['up', 'down'] as const).flatMap((side) =>
          (
            [
              ['one, 40/s', at15(40)],
              ['12 at 40/s, 13 at 30/s (today)', { ...at15(40, 30), joulesPerRequest: [12, 13] }],
              ['32 at 40/s, 33 at 10/s (today)', { ...at4(40, 10), joulesPerRequest: [32, 33] }],
            ] as [string, Shape][]
          ).map(([name, shape]) => ({
            name: `${idleAt}, ${noise}, ${side === 'up' ? '+' : '−'}2 %: ${name}`,
            parts: [
              () => {
                const r = run(shape, { idleAt, noise, biasPercent: { off: 2, side } }, { currentBatchSize: 2 });
                return [
                  ...[r.coverage.joulesPerUnit, r.coverage.netJoulesPerUnit, r.coverage.joulesPerRequest].map(percent),
                  percent(r.differenceCoverage),
                  `${percent(r.wrongSavings)} of ${percent(r.savings)}`,
                  r.meanBlocks.toFixed(1),
                ];
              },
            ],
          })),
        ),
      ),
    ),
  }),
  limit: () => {
    const batchSeconds = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];
    return {
      title:
        'A machine with a power limit: largest less smallest joules of batches of 10 ms to 30 s that all cost the same, percent (mean warm-up, seconds)',
      columns: [
        'time constant, gap between trials, demand over the limit',
        ...['no load, two batches', 'load, one batch', 'load, until the limit holds', 'the same, noise of .5 %'],
      ],
      rows: [1, 28].flatMap((tau) =>
        [1, 3, 10].flatMap((gapSeconds) =>
          [1.004, 1.01, 1.02, 1.05, 1.1, 1.25, 1.5].map((demand) => {
            const heatSeconds = heatSecondsFor(tau);
            const cell =
              (schedule: Partial<Schedule>, noisePercent = 0) =>
              () => {
                const r = simulatePowerLimit(
                  { tau, demand, gapSeconds, gapPower: 0.3, noisePercent },
                  { ...usual, heatSeconds, ...schedule },
                  batchSeconds,
                  12,
                  seed,
                );
                return `${r.favourPercent.toFixed(2)} (${r.meanWarmupSeconds.toFixed(1)})`;
              };
            return {
              name: `${tau} s, ${gapSeconds} s, ${demand}`,
              parts: [
                cell({ heatSeconds: 0, warmup: { seconds: 2, batches: 2 } }),
                cell({}),
                cell({ waitsSeconds: heatSeconds }),
                cell({ waitsSeconds: heatSeconds }, 0.5),
              ],
            };
          }),
        ),
      ),
    };
  },
  change: () => {
    const falls = [5, 10, 25].flatMap((p) => [0.1, 0.3, 0.5, 0.9].map((after) => ({ percent: p, after })));
    return {
      title:
        'Windows marked as of no one state: steady ones, and ones in which the power falls after a share of the window',
      columns: [
        ...['window; batch; noise of a sample', 'steady'],
        ...falls.map(({ percent: p, after }) => `${p} % after ${100 * after} %`),
      ],
      rows: (
        [
          [5, 0.1, 1, 0.5],
          [5, 0.1, 4, 0.5],
          [5, 0.1, 4, 0.8],
          [5, 1, 4, 0.5],
          [10, 0.1, 4, 0.5],
          [30, 0.1, 4, 0.5],
          [30, 5, 4, 0.5],
        ] as const
      ).map(([seconds, batch, noisePercent, correlation]) => ({
        name: `${seconds} s; ${batch} s; ${noisePercent} %, AR(1) ${correlation}`,
        parts: [{ percent: 0, after: 0 }, ...falls].map(
          (drop) => () =>
            percent(
              markedWindows({ ...{ seconds, batchSeconds: batch, noisePercent, correlation }, drop }, sweeps, seed),
            ),
        ),
      })),
    };
  },
};

console.error(`Each cell: ${sweeps} sweeps, seed ${seed}.`);
const chosen = only === 'all' ? Object.keys(tables) : only.split(',');
printTables(
  chosen.map((name) => tables[name]!()),
  process.argv.slice(4),
);
