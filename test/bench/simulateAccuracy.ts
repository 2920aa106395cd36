/**
 * How often the interval of AP over images, and that of the difference of two models, hold, by simulation of whole data
 * sets whose truth is known: `npx tsx test/bench/simulateAccuracy.ts [experiments]` prints the tables of docs/accuracy.md.
 */
import { accuracyDifference, accuracyEnds } from '../../src/core/accuracy/accuracySampling';
import { type MatchedCategory, resampledAveragePrecision } from '../../src/core/accuracy/cocoResampling';
import { resampled } from '../../src/core/accuracy/imageBootstrap';
import { normalQuantile, normalUpperTail } from '../../src/core/statistics/normal';
import { seededRandom } from '../../src/core/statistics/random';
import { mean, standardDeviation } from '../../src/core/statistics/statistics';
import { simulateDetections } from '../support/simulatedDetections';

const experiments = Number(process.argv[2] ?? 300);
const resamples = 200;
const populationImages = 20_000;
const seed = 20_261_128;
/** Two that are as good as each other, and a better one. */
const models = [{ skill: 0 }, { skill: 0 }, { skill: 0.1 }];

type Ends = { low: number; high: number };
const percent = (share: number) => (100 * share).toFixed(1);
const row = (...cells: string[]) => console.log(`| ${cells.join(' | ')} |`);
const head = (...cells: string[]) => {
  row(...cells);
  row(...cells.map(() => '---'));
};
const ofAll = (categories: MatchedCategory[], images: number) =>
  resampledAveragePrecision(categories, new Uint16Array(images).fill(1));
const quantile = (sorted: readonly number[], p: number) => {
  const at = (sorted.length - 1) * Math.min(1, Math.max(0, p));
  const below = Math.floor(at);
  return sorted[below]! + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - sorted[below]!);
};

/** Intervals that are usual besides. */
function others(
  estimate: number,
  replicates: readonly number[],
): Record<'plain' | 'percentile' | 'basic' | 'BC', Ends> {
  const sorted = [...replicates].sort((a, b) => a - b);
  const half = 1.96 * standardDeviation(sorted);
  const [low, high] = [quantile(sorted, 0.025), quantile(sorted, 0.975)];
  const below = sorted.filter((ap) => ap < estimate).length / sorted.length;
  const bias = normalQuantile(Math.min(1 - 1 / sorted.length, Math.max(1 / sorted.length, below)));
  const corrected = (p: number) => quantile(sorted, 1 - normalUpperTail(2 * bias + normalQuantile(p)));
  return {
    plain: { low: estimate - half, high: estimate + half },
    percentile: { low, high },
    basic: { low: 2 * estimate - high, high: 2 * estimate - low },
    BC: { low: corrected(0.025), high: corrected(0.975) },
  };
}

function simulate(images: number, categories: number) {
  const world = { categories, objectsAnImage: 7, tail: 1 };
  const random = seededRandom(seed + 1000 * images + categories);
  const population = ofAll(
    simulateDetections(populationImages, world, models.slice(0, 1), random)[0]!,
    populationImages,
  );
  const made = Array.from({ length: experiments }, () => {
    const sampled = simulateDetections(images, world, models, random).map((matched) => ({
      accuracy: ofAll(matched, images),
      accuracySampling: { images, evaluated: 'all', ...resampled(matched, images, undefined, resamples) },
    }));
    const [one, equal, better] = sampled as [(typeof sampled)[0], (typeof sampled)[0], (typeof sampled)[0]];
    const ours = accuracyEnds(one, one.accuracySampling)!;
    return {
      accuracies: sampled.map(({ accuracy }) => accuracy),
      intervals: { ours, ...others(one.accuracy, one.accuracySampling.replicates) },
      equal: accuracyDifference(equal, one) as { difference: number } & Ends,
      better: accuracyDifference(better, one) as { difference: number } & Ends,
      unpaired: accuracyDifference(better, {
        ...one,
        accuracySampling: { ...one.accuracySampling, evaluated: 'others' },
      }) as { difference: number } & Ends,
    };
  });
  const expected = models.map((_, m) => mean(made.map(({ accuracies }) => accuracies[m]!)));
  const [truth, , betterTruth] = expected as [number, number, number];
  const share = (holds: (one: (typeof made)[number]) => boolean) => percent(made.filter(holds).length / experiments);
  const covers = (key: keyof (typeof made)[number]['intervals']) =>
    share(({ intervals }) => intervals[key].low <= truth && truth <= intervals[key].high);
  return {
    scene: `${images} images, ${categories} categories`,
    bias: (truth - population).toFixed(3),
    half: mean(made.map(({ intervals }) => (intervals.ours.high - intervals.ours.low) / 2)).toFixed(3),
    covers,
    wrong: share(({ equal }) => equal.low > 0 || equal.high < 0),
    difference: (betterTruth - truth).toFixed(3),
    differenceHalf: mean(made.map(({ better }) => (better.high - better.low) / 2)).toFixed(3),
    differenceCover: share(({ better }) => better.low <= betterTruth - truth && betterTruth - truth <= better.high),
    told: share(({ better }) => better.low > 0),
    toldUnpaired: share(({ unpaired }) => unpaired.low > 0),
  };
}

const scenes: [number, number][] = [
  [10, 3],
  [30, 3],
  [30, 20],
  [100, 10],
  [100, 80],
  [500, 10],
  [500, 80],
];
const results = scenes.map(([images, categories]) => simulate(images, categories));
console.log(`Each row: ${experiments} data sets, ${resamples} resamples each, seed ${seed}.\n`);
console.log('Coverage of the 95 % interval of AP, in percent\n');
head(
  'scene',
  'half-width',
  'ours',
  'not widened, z',
  'percentile',
  'basic',
  'BC',
  'mean AP above that of 20,000 images',
);
for (const r of results) {
  const cells = (['ours', 'plain', 'percentile', 'basic', 'BC'] as const).map(r.covers);
  row(r.scene, r.half, ...cells, r.bias);
}
console.log('\nDifferences of two models, in percent\n');
head('scene', 'equal, called different', 'true difference', 'half-width', 'coverage', 'told', 'told without pairs');
for (const r of results)
  row(r.scene, r.wrong, r.difference, r.differenceHalf, r.differenceCover, r.told, r.toldUnpaired);
