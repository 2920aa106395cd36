import type { Figure } from '../figure/figureSchema';
import type { AnalysedRun } from './analysis';
import { paperFigures, paperFiguresOf } from './paperFigures/paperFigures';

/** The paper's figures without any run: published and corrected. */
export const publishedFigures = (): Figure[] => paperFigures([]);

/** All figures that a run can have and that are made at once (some milliseconds). */
export function figuresOf(run: AnalysedRun): Figure[] {
  return paperFiguresOf(run);
}
