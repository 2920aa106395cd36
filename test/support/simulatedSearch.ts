import type { AnalysisTerms } from '../../src/core/analysis/analysisTermsSchema';
import { judge } from '../../src/core/analysis/verdict/judge';
import { searchStep } from '../../src/core/analysis/verdict/searchStep';
import { decideNext } from '../../src/core/analysis/verdict/stopping';
import { configurationId } from '../../src/core/configuration/factors';
import { specSchema } from '../../src/core/spec/spec';
import { seededRandom, shuffled } from '../../src/core/statistics/random';
import type { ConfigurationResult } from '../../src/core/values/result';
import { emptyResult, type Normal, seededNormal, trialOf } from './simulatedSweep';

/** Grids whose truth is known, measured whole and by the search, by the same trials where both measure. */

export type Grid = {
  name: string;
  configurations: ConfigurationResult[];
  /** True joules and milliseconds of a batch, aligned. */
  joules: number[];
  batchMs: number[];
  current?: { batchSize: number; instances?: number; threads?: number; spinning?: boolean };
  sla?: { requestLatencyMs: number; arrivalRate: number };
};

type Place = { batchSize: number; instances: number; threads: number; spinning: boolean };

/** Every batch size on every split, spinning or not. */
export function gridOf(
  name: string,
  { batchSizes, splits, spinning = [true] }: { batchSizes: number[]; splits: [number, number][]; spinning?: boolean[] },
  joulesAt: (place: Place) => number,
  rest: Partial<Grid> & { msAt?: (place: Place) => number } = {},
): Grid {
  const { msAt = ({ batchSize }) => 20 * batchSize ** 0.9, ...others } = rest;
  const places = splits.flatMap(([instances, threads]) =>
    spinning.flatMap((spin) => batchSizes.map((batchSize) => ({ batchSize, instances, threads, spinning: spin }))),
  );
  return {
    name,
    configurations: places.map((place) =>
      emptyResult(place.batchSize, { ...place, id: configurationId({ model: 'm', ...place }, 'm') }),
    ),
    joules: places.map(joulesAt),
    batchMs: places.map(msAt),
    ...others,
  };
}

/** What a machine does: percent, of a trial, of a block, of a drift over the planned blocks; how often a trial is 10 % too high; ratio of the spreads of configurations. */
export type Machine = {
  cvPercent: number;
  blockPercent: number;
  driftPercent: number;
  strays: number;
  spreadRatio: number;
};

export const calm: Machine = { cvPercent: 0.5, blockPercent: 0.3, driftPercent: 0, strays: 0, spreadRatio: 1 };
export const realistic: Machine = { cvPercent: 1, blockPercent: 2, driftPercent: 3, strays: 0.02, spreadRatio: 2 };

export function termsOfGrid({ current, sla }: Grid, search: { maxTrialsPercent: number } | null): AnalysisTerms {
  const spec = specSchema.parse({
    models: ['m'],
    batchSizes: [1],
    ...(current && { current }),
    ...(sla && { sla }),
    ...(search && { search }),
  });
  return { ...spec, unit: 'image', estimated: false, missing: [] };
}

/** One run to its end. Errors depend on seed, block and configuration alone: whole and searched grids have the same trials. */
export function measureGrid(grid: Grid, machine: Machine, terms: AnalysisTerms, seed: number) {
  const { cvPercent, blockPercent, driftPercent, strays, spreadRatio } = machine;
  const normal: Normal = seededNormal(seed);
  const random = seededRandom(seed + 1);
  let results = grid.configurations.map((c) => ({ ...c, trials: [...c.trials] }));
  const settled: string[] = [];
  const { max } = terms.measure.repeats;
  let carried = normal();
  for (let block = 1; ; block++) {
    const shared = (blockPercent / 100) * normal();
    const step = searchStep(results, terms, { block, settled });
    results = results.map(({ isLeftOut: _, ...r }) => ({
      ...r,
      ...(step && !settled.includes(r.id) && !step.includes(r.id) && { isLeftOut: true as const }),
    }));
    shuffled(
      results.map((_, i) => i),
      random,
    ).forEach((i, place) => {
      // Each draws, measured or not.
      carried = 0.5 * carried + Math.sqrt(0.75) * normal();
      const error = Math.SQRT1_2 * (carried + normal());
      const isStray = random() < strays;
      const result = results[i]!;
      if (step ? !step.includes(result.id) : settled.includes(result.id)) return;
      const cv = (i % 3 === 0 ? spreadRatio : 1) * cvPercent;
      const drift = (driftPercent / 100) * ((block - 1 + place / results.length) / max - 0.5);
      const joules = grid.joules[i]! * Math.exp((cv / 100) * error + shared + drift) * (isStray ? 1.1 : 1);
      const ms = grid.batchMs[i]! * Math.exp(0.003 * error);
      const batches = Array.from({ length: 30 }, (__, k) => ms * (1 + 0.002 * ((k % 5) - 2)));
      result.trials.push(
        trialOf(block, joules, {
          batchMs: batches,
          unitsPerSecond: (1000 * result.batchSize * result.instances) / ms,
          idleWatts: 5,
        }),
      );
    });
    const next = decideNext(results, terms, { blocksFinished: block, settled });
    settled.push(...next.settle.map((s) => s.id));
    if (next.action === 'stop' || results.every(({ id }) => settled.includes(id)))
      return { blocks: block, results, message: next.message, analysis: judge(results, terms) };
  }
}
