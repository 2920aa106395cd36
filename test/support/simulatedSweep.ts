import { seededRandom } from '../../src/core/statistics/random';
import type { ConfigurationResult, TrialValue } from '../../src/core/values/result';
import { specSchema } from '../../src/core/spec/spec';
import { decideNext } from '../../src/core/analysis/verdict/stopping';
import { judge } from '../../src/core/analysis/verdict/judge';
import type { AnalysisTerms } from '../../src/core/analysis/analysisTermsSchema';

/** Sweeps whose truth is known, run through the real stopping rule and verdict. */

export type Normal = () => number;

/** Standard normal values from a seed (Box & Muller 1958). */
export function seededNormal(seed: number): Normal {
  const random = seededRandom(seed);
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

export type Truth = {
  /** True J/image of each configuration. */
  joules: number[];
  /** Coefficient of variation of a trial, percent; one for all, or one each. */
  cvPercent: number | number[];
  /** Standard deviation of what all configurations of a block share, percent. */
  blockPercent?: number;
  /** Milliseconds of a batch; 100 for all when left out. */
  batchMs?: number[];
};

type Terms = Partial<AnalysisTerms['measure']['repeats']> & { equivalencePercent?: number; currentBatchSize?: number };

export function termsOf({ equivalencePercent = 1, currentBatchSize, ...repeats }: Terms = {}): AnalysisTerms {
  const spec = specSchema.parse({
    models: ['m'],
    batchSizes: [1],
    measure: { repeats, equivalencePercent },
    ...(currentBatchSize ? { current: { batchSize: currentBatchSize } } : {}),
  });
  return { ...spec, unit: 'image', estimated: false, missing: [] };
}

export function emptyResult(batchSize: number, rest: Partial<ConfigurationResult> = {}): ConfigurationResult {
  return {
    id: `b${batchSize}`,
    model: 'm',
    batchSize,
    instances: 1,
    threads: 2,
    spinning: false,
    skipped: null,
    trials: [],
    accuracy: null,
    ...rest,
  };
}

export function trialOf(block: number, joulesPerUnit: number, rest: Partial<TrialValue> = {}): TrialValue {
  return {
    trial: block,
    block,
    joulesPerUnit,
    watts: 50,
    utilisation: 0.9,
    unitsPerSecond: 10,
    cpuSecondsPerUnit: 0.2,
    idleWatts: null,
    batchMs: [100],
    windowJoulesPerUnit: [joulesPerUnit],
    ...rest,
  };
}

/** One sweep to its end: the blocks it took, its results, and its analysis. */
function simulateSweep(truth: Truth, terms: AnalysisTerms, normal: Normal) {
  const results = truth.joules.map((_, i) => emptyResult(i + 1));
  const settled: string[] = [];
  for (let block = 1; ; block++) {
    const shared = 1 + ((truth.blockPercent ?? 0) / 100) * normal();
    results.forEach((result, i) => {
      if (settled.includes(result.id)) return;
      const cv = typeof truth.cvPercent === 'number' ? truth.cvPercent : truth.cvPercent[i]!;
      const joules = truth.joules[i]! * (1 + (cv / 100) * normal()) * shared;
      result.trials.push(trialOf(block, joules, { batchMs: [truth.batchMs?.[i] ?? 100] }));
    });
    const next = decideNext(results, terms, { blocksFinished: block, settled });
    settled.push(...next.settle.map((s) => s.id));
    if (next.action === 'stop') return { blocks: block, settled, results, analysis: judge(results, terms) };
  }
}

/** Rates over many sweeps, each between 0 and 1. */
export function simulateMany(truth: Truth, terms: AnalysisTerms, experiments: number, seed: number) {
  const normal = seededNormal(seed);
  const best = Math.min(...truth.joules);
  const bestIds = truth.joules.flatMap((j, i) => (j === best ? [`b${i + 1}`] : []));
  const margin = terms.measure.equivalencePercent / 100;
  const total = {
    covered: 0,
    intervals: 0,
    greenest: 0,
    wrongGreenest: 0,
    tied: 0,
    wrongTied: 0,
    blocks: 0,
    settled: 0,
    savings: 0,
    savingsCovered: 0,
  };
  const worstCovered = truth.joules.map(() => 0);
  for (let i = 0; i < experiments; i++) {
    const sweep = simulateSweep(truth, terms, normal);
    const { verdict, configurations } = sweep.analysis;
    configurations.forEach((c, k) => {
      const j = c.joulesPerUnit!;
      const inside = j.low! <= truth.joules[k]! && truth.joules[k]! <= j.high!;
      total.intervals++;
      if (inside) {
        total.covered++;
        worstCovered[k]!++;
      }
    });
    total.blocks += sweep.blocks;
    total.settled += sweep.settled.length;
    if (verdict.kind === 'greenest') {
      total.greenest++;
      // In a tie for the best, naming any one of them the greenest is wrong.
      if (bestIds.length > 1 || verdict.winner !== bestIds[0]) total.wrongGreenest++;
    }
    if (verdict.kind === 'tied') {
      total.tied++;
      const joules = verdict.tied.map((id) => truth.joules[Number(id.slice(1)) - 1]!);
      if (Math.max(...joules) >= Math.min(...joules) * (1 + margin) - 1e-12) total.wrongTied++;
    }
    if (verdict.saving && verdict.saving.low !== null) {
      const of = (id: string) => truth.joules[Number(id.slice(1)) - 1]!;
      const truly = (1 - of(verdict.winner!) / of(verdict.saving.against)) * 100;
      total.savings++;
      if (verdict.saving.low <= truly && truly <= verdict.saving.high!) total.savingsCovered++;
    }
  }
  return {
    coverage: total.covered / total.intervals,
    lowestCoverage: Math.min(...worstCovered) / experiments,
    greenest: total.greenest / experiments,
    wrongGreenest: total.wrongGreenest / experiments,
    tied: total.tied / experiments,
    wrongTied: total.wrongTied / experiments,
    meanBlocks: total.blocks / experiments,
    settled: total.settled / experiments,
    savings: total.savings,
    savingCoverage: total.savings === 0 ? null : total.savingsCovered / total.savings,
  };
}
