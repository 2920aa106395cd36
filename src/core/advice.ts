import { type AnalysisTerms, evaluate, tailsFor } from './evaluation';
import { feasibilityOf } from './feasibility';
import { paretoFront } from './pareto';
import type { ConfigurationResult, ConfigurationSummary } from './result';
import { qualifications, verdictSentence } from './sentence';
import { summarise } from './summary';
import { type Decision, decide } from './verdict';

/** The decision with its words. */
export type Verdict = Decision & {
  /** One plain English sentence. */
  sentence: string;
  /** What qualifies it, one sentence each. */
  qualification: string[];
};

export type Analysis = {
  configurations: ConfigurationSummary[];
  verdict: Verdict;
  /** Ids on the Pareto front of J/image, latency (of requests at the SLA's percentile, else mean batch) and accuracy. */
  paretoFront: string[];
};

/**
 * Everything that is said about a run, from its trials. Pure and quick enough to follow a slider.
 * For a verdict on one model alone, pass only its results.
 */
export function analyse(results: readonly ConfigurationResult[], terms: AnalysisTerms): Analysis {
  const { evaluations, configurations, decision, notes } = assess(results, terms);
  const points = configurations.flatMap((c, i) => {
    const times = evaluations[i]!.result.trials.flatMap((t) => t.batchMs);
    const request = c.requestLatencyMs?.atPercentile.value ?? c.requestLatencyMs?.max;
    const latency = terms.sla ? request : times.reduce((a, b) => a + b, 0) / times.length;
    const energy = c.joulesPerImage?.mean;
    return latency === undefined || energy === undefined || !Number.isFinite(latency)
      ? []
      : [{ id: c.id, energy, latency, accuracy: c.accuracy }];
  });
  return {
    configurations,
    verdict: {
      ...decision,
      sentence: verdictSentence(decision, configurations, terms),
      qualification: qualifications(decision, configurations, terms, notes),
    },
    paretoFront: paretoFront(points),
  };
}

/** The numbers and the decision, without words: what the stopping rule looks at. */
export function assess(results: readonly ConfigurationResult[], terms: AnalysisTerms) {
  const tails = tailsFor(results, terms.measure.repeats);
  const evaluations = evaluate(results, terms.sla);
  const configurations = evaluations.map((e) => summarise(e, { sla: terms.sla, repeats: terms.measure.repeats }));
  const feasibility = evaluations.map((e, i) => feasibilityOf(configurations[i]!, e.requests, terms.sla));
  const { decision, ranking } = decide(evaluations, configurations, feasibility, terms, tails);
  return { evaluations, configurations, decision, notes: ranking.notes, ranking, tails };
}
