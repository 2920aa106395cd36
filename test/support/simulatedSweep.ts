import { seededNormal, seededRandom, shuffled } from '../../src/core/statistics/random';
import type { ConfigurationResult, TrialValue } from '../../src/core/values/result';
import { specSchema } from '../../src/core/spec/spec';
import { decideNext } from '../../src/core/analysis/verdict/stopping';
import { judge } from '../../src/core/analysis/verdict/judge';
import type { AnalysisTerms } from '../../src/core/analysis/analysisTermsSchema';

/** Sweeps whose truth is known, run through the real stopping rule and verdict. */

export type Normal = () => number;

export type Truth = {
  /** True J/image of each configuration. */
  joules: number[];
  /** Coefficient of variation of a trial, percent; one for all, or one each. */
  cvPercent: number | number[];
  /** Standard deviation of what all configurations of a block share, percent. */
  blockPercent?: number;
  /** What machines do besides, `realistic` if so, and trials that come out so much too high. */
  noise?: Noise;
  /** Milliseconds of a batch; 100 for all when left out. */
  batchMs?: number[];
};

export type Noise = {
  /** Drift of 3 % over the planned blocks; half of a trial's variance an autoregression (.5) over all trials in their order, half of a t with 4 degrees of freedom. */
  realistic?: boolean;
  /** Share of trials that are 10 % too high. */
  outliers?: number;
};
const driftPercent = 3;
const correlation = 0.5;
const outlierRatio = 1.1;

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

/** Of one trial after the other, with a standard deviation of 1. */
function trialErrors(realistic: boolean, normal: Normal): () => number {
  if (!realistic) return normal;
  let shared = normal();
  return () => {
    shared = correlation * shared + Math.sqrt(1 - correlation ** 2) * normal();
    const chi = normal() ** 2 + normal() ** 2 + normal() ** 2 + normal() ** 2;
    return Math.SQRT1_2 * shared + (Math.SQRT1_2 * (normal() / Math.sqrt(chi / 4))) / Math.SQRT2;
  };
}

/** Blocks that are added each time that a run ends without a verdict, so many times. */
export type Extension = { blocks: number; times: number };

/** One sweep to its end: the blocks it took, its results, and its analysis. */
function simulateSweep(
  truth: Truth,
  given: AnalysisTerms,
  normal: Normal,
  random: () => number,
  extension?: Extension | 'foretold',
) {
  let terms = given;
  const drifts = truth.joules.map((): number[] => []);
  const strayed: { id: string; block: number }[] = [];
  const results = truth.joules.map((_, i) => emptyResult(i + 1));
  const settled: string[] = [];
  const { realistic = false, outliers = 0 } = truth.noise ?? {};
  const error = trialErrors(realistic, normal);
  const { max } = terms.measure.repeats;
  let extensions = 0;
  // Undefined where the sweep did not end open.
  let foretold: number | null | undefined;
  for (let block = 1; ; block++) {
    const shared = ((truth.blockPercent ?? 0) / 100) * normal();
    shuffled(results, random).forEach((result, place) => {
      const i = results.indexOf(result);
      // Each draws, settled or not: the same errors follow then.
      const drawn = error();
      const strays = outliers > 0 && random() < outliers;
      if (settled.includes(result.id)) return;
      const cv = typeof truth.cvPercent === 'number' ? truth.cvPercent : truth.cvPercent[i]!;
      const drift = realistic ? (driftPercent / 100) * ((block - 1 + place / results.length) / max - 0.5) : 0;
      const joules = truth.joules[i]! * Math.exp((cv / 100) * drawn + shared + drift) * (strays ? outlierRatio : 1);
      drifts[i]!.push(drift);
      if (strays) strayed.push({ id: result.id, block });
      result.trials.push(trialOf(block, joules, { batchMs: [truth.batchMs?.[i] ?? 100] }));
    });
    const next = decideNext(results, terms, { blocksFinished: block, settled });
    settled.push(...next.settle.map((s) => s.id));
    if (next.action !== 'stop') continue;
    const analysis = judge(results, terms);
    const isOpen = analysis.verdict.kind === 'unresolved';
    const times = extension === 'foretold' ? 1 : (extension?.times ?? 0);
    if (extension === 'foretold' && isOpen && foretold === undefined) foretold = analysis.verdict.moreBlocks;
    const added = extension === 'foretold' ? foretold : extension?.blocks;
    if (!isOpen || added == null || extensions >= times)
      return { blocks: block, settled, results, analysis, drifts, strayed, foretold };
    extensions++;
    terms = { ...terms, addedBlocks: { upToBlock: block + added, untilVerdict: true } };
  }
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Rates over many sweeps, each between 0 and 1. */
export function simulateMany(
  truth: Truth,
  terms: AnalysisTerms,
  experiments: number,
  seed: number,
  extension?: Extension,
) {
  const normal = seededNormal(seed);
  const random = seededRandom(seed + 1);
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
    wrongMark: 0,
    oneTrial: 0,
    strayed: 0,
    flagged: 0,
    flaggedFalsely: 0,
    trials: 0,
    blocks: 0,
    settled: 0,
    savings: 0,
    savingsCovered: 0,
  };
  const worstCovered = truth.joules.map(() => 0);
  for (let i = 0; i < experiments; i++) {
    const sweep = simulateSweep(truth, terms, normal, random, extension);
    const { verdict, configurations } = sweep.analysis;
    configurations.forEach((c, k) => {
      const j = c.joulesPerUnit!;
      // A machine that drifts takes what it took on average while it was measured.
      const truly = truth.joules[k]! * Math.exp(meanOf(sweep.drifts[k]!));
      const inside = j.low! <= truly && truly <= j.high!;
      total.intervals++;
      if (inside) {
        total.covered++;
        worstCovered[k]!++;
      }
    });
    total.blocks += sweep.blocks;
    total.settled += sweep.settled.length;
    if (verdict.decisiveTrial) total.oneTrial++;
    const isStray = (o: { configuration: string; block: number }) =>
      sweep.strayed.some(({ id, block }) => id === o.configuration && block === o.block);
    total.trials += sweep.results.reduce((sum, r) => sum + r.trials.length, 0);
    total.strayed += sweep.strayed.length;
    total.flagged += verdict.outliers.filter(isStray).length;
    total.flaggedFalsely += verdict.outliers.filter((o) => !isStray(o)).length;
    // A best one that is marked as worse.
    if (verdict.comparisons.some((c) => c.relation === 'worse' && bestIds.includes(c.id))) total.wrongMark++;
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
    wrongMark: total.wrongMark / experiments,
    oneTrial: total.oneTrial / experiments,
    /** Of trials that were made 10 % too high; of the others. */
    flagged: total.strayed === 0 ? null : total.flagged / total.strayed,
    flaggedFalsely: total.flaggedFalsely / (total.trials - total.strayed),
    meanBlocks: total.blocks / experiments,
    settled: total.settled / experiments,
    savings: total.savings,
    savingCoverage: total.savings === 0 ? null : total.savingsCovered / total.savings,
  };
}

/** Of sweeps that end without a verdict: in how many it is foretold after how many blocks one comes, and how often it then has come. */
export function simulateForetold(truth: Truth, terms: AnalysisTerms, experiments: number, seed: number) {
  const normal = seededNormal(seed);
  const random = seededRandom(seed + 1);
  const total = { open: 0, foretold: 0, decided: 0, blocks: 0 };
  for (let i = 0; i < experiments; i++) {
    const { foretold, analysis } = simulateSweep(truth, terms, normal, random, 'foretold');
    if (foretold === undefined) continue;
    total.open++;
    if (foretold === null) continue;
    total.foretold++;
    total.blocks += foretold;
    if (analysis.verdict.kind !== 'unresolved') total.decided++;
  }
  return {
    open: total.open / experiments,
    foretold: total.open === 0 ? null : total.foretold / total.open,
    decided: total.foretold === 0 ? null : total.decided / total.foretold,
    meanBlocks: total.foretold === 0 ? null : total.blocks / total.foretold,
  };
}
