import type { Repeats } from '../statistics/confidence';
import type { AnalysisTerms } from './analysisTermsSchema';

/** The repeats that a run may have come to. Where blocks were added their number was not fixed, whatever the plan says: that widens intervals. */
export function runRepeats({ measure, addedBlocks }: AnalysisTerms): Repeats {
  const { repeats } = measure;
  return addedBlocks ? { ...repeats, max: Math.max(repeats.max, addedBlocks.upToBlock) } : repeats;
}
