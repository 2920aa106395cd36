import type { AnalysisTerms } from '../../../core/analysis/analysisTermsSchema';
import { type JudgedRun, judgeRun } from '../../../core/analysis/verdict/judgeRun';
import type { ConfigurationResult } from '../../../core/values/result';

/** `results` only where they are others than those that the thread has. */
export type ToJudge = { id: number; terms: AnalysisTerms; results?: readonly ConfigurationResult[] };

/** `seconds` of work; `problem`: why it cannot be judged. */
export type FromJudge = { id: number; seconds: number } & ({ judgement: JudgedRun } | { problem: string });

/** Judges the results that it was given last. Requests that were simulated once are not simulated again, as long as it lives. */
export function createJudge(nowMs = () => performance.now()): (asked: ToJudge) => FromJudge {
  let results: readonly ConfigurationResult[] = [];
  return (asked) => {
    const begunMs = nowMs();
    const done = () => ({ id: asked.id, seconds: (nowMs() - begunMs) / 1000 });
    try {
      if (asked.results) results = withKnownBatches(asked.results, results);
      const judgement = judgeRun(results, asked.terms);
      return { ...done(), judgement };
    } catch (error) {
      return { ...done(), problem: error instanceof Error ? error.message : String(error) };
    }
  };
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
