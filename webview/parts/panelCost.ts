import type { PanelRun } from '../../src/core/panel/protocol/messages';
import { describeMilliseconds } from '../../src/core/statistics/wording';
import { describeNumber } from '../../src/core/words/units';
import { t } from '../strings/strings';

/** What following the run takes of the machine that measures it: at the foot, and part of *How measured?*; null: nothing is known. */
export function panelCostTexts({ panelCost, report }: PanelRun): { short: string; whole: string } | null {
  if (panelCost === null) return null;
  const { cpuSeconds, cpuPercent, hostCpuPercent, seconds, isPageHere } = panelCost;
  const percent = describeNumber(cpuPercent, 2);
  const own = report.run.ownCost;
  // At what a second of CPU time takes above rest in the windows so far.
  const joules = own && own.joules !== null && own.cpuSeconds > 0 ? (own.joules / own.cpuSeconds) * cpuSeconds : null;
  const taken = t(
    '{0} % of the machine’s CPU time ({1} in {2})',
    percent,
    describeMilliseconds(1000 * cpuSeconds),
    describeMilliseconds(1000 * seconds),
  );
  return {
    short: t('this panel {0} % of the CPU time', percent),
    whole: [
      joules === null ? taken : t('{0}, about {1} J', taken, describeNumber(joules, 2)),
      t('with all else that its extension host did {0} %', describeNumber(hostCpuPercent, 2)),
      ...(isPageHere ? [t('without the drawing of this page, which is on the same machine')] : []),
      t('a part of the other load; told while the run goes on, and in no log'),
    ].join('; '),
  };
}
