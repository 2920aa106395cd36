import type { Table } from '../../src/core/words/table';
import { unitOf } from '../../src/core/metrics/metricValue';
import { joulesPer } from '../../src/core/words/unitOfWork';
import type { Judgement } from '../../src/core/analysis/verdict/judge';
import { configurationLabels, sentenceCase } from '../../src/core/configuration/label';
import { describePlusMinus } from '../../src/core/statistics/wording';
import { t } from '../strings/strings';

/** Where the energy and the time of windows of the whole work go; null where they hold inference alone. */
export function phaseTable({ configurations }: Judgement, measured: boolean): Table | null {
  const labels = configurationLabels(configurations);
  const unit = unitOf(configurations);
  const rows = configurations.flatMap((c) =>
    (c.phases ?? []).map(({ phase, joulesPerUnit, msPerUnit }) => [
      sentenceCase(labels.get(c.id) ?? c.id),
      phase === 'nms' ? 'NMS' : t(phase),
      describePlusMinus(joulesPerUnit),
      (100 * joulesPerUnit.mean) / c.joulesPerUnit!.mean,
      describePlusMinus(msPerUnit),
      c.n,
    ]),
  );
  const joules = measured ? joulesPer(unit) : t('{0} (estimated)', joulesPer(unit));
  return rows.length === 0
    ? null
    : { columns: [t('configuration'), t('phase'), joules, t('% of it'), `ms/${unit}`, 'n'], rows };
}
