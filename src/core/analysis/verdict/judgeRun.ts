import { configurationsInUse } from '../../configuration/inUse';
import type { ConfigurationResult } from '../../values/result';
import type { AnalysisTerms } from '../analysisTermsSchema';
import { type Judgement, judge } from './judge';
import type { Verdict } from './verdictSchema';

/** A run judged as a whole, and each model for itself where it has several. */
export type JudgedRun = Judgement & { verdictByModel: Record<string, Verdict> };

export function judgeRun(results: readonly ConfigurationResult[], terms: AnalysisTerms): JudgedRun {
  const models = [...new Set(results.map((r) => r.model))];
  // What runs today is one configuration of the whole sweep: it is not looked for again among those of each model.
  const inUse = configurationsInUse(results, terms.current);
  const modelTerms = { ...terms, current: inUse.length === 1 ? inUse[0] : undefined };
  const verdictOf = (model: string) => {
    const own = results.filter((r) => r.model === model);
    return judge(own, modelTerms).verdict;
  };
  return {
    ...judge(results, terms),
    verdictByModel: models.length < 2 ? {} : Object.fromEntries(models.map((model) => [model, verdictOf(model)])),
  };
}
