import type { RunComparison } from './comparisonSchema';
import { basisText } from '../../energy/sourceLabel';
import { configurationLabels } from '../../configuration/label';
import { listed } from '../../statistics/wording';
import { counted, describeGiven, describePercent, describePercentRange } from '../../statistics/wording';

/** The comparison of two runs in one or two English sentences. */
export function comparisonSentence(comparison: Omit<RunComparison, 'sentence'>): string {
  const { refused, configurations, first, second, estimated, missing, unit, marginPercent } = comparison;
  if (refused) return `Not compared: ${refused.message}`;
  const labels = configurationLabels(configurations.map((c) => c.second));
  const [one, two] = first.name === second.name ? [first.id, second.id] : [first.name, second.name];
  const group = (verdict: string) => configurations.filter((c) => c.verdict === verdict);
  const named = (c: (typeof configurations)[number]) => {
    const { percent, low, high } = c.joulesPerUnit.difference;
    const minus = (value: number | null) => (value === null ? null : -value);
    const [size, from, to] = percent < 0 ? [-percent, minus(high), minus(low)] : [percent, low, high];
    const span = from === null || to === null ? '' : ` (${describePercentRange(size, from, to)})`;
    return `${describePercent(size, from, to)}${span} at ${labels.get(c.second.id)}`;
  };
  const parts = [
    ...(['less', 'more'] as const).flatMap((verdict) => {
      const found = group(verdict);
      return found.length > 0 ? [`takes ${verdict} energy per ${unit}: ${listed(found.map(named))}`] : [];
    }),
    ...sameText(group('equivalent'), `as much within ±${describeGiven(marginPercent)} % at`, labels),
  ];
  const open = group('unresolved');
  const openText =
    open.length === 0
      ? ''
      : parts.length === 0
        ? `the two runs are not told apart at any of ${counted(open.length, 'configuration')}`
        : `not told apart: ${listed(open.map((c) => labels.get(c.second.id)!))}`;
  const text =
    parts.length > 0
      ? `Against ${one}, ${two} ${[parts.join('; it '), openText].filter(Boolean).join('; ')}.`
      : `${openText.charAt(0).toUpperCase()}${openText.slice(1)}: more repeats are needed.`;
  const basis = basisText({ estimated, missing });
  return basis === null ? text : `${basis}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function sameText(
  found: RunComparison['configurations'],
  words: string,
  labels: ReadonlyMap<string, string>,
): string[] {
  return found.length > 0 ? [`takes ${words} ${listed(found.map((c) => labels.get(c.second.id)!))}`] : [];
}
