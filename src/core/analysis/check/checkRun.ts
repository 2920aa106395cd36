import type { Limit } from '../../budget/budget';
import type { Configuration } from '../../configuration/configuration';
import { configurationLabels } from '../../configuration/label';
import { factors, variedFactors } from '../../configuration/factors';
import { isMeasured, kindsOf } from '../../energy/parts';
import { conditionsOf, isOfMachine } from '../../run/conditions';
import { inUnits } from '../../words/unitOfWork';
import type { AnalysedRun } from '../analysis';
import { withheld } from '../comparison/comparability';
import type { Check, CheckedLimit } from './checkSchema';
import { answerOfAll, checkSentence, limitMessage } from './checkWords';
import { groupsOfEqual, type PairOf, type Sides } from './history';
import type { Basis } from './increase';
import { heldToBaseline, heldToMax, untold } from './judgeLimit';
import { questionsOf } from './question';
import { type Side, sideOf } from './side';
import { unlikeBaseline } from './unlikeBaseline';

export type CheckOptions = {
  limits: readonly Limit[];
  /** null: none is named; then limits that need one are not told. */
  baseline: Side | null;
  /** Other runs of the machine: those equal to a side tell how far such runs lie apart. */
  past?: readonly AnalysedRun[];
  /** What else a reader should know. */
  warnings?: readonly { code: string; message: string }[];
};

/** How often a budget that is kept may be said to be broken, and one that is broken to be kept. */
const error = 0.05;

/**
 * A run against a budget. A limit is broken where the value, or the increase, is surely above it, and kept where it is surely not. Each of
 * m limits has its m-th part of the error of a false alarm (Bonferroni); all have to be kept, so that saying so needs no such share
 * (intersection–union, Berger 1982).
 */
export function checkRun(run: AnalysedRun, options: CheckOptions): Check {
  const now = sideOf(run);
  const { baseline, past = [] } = options;
  const questions = questionsOf(options.limits, run.results);
  const levels = { fail: error / Math.max(1, questions.length), pass: error };
  const sides = baseline && { baseline, now };
  const unlike = sides && unlikeBaseline(sides);
  const basis: Basis | null = sides && {
    ...{ sides, groups: groupsOfEqual(past, sides), pairs: pairsOf(sides), current: run.terms.current },
    isInterleaved: run.report.run.interleaved?.other.id === baseline.report.run.id,
  };
  const useless = withheld(run.report);
  const { unit: unitOfWork } = run.report.run.workload;
  const labels = configurationLabels(run.results);
  const limits = questions.map((question): CheckedLimit => {
    const { metric, kind, allowed } = question;
    const { why, ...answered } = useless
      ? untold(useless)
      : kind === 'max'
        ? heldToMax(question, now, levels)
        : heldToBaseline(question, basis, unlike, levels);
    const limit = {
      ...{
        metric: metric.key,
        name: `${metric.label} of ${labels.get(question.configuration.id)}`,
        unit: inUnits(metric.unit, unitOfWork),
      },
      ...{ configuration: configurationOf(question.configuration), kind, allowed },
      ...answered,
    };
    return { ...limit, message: limitMessage(limit, why) };
  });
  return {
    ...{ version: 1, answer: answerOfAll(limits), run: checkedRun(run), baseline: baseline && checkedRun(baseline) },
    estimated: run.report.source !== null && !isMeasured(run.report.source),
    ...{ failPercent: 100 * error, passPercent: 100 * error, limits },
    warnings: [...warningsOf(run), ...(options.warnings ?? [])],
    sentence: checkSentence(limits),
  };
}

/** Like configurations of both: what neither run varies may differ, as threads before and after a change. */
function pairsOf({ baseline, now }: Sides): PairOf<Configuration>[] {
  const varied = new Set([baseline, now].flatMap(({ results }) => variedFactors(results)));
  const compared = factors.filter((factor) => factor.key === 'batchSize' || varied.has(factor));
  return now.results.flatMap((one) => {
    const like = baseline.results.find((other) => compared.every(({ key }) => other[key] === one[key]));
    return like ? [{ baseline: like, now: one }] : [];
  });
}

function checkedRun({ report: { run, source } }: Pick<AnalysedRun, 'report'>): Check['run'] {
  const { id, name, folder, status, createdAt } = run;
  return { id, name, folder, status, createdAt, source: source && kindsOf(source) };
}

function configurationOf({ id, model, batchSize, instances, threads, spinning }: Configuration): Configuration {
  return { id, model, batchSize, instances, threads, spinning };
}

function warningsOf({ report: { run } }: AnalysedRun): Check['warnings'] {
  const incomplete =
    run.status === 'complete' ? [] : [{ code: 'incomplete', message: `${run.id} is ${run.status}, not complete` }];
  return [...incomplete, ...conditionsOf(run).filter(isOfMachine)];
}
