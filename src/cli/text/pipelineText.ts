import type { ChosenStage, PipelineAnswer } from '../../core/pipeline/answer';
import { publishedQueueing, shortChoice } from '../../core/pipeline/answerWords';
import { choiceOf } from '../../core/pipeline/choice';
import { limitLongerSeconds, stageShares } from '../../core/pipeline/evaluate';
import { infeasibleSentences } from '../../core/pipeline/infeasibleWords';
import type { PipelineProblem } from '../../core/pipeline/problem';
import { type ComparedPipeline, frontNotes, type SolvedFront } from '../../core/pipeline/solvedPipeline';
import { counted, describeGiven } from '../../core/statistics/wording';
import type { Cell, Table } from '../../core/words/table';
import { describeNumber } from '../../core/words/units';
import { wrapped } from '../../core/words/wrapped';
import { tableText } from './analysisText';
import { oneLine } from './output';
import type { Style } from './style';

export type SolvedText = Omit<ComparedPipeline, 'answer'> & {
  name: string;
  problem: PipelineProblem;
  answer: PipelineAnswer;
  front: SolvedFront | null;
};

/** A solved pipeline for people: what is chosen, what it comes to, and what other weights and other choices would come to. */
export function pipelineText(solved: SolvedText, style: Style, width = Number.POSITIVE_INFINITY): string {
  const { name, problem, answer, ways, alternatives, front } = solved;
  const prose = (text: string, indent = '') => wrapped(oneLine(text), indent, width);
  const section = (head: string, lines: string[]) => (lines.length > 0 ? ['', style.bold(head), ...lines] : []);
  const table = (of: Table) => (of.rows.length > 0 ? [tableText(of, width)] : []);
  const head = `${name}: ${counted(problem.stages.length, 'stage')} at ${describeGiven(problem.load)} requests/s, within ${milliseconds(problem.slaSeconds)}`;
  if (answer.status === 'infeasible') {
    const [why, ...more] = infeasibleSentences(answer, problem);
    const lines = [
      ...prose(head).map(style.bold),
      ...prose(why!).map(style.yellow),
      ...more.flatMap((sentence) => prose(sentence)),
      ...notesOf(solved).flatMap((note) => prose(note)),
    ];
    return `${lines.join('\n')}\n`;
  }
  const lines = [
    ...prose(head).map(style.bold),
    '',
    ...table(stageTable(problem, answer)),
    '',
    ...totals(problem, answer).flatMap(([what, text]) => prose(`${what.padEnd(9)} ${text}`)),
    ...section('By other weights', table(wayTable(answer, ways))),
    ...section('The same as differences to these weights', table(differenceTable(answer, ways))),
    ...section('The next batch or variant of one stage, as differences', table(stepTable(solved, true))),
    ...section('Such steps that would break a limit', table(stepTable(solved, false))),
    ...section(
      'As good as this',
      alternatives.flatMap((stages) => prose(choiceNames(problem, stages), '  ')),
    ),
    ...(front === null
      ? []
      : section(
          `Front of ${front.axes.map((axis) => axisNames[axis]).join(' and ')}`,
          table(frontTable(front, problem)),
        )),
    ...section(
      'Notes',
      notesOf(solved).flatMap((note) => prose(note)),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

const notesOf = ({ notes, front }: SolvedText) => [...notes, ...(front === null ? [] : frontNotes(front))];

const milliseconds = (seconds: number) => `${describeGiven(seconds * 1000)} ms`;

function stageTable(problem: PipelineProblem, answer: PipelineAnswer): Table {
  const shares = stageShares(problem, choiceOf(problem, answer.stages)!);
  const rows = answer.stages.map(({ name, variant, batch, replicas }, s): Cell[] => {
    const { cores, latencySeconds, joulesPerRequest } = shares[s]!;
    return [name, variant, ...[batch, replicas, cores].map(describeGiven), latencySeconds * 1000, joulesPerRequest];
  });
  return { columns: ['stage', 'variant', 'batch', 'replicas', 'cores', 'ms', 'J/request'], rows };
}

const joins = {
  sum: 'sum of the stages',
  average: 'average of the stages',
  multiply: 'product of the stages',
} as const;

function totals(problem: PipelineProblem, answer: PipelineAnswer): [string, string][] {
  const { accuracyMethod, normalizeAccuracy, slaSeconds, stages } = problem;
  const { objective, accuracy, cores, latencySeconds, joulesPerRequest, idleJoulesPerRequest, watts } = answer;
  const join = stages.length > 1 ? [joins[accuracyMethod]] : [];
  const how = [...join, ...(normalizeAccuracy ? ['by rank'] : [])].join(', ');
  const longerSeconds = limitLongerSeconds(problem);
  const published = longerSeconds === null ? '' : `; ${publishedQueueing(longerSeconds)}`;
  return [
    ['accuracy', `${describeNumber(accuracy!)}${how === '' ? '' : ` (${how})`}`],
    ['cores', describeGiven(cores!)],
    ['latency', `${describeNumber(latencySeconds! * 1000)} ms of at most ${milliseconds(slaSeconds)}${published}`],
    ['energy', `${describeNumber(joulesPerRequest!)} J/request, ${describeNumber(idleJoulesPerRequest!)} of it idle`],
    ['power', `${describeNumber(watts!)} W`],
    ['objective', describeGiven(objective!).replace('-', '−')],
  ];
}

const figures = [
  { title: 'accuracy', key: 'accuracy', scale: 1, text: describeNumber },
  { title: 'cores', key: 'cores', scale: 1, text: describeGiven },
  { title: 'ms', key: 'latencySeconds', scale: 1000, text: describeNumber },
  { title: 'J/request', key: 'joulesPerRequest', scale: 1, text: describeNumber },
] as const;

const axisNames = {
  accuracy: 'accuracy',
  cores: 'cores',
  latencySeconds: 'latency',
  joulesPerRequest: 'energy',
} as const;

const titles = figures.map(({ title }) => title);

type Figures = Record<(typeof figures)[number]['key'], number | null>;

const valuesOf = (of: Figures): Cell[] =>
  figures.map(({ key, scale, text }) => (of[key] === null ? null : text(scale * of[key])));

/** More is +. */
function signed(of: Figures): Cell[] {
  return figures.map(({ key, scale, text }) => {
    const value = of[key];
    if (value === null) return null;
    // Without what rounding leaves of sums: 99.9999… of 100, and some 1e-16 of what is equal.
    const size = Number(Math.abs(scale * value).toPrecision(12));
    return size < 1e-9 ? '0' : `${value > 0 ? '+' : '−'}${text(size)}`;
  });
}

function wayTable(answer: PipelineAnswer, ways: SolvedText['ways']): Table {
  const rows = [{ name: 'these weights', answer }, ...ways].map((way): Cell[] => [way.name, ...valuesOf(way.answer)]);
  return { columns: ['weights', ...titles], rows: ways.length > 0 ? rows : [] };
}

function differenceTable(answer: PipelineAnswer, ways: SolvedText['ways']): Table {
  const minus = (a: number | null, b: number | null) => (a === null || b === null ? null : a - b);
  const rows = ways.map((way): Cell[] => {
    const difference = Object.fromEntries(figures.map(({ key }) => [key, minus(way.answer[key], answer[key])]));
    return [way.name, ...signed(difference as Figures)];
  });
  return { columns: ['weights', ...titles], rows };
}

function stepTable({ steps, problem }: SolvedText, feasible: boolean): Table {
  const chosen = steps.filter(({ isFeasible }) => isFeasible === feasible);
  const rows = chosen.map((step): Cell[] => {
    const { from, to, stage } = step;
    const next = choiceName(problem, { name: stage, ...to });
    const isOwn = from.variant === to.variant;
    return [stage, isOwn ? `b${from.batch} → ${next.slice(to.variant.length + 1)}` : next, ...signed(step)];
  });
  return { columns: ['stage', 'next', ...titles], rows };
}

/** `yolov5s b4 ×2`; with the cores of a replica where the stage has that variant and batch at several. */
function choiceName({ stages }: PipelineProblem, chosen: ChosenStage): string {
  const { name, variant, batch, cores } = chosen;
  const options = stages.find((stage) => stage.name === name)?.options ?? [];
  const isOne = options.filter((option) => option.variant === variant && option.batch === batch).length === 1;
  return isOne ? shortChoice(chosen) : `${shortChoice(chosen)} of ${counted(cores, 'core')}`;
}

const choiceNames = (problem: PipelineProblem, stages: readonly ChosenStage[]) =>
  stages.map((stage) => choiceName(problem, stage)).join(' → ');

function frontTable({ points }: SolvedFront, problem: PipelineProblem): Table {
  const rows = points.map((point): Cell[] => [...valuesOf(point), choiceNames(problem, point.stages)]);
  return { columns: [...titles, 'choice'], rows };
}
