import {
  type AuditLog,
  type AuditRun,
  type AuditTrial,
  type AuditWindow,
  ofReplayedRequests,
  underFullLoad,
} from './auditLog';
import { type PlainWindow, phaseShares, plainWindow } from './windowJoules';

/**
 * What the program's rules decide, which is taken from it and not derived again: which windows' joules can be trusted
 * (docs/measurement.md has the rules).
 */
export type Decisions = {
  /** @param trial index of the trial among those under full load, in the order of `trial.started`; @param window index of its window */
  isCounted(trial: number, window: number): boolean;
  /** @param trial the same among those of replayed requests */
  isReplayCounted(trial: number, window: number): boolean;
  /** @param idle index of the rest in the session with this index */
  isIdleCounted(session: number, idle: number): boolean;
};

export type CountedWindow = AuditWindow & { plain: PlainWindow; phases: ReturnType<typeof phaseShares> };
export type CountedTrial = { trial: AuditTrial; windows: CountedWindow[] };

/** Finished trials with the windows that count, those of drift checks too; `null` windows could not be had the plain way. */
export const finishedTrials = (log: AuditLog, run: AuditRun, decisions: Decisions): CountedTrial[] =>
  countedAmong(underFullLoad(run), log, run, (trial, window) => decisions.isCounted(trial, window));

/** The same of those that requests were replayed to. */
export const finishedReplays = (log: AuditLog, run: AuditRun, decisions: Decisions): CountedTrial[] =>
  countedAmong(ofReplayedRequests(run), log, run, (trial, window) => decisions.isReplayCounted(trial, window));

function countedAmong(
  trials: readonly AuditTrial[],
  log: AuditLog,
  run: AuditRun,
  isCounted: Decisions['isCounted'],
): CountedTrial[] {
  const names = run.created.workload.phases;
  return trials.flatMap((trial, index) => {
    const parts = run.sessions.findLast(({ session }) => session === trial.session)?.parts?.parts;
    if (trial.finished === null || trial.failed !== null || !parts) return [];
    const windows = trial.windows.flatMap((each, i): CountedWindow[] => {
      if (!isCounted(index, i) || !(each.window.work > 0)) return [];
      const plain = plainWindow(parts, each.window, log.samples, trial.session);
      return plain === null ? [] : [{ ...each, plain, phases: phaseShares(parts, each.window, names) }];
    });
    return windows.length === 0 ? [] : [{ trial, windows }];
  });
}

/** One for each block: of one whose power had not settled the later one counts, as the program measures it once more. */
export function repeatsOf(trials: readonly CountedTrial[], configuration: string): CountedTrial[] {
  const byBlock = new Map<number, CountedTrial>();
  for (const counted of trials) {
    const { started } = counted.trial;
    if (started.configuration !== configuration || started.reference) continue;
    const before = byBlock.get(started.block);
    if (before && before.trial.finished!.event.powerChangePercent === undefined) continue;
    byBlock.set(started.block, counted);
  }
  return [...byBlock.values()].sort((a, b) => a.trial.started.block - b.trial.started.block);
}
