import { canResume, type Failure } from '../failure/failure';
import type { Run } from './fold';

/** Why a run failed, as its last session's end tells it; null where it has not. A log of before has no code: `unexpected`. */
export function failureOfRun(run: Pick<Run, 'sessions'>): Failure | null {
  const end = run.sessions.at(-1)?.end;
  if (end?.reason !== 'failed') return null;
  return { code: end.code ?? 'unexpected', message: end.message, fix: end.fix ?? null };
}

/** Whether to offer *Resume* for a run in this state: the one rule for page, tree and commands. */
export function isResumable(status: string, failure: Pick<Failure, 'code'> | null): boolean {
  if (status === 'failed') return failure === null || canResume(failure.code);
  return status === 'interrupted' || status === 'stopped';
}
