import type { ConfigurationSummary, Interval } from '../run/result';
import type { Analysis } from '../verdict/advice';
import { listed } from '../verdict/label';
import { describePercent } from '../verdict/wording';
import { describeNumber } from '../units';

/** What a change of the batch size would bring, in the words of a light bulb. */
export type BatchHint = { batchSize: number; text: string; estimated: boolean };

/** The last result in a line: `greenest batch 8: 2.31 J/image ± 1.4 %, −12 % against 32`. */
export function resultLine({ verdict, configurations }: Analysis): string {
  const find = (id: string | null) => configurations.find((c) => c.id === id);
  const [winner, reference] = [find(verdict.winner), find(verdict.reference)];
  const prefix = verdict.estimated ? 'estimated: ' : '';
  if (verdict.kind === 'infeasible') return `${prefix}no batch size keeps the limit`;
  if (!winner) {
    const lowest = reference
      ? `: batch ${reference.batchSize} lowest so far, ${energyText(reference, verdict.energy)}`
      : '';
    return `${prefix}no verdict yet${lowest}`;
  }
  const others = verdict.tied.filter((id) => id !== winner.id).map((id) => String(find(id)?.batchSize));
  const claim =
    others.length > 0 ? `batch ${winner.batchSize}, tied with ${listed(others)}` : `greenest batch ${winner.batchSize}`;
  const { saving } = verdict;
  const against = saving?.significant ? `, ${changeText(saving)} against ${find(saving.against)?.batchSize}` : '';
  return `${prefix}${claim}: ${energyText(winner, verdict.energy)}${against}`;
}

/**
 * The batch size to use in place of the one in use; null where there is no verdict, where the one in use is the winner
 * or tied with it, and where the saving may be none.
 */
export function batchHint({ verdict, configurations }: Analysis, inUse: number | null): BatchHint | null {
  const chosen = configurations.filter((c) => c.id === verdict.winner || verdict.tied.includes(c.id));
  const winner = chosen.find((c) => c.id === verdict.winner);
  if (!winner || chosen.some((c) => c.batchSize === inUse)) return null;
  const { saving, estimated } = verdict;
  const label = estimated ? ' (estimated)' : '';
  const { batchSize } = winner;
  if (saving) {
    if (!saving.significant || saving.percent <= 0) return null;
    const per = saving.energy === 'joulesPerRequest' ? 'request' : 'image';
    return { batchSize, text: `Use batch ${batchSize}: ${changeText(saving)} energy per ${per}${label}`, estimated };
  }
  const measured = [...new Set(configurations.filter((c) => c.n > 0).map((c) => c.batchSize))].sort((a, b) => a - b);
  return { batchSize, text: `Use batch ${batchSize}: greenest of ${listed(measured.map(String))}${label}`, estimated };
}

/** A saving as a change: `−12 %`. */
function changeText({ percent, low, high }: { percent: number; low: number | null; high: number | null }): string {
  const size = describePercent(Math.abs(percent), low, high);
  return percent >= 0 ? `−${size}` : `+${size}`;
}

function energyText(c: ConfigurationSummary, energy: 'joulesPerImage' | 'joulesPerRequest'): string {
  const perRequest = energy === 'joulesPerRequest' && c.joulesPerRequest !== null;
  const interval: Interval | null = perRequest ? c.joulesPerRequest : c.joulesPerImage;
  if (!interval) return 'no energy known';
  const { mean, low, high } = interval;
  const text = `${describeNumber(mean)} ${perRequest ? 'J/request' : 'J/image'}`;
  if (low === null || high === null || mean === 0) return text;
  return `${text} ± ${describeNumber(((high - low) / 2 / Math.abs(mean)) * 100, 2)} %`;
}
