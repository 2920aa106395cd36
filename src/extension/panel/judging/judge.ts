import type { AnalysedRun } from '../../../core/analysis/analysis';
import type { AnalysisTerms } from '../../../core/analysis/analysisTermsSchema';
import { type Besides, besidesOf } from '../../../core/analysis/besides';
import { type JudgedRun, judgeRun } from '../../../core/analysis/verdict/judgeRun';
import { goesOn } from '../../../core/panel/protocol/judgedResults';
import type { ConfigurationResult } from '../../../core/values/result';

/** What figures are made of besides the results: the run by its own terms. */
type Figured = Omit<AnalysedRun, 'results'>;

/** `results` only where they are others than those that the thread has; `figured` where figures are wanted as well. */
export type ToJudge = { id: number; terms: AnalysisTerms; results?: readonly ConfigurationResult[]; figured?: Figured };

/** `seconds` of work; `problem`: why it cannot be judged, or has no figures. */
export type FromJudge = { id: number; seconds: number } & (
  | { about: 'judgement'; judgement: JudgedRun }
  | { about: 'judgement'; problem: string }
  | ({ about: 'figures' } & Besides)
  | { about: 'figures'; problem: string }
);

/**
 * Judges the results that it was given last; what is wanted besides comes in an answer of its own, after that. Requests that were simulated
 * once are not simulated again, as long as it lives.
 */
export function createJudge(
  nowMs = () => performance.now(),
): (asked: ToJudge, answer: (message: FromJudge) => void) => void {
  let results: readonly ConfigurationResult[] = [];
  return ({ id, terms, results: newResults, figured }, answer) => {
    const tell = <T extends object>(about: FromJudge['about'], make: () => T) => {
      const begunMs = nowMs();
      const made = orProblem(make);
      answer({ id, about, ...made, seconds: (nowMs() - begunMs) / 1000 } as FromJudge);
    };
    tell('judgement', () => {
      if (newResults) results = withKnownBatches(newResults, results);
      return { judgement: judgeRun(results, terms) };
    });
    // While a run measures, the machine is left in peace.
    if (figured) tell('figures', () => besidesOf({ ...figured, results }, !goesOn(figured.report)));
  };
}

function orProblem<T extends object>(make: () => T): T | { problem: string } {
  try {
    return make();
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * What came from another thread are copies, and a simulation is known by the very array that holds the batches of its trial: trials that
 * were there before keep theirs.
 */
function withKnownBatches(
  results: readonly ConfigurationResult[],
  before: readonly ConfigurationResult[],
): ConfigurationResult[] {
  const known = new Map(
    before.flatMap(({ id, trials }) => trials.map((t) => [`${id}|${t.trial}`, t.batchMs] as const)),
  );
  return results.map((result) => ({
    ...result,
    trials: result.trials.map((trial) => {
      const batchMs = known.get(`${result.id}|${trial.trial}`);
      return batchMs && areEqual(batchMs, trial.batchMs) ? { ...trial, batchMs } : trial;
    }),
  }));
}

const areEqual = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((v, i) => v === b[i]);
