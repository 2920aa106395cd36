import type { AnalysisTerms } from '../../analysis/analysisTermsSchema';

/** What the sliders of the page can change of the terms. */
export type ChosenTerms = Pick<AnalysisTerms, 'sla' | 'preferences'>;

/** The terms of a run, with what a person chose in their place; null: nothing. */
export function chosenTerms(ofRun: AnalysisTerms, chosen: ChosenTerms | null): AnalysisTerms {
  if (chosen === null) return ofRun;
  // What the run was ranked by was decided under its own terms.
  const { ranking: _, ...terms } = ofRun;
  return { ...terms, sla: chosen.sla, preferences: chosen.preferences };
}
