import { judge, rankingToHold } from '../../src/core/analysis/verdict/judge';
import { decideNext } from '../../src/core/analysis/verdict/stopping';
import type { AnalysisTerms } from '../../src/core/analysis/analysisTermsSchema';
import type { RunEvent } from '../../src/core/run/events';
import { applyEvent, foldRun, type Run } from '../../src/core/run/fold';
import { blockOrder, isIdleDue } from '../../src/core/run/plan';
import { seededNormal, seededRandom } from '../../src/core/statistics/random';
import { idleBaseline } from '../../src/core/values/idleBaseline';
import type { ConfigurationResult } from '../../src/core/values/result';
import { created, readingAt, sessionStarted } from './runEvents';
import { emptyResult, type Normal, termsOf, trialOf } from './simulatedSweep';

/**
 * Sweeps with a service level whose machine at rest is measured with errors: idle windows as a log has them, so that the idle watts of
 * each block come from `idleBaseline`; then the real ranking, stopping rule and verdict.
 */
export type IdleTruth = {
  /** Requests per second. */
  arrivalRate: number;
  /** Images per second of each configuration. */
  throughputs: number[];
  /** True joules per request; one for all, or one each. */
  joulesPerRequest: number | number[];
  /** Standard deviation of each idle window's error, percent. */
  idleSdPercent: number;
  /** What all idle windows of a run are off by, percent; `either`: to one side or the other. */
  biasPercent: { off: number; side: 'either' | 'up' | 'down' };
  /** `once`: one window, taken as exact, as logs of before have it. */
  idleAt: 'blocks' | 'thrice' | 'once';
  noise: 'calm' | 'realistic';
};

const idleWatts = 110;
/** Of a trial, percent. */
const cvPercent = { calm: 0.5, realistic: 1 };
/** Of what a realistic machine does besides: what a block shares, and from the first planned block to the last. */
const blockPercent = 2;
const driftPercent = 3;
const correlation = 0.5;

export type IdleTerms = NonNullable<Parameters<typeof termsOf>[0]>;

/** Of a trial: normal; or half of its variance an autoregression over all trials, half of a Student's t with 4 degrees of freedom. */
function trialNoise({ noise }: IdleTruth, normal: Normal): () => number {
  const cv = cvPercent[noise] / 100;
  if (noise === 'calm') return () => cv * normal();
  let shared = normal();
  return () => {
    shared = correlation * shared + Math.sqrt(1 - correlation ** 2) * normal();
    const chi = normal() ** 2 + normal() ** 2 + normal() ** 2 + normal() ** 2;
    const heavy = normal() / Math.sqrt(chi / 4) / Math.SQRT2;
    return cv * (Math.SQRT1_2 * shared + Math.SQRT1_2 * heavy);
  };
}

/** A window of 10 s at rest at these watts, of which memory draws 10. */
function idleWindow(watts: number, beforeBlock: number | null): RunEvent {
  return {
    ...{ type: 'idle.measured', at: 1, start: readingAt(0, watts - 10), end: readingAt(10, watts - 10) },
    ...(beforeBlock !== null && { beforeBlock }),
  };
}

function simulateSweep(
  truth: IdleTruth,
  terms: AnalysisTerms,
  batchMs: readonly number[][],
  normal: Normal,
  seed: number,
) {
  const { arrivalRate, throughputs, idleAt } = truth;
  const run = foldRun([created(), ...sessionStarted()]);
  run.spec.measure.idleAt = idleAt === 'thrice' ? 'thrice' : 'blocks';
  run.spec.measure.repeats = terms.measure.repeats;
  const bias =
    truth.biasPercent.off *
    (truth.biasPercent.side === 'either' ? (normal() < 0 ? -1 : 1) : truth.biasPercent.side === 'up' ? 1 : -1);
  const rest = (beforeBlock: number) =>
    applyEvent(
      run,
      idleWindow(
        idleWatts * (1 + bias / 100) * (1 + (truth.idleSdPercent / 100) * normal()),
        idleAt === 'once' ? null : beforeBlock,
      ),
    );
  const gross = throughputs.map(
    (x, i) => truthOf(truth, i, 'joulesPerRequest') - idleWatts / arrivalRate + idleWatts / x,
  );
  const noise = trialNoise(truth, normal);
  const measured: { block: number; joules: number }[][] = throughputs.map(() => []);
  const drifts: number[] = [];
  const settled: string[] = [];
  let held = terms;
  for (let block = 1; ; block++) {
    if (idleAt === 'once' ? block === 1 : isIdleDue(run.spec.measure, block)) rest(block);
    const isRealistic = truth.noise === 'realistic';
    const { max } = terms.measure.repeats;
    drifts.push(isRealistic ? (driftPercent / 100) * ((block - 1) / (max - 1) - 0.5) : 0);
    const machine = (1 + drifts.at(-1)!) * (1 + (isRealistic ? (blockPercent / 100) * normal() : 0));
    for (const id of blockOrder(
      throughputs.map((_, i) => `b${i + 1}`),
      seed,
      block,
      'shuffled',
    )) {
      const i = Number(id.slice(1)) - 1;
      if (!settled.includes(id)) measured[i]!.push({ block, joules: gross[i]! * machine * (1 + noise()) });
    }
    const results = resultsOf(run, measured, throughputs, batchMs);
    const ranking = rankingToHold(results, held, block);
    if (ranking) held = { ...held, ranking };
    const next = decideNext(results, held, { blocksFinished: block, settled });
    settled.push(...next.settle.map((s) => s.id));
    if (next.action === 'continue') continue;
    if (idleAt === 'thrice') rest(block + 1);
    const last = resultsOf(run, measured, throughputs, batchMs);
    const drifted = last.map(({ trials }) => trials.reduce((sum, t) => sum + drifts[t.block - 1]!, 0) / trials.length);
    return { blocks: block, analysis: judge(last, held), gross, drifted };
  }
}

function resultsOf(
  run: Run,
  measured: { block: number; joules: number }[][],
  throughputs: number[],
  batchMs: readonly number[][],
): ConfigurationResult[] {
  const baseline = idleBaseline(run, () => []);
  return measured.map((trials, i) =>
    emptyResult(i + 1, {
      trials: trials.map(({ block, joules }) => {
        const idle = baseline.of({ block, session: 1 })!;
        return trialOf(block, joules, {
          ...{ unitsPerSecond: throughputs[i]!, batchMs: batchMs[i]! },
          ...{ idleWatts: idle.watts, edgeIdleWatts: idle.edgeWatts, standardIdleWatts: idle.standardWatts },
        });
      }),
    }),
  );
}

/** True joules of a configuration, of a machine that does not drift. */
function truthOf(
  { joulesPerRequest, arrivalRate, throughputs }: IdleTruth,
  i: number,
  energy: 'joulesPerRequest' | 'joulesPerUnit',
): number {
  const perRequest = typeof joulesPerRequest === 'number' ? joulesPerRequest : joulesPerRequest[i]!;
  return energy === 'joulesPerRequest'
    ? perRequest
    : perRequest - idleWatts / arrivalRate + idleWatts / throughputs[i]!;
}

const isIn = (value: number, { low, high }: { low: number | null; high: number | null }) =>
  low !== null && high !== null && low <= value && value <= high;

/** Shares between 0 and 1; of what never happened null. */
export function simulateIdle(truth: IdleTruth, sweeps: number, seed: number, terms: IdleTerms = {}) {
  const { arrivalRate, throughputs } = truth;
  const normal = seededNormal(seed);
  const seeds = seededRandom(seed + 1);
  const sla = { requestLatencyMs: 60_000, percentile: 95, arrivalRate };
  const held = { ...termsOf(terms), sla };
  // One array for all sweeps: what requests meet is then simulated once. Five trials have enough for a 95th percentile.
  const batchMs = throughputs.map((x, i) => new Array<number>(4).fill((1000 * (i + 1)) / x));
  const margin = 1 + held.measure.equivalencePercent / 100;
  const count = {
    byRequest: 0,
    falseGreenest: 0,
    greenest: 0,
    tied: 0,
    wrongTied: 0,
    byUnit: 0,
    byUnitClaims: 0,
    byUnitWrong: 0,
    blocks: 0,
  };
  const savings = { n: 0, missed: 0 };
  const differences = { n: 0, covered: 0 };
  const covered = throughputs.map(() => ({ perUnit: 0, net: 0, perRequest: 0 }));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const { blocks, analysis, gross, drifted } = simulateSweep(
      truth,
      held,
      batchMs,
      normal,
      Math.floor(seeds() * 2 ** 32),
    );
    const { verdict, configurations } = analysis;
    const { energy } = verdict;
    count.blocks += blocks;
    // A drift is of the joules under load; what the machine at rest draws stays.
    const grossNow = gross.map((joules, i) => joules * (1 + drifted[i]!));
    const netNow = grossNow.map((joules, i) => joules - idleWatts / throughputs[i]!);
    const now = (of: typeof energy) =>
      of === 'joulesPerUnit' ? grossNow : netNow.map((joules) => joules + idleWatts / arrivalRate);
    const names = (id: string) => Number(id.slice(1)) - 1;
    const truths = throughputs.map((_, i) => truthOf(truth, i, energy));
    const lowest = Math.min(...truths);
    const isLowest = truths.map((joules) => joules <= lowest * (1 + 1e-9));
    const isTrue = verdict.winner !== null && isLowest[names(verdict.winner)]! && isLowest.filter(Boolean).length === 1;
    if (energy === 'joulesPerRequest') {
      count.byRequest++;
      if (verdict.kind === 'greenest') count.greenest++;
      if (verdict.kind === 'greenest' && !isTrue) count.falseGreenest++;
    } else {
      count.byUnit++;
      if (verdict.kind === 'greenest') count.byUnitClaims++;
      if (verdict.kind === 'greenest' && !isTrue) count.byUnitWrong++;
    }
    if (verdict.kind === 'tied') {
      count.tied++;
      const tied = verdict.tied.map((id) => truths[names(id)]!);
      if (Math.max(...tied) >= Math.min(...tied) * margin - 1e-12) count.wrongTied++;
    }
    for (const c of verdict.comparisons) {
      const truly = (now(energy)[names(c.id)]! / now(energy)[names(verdict.reference!)]! - 1) * 100;
      differences.n++;
      if (isIn(truly, c)) differences.covered++;
    }
    if (verdict.saving) {
      const [to, from] = [verdict.winner!, verdict.saving.against].map((id) => now(verdict.saving!.energy)[names(id)]!);
      savings.n++;
      if (!isIn((1 - to! / from!) * 100, verdict.saving)) savings.missed++;
    }
    configurations.forEach((c, i) => {
      if (isIn(grossNow[i]!, c.joulesPerUnit!)) covered[i]!.perUnit++;
      if (isIn(netNow[i]!, c.netJoulesPerUnit!)) covered[i]!.net++;
      if (isIn(now('joulesPerRequest')[i]!, c.joulesPerRequest!)) covered[i]!.perRequest++;
    });
  }
  const share = (of: { n: number; covered: number }) => (of.n === 0 ? null : of.covered / of.n);
  const lowestOf = (key: 'perUnit' | 'net' | 'perRequest') => Math.min(...covered.map((c) => c[key])) / sweeps;
  return {
    byUnit: count.byUnit / sweeps,
    /** Greenest by joules per request that is not, in all sweeps. */
    falseGreenest: count.falseGreenest / sweeps,
    greenest: count.greenest / sweeps,
    /** The same by joules per image, in what was claimed so. */
    byUnitClaims: count.byUnitClaims / sweeps,
    byUnitTrue: count.byUnitClaims === 0 ? null : 1 - count.byUnitWrong / count.byUnitClaims,
    tied: count.tied / sweeps,
    wrongTied: count.wrongTied / sweeps,
    meanBlocks: count.blocks / sweeps,
    coverage: {
      joulesPerUnit: lowestOf('perUnit'),
      netJoulesPerUnit: lowestOf('net'),
      joulesPerRequest: lowestOf('perRequest'),
    },
    differenceCoverage: share(differences),
    /** Sweeps that state a saving, and those whose saving's interval misses: of all sweeps, for which are stated depends on how they came out. */
    savings: savings.n / sweeps,
    wrongSavings: savings.missed / sweeps,
  };
}
