import type { Progress } from '../../core/run/progress';
import { describeNumber, describeSeconds } from '../../core/words/units';
import type { Style } from './style';

/** One line that fits the terminal. */
export function statusLine(progress: Progress, watts: number | null, columns: number, style: Style): string {
  const share = progress.least === 0 ? 0 : Math.min(1, progress.done / progress.least);
  const parts = [
    `${Math.round(share * 100)} %`,
    progress.doing,
    watts === null ? '' : `${describeNumber(watts)} W`,
    progress.secondsLeft === null
      ? ''
      : `${progress.beyondLeast ? 'one more block: ' : ''}${progress.mayEndSooner ? 'at most ' : ''}about ${describeSeconds(progress.secondsLeft)} left`,
  ].filter(Boolean);
  const text = parts.join(' · ');
  // The words come first: the bar takes what they leave, as long as it can be read.
  const cells = Math.min(20, Math.floor(columns / 3), Math.max(6, columns - text.length - 2));
  const full = Math.round(share * cells);
  const bar = `${'█'.repeat(full)}${'░'.repeat(cells - full)}`;
  return `${style.green(bar)} ${text.slice(0, Math.max(0, columns - cells - 2))}`;
}
