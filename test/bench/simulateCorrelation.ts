/**
 * How often the intervals of correlations hold the true coefficient: `npx tsx test/bench/simulateCorrelation.ts [sets]` prints the table of
 * docs/statistics.md; seeds are fixed. Bivariate normal quantities of models, with two batch sizes each (what a batch size adds scatters
 * by a tenth of what models do), or of points by themselves.
 */
import { seededNormal } from '../../src/core/statistics/random';
import { correlationOf, partial, pearson, spearman } from '../../src/core/statistics/correlation';

const sets = Number(process.argv[2] ?? 4000);
const batchScatter = 0.1;
const percent = (share: number) => (100 * share).toFixed(1);

/** Spearman's of a bivariate normal with Pearson's r: 6/π · arcsin(r/2) (Pearson 1907). */
const rankTruth = (r: number) => (6 / Math.PI) * Math.asin(r / 2);

/** Shares of sets whose interval holds the truth, with the interval counted by models and by points. */
function coverage(truth: number, models: number, perModel: number, seed: number) {
  const normal = seededNormal(seed);
  const held = { pearsonModels: 0, pearsonPoints: 0, spearmanModels: 0, spearmanPoints: 0 };
  for (let i = 0; i < sets; i++) {
    const [x, y]: [number[], number[]] = [[], []];
    for (let model = 0; model < models; model++) {
      const a = normal();
      const b = truth * a + Math.sqrt(1 - truth ** 2) * normal();
      for (let batch = 0; batch < perModel; batch++) {
        x.push(a + (perModel > 1 ? batchScatter * normal() : 0));
        y.push(b + (perModel > 1 ? batchScatter * normal() : 0));
      }
    }
    // What scatters of batches takes of the coefficient of models.
    const shrunk = perModel > 1 ? truth / (1 + batchScatter ** 2) : truth;
    const isIn = (kind: 'pearson' | 'spearman', n: number) => {
      const found = correlationOf((kind === 'pearson' ? pearson : spearman)(x, y), n, kind);
      const target = kind === 'pearson' ? shrunk : rankTruth(shrunk);
      // Of a coefficient of 1 there is no interval: that counts as not holding the truth.
      return found?.low != null && found.high != null && found.low <= target && target <= found.high;
    };
    if (isIn('pearson', models)) held.pearsonModels++;
    if (isIn('pearson', models * perModel)) held.pearsonPoints++;
    if (isIn('spearman', models)) held.spearmanModels++;
    if (isIn('spearman', models * perModel)) held.spearmanPoints++;
  }
  return held;
}

console.log(
  '| design | true r | Pearson, by models | Pearson, by points | Spearman, by models | Spearman, by points |',
);
console.log('| --- | --- | --- | --- | --- | --- |');
for (const [models, perModel, name] of [
  [7, 2, '7 models × 2 batch sizes'],
  [6, 2, '6 models × 2 batch sizes'],
  [14, 1, '14 points'],
  [11, 1, '11 points'],
] as const)
  for (const truth of [0, 0.5, 0.8, 0.95]) {
    const held = coverage(truth, models, perModel, 20240501);
    const of = (count: number) => percent(count / sets);
    console.log(
      `| ${name} | ${truth} | ${of(held.pearsonModels)} | ${of(held.pearsonPoints)} | ${of(held.spearmanModels)} | ${of(held.spearmanPoints)} |`,
    );
  }

/** Of energy and accuracy with latency held equal: accuracy and energy both go with latency, and with nothing else. */
const normal = seededNormal(7);
let held = 0;
for (let i = 0; i < sets; i++) {
  const [energy, accuracy, latency]: [number[], number[], number[]] = [[], [], []];
  for (let model = 0; model < 7; model++) {
    const [l, e, a] = [normal(), normal(), normal()];
    for (let batch = 0; batch < 2; batch++) {
      const own = l + batchScatter * normal();
      latency.push(own);
      energy.push(own + 0.1 * (e + batchScatter * normal()));
      accuracy.push(own + a + batchScatter * normal());
    }
  }
  const r = partial(pearson(energy, accuracy), pearson(energy, latency), pearson(accuracy, latency));
  const found = correlationOf(r, 7, 'pearson', 1);
  if (found?.low != null && found.high != null && found.low <= 0 && 0 <= found.high) held++;
}
console.log(`\npartial r of 0, 7 models × 2 batch sizes: ${percent(held / sets)}`);
