import { configurationLabels } from '../../configuration/label';
import { basisText } from '../../energy/sourceLabel';
import { fewestBlocks } from '../../statistics/sequential';
import {
  counted,
  describeChange,
  describeChangeRange,
  describeGiven,
  describePercent,
  describePercentRange,
  listed,
} from '../../statistics/wording';
import type { Difference, RunComparison } from './comparisonSchema';

type Said = Omit<RunComparison, 'sentence'>;
type Row = RunComparison['configurations'][number];

/** The comparison in two or three English sentences: of ratios first, then of joules themselves. */
export function comparisonSentence(comparison: Said): string {
  const { refused, estimated, missing } = comparison;
  if (refused) return `Not compared: ${refused.message}`;
  const text = [ratioSentence(comparison), joulesSentence(comparison)].filter(Boolean).join(' ');
  const basis = basisText({ estimated, missing });
  return basis === null ? text : `${basis}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

/** What the others are related to, for people: `batch 1 (in use)`, `batch 1 (2 threads, in use)`. */
export function referenceLabel({
  reference,
  configurations,
}: Pick<Said, 'reference' | 'configurations'>): string | null {
  if (reference === null) return null;
  const label = configurationLabels(configurations.map((c) => c.second)).get(reference.second)!;
  if (reference.chosen !== 'in-use') return label;
  return label.endsWith(')') ? `${label.slice(0, -1)}, in use)` : `${label} (in use)`;
}

/** What the sides are called: by their experiments, or where those are the same by their runs. */
function namesOf({ first, second, firstRuns, secondRuns }: Said): [string, string] {
  const isSame = first.name === second.name;
  const name = (run: Said['first'], runs: Said['firstRuns']) =>
    `${isSame ? run.id : run.name}${runs.length > 1 ? ` (${counted(runs.length, 'run')})` : ''}`;
  return [name(first, firstRuns), name(second, secondRuns)];
}

function ratioSentence(comparison: Said): string {
  const { configurations, betweenRuns, notJudged, unit } = comparison;
  const related = configurations.filter((c) => c.ratio !== null);
  const reference = referenceLabel(comparison);
  if (related.length === 0 || reference === null) return '';
  const [one, two] = namesOf(comparison);
  if (betweenRuns === null) {
    const what = `energy per ${unit} relative to ${reference} differs ${describedText(comparison, related)}`;
    return `Between ${one} and ${two}, ${what}; ${notJudged!.message}.`;
  }
  const basis = `, with what ${counted(betweenRuns.runs, 'run')} of ${counted(betweenRuns.days, 'day')} show of day to day`;
  return `${judgedText(comparison, related, {
    verdict: (c) => c.verdict,
    difference: (c) => c.ratio!.difference,
    what: `energy per ${unit} relative to ${reference}`,
    named: `Against ${one}, ${two}`,
    basis,
  })}.`;
}

/** More differences than these are told by their range. */
const mostListed = 4;

/** Fewer repeats tell hardly how far they scatter. */
const tooFew = `by what fewer than ${fewestBlocks} repeats cannot tell from scatter`;

/** What is seen of ratios, without a judgement. */
function describedText({ configurations }: Said, related: readonly Row[]): string {
  const labels = configurationLabels(configurations.map((c) => c.second));
  const apart = related.filter(({ ratio }) => ratio!.blocks >= fewestBlocks && isApart(ratio!.withinRuns));
  const rest = related.length - apart.length;
  if (related.every(({ ratio }) => ratio!.blocks < fewestBlocks)) return tooFew;
  if (apart.length === 0) return `by no more than scatters within the runs (${counted(rest, 'configuration')})`;
  const found =
    apart.length > mostListed
      ? [
          `${rangeText(apart.map(({ ratio }) => ratio!.difference.percent))} at ${counted(apart.length, 'configuration')}`,
        ]
      : apart.map(({ ratio, second }) => {
          const { percent, low, high } = ratio!.difference;
          const within = `${describeChangeRange(low!, high!)} within the runs`;
          return `${describeChange(percent)} (${within}) at ${labels.get(second.id)}`;
        });
  return `by ${listed(found)}${rest > 0 ? ` and by no more than it scatters at ${counted(rest, 'other')}` : ''}`;
}

/** `−12.0 to +5.0 %`, or `+5.0 %` where all are alike. */
function rangeText(percents: readonly number[]): string {
  const [lowest, highest] = [Math.min(...percents), Math.max(...percents)];
  return describeChange(lowest) === describeChange(highest)
    ? describeChange(lowest)
    : describeChangeRange(lowest, highest);
}

function joulesSentence(comparison: Said): string {
  const { configurations, isAbsoluteJudged, unit, firstRuns, secondRuns } = comparison;
  const [one, two] = namesOf(comparison);
  if (isAbsoluteJudged) {
    const blocks = comparison.interleaved?.blocks;
    return `${judgedText(comparison, configurations, {
      verdict: (c) => c.absolute,
      difference: (c) => c.joulesPerUnit.difference,
      what: `energy per ${unit}`,
      named: configurations.some((c) => c.ratio !== null) ? 'In all it' : `Against ${one}, ${two}`,
      basis: blocks === undefined ? '' : `, measured in turns within the same ${counted(blocks, 'block')}`,
    })}.`;
  }
  const apart = configurations.filter((c) => c.absolute === 'cause-unknown');
  // Of sides of several runs n counts days.
  const isFew = firstRuns.length + secondRuns.length === 2 && configurations.every((c) => repeatsOf(c) < fewestBlocks);
  if (isFew) return `In energy per ${unit} itself the runs differ ${tooFew}.`;
  if (apart.length === 0) return `In energy per ${unit} itself the runs differ by no more than scatters within them.`;
  const by = rangeText(apart.map((c) => c.joulesPerUnit.difference.percent));
  const where = `at ${apart.length} of ${counted(configurations.length, 'configuration')}`;
  return `In energy per ${unit} itself the runs differ (by ${by} ${where}); the cause is not known.`;
}

const repeatsOf = ({ joulesPerUnit: { first, second } }: Row) => Math.min(first.n, second.n);

type Wording = {
  verdict: (c: Row) => Row['verdict'] | Row['absolute'];
  difference: (c: Row) => Difference;
  what: string;
  named: string;
  basis: string;
};

function judgedText(comparison: Said, rows: readonly Row[], { verdict, difference, what, named, basis }: Wording) {
  const labels = configurationLabels(comparison.configurations.map((c) => c.second));
  const label = (c: Row) => labels.get(c.second.id)!;
  const group = (wanted: Row['verdict']) => rows.filter((c) => verdict(c) === wanted);
  const parts = [
    ...(['less', 'more'] as const).flatMap((wanted) => {
      const found = group(wanted).map((c) => `${sizeText(difference(c))} at ${label(c)}`);
      return found.length > 0 ? [`takes ${wanted} ${what}: ${listed(found)}`] : [];
    }),
    ...(group('equivalent').length > 0
      ? [
          `takes as much ${what} within ±${describeGiven(comparison.marginPercent)} % at ${listed(group('equivalent').map(label))}`,
        ]
      : []),
  ];
  const open = group('unresolved');
  if (parts.length === 0)
    return `${named} is not told apart in ${what} at any of ${counted(open.length, 'configuration')}${basis}`;
  const openText = open.length > 0 ? `not told apart: ${listed(open.map(label))}` : '';
  return `${named} ${[parts.join('; it '), openText].filter(Boolean).join('; ')}${basis}`;
}

const isApart = ({ low, high }: { low: number | null; high: number | null }) =>
  low !== null && high !== null && (low > 0 || high < 0);

/** `12.0 % (11.7–12.3 %)`: how large it is, whichever way it goes. */
function sizeText({ percent, low, high }: Difference): string {
  const minus = (value: number | null) => (value === null ? null : -value);
  const [size, from, to] = percent < 0 ? [-percent, minus(high), minus(low)] : [percent, low, high];
  const span = from === null || to === null ? '' : ` (${describePercentRange(size, from, to)})`;
  return `${describePercent(size, from, to)}${span}`;
}
