import { sourceLabel } from '../../src/core/energy/sourceLabel';
import type { Figure } from '../../src/core/figure/figureSchema';
import type { PanelRun } from '../../src/core/panel/protocol/messages';
import { fewestBlocks } from '../../src/core/statistics/sequential';
import type { ChartPlan } from '../charts/plans/plan';
import { t } from '../strings/strings';

/** What stands below a picture that is handed on, a paragraph each: what it says, and its source. */

/**
 * Of a chart of measured values: run, n, energy source, intervals, program.
 *
 * @param trials of each configuration that is in it
 */
export function chartCaption(
  { summary }: Pick<ChartPlan, 'summary'>,
  { report }: Pick<PanelRun, 'report'>,
  trials: readonly number[],
): string[] {
  const [least, most] = [Math.min(...trials), Math.max(...trials)];
  const counted = least === most ? t('n = {0} trials each', least) : t('n = {0} to {1} trials each', least, most);
  const source = [
    t('Source: run {0}', report.run.id),
    report.source ? sourceLabel(report.source) : t('no energy source'),
    ...(trials.length > 0 ? [counted] : []),
    ...(most >= fewestBlocks ? [t('bars are 95 % intervals over trials')] : []),
    report.run.program,
  ];
  return [summary, source.join(' · ')];
}

/** Of a figure: its notes, and which of its layers have no points. */
export function figureCaption(
  { summary }: Pick<ChartPlan, 'summary'>,
  { layers, notes, source }: Pick<Figure, 'layers' | 'notes' | 'source'>,
): string[] {
  const missing = layers.flatMap((layer) => (layer.missing === null ? [] : [`${layer.title}: ${layer.missing}`]));
  return [summary, ...notes, ...missing, t('Source: {0}', source)];
}
