import type { Figure } from '../figure/figureSchema';
import { adaptationSpaceAnalysis, adaptationSpaceFigures } from './adaptationSpace/adaptationSpace';
import type { AnalysedRun } from './analysis';
import { artefactsWith } from './artefacts/artefactsAnalysis';
import { findingsOf } from './findings';
import type { Findings } from './findingsSchema';
import { paperFigures, paperFiguresOf } from './paperFigures/paperFigures';
import { redundancyAnalysis } from './paperQuestions/redundancy';
import { sensitivityAnalysis } from './paperQuestions/sensitivity';
import { proportionalityAnalysis } from './proportionality/proportionality';
import { proportionalityFigure } from './proportionality/proportionalityFigure';

/** Figures and findings that a run can have, beside its verdict: what report, panel and command line show of it. */

const paper = 'Willis, Bryson, Agho: Towards Sustainable AI with IPA (2024), digitised';

/** All figures of a run that are made at once (some milliseconds): those of the paper that it repeats, and its power against utilisation. */
export const figuresOf = (run: AnalysedRun): Figure[] => [...paperFiguresOf(run), proportionalityFigure(run)];

/** The paper's figures without any run. */
export const publishedFigures = (): Figure[] => paperFigures([]);

/** Figures that are simulated: up to some seconds. null: of the published points. */
export function slowFiguresOf(run: AnalysedRun | null): Figure[] {
  const space = adaptationSpaceAnalysis.run(run === null ? [] : [run]);
  return adaptationSpaceFigures(space, run === null ? paper : run.report.run.id);
}

/**
 * All figures of several runs: the paper's four with a layer of each run that repeats their experiment, and each run's own. Without any
 * the published points alone. Simulated ones are among them: up to some seconds a run.
 */
export function figuresOfRuns(runs: readonly AnalysedRun[]): Figure[] {
  const space = adaptationSpaceAnalysis.run(runs);
  const source = runs.length === 0 ? paper : runs.map(({ report }) => report.run.id).join(', ');
  const own = runs.map((run, i) => {
    const figure = proportionalityFigure(run);
    if (runs.length === 1) return figure;
    return { ...figure, id: `${figure.id}-${i + 1}`, title: `${figure.title}: ${run.report.run.name}` };
  });
  return [...paperFigures(runs), ...own, ...adaptationSpaceFigures(space, source)];
}

/**
 * What the paper's authors asked, answered by a run at once: redundancy, sensitivity, proportionality, and what is of the measuring.
 * null: by the published points.
 */
export function paperFindings(run: AnalysedRun | null): Findings[] {
  const runs = run === null ? [] : [run];
  return [
    findingsOf(redundancyAnalysis, runs),
    findingsOf(sensitivityAnalysis, runs),
    findingsOf(proportionalityAnalysis, runs),
    findingsOf(artefactsWith(null), runs),
  ];
}
