import { nextBlock } from '../../search/nextBlock';
import { trialLimit } from '../../search/trialLimit';
import type { ConfigurationResult } from '../../values/result';
import type { AnalysisTerms } from '../analysisTermsSchema';
import { assess } from './judge';
import { searched } from './searched';

/**
 * Which configurations the block measures. It follows from the trials so far alone, so a resumed run goes on alike.
 *
 * @param settled ids that are measured no more, for good
 * @returns their ids; null where the experiment does not search: then all are measured
 */
export function searchStep(
  results: readonly ConfigurationResult[],
  terms: AnalysisTerms,
  { block, settled }: { block: number; settled: readonly string[] },
): string[] | null {
  if (!terms.search) return null;
  const { alternatives: all, ranking } = assess(results, terms, 'passes');
  const { alternatives, standings, curve } = searched(all, ranking, terms, settled);
  const configurations = alternatives.map(({ result }) => result);
  const measured = nextBlock(configurations, standings, curve, {
    block,
    lastBlock: lastBlockOf(terms),
    trialsLeft: trialsLeft(results, terms)!,
    marginPercent: terms.measure.equivalencePercent,
  });
  return measured.map((place) => configurations[place]!.id);
}

/** Trials that a search may still take; null where the experiment does not search. */
export function trialsLeft(results: readonly ConfigurationResult[], terms: AnalysisTerms): number | null {
  if (!terms.search) return null;
  const count = results.filter(({ skipped }) => skipped === null).length;
  const taken = results.reduce((sum, { trials }) => sum + trials.length, 0);
  return Math.max(0, trialLimit(terms.search, count, lastBlockOf(terms)) - taken);
}

const lastBlockOf = ({ addedBlocks, measure }: AnalysisTerms) => addedBlocks?.upToBlock ?? measure.repeats.max;
