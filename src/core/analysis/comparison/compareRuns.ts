import { isMeasured, kindsOf } from '../../energy/parts';
import type { Configuration } from '../../configuration/configuration';
import { factors, variedFactors } from '../../configuration/factors';
import type { ConfigurationResult } from '../../values/result';
import { asPercent, rounding } from '../../statistics/comparison';
import { confidencePercent, intervalTail } from '../../statistics/confidence';
import { fewestBlocks } from '../../statistics/sequential';
import { mean, positiveInterval } from '../../statistics/statistics';
import { lnEdgeOfTrials } from '../../values/edges';
import { welchDifference, welchInterval } from '../../statistics/welch';
import type { AnalysedRun } from '../analysis';
import { type ComparisonNote, refusalOf, warningsOf } from './comparability';
import type { Difference, RunComparison } from './comparisonSchema';
import { comparisonSentence } from './comparisonSentence';

/** Version of the JSON that `greenbatch compare --json` prints. */
const comparisonVersion = 1;

type ConfigurationComparison = RunComparison['configurations'][number];

/**
 * Two runs side by side. They are independent samples: each difference is a Welch t interval on ln joules of one unit of work, the level
 * divided by the number of configurations (Bonferroni), so that all verdicts together are right 95 times in 100.
 */
export function compareRuns(first: AnalysedRun, second: AnalysedRun): RunComparison {
  const refused = refusalOf(first, second);
  const pairs = refused ? [] : pairsOf(first.results, second.results);
  const marginPercent = Math.min(first.terms.measure.equivalencePercent, second.terms.measure.equivalencePercent);
  // A run that stopped when its spread looked good has intervals a little too narrow: the wider tail pays for that.
  const [own, others] = [intervalTail(first.terms.measure.repeats), intervalTail(second.terms.measure.repeats)];
  const tails = { first: own, second: others, difference: Math.min(own, others) / Math.max(1, pairs.length) };
  const configurations = pairs.map(([a, b]) => comparePair(a, b, tails, marginPercent));
  const left = (own: readonly ConfigurationResult[], side: 0 | 1) =>
    refused ? [] : own.filter((r) => r.trials.length > 0 && !pairs.some((p) => p[side] === r)).map((r) => r.id);
  const comparison = {
    version: comparisonVersion,
    first: comparedRun(first.report),
    second: comparedRun(second.report),
    refused: refused ?? (pairs.length === 0 ? nothingInCommon : null),
    warnings: warningsOf(first, second),
    estimated: first.report.source !== null && !isMeasured(first.report.source),
    // Others than those of the second forbid the comparison.
    missing: first.report.source?.missing ?? [],
    unit: first.report.run.workload.unit,
    confidencePercent,
    marginPercent,
    configurations,
    onlyFirst: left(first.results, 0),
    onlySecond: left(second.results, 1),
  } satisfies Omit<RunComparison, 'sentence'>;
  return { ...comparison, sentence: comparisonSentence(comparison) };
}

const nothingInCommon: ComparisonNote = {
  code: 'nothing-in-common',
  message:
    'No configuration was measured in both runs: they share no batch size (of the same model, split and spinning).',
};

function comparedRun({ run, source }: AnalysedRun['report']): RunComparison['first'] {
  const { id, name, folder, status, createdAt } = run;
  return { id, name, folder, status, createdAt, source: source && kindsOf(source) };
}

/** Tail probabilities of the intervals of each run, and of the differences. */
type Tails = { first: number; second: number; difference: number };

type Pair = [ConfigurationResult, ConfigurationResult];

/**
 * The same configuration in both. Model, processes, threads and spinning must be the same only where a run has several of them:
 * two sweeps over batch sizes with another model, or with other threads, are compared batch by batch.
 */
function pairsOf(first: readonly ConfigurationResult[], second: readonly ConfigurationResult[]): Pair[] {
  const varied = new Set([first, second].flatMap(variedFactors));
  const compared = factors.filter((factor) => factor.key === 'batchSize' || varied.has(factor));
  return first.flatMap((a) => {
    const b = second.find((r) => compared.every(({ key }) => r[key] === a[key]));
    return b && a.trials.length > 0 && b.trials.length > 0 ? [[a, b] as Pair] : [];
  });
}

function comparePair(
  a: ConfigurationResult,
  b: ConfigurationResult,
  tails: Tails,
  marginPercent: number,
): ConfigurationComparison {
  const edge = lnEdgeOfTrials(a.trials) + lnEdgeOfTrials(b.trials);
  const joules = quantity(a, b, { of: (t) => t.joulesPerUnit, edgeOf: (t) => t.edgeJoulesPerUnit ?? 0, edge }, tails);
  const { interval } = joules;
  const d = welchDifference(
    logs(a, (t) => t.joulesPerUnit),
    logs(b, (t) => t.joulesPerUnit),
  );
  // Two one-sided tests at twice the tail of the two-sided interval (Schuirmann 1987).
  const inner = d && welchInterval(d, 2 * tails.difference, edge);
  const margin = Math.log1p(marginPercent / 100);
  const enough = Math.min(a.trials.length, b.trials.length) >= fewestBlocks;
  const withinMargin = enough && inner !== null && inner.low > -margin && inner.high < margin;
  const differs = enough && interval !== null && (interval.low > rounding || interval.high < -rounding);
  return {
    first: configurationOf(a),
    second: configurationOf(b),
    joulesPerUnit: joules.shown,
    unitsPerSecond: quantity(a, b, { of: (t) => t.unitsPerSecond, edgeOf: () => 0, edge: 0 }, tails).shown,
    verdict: differs ? (interval.low > 0 ? 'more' : 'less') : withinMargin ? 'equivalent' : 'unresolved',
    withinMargin,
  };
}

type ValueOf = (trial: ConfigurationResult['trials'][number]) => number;

const logs = (result: ConfigurationResult, of: ValueOf) => result.trials.map((t) => Math.log(of(t)));

/** @param edge half-width in which the difference of the logarithms is known at worst; `edgeOf`: in which a trial's value is */
function quantity(
  a: ConfigurationResult,
  b: ConfigurationResult,
  { of, edgeOf, edge }: { of: ValueOf; edgeOf: ValueOf; edge: number },
  tails: Tails,
) {
  const d = welchDifference(logs(a, of), logs(b, of))!;
  const interval = welchInterval(d, tails.difference, edge);
  const difference: Difference = {
    percent: asPercent(d.mean),
    low: interval && asPercent(interval.low),
    high: interval && asPercent(interval.high),
  };
  return {
    interval,
    shown: {
      first: positiveInterval(a.trials.map(of), tails.first, mean(a.trials.map(edgeOf))),
      second: positiveInterval(b.trials.map(of), tails.second, mean(b.trials.map(edgeOf))),
      difference,
    },
  };
}

function configurationOf({ id, model, batchSize, instances, threads, spinning }: ConfigurationResult): Configuration {
  return { id, model, batchSize, instances, threads, spinning };
}
