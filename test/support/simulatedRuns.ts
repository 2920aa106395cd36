import { seededNormal } from '../../src/core/statistics/random';
import { decideNext } from '../../src/core/analysis/verdict/stopping';
import { compareRuns } from '../../src/core/analysis/comparison/compareRuns';
import type { AnalysedRun } from '../../src/core/analysis/analysis';
import { analysedRun } from '../../src/core/report/report';
import { foldRun } from '../../src/core/run/fold';
import { sweep } from './runEvents';
import { emptyResult, type Normal, termsOf, trialOf } from './simulatedSweep';

/** Runs of different days whose truth is known, compared as `greenbatch compare` does. */

export type RunsTruth = {
  configurations: number;
  /** Of each run that is compared. */
  blocks: number;
  /** Of each run of the past; as many as of those compared where left out. */
  pastBlocks?: number;
  /** Standard deviation of what a day does to all configurations, percent. */
  dayPercent: number;
  /** Of what it does to each of them alone; one for all, or one each. */
  configurationDayPercent: number | readonly number[];
  blockPercent: number;
  /** Of a trial, and how much it has of the one before (AR(1)). */
  cvPercent: number;
  correlation: number;
  /** Runs of the past, a day each. */
  past: number;
  /** Of each side, a day each. */
  runs: number;
  /** By how much the last configuration truly differs on the second side, percent. */
  changePercent?: number;
  /** By how much all of them do. */
  commonPercent?: number;
  /** Where it stands a run stops as a real one does, after `blocks` at the latest; by how much its configurations differ, each from the one before. */
  stopping?: { apartPercent: number };
};

const base = analysedRun(foldRun(sweep()), () => [], { folder: '/runs/one', status: 'complete' });
const dayMs = 24 * 3_600_000;

/** A run with these results, begun so many days after the first, of a machine that tells which it is. */
export function runOfDay(
  day: number,
  results: AnalysedRun['results'],
  environment: Record<string, unknown> = { cpuModel: 'A', machineId: 'a' },
  terms = termsOf({ min: 5, max: 5, currentBatchSize: 1 }),
): AnalysedRun {
  const createdAt = new Date(Date.UTC(2026, 0, 1) + day * dayMs).toISOString();
  const run = { ...base.report.run, id: `day-${day}`, createdAt, environment };
  return { report: { ...base.report, run }, results, terms };
}

export function simulatedRun(day: number, truth: RunsTruth, normal: Normal, { isSecond = false, isPast = false } = {}) {
  const { configurations, dayPercent, configurationDayPercent, correlation, commonPercent = 0 } = truth;
  const percent = (value: number) => value / 100;
  const ofDay = percent(dayPercent) * normal();
  const levels = Array.from({ length: configurations }, (_, k) => {
    const own = typeof configurationDayPercent === 'number' ? configurationDayPercent : configurationDayPercent[k]!;
    const change = isSecond ? Math.log1p(percent(commonPercent)) : 0;
    const last = isSecond && k === configurations - 1 ? Math.log1p(percent(truth.changePercent ?? 0)) : 0;
    const apart = k * Math.log1p(percent(truth.stopping?.apartPercent ?? 0));
    return apart + ofDay + percent(own) * normal() + change + last;
  });
  const results = levels.map((_, k) => emptyResult(k + 1));
  const blocks = isPast ? (truth.pastBlocks ?? truth.blocks) : truth.blocks;
  const terms = termsOf({ min: 5, max: truth.stopping ? blocks : 5, currentBatchSize: 1 });
  const settled: string[] = [];
  let error = normal();
  for (let block = 1; block <= blocks; block++) {
    const shared = percent(truth.blockPercent) * normal();
    const order = results.map((result, k) => ({ result, k, at: normal() })).sort((a, b) => a.at - b.at);
    for (const { result, k } of order) {
      error = correlation * error + Math.sqrt(1 - correlation ** 2) * normal();
      const joules = Math.exp(levels[k]! + shared + percent(truth.cvPercent) * error);
      if (!settled.includes(result.id)) result.trials.push(trialOf(block, joules));
    }
    if (!truth.stopping) continue;
    const next = decideNext(results, terms, { blocksFinished: block, settled });
    if (next.action === 'stop') break;
    settled.push(...next.settle.map(({ id }) => id));
  }
  return runOfDay(day, results, undefined, terms);
}

/** Shares of comparisons, 0 to 1. */
export function simulateComparisons(truth: RunsTruth, sweeps: number, seed: number) {
  const normal = seededNormal(seed);
  const { changePercent = 0, commonPercent = 0 } = truth;
  const counts = { ratioDiffers: 0, ratioFound: 0, ratioEquivalent: 0, differs: 0, found: 0, withinDiffers: 0 };
  for (let i = 0; i < sweeps; i++) {
    let day = 0;
    const make = (count: number, rest: Parameters<typeof simulatedRun>[3]) =>
      Array.from({ length: count }, () => simulatedRun(day++, truth, normal, rest));
    const past = make(truth.past, { isPast: true });
    const sides = { first: make(truth.runs, {}), second: make(truth.runs, { isSecond: true }) };
    const { configurations } = compareRuns(sides, { past });
    const isApart = (verdict: string | null) => verdict === 'less' || verdict === 'more';
    const last = configurations.at(-1)!;
    // What truly does not change, said to: of ratios all but the last one, where that changes; of joules none where all change.
    const ratios = configurations.filter((c) => changePercent === 0 || c !== last);
    const joules = configurations.filter((c) => commonPercent === 0 && (changePercent === 0 || c !== last));
    if (ratios.some(({ verdict }) => isApart(verdict))) counts.ratioDiffers++;
    if (joules.some(({ absolute }) => isApart(absolute))) counts.differs++;
    if (joules.some(({ absolute }) => isApart(absolute) || absolute === 'cause-unknown')) counts.withinDiffers++;
    if (isApart(last.verdict)) counts.ratioFound++;
    if (isApart(last.absolute)) counts.found++;
    if (last.verdict === 'equivalent') counts.ratioEquivalent++;
  }
  return Object.fromEntries(Object.entries(counts).map(([key, n]) => [key, n / sweeps])) as typeof counts;
}
