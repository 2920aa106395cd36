import type { ConfigurationResult } from '../../values/result';
import type { ConfigurationSummary } from '../../metrics/summarySchema';
import { fewestBlocks } from '../../statistics/sequential';
import type { AnalysisTerms } from '../analysisTermsSchema';
import { runRepeats } from '../runRepeats';
import { alternativesOf, tailsFor } from './alternative';
import { feasibilityOf } from './feasibility';
import { leversOf } from './levers';
import { pacedVerdict } from './paced';
import { accuracyCounts, paretoFront } from './pareto';
import { qualifications } from './qualification';
import { leftOutOf } from './searched';
import { differencesToInUse, savingAgainst } from './saving';
import { verdictSentence } from './sentence';
import { summarise } from './summary';
import { decide, lookedInto } from './verdict';
import type { Decision, Qualification, Verdict } from './verdictSchema';

export type Judgement = {
  configurations: ConfigurationSummary[];
  verdict: Verdict;
  /** Ids on the Pareto front of joules per unit of work, latency (of requests at the SLA's percentile, else mean batch) and accuracy. */
  paretoFront: string[];
};

/**
 * Everything that is said about a run, from its trials. Pure and quick enough to follow a slider.
 * For a verdict on one model alone, pass only its results.
 */
export function judge(results: readonly ConfigurationResult[], terms: AnalysisTerms): Judgement {
  const { alternatives, decision: assessed, ranking, tails } = assess(results, terms);
  const reached = lookedInto(assessed, ranking, alternatives, tails);
  const conditions = conditionsFor(reached, terms);
  const isWithheld = conditions.some(({ effect }) => effect === 'withholds');
  const decision = isWithheld ? withheld(reached) : reached;
  const configurations = alternatives.map((e) =>
    summarise(e, { sla: terms.sla, repeats: runRepeats(terms), unit: terms.unit }),
  );
  const { winner, inUse } = decision;
  const saving =
    winner === null ? null : savingAgainst(winner, inUse, alternatives, configurations, ranking, terms, tails);
  const paced = pacedVerdict({ ...decision, saving }, results, configurations, terms);
  const search = leftOutOf(alternatives, ranking, terms);
  const decided = { ...decision, saving, paced, ...(search && { search }) };
  const points = configurations.flatMap((c, i) => {
    const times = alternatives[i]!.result.trials.flatMap((t) => t.batchMs);
    const request = c.requestLatencyMs?.atPercentile.value ?? c.requestLatencyMs?.max;
    const latency = terms.sla ? request : times.reduce((a, b) => a + b, 0) / times.length;
    const energy = c.joulesPerUnit?.mean;
    const { model, accuracy, accuracySampling } = alternatives[i]!.result;
    return latency === undefined || energy === undefined || !Number.isFinite(latency)
      ? []
      : [{ id: c.id, model, energy, latency, accuracy, accuracySampling }];
  });
  return {
    configurations,
    verdict: {
      ...decided,
      againstInUse: isWithheld ? null : differencesToInUse(inUse, alternatives, ranking, terms, tails),
      levers: isWithheld
        ? []
        : leversOf({ decision: decided, alternatives, summaries: configurations, ranking, terms, tails }),
      sentence: verdictSentence(decided, configurations, terms, conditions),
      qualification: qualifications(
        decided,
        configurations,
        terms,
        [...ranking.notes, ...notesOf(conditions)],
        results,
      ),
    },
    paretoFront: paretoFront(points, accuracyCounts(results, terms)),
  };
}

type Conditions = NonNullable<AnalysisTerms['conditions']>;

/** Those that bear on this decision: a busy idle baseline is in joules per request alone. */
const conditionsFor = ({ blocks, energy }: Decision, { conditions = [] }: AnalysisTerms): Conditions =>
  blocks === 0 ? [] : conditions.filter(({ code }) => code !== 'busy-machine' || energy === 'joulesPerRequest');

/** Of throttling each configuration tells for itself. */
const notesOf = (conditions: Conditions): Qualification[] =>
  conditions.flatMap(({ code, message }) => (code === 'throttled' ? [] : [{ code, configuration: null, message }]));

/** Nothing that the numbers would decide, where they are not about the work. */
const withheld = (decision: Decision): Decision => ({
  ...decision,
  ...{ kind: 'unresolved', winner: null, tied: [], openBecause: 'conditions', relaxations: [] },
  ...{ moreBlocks: null, moreBlocksRange: null, noisePercent: null, decisiveTrial: null },
});

/**
 * The decision alone, without table and words: what the stopping rule looks at.
 *
 * @param openAccuracy as `feasibilityOf` takes it
 */
export function assess(
  results: readonly ConfigurationResult[],
  terms: AnalysisTerms,
  openAccuracy?: 'unresolved' | 'passes',
) {
  const tails = tailsFor(results, terms.measure.repeats);
  const alternatives = alternativesOf(results, terms.sla);
  const feasibility = alternatives.map((e) => feasibilityOf(e, terms, openAccuracy));
  return { alternatives, tails, terms, ...decide(alternatives, feasibility, terms, tails) };
}

/** By which energy a run ranks from now on, so that more blocks do not flip it; null while that is not to be decided. */
export function rankingToHold(
  results: readonly ConfigurationResult[],
  terms: AnalysisTerms,
  blocksFinished: number,
): NonNullable<AnalysisTerms['ranking']> | null {
  if (terms.ranking || !terms.sla || blocksFinished < fewestBlocks) return null;
  const { energy, notes, costs } = assess(results, terms).ranking;
  // Of fewer there is nothing to decide yet.
  if (costs.ids.filter((id) => costs.costs.get(id)!.size >= fewestBlocks).length < 2) return null;
  if (notes.some(({ code }) => code === 'no-idle')) return null;
  return { energy, message: notes.find(({ code }) => code === 'idle-uncertain')?.message ?? null };
}
