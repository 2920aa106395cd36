import type { Figure, FigureLayer, FigurePoint } from '../../../src/core/figure/figureSchema';
import { figurePoint } from '../../../src/core/figure/figurePoint';
import type { ChosenStage } from '../../../src/core/pipeline/answer';
import { shortChoice, shortChoices } from '../../../src/core/pipeline/answerWords';
import type { AnswerName, FrontAxis, PipelineView } from '../../../src/core/pipeline/view';
import { describeGiven } from '../../../src/core/statistics/wording';
import { plainLine } from '../../../src/core/words/plain';
import type { Table } from '../../../src/core/words/table';
import { describeNumber } from '../../../src/core/words/units';
import type { Theme } from '../../look/theme';
import { t } from '../../strings/strings';
import { figurePlan } from './figure';
import type { ChartPlan } from './plan';

/** The front over two objectives as a chart, with the answer to what was asked ringed in it. */

type Objectives = Record<FrontAxis, number>;

/** Title of an axis, and the value as it stands on it. */
export const axisTitle = (axis: FrontAxis): string =>
  ({
    accuracy: t('Accuracy'),
    cores: t('Cores'),
    latencySeconds: t('Latency (ms)'),
    joulesPerRequest: t('Energy (J/request)'),
  })[axis];
const shown = (values: Objectives, axis: FrontAxis) => (axis === 'latencySeconds' ? 1000 : 1) * values[axis];

/** What the answers that are compared are called, in the chart and in their table. */
export const answerTitle = (name: AnswerName): string =>
  ({
    asked: t('As asked'),
    'accuracy-first': t('Accuracy first'),
    balanced: t('Balanced'),
    'energy-first': t('Energy first'),
    'cost-first': t('Cost first'),
    'fixed-variant': t('Fixed variants (FA2-like)'),
    'fixed-replicas': t('Fixed replicas (RIM-like)'),
  })[name];

/** Beside a point a line may have so many characters; the table has the names whole. */
const longestLine = 48;

export function pipelineFrontPlan(view: PipelineView, theme: Theme): ChartPlan {
  const figure = frontFigure(view);
  const layers = figure.layers.filter(({ points }) => points.length > 0);
  const plan = figurePlan(figure, layers, theme);
  return {
    ...plan,
    datasets: plan.datasets.map((dataset, i) => ({ ...dataset, ...lookOf(layers[i]!.id, theme) })),
    summary: figure.sentence,
    table: () => frontTable(view),
  };
}

/** Hollow, around the points of the front that they mostly are; what was asked as a ring. */
function lookOf(layer: string, theme: Theme): Partial<ChartPlan['datasets'][number]> {
  const hollow = { backgroundColor: 'transparent', pointBackgroundColor: 'transparent' };
  if (layer === 'compared') return { ...hollow, pointRadius: 8, pointHoverRadius: 9, order: -1 };
  if (layer !== 'asked') return {};
  const ring = { borderColor: theme.chosen, pointBorderColor: theme.chosen, pointRadius: 12, pointHoverRadius: 13 };
  return { ...hollow, ...ring, pointStyle: 'circle', shape: 'circle', order: -2 };
}

/** Points of the front, of the answers that are compared, and of what was asked, as layers of one figure. */
function frontFigure(view: PipelineView): Figure {
  const { front, answers, asked } = view;
  const [x, y] = asked.axes;
  const solved = answers.flatMap(({ name, answer }) => {
    const values = objectivesOf(answer);
    return values ? [{ name, values, stages: answer.stages }] : [];
  });
  const pointOf = (values: Objectives, words: string[], label: string | null = null): FigurePoint =>
    figurePoint({ x: shown(values, x), y: shown(values, y), words: [...words, ...valueLines(values)], label });
  const ordered = [...front].sort((a, b) => a[x] - b[x] || a[y] - b[y]);
  const layer = (id: string, title: string, points: FigurePoint[], isJoined: boolean): FigureLayer => ({
    ...{ id, title, points, isJoined, isShown: true },
    missing: points.length > 0 ? null : t('There is none.'),
  });
  const title = (name: AnswerName, stages: ChosenStage[]) => [answerTitle(name), ...choiceLines(stages)];
  return {
    ...{ id: 'pipeline-front', title: t('Front'), share: null, size: null, notes: [], source: view.name },
    x: { title: axisTitle(x), scale: 'linear', fromZero: false },
    y: { title: axisTitle(y), scale: 'linear', fromZero: false },
    layers: [
      layer(
        'front',
        t('Front'),
        ordered.map((point, i) =>
          pointOf(point, [t('Point {0} of {1} of the front', i + 1, ordered.length), ...choiceLines(point.stages)]),
        ),
        true,
      ),
      layer(
        'compared',
        t('Other ways'),
        solved
          .filter(({ name }) => name !== 'asked')
          .map(({ name, values, stages }) => pointOf(values, title(name, stages), answerTitle(name))),
        false,
      ),
      layer(
        'asked',
        answerTitle('asked'),
        solved
          .filter(({ name }) => name === 'asked')
          .map(({ name, values, stages }) => pointOf(values, title(name, stages), answerTitle(name))),
        false,
      ),
    ],
    sentence: frontSentence(view),
  };
}

function objectivesOf({
  accuracy,
  cores,
  latencySeconds,
  joulesPerRequest,
}: PipelineView['answers'][number]['answer']) {
  if (accuracy === null || cores === null || latencySeconds === null || joulesPerRequest === null) return null;
  return { accuracy, cores, latencySeconds, joulesPerRequest };
}

const choiceLines = (stages: readonly ChosenStage[]) =>
  stages.map((stage) => plainLine(shortChoice(stage), longestLine));

const valueLines = ({ accuracy, cores, latencySeconds, joulesPerRequest }: Objectives) => [
  t('accuracy {0}', describeNumber(accuracy)),
  cores === 1 ? t('1 core') : t('{0} cores', describeGiven(cores)),
  `${describeNumber(1000 * latencySeconds)} ms`,
  `${describeNumber(joulesPerRequest)} J/request`,
];

function frontSentence({ front, asked, answers }: PipelineView): string {
  const [x, y] = asked.axes.map((axis) => axisTitle(axis));
  if (front.length === 0) return t('There is no choice that keeps the limits, so there is no front.');
  const points = front.length === 1 ? t('One choice') : t('{0} choices', front.length);
  const values = answers[0] && objectivesOf(answers[0].answer);
  return [
    t('{0} that no other one beats in both: {1} and {2}.', points, x!, y!),
    ...(values
      ? [
          t(
            'As asked: {0} and {1}.',
            ...asked.axes.map((axis) => `${axisTitle(axis)} ${describeNumber(shown(values, axis))}`),
          ),
        ]
      : []),
  ].join(' ');
}

function frontTable({ front, asked }: PipelineView): Table {
  const [x] = asked.axes;
  const axes: FrontAxis[] = ['accuracy', 'cores', 'latencySeconds', 'joulesPerRequest'];
  return {
    // The choice comes last: of many stages it is long.
    columns: [t('point'), ...axes.map((axis) => axisTitle(axis)), t('choice')],
    rows: [...front]
      .sort((a, b) => a[x] - b[x])
      .map((point, i) => [i + 1, ...axes.map((axis) => shown(point, axis)), shortChoices(point.stages)]),
  };
}
