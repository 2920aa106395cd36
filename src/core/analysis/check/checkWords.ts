import {
  counted,
  describeChange,
  describeChangeRange,
  describeGiven,
  describeInterval,
  listed,
} from '../../statistics/wording';
import { describeNumber } from '../../words/units';
import type { Answer, CheckedLimit } from './checkSchema';

/** What each answer is called where people read it. */
export const answerWords: Readonly<Record<Answer, string>> = {
  pass: 'pass',
  fail: 'FAIL',
  'cannot-tell': 'cannot tell',
  'not-comparable': 'not comparable',
};

/** The gravest first. */
const order: readonly Answer[] = ['fail', 'not-comparable', 'cannot-tell', 'pass'];

export const answerOfAll = (limits: readonly Pick<CheckedLimit, 'answer'>[]): Answer =>
  order.find((answer) => limits.some((limit) => limit.answer === answer)) ?? 'pass';

export function allowedText({ kind, allowed, unit }: Pick<CheckedLimit, 'kind' | 'allowed' | 'unit'>): string {
  return kind === 'max' ? `at most ${describeGiven(allowed)} ${unit}` : `at most +${describeGiven(allowed)} %`;
}

/** `2.61 J/image (2.55–2.68)`, `+7.9 % (+5.2 to +10.6 %)`. */
export function measuredText({ kind, value, increase, unit }: Omit<CheckedLimit, 'message'>): string {
  if (kind === 'max') return value ? describeInterval(value, unit) : '–';
  if (increase === null) return value ? describeInterval(value, unit) : '–';
  const { percent, low, high, withinRuns } = increase;
  if (low !== null && high !== null) return `${describeChange(percent)} (${describeChangeRange(low, high)})`;
  const { low: from, high: to } = withinRuns;
  return from === null || to === null
    ? describeChange(percent)
    : `${describeChange(percent)} (${describeChangeRange(from, to)} within the runs)`;
}

/** How an increase was found. */
function byText({ increase, kind }: Pick<CheckedLimit, 'increase' | 'kind'>): string {
  if (kind === 'max' || increase === null) return '';
  const { by, reference, betweenRuns } = increase;
  if (by === 'pairs') return ', by the blocks that both were measured in';
  const relative = by === 'ratios' ? `, relative to ${reference} of the same run` : '';
  const days = betweenRuns
    ? `, with what ${counted(betweenRuns.runs, 'run')} of ${counted(betweenRuns.days, 'day')} show of day to day (${describeNumber(betweenRuns.percent, 2)} %)`
    : '';
  return `${relative}${days}`;
}

/** One limit's answer as a sentence. */
export function limitMessage(limit: Omit<CheckedLimit, 'message'>, why: string | null): string {
  const { name } = limit;
  const measured = measuredText(limit);
  const allowed = allowedText(limit);
  const bound = allowed.replace('at most ', '');
  switch (limit.answer) {
    case 'pass':
      return `${name} keeps ${allowed}: ${measured}${byText(limit)}.`;
    case 'fail':
      return `${name} is above ${bound}: ${measured}${byText(limit)}.`;
    case 'not-comparable':
      return `${name} is not held against the baseline: ${why}.`;
    case 'cannot-tell':
      return why === null
        ? `${name} is not told from ${bound}: ${measured}${byText(limit)}.`
        : `${name} (${measured === '–' ? allowed : `${measured}, ${allowed}`}) is not judged: ${why}.`;
  }
}

/** All in one sentence, the gravest first. */
export function checkSentence(limits: readonly CheckedLimit[]): string {
  const of = (answer: Answer) => limits.filter((limit) => limit.answer === answer);
  const fails = of('fail');
  const [incomparable, open, kept] = [of('not-comparable'), of('cannot-tell'), of('pass')];
  const parts = [
    ...(fails.length > 0
      ? [
          `the budget is broken by ${listed(fails.map((limit) => `${limit.name} (${measuredText(limit)}, ${allowedText(limit)})`))}`,
        ]
      : []),
    ...(incomparable.length > 0
      ? [`${counted(incomparable.length, 'limit')} cannot be held against the baseline`]
      : []),
    ...(open.length > 0 ? [`${counted(open.length, 'limit')} cannot be told`] : []),
    ...(kept.length > 0
      ? [
          kept.length === limits.length
            ? `${limits.length === 1 ? 'the limit is' : `all ${limits.length} limits are`} kept`
            : `${kept.length} of ${limits.length} are kept`,
        ]
      : []),
  ];
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
