import type { ConfigurationResult } from '../../values/result';
import { asPercent } from '../../statistics/comparison';
import type { Interval } from '../../statistics/interval';
import { fewestBlocks } from '../../statistics/sequential';
import type { Answer, CheckedLimit } from './checkSchema';
import { type Basis, halfOf, type Increase, increaseOf } from './increase';
import type { Question } from './question';
import type { MeasuredSide } from './side';
import { valueOver } from './trialValues';
import type { Unlike } from './unlikeBaseline';

/** What lies beyond the lower end of an interval, above which a limit is broken, and beyond the upper one. */
export type Levels = { fail: number; pass: number };

/** The answer to a question, with what it rests on; `code` and `why` where there is none. */
export type Answered = Pick<CheckedLimit, 'answer' | 'code' | 'value' | 'increase'> & { why: string | null };

/** A plain 95 % interval, of what is shown and not judged by. */
const plainTail = 0.025;

const answered = (answer: Answer, of: Pick<Answered, 'value' | 'increase'>): Answered => ({
  ...{ answer, code: answer === 'cannot-tell' ? 'not-told' : null, why: null },
  ...of,
});

export const untold = ({ code, message }: { code: string; message: string }, of: Partial<Answered> = {}): Answered => ({
  // It becomes a part of a sentence.
  ...{ answer: 'cannot-tell', code, value: null, increase: null, why: message.replace(/\.$/, '') },
  ...of,
});

const between = (low: number, high: number, allowed: number): Answer =>
  low > allowed ? 'fail' : high <= allowed ? 'pass' : 'cannot-tell';

export function heldToMax({ configuration, metric, allowed }: Question, now: MeasuredSide, levels: Levels): Answered {
  const own = now.alternatives.find(({ result }) => result.id === configuration.id)!;
  const unmeasured = whyUnmeasured(own.result);
  if (unmeasured) return unmeasured;
  const scale = now.intervalTail / plainTail;
  const value = valueOver(own, metric, scale * levels.pass);
  if (value === null) return notKnown;
  const low = valueOver(own, metric, scale * levels.fail)!.low;
  if (value.n < fewestBlocks) return tooFew(value.n, { value });
  if (low === null || value.high === null) return notKnown;
  return answered(between(low, value.high, allowed), { value: { ...value, low }, increase: null });
}

export function heldToBaseline(
  { configuration, metric, allowed }: Question,
  basis: Basis | null,
  unlike: Unlike | null,
  levels: Levels,
): Answered {
  if (basis === null) return untold({ code: 'no-baseline', message: 'there is no baseline to hold it against' });
  const { sides, pairs } = basis;
  const now = sides.now as MeasuredSide;
  if (unlike) return untold(unlike, { answer: unlike.isKnown ? 'not-comparable' : 'cannot-tell' });
  const own = now.alternatives.find(({ result }) => result.id === configuration.id)!;
  const unmeasured = whyUnmeasured(own.result);
  if (unmeasured) return unmeasured;
  const value = valueOver(own, metric, now.intervalTail);
  const pair = pairs.find((one) => one.now.id === configuration.id);
  if (!pair)
    return untold(
      { code: 'not-in-baseline', message: `the baseline has no such configuration` },
      { answer: 'not-comparable', value },
    );
  const increase = value && increaseOf(metric, pair, basis);
  if (!increase) return { ...notKnown, value };
  const scale = Math.min(sides.baseline.intervalTail, sides.now.intervalTail) / plainTail;
  // What lies between runs has in it what stopping does: they stopped by the same rule.
  const tails = (tail: number) => ({ between: tail, within: scale * tail });
  const [half, other] = [halfOf(increase, tails(levels.fail)), halfOf(increase, tails(levels.pass))];
  const shown = {
    value,
    increase: increaseShown(increase, half === null || other === null ? null : { half, other }, tails(plainTail)),
  };
  if (increase.n < fewestBlocks) return tooFew(increase.n, shown);
  if (half === null || other === null) return untold({ code: 'no-history', message: whyNoHistory(basis) }, shown);
  const allowedLn = Math.log1p(allowed / 100);
  return answered(between(increase.mean - half, increase.mean + other, allowedLn), shown);
}

function increaseShown(
  increase: Increase,
  ends: { half: number; other: number } | null,
  tails: { between: number; within: number },
): CheckedLimit['increase'] {
  const { by, reference, mean, between: known } = increase;
  const inside = halfOf({ ...increase, by: 'pairs' }, tails);
  return {
    percent: asPercent(mean),
    low: ends && asPercent(mean - ends.half),
    high: ends && asPercent(mean + ends.other),
    withinRuns: {
      low: inside === null ? null : asPercent(mean - inside),
      high: inside === null ? null : asPercent(mean + inside),
    },
    ...{ by, reference: reference?.id ?? null },
    betweenRuns: known && {
      percent: asPercent(known.known.deviation),
      degreesOfFreedom: known.known.degreesOfFreedom,
      runs: known.known.runs,
      days: known.known.days,
    },
  };
}

const notKnown = untold({
  code: 'not-known',
  message:
    'the metric is not known of every repeat (too few batches, no idle baseline, no service level, or a value of 0)',
});

const tooFew = (n: number, of: { value: Interval | null; increase?: CheckedLimit['increase'] }) =>
  untold({ code: 'too-few-repeats', message: `on ${n} of the ${fewestBlocks} repeats that an answer rests on` }, of);

function whyUnmeasured({ trials, skipped, failure }: ConfigurationResult): Answered | null {
  if (trials.length > 0) return null;
  const message = skipped?.message ?? failure ?? 'it has no finished repeat';
  return untold({ code: 'not-measured', message });
}

function whyNoHistory({ groups }: Basis): string {
  const [runs, days] = [
    groups.reduce((sum, group) => sum + group.runs.length, 0),
    groups.reduce((sum, group) => sum + new Set(group.days).size, 0),
  ];
  const have = runs === 0 ? 'there is none' : `there are ${runs} of ${days} ${days === 1 ? 'day' : 'days'}`;
  return `how far such runs lie apart from day to day is told by three runs or more of the baseline's experiment on this machine, of two days or more (beside the baseline and the checked run ${have})`;
}
