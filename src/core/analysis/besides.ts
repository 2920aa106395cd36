import type { Figure } from '../figure/figureSchema';
import type { AnalysedRun } from './analysis';
import { figuresOf, paperFindings, slowFiguresOf } from './figures';
import { findingsOf } from './findings';
import type { Findings } from './findingsSchema';
import { policyAnalysis } from './policy/policyAnalysis';
import { policyFigure } from './policy/policyFigure';
import { proportionalityAnalysis } from './proportionality/proportionality';

/** What panel and report show of a run besides its verdict and its own charts. */
export type Besides = { figures: Figure[]; findings: Findings[] };

/**
 * Of a run that repeats the paper's experiment its figures and its authors' questions; of others what any run can have.
 *
 * @param withSlow whether figures are simulated too, which takes up to some seconds
 */
export function besidesOf(run: AnalysedRun, withSlow: boolean): Besides {
  const findings = run.report.run.reproduces ? paperFindings(run) : [findingsOf(proportionalityAnalysis, [run])];
  const policy = withSlow ? policyAnalysis.run([run]) : null;
  if (policy) findings.push(findingsOf(policyAnalysis, [run], policy));
  const knowsAccuracy = run.accuracies?.some(({ accuracy }) => accuracy !== null) ?? false;
  const isWorthIt = knowsAccuracy || run.report.run.reproduces !== undefined;
  const figures = [
    ...figuresOf(run),
    ...(policy ? [policyFigure(policy, run)] : []),
    ...(withSlow && isWorthIt ? slowFiguresOf(run) : []),
  ];
  const isSaying = ({ layers }: Figure) => layers.some(({ points }) => points.length > 0);
  return {
    // What has nothing to show says why only where it was asked for.
    figures: run.report.run.reproduces ? figures : figures.filter(isSaying),
    findings: findings.filter(({ table, sentence }) => table.rows.length > 0 || sentence !== ''),
  };
}
