/**
 * Whether a linear drift in the model of blocks would help verdicts: `npx tsx test/bench/driftTerm.ts [runs]` prints the table of
 * docs/statistics.md, "Drift". Runs with a known drift are fitted by ln J = block + configuration, as comparisons within blocks are,
 * and by ln J = block + configuration + slope · time; of each the interval of the difference of two configurations (variance pooled).
 */
import { seededNormal, seededRandom, shuffled } from '../../src/core/statistics/random';
import { mean } from '../../src/core/statistics/statistics';
import { tCritical } from '../../src/core/statistics/studentT';

const runs = Number(process.argv[2] ?? 4000);
const seed = 20_240_501;

type Truth = { configurations: number; blocks: number; cvPercent: number; correlation: number; driftPercent: number };

/** ln J and time of each trial, [block][configuration]; the time from 0 to 1. All configurations take the same, and as long. */
function madeUp({ configurations, blocks, cvPercent, correlation, driftPercent }: Truth, draw: Draw) {
  const ids = Array.from({ length: configurations }, (_, i) => i);
  const last = configurations * blocks - 1;
  let error = draw.normal();
  let at = 0;
  return Array.from({ length: blocks }, () => {
    const block = ids.map(() => ({ value: 0, time: 0 }));
    for (const id of shuffled(ids, draw.random)) {
      if (at > 0) error = correlation * error + Math.sqrt(1 - correlation ** 2) * draw.normal();
      const time = at++ / last;
      block[id] = { value: Math.log1p(driftPercent / 100) * time + (cvPercent / 100) * error, time };
    }
    return block;
  });
}
type Draw = { normal: () => number; random: () => number };

/** Interval of configuration 0 less configuration 1, without and with the slope. */
function intervals(trials: ReturnType<typeof madeUp>) {
  const [blocks, configurations] = [trials.length, trials[0]!.length];
  const centred = (of: 'value' | 'time') => {
    const rows = trials.map((block) => mean(block.map((t) => t[of])));
    const columns = trials[0]!.map((_, k) => mean(trials.map((block) => block[k]![of])));
    const all = mean(rows);
    const rest = trials.flatMap((block, b) => block.map((t, k) => t[of] - rows[b]! - columns[k]! + all));
    return { rest, difference: columns[0]! - columns[1]! };
  };
  const [value, time] = [centred('value'), centred('time')];
  const sum = (of: (i: number) => number) => value.rest.reduce((total, _, i) => total + of(i), 0);
  const spread = sum((i) => time.rest[i]! ** 2);
  const slope = sum((i) => time.rest[i]! * value.rest[i]!) / spread;
  const degrees = (blocks - 1) * (configurations - 1);
  const interval = (by: number, used: number) => {
    const variance = sum((i) => (value.rest[i]! - by * time.rest[i]!) ** 2) / (degrees - used);
    const ofSlope = used === 0 ? 0 : time.difference ** 2 / spread;
    const half = tCritical(0.025, degrees - used) * Math.sqrt(variance * (2 / blocks + ofSlope));
    return { difference: value.difference - by * time.difference, half };
  };
  const plain = interval(0, 0);
  // Two configurations that come in the same order in every block: their difference and the slope are one.
  return [plain, spread > 1e-12 ? interval(slope, 1) : plain] as const;
}

/** Root mean square error of the difference and mean half-width of its interval, percent, and coverage; without and with the slope. */
function simulate(truth: Truth) {
  const draw = { normal: seededNormal(seed), random: seededRandom(seed + 1) };
  const total = [0, 1].map(() => ({ squares: 0, half: 0, covered: 0 }));
  for (let run = 0; run < runs; run++) {
    for (const [i, { difference, half }] of intervals(madeUp(truth, draw)).entries()) {
      total[i]!.squares += difference ** 2;
      total[i]!.half += half;
      if (Math.abs(difference) <= half) total[i]!.covered++;
    }
  }
  return total.map(({ squares, half, covered }) => ({
    error: 100 * Math.sqrt(squares / runs),
    half: (100 * half) / runs,
    coverage: (100 * covered) / runs,
  }));
}

console.log(`Each row: ${runs} runs, seed ${seed}.\n`);
console.log('| configurations, blocks | drift | CV, AR(1) | error | half-width | coverage |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const [configurations, blocks] of [
  [2, 5],
  [2, 12],
  [5, 5],
  [5, 12],
  [11, 5],
  [11, 12],
] as const) {
  for (const driftPercent of [0, 3, 10]) {
    for (const [cvPercent, correlation] of [
      [0.5, 0],
      [1, 0],
      [1, 0.5],
    ] as const) {
      const [plain, term] = simulate({ configurations, blocks, driftPercent, cvPercent, correlation });
      const cell = (key: 'error' | 'half' | 'coverage', digits: number) =>
        `${plain![key].toFixed(digits)} → ${term![key].toFixed(digits)} %`;
      const noise = correlation > 0 ? `${cvPercent} %, ${correlation}` : `${cvPercent} %`;
      console.log(
        `| ${configurations}, ${blocks} | ${driftPercent} % | ${noise} | ${cell('error', 3)} | ${cell('half', 2)} | ${cell('coverage', 1)} |`,
      );
    }
  }
}
