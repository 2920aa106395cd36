import { bySplit, splitText } from '../../../src/core/configuration/split';
import { seriesPhrases } from '../../../src/core/configuration/label';
import type { ConfigurationSummary } from '../../../src/core/metrics/summarySchema';
import type { Theme } from '../../look/theme';
import type { ChartData } from './families';
import { type Look, orderedLook, type PlanDataset, seriesLook } from './plan';

/** More series than these cannot be told apart by one colour each. */
const fewFamilies = 6;

type Cloud = {
  series: { name: string; look: Look; members: ConfigurationSummary[] }[];
  /** Keys of the legend that no series has by itself: of the shapes. */
  keys: PlanDataset[];
};

/**
 * Series of a chart whose points stand for themselves. Of many, the colour is the split of the cores and the shape the rest
 * (model, spinning).
 */
export function cloudOf(data: ChartData, theme: Theme): Cloud {
  const { families, measured, splits } = data;
  if (families.length <= fewFamilies || splits.length < 2) {
    return {
      series: families.map(({ name, members }, i) => ({ name, members, look: seriesLook(theme, i) })),
      keys: [],
    };
  }
  const restOf = (c: ConfigurationSummary) =>
    seriesPhrases(c, measured, ['batchSize', 'instances', 'threads']).join(', ');
  const rests = [...new Set(families.map(({ members }) => restOf(members[0]!)))];
  const shapeOf = (rest: string) => seriesLook(theme, rests.indexOf(rest)).pointStyle;
  return {
    series: families.map(({ members }) => {
      const [first] = members as [ConfigurationSummary];
      const colour = orderedLook(
        theme,
        splits.findIndex((s) => bySplit(s, first) === 0),
        splits.length,
      );
      return { name: splitText(first), members, look: { ...colour, pointStyle: shapeOf(restOf(first)) } };
    }),
    keys:
      rests.length < 2
        ? []
        : rests.map((rest) => ({
            label: rest,
            data: [],
            borderColor: theme.foreground,
            backgroundColor: theme.foreground,
            borderWidth: 1.5,
            pointStyle: shapeOf(rest),
          })),
  };
}
