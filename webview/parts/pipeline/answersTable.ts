import { otherChoices } from '../../../src/core/pipeline/answerWords';
import type { PipelineView } from '../../../src/core/pipeline/view';
import { describeGiven } from '../../../src/core/statistics/wording';
import { describeNumber } from '../../../src/core/words/units';
import type { Cell, Table } from '../../../src/core/words/table';
import { answerTitle } from '../../charts/plans/pipelineFront';
import { t } from '../../strings/strings';

/** `+0.0210`, `−2`, `0`: more is +, as everywhere on the page. */
export function signed(difference: number): string {
  const size = Math.abs(difference);
  // What rounding leaves of equal sums.
  if (size < 1e-9) return '0';
  return `${difference > 0 ? '+' : '−'}${Number.isInteger(size) ? describeGiven(size) : describeNumber(size)}`;
}

/** Each answer with its differences to the one that was asked for; empty where none has a solution. */
export function answersTable({ answers }: PipelineView): Table {
  const asked = answers[0]?.answer;
  if (!asked || answers.every(({ answer }) => answer.status === 'infeasible')) return { columns: [], rows: [] };
  const figures = [
    { title: t('accuracy'), key: 'accuracy', scale: 1 },
    { title: t('cores'), key: 'cores', scale: 1 },
    { title: t('ms'), key: 'latencySeconds', scale: 1000 },
    { title: t('J/request'), key: 'joulesPerRequest', scale: 1 },
  ] as const;
  const rows = answers.map(({ name, answer }): Cell[] => {
    const cells = figures.flatMap(({ key, scale }): Cell[] => {
      const [value, of] = [answer[key], asked[key]];
      return [
        value === null ? null : scale * value,
        value === null || of === null || name === 'asked' ? null : signed(scale * (value - of)),
      ];
    });
    return [answerTitle(name), ...cells, answer.watts, instead(name, answer, asked)];
  });
  return {
    columns: [t('way'), ...figures.flatMap(({ title }) => [title, t('Δ {0}', title)]), t('W'), t('chosen instead')],
    rows,
  };
}

type Answer = PipelineView['answers'][number]['answer'];

function instead(name: string, answer: Answer, asked: Answer): string {
  if (answer.status === 'infeasible') return t('no solution');
  if (name === 'asked') return '–';
  return otherChoices(answer.stages, asked.stages) || t('the same');
}
