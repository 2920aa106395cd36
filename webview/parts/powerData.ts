import { configurationLabels } from '../../src/core/configuration/label';
import { sourceLabel } from '../../src/core/energy/sourceLabel';
import type { PanelRun } from '../../src/core/panel/protocol/messages';
import type { Timeline } from '../../src/core/panel/series/timeline';
import type { PowerData } from '../charts/plans/powerChart';
import { t } from '../strings/strings';
import { partText } from './partText';

/** What the chart of power over time is made of. */
export function powerDataOf(run: PanelRun | null, timeline: Timeline, spanSeconds: number | null): PowerData {
  const labels = configurationLabels(run?.results ?? []);
  const source = run?.report.source ?? null;
  return {
    timeline,
    bands: run?.bands ?? [],
    label: (id) => labels.get(id) ?? id,
    source: source ? sourceLabel(source) : t('no energy source yet'),
    partName: (id) => {
      const part = source?.parts.find((p) => p.id === id);
      return source && part ? partText(source, part) : id;
    },
    spanSeconds,
  };
}
