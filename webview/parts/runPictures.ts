import type { Figure } from '../../src/core/figure/figureSchema';
import type { Picture } from '../../src/core/panel/page/pictures';
import type { ToPanel } from '../../src/core/panel/protocol/messages';
import { unitOf } from '../../src/core/metrics/metricValue';
import { captionedPicture } from '../charts/draw/picture';
import { approximateTextWidth } from '../charts/draw/textWidth';
import { chartDataOf, chartList } from '../charts/plans/chartList';
import { figurePlan, shownLayers } from '../charts/plans/figure';
import type { ChartPlan } from '../charts/plans/plan';
import { fillPower, powerPlan } from '../charts/plans/powerChart';
import { paperTheme } from '../look/paperTheme';
import { chartCaption, figureCaption } from './pictureCaption';
import { powerDataOf } from './powerData';
import { t } from '../strings/strings';
import { type ShownRun, shownRun } from './shownRun';

/** Of a plot, pixels: as wide as the text of a page in print, or two columns of a paper. */
const [width, usualHeight] = [680, 330];

/** All charts and figures of a run, in reading order. */
export function runPictures(messages: readonly ToPanel[]): Picture[] {
  const shown = shownRun(messages);
  return [...charts(shown), ...power(shown), ...shown.besides.figures.flatMap(layersApart)];
}

const captionOf = ({ run, judgement }: ShownRun, plan: ChartPlan) =>
  chartCaption(
    plan,
    run,
    judgement.configurations.map(({ n }) => n),
  );

function charts(shown: ShownRun): Picture[] {
  const { run, judgement, accuracies } = shown;
  const data = chartDataOf(run.report, judgement, run.terms.sla, { accuracies, isNarrow: false });
  return chartList
    .filter(({ isShown }) => isShown(data))
    .map(({ name, title, plan }) => {
      const made = plan(data, paperTheme);
      return picture(name, made, title(unitOf(judgement.configurations)), captionOf(shown, made));
    });
}

/** None where there is no series: that of a run without a sampler, or whose file is lost. */
function power(shown: ShownRun): Picture[] {
  const { run, timeline } = shown;
  if (timeline.series.length === 0) return [];
  const data = powerDataOf(run, timeline, null);
  const plan = powerPlan(data, paperTheme);
  fillPower({ chartArea: { width: width - 60 }, options: plan.options } as Parameters<typeof fillPower>[0], plan, data);
  return [picture('power', plan, t('Power over time'), captionOf(shown, plan))];
}

/** A figure with the layers that it shows; and once more for layers with axes of their own, which stand in a picture apart. */
function layersApart(figure: Figure): Picture[] {
  const first = shownLayers(figure, null);
  const others = figure.layers.filter(({ points }) => points.length > 0).map(({ id }) => id);
  const apart: string[][] = [first.map(({ id }) => id)];
  for (const id of others) {
    if (apart.some((ids) => ids.includes(id))) continue;
    const same = others.filter((other) => shownLayers(figure, [id, other]).length === (other === id ? 1 : 2));
    apart.push(same);
  }
  return apart.map((ids, i) => {
    const plan = figurePlan(figure, shownLayers(figure, ids), paperTheme);
    const name = i === 0 ? figure.id : `${figure.id}-${ids.join('-')}`;
    return picture(name, plan, figure.title, figureCaption(plan, figure));
  });
}

function picture(name: string, plan: ChartPlan, title: string, caption: readonly string[]): Picture {
  const drawing = { theme: paperTheme, width, height: plan.height ?? usualHeight };
  const text = { measureText: approximateTextWidth, fitsText: true };
  return { name: `${name}.svg`, svg: captionedPicture(plan, { ...drawing, ...text, title, caption }) };
}
