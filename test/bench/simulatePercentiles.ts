/**
 * How often the intervals of percentiles over trials hold the true one: `npx tsx test/bench/simulatePercentiles.ts [sweeps]` prints the tables
 * of docs/statistics.md; seeds are fixed.
 */
import { seededNormal } from '../../src/core/statistics/random';
import { normalUpperTail } from '../../src/core/statistics/normal';
import { pooledPercentileInterval } from '../../src/core/statistics/pooledPercentile';
import { mean } from '../../src/core/statistics/statistics';
import { batchKinds, pooledCoverage } from '../support/pooledCoverage';

const sweeps = Number(process.argv[2] ?? 2000);
const percent = (share: number) => (100 * share).toFixed(1);
const effects = [0, 0.01, 0.02];

console.log('Batch p95: coverage by trial (in brackets: over all batches, as if independent)');
const designs = [
  [8, 40],
  [5, 20],
  [12, 40],
  [5, 200],
  [5, 10],
  [12, 10],
  [5, 5],
  [5, 3],
  [12, 3],
] as const;
console.log(`| batch times, trial effect | ${designs.map(([n, m]) => `${n} × ${m}`).join(' | ')} |`);
console.log(`| --- | ${designs.map(() => '---').join(' | ')} |`);
for (const kind of batchKinds)
  for (const effect of effects) {
    const cells = designs.map(([trials, batches]) => {
      const { byTrial, overBatches } = pooledCoverage({ kind, trials, batches, effect, sweeps, seed: 17 });
      // Distribution-free it has no upper end below 77 values.
      return `${percent(byTrial)} (${trials * batches < 77 ? '–' : percent(overBatches)})`;
    });
    console.log(`| ${kind}, ${100 * effect} % | ${cells.join(' | ')} |`);
  }

/** Share of a trial's requests that take longer, by the trial's speed: closed forms, so that no error of a simulation is in it. */
const tails: Record<string, (speed: number) => (ms: number) => number> = {
  'batch alone, CV 2 %': (speed) => (ms) => normalUpperTail((ms * speed - 1) / 0.02),
};
for (const load of [0.5, 0.8, 0.9])
  // M/M/1: sojourns are exponential with rate 1/S − λ (Kleinrock 1975, §3.2).
  tails[`M/M/1, load ${load}`] = (speed) => (ms) => Math.exp(-Math.max(1e-3, speed - load) * ms);

/** Where it falls to `share`, by halving. */
function quantile(tail: (ms: number) => number, share: number): number {
  let [low, high] = [0, 1e4];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (tail(middle) > share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

console.log(
  '\nRequest p95 and p99 of all requests: coverage, and what the mean of the trials’ percentiles falls short by',
);
const counts = [5, 8, 12];
console.log(
  `| requests, trial effect | ${counts.map((n) => `p95, ${n} trials`).join(' | ')} | ${counts.map((n) => `p99, ${n}`).join(' | ')} | mean of p95 |`,
);
console.log(`| --- | ${counts.map(() => '--- | ---').join(' | ')} | --- |`);
for (const [name, tailOf] of Object.entries(tails))
  for (const effect of [0.005, 0.01, 0.02]) {
    const normal = seededNormal(23);
    const many = Array.from({ length: 1000 }, () => tailOf(1 + effect * normal()));
    let short = 0;
    const coverages = [95, 99].flatMap((at) => {
      const share = 1 - at / 100;
      const truth = quantile((ms) => mean(many.map((tail) => tail(ms))), share);
      if (at === 95) short = mean(many.map((tail) => quantile(tail, share))) / truth - 1;
      return counts.map((n) => {
        let held = 0;
        const repeated = Math.min(sweeps, 1000);
        for (let i = 0; i < repeated; i++) {
          const trials = Array.from({ length: n }, () => tailOf(1 + effect * normal()));
          const all = quantile((ms) => mean(trials.map((tail) => tail(ms))), share);
          const own = trials.map((tail) => quantile(tail, share));
          const { low, high } = pooledPercentileInterval(all, own, at, 0.025)!;
          if (low <= truth && truth <= high) held++;
        }
        return percent(held / repeated);
      });
    });
    console.log(`| ${name}, ${100 * effect} % | ${coverages.join(' | ')} | ${(100 * short).toFixed(2)} % |`);
  }
