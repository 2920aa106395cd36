import type { JudgedRun } from './judgeRun';
import type { Verdict } from './verdictSchema';

/** The models' verdicts; none where all of them say what the one of the whole sweep says, which every surface tells before them. */
export function ownVerdicts({
  verdict,
  verdictByModel,
}: Pick<JudgedRun, 'verdict' | 'verdictByModel'>): [string, Verdict][] {
  const own = Object.entries(verdictByModel);
  return own.every(([, { sentence }]) => sentence === verdict.sentence) ? [] : own;
}
