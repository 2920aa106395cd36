import { shortChoice } from '../../../src/core/pipeline/answerWords';
import type { PipelineStep, PipelineView } from '../../../src/core/pipeline/view';
import { describeGiven } from '../../../src/core/statistics/wording';
import type { Table } from '../../../src/core/words/table';
import { t } from '../../strings/strings';
import { signed } from './answersTable';

/** What the next batch size or variant of each stage would do, all others as chosen: differences to the answer. */
export const stepsTable = ({ steps }: PipelineView): Table => ({
  columns: [
    t('stage'),
    t('next step'),
    ...[t('Δ accuracy'), t('Δ cores'), t('Δ ms'), t('Δ J/request'), t('Δ objective')],
    t('keeps the limits'),
  ],
  rows: steps.map((step) => [
    step.stage,
    stepText(step),
    signed(step.accuracy),
    signed(step.cores),
    signed(1000 * step.latencySeconds),
    signed(step.joulesPerRequest),
    signed(step.objective),
    step.isFeasible ? t('yes') : t('no'),
  ]),
});

/** `batch 4 → 8, ×2 → ×1, 2 → 4 cores`; of another variant the choice whole. */
export function stepText({ from, to }: Pick<PipelineStep, 'from' | 'to'>): string {
  if (from.variant !== to.variant) return `${from.variant} → ${shortChoice(to)}`;
  return [
    ...(from.batch === to.batch ? [] : [t('batch {0} → {1}', from.batch, to.batch)]),
    ...(from.replicas === to.replicas ? [] : [`×${from.replicas} → ×${to.replicas}`]),
    ...(from.cores === to.cores ? [] : [t('{0} → {1} cores', describeGiven(from.cores), describeGiven(to.cores))]),
  ].join(', ');
}
