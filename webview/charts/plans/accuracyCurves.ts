import type { Accuracy } from '../../../src/core/accuracy/accuracy';
import { shortModelNames } from '../../../src/core/configuration/modelNames';
import { describeNumber } from '../../../src/core/words/units';
import type { Theme } from '../../look/theme';
import { t } from '../../strings/strings';
import type { ChartData } from './families';
import { noMarks } from './marks';
import { chartOptions, type ChartPlan, type ChartPoint, seriesLook } from './plan';

type Curves = NonNullable<Accuracy['curves']>;
type Curve = { x: (curves: Curves) => number[]; y: (curves: Curves) => number[]; xName: string; yName: string };

/** YOLOv7's precision at each recall, at IoU .5, mean over classes: one line a model. */
export function precisionRecall(data: ChartData, theme: Theme): ChartPlan {
  const curve = {
    x: (c: Curves) => c.recall,
    y: (c: Curves) => c.precisionAtRecall,
    xName: t('recall at IoU .5'),
    yName: t('precision'),
  };
  const summary = t('Precision against recall at IoU .5, mean over classes.');
  return curvePlan(
    data,
    theme,
    curve,
    (name, { yolov7 }) => (yolov7 === null ? name : t('{0}: mAP@.5 {1}', name, describeNumber(yolov7.mAP50))),
    summary,
  );
}

/** F1 at each confidence threshold, mean over classes: the highest place is the one to deploy with. */
export function f1Confidence(data: ChartData, theme: Theme): ChartPlan {
  const curve = {
    x: (c: Curves) => c.confidence,
    y: (c: Curves) => c.F1,
    xName: t('confidence threshold'),
    yName: 'F1',
  };
  const summary = t('F1 against the confidence threshold at IoU .5, mean over classes.');
  return curvePlan(
    data,
    theme,
    curve,
    (name, { yolov7 }) =>
      yolov7 === null
        ? name
        : t('{0}: F1 {1} at {2}', name, describeNumber(yolov7.F1), describeNumber(yolov7.confidence)),
    summary,
  );
}

function curvePlan(
  { accuracies }: ChartData,
  theme: Theme,
  curve: Curve,
  titleOf: (name: string, accuracy: Accuracy) => string,
  summary: string,
): ChartPlan {
  const names = shortModelNames(accuracies.map((a) => a.model));
  const series = accuracies.flatMap(({ accuracy }, i) => {
    if (!accuracy?.curves) return [];
    const [xs, ys] = [curve.x(accuracy.curves), curve.y(accuracy.curves)];
    const words = (x: number, y: number) => [
      names[i]!,
      `${curve.yName} ${describeNumber(y)}, ${curve.xName} ${describeNumber(x)}`,
      t('{0} images, {1} annotations', accuracy.images, accuracy.annotations),
    ];
    const points = xs.map((x, k): ChartPoint => ({ x, y: ys[k]!, words: words(x, ys[k]!) }));
    return [{ name: names[i]!, title: titleOf(names[i]!, accuracy), points }];
  });
  const words: ChartPlan['words'] = (p) => p.words ?? [];
  return {
    datasets: series.map(({ title, points }, i) => ({
      label: title,
      data: points,
      ...seriesLook(theme, i),
      borderWidth: 2,
      pointRadius: 0,
      pointHoverRadius: 4,
    })),
    options: chartOptions(theme, { title: curve.xName, min: 0, max: 1 }, { title: curve.yName, min: 0, max: 1 }, words),
    marks: noMarks,
    words,
    summary: series.length === 0 ? summary : `${summary} ${series.map((s) => s.title).join('; ')}.`,
    table: () => ({
      columns: [t('model'), curve.xName, curve.yName],
      rows: series.flatMap(({ name, points }) => points.map((p) => [name, p.x, p.y])),
    }),
  };
}
