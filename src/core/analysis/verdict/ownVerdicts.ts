import type { JudgedRun } from './judgeRun';
import type { Verdict } from './verdictSchema';

/** The models' verdicts that say something else than the one of the whole sweep, which every surface tells before them. */
export function ownVerdicts({
  verdict,
  verdictByModel,
}: Pick<JudgedRun, 'verdict' | 'verdictByModel'>): [string, Verdict][] {
  return Object.entries(verdictByModel).filter(([, own]) => own.sentence !== verdict.sentence);
}
