import { describeMilliseconds } from '../../../src/core/statistics/wording';
import { h, setText } from '../../page/dom';
import type { PipelinePage } from '../../page/pipelinePage';
import { drawnText, t } from '../../strings/strings';

/** Always in view: which pipeline, and whether its answer is there. */
export function createPipelineHeader() {
  const title = h('h1');
  const status = h('span', { class: 'status', id: 'status' });
  const element = h('header', {}, h('div', { class: 'row' }, h('div', { class: 'names' }, title), status));
  return {
    element,
    show(page: PipelinePage): void {
      // The header stays in sight: a name must not cover the page.
      setText(title, drawnText(page.view?.name ?? '') || t('Pipeline'));
      const [state, text] = stateOf(page);
      setText(status, text);
      status.className = `status ${state}`;
    },
  };
}

function stateOf({ view, busy, problem }: PipelinePage): [state: string, text: string] {
  if (problem) return ['failed', problem.isDead ? t('Disconnected') : t('No answer')];
  if (busy) return ['running', t('Solving…')];
  if (!view) return ['waiting', t('Waiting')];
  if (view.answers.length === 0) return ['waiting', t('Not solved')];
  if (view.answers[0]!.answer.status === 'infeasible') return ['failed', t('No solution')];
  return ['complete', t('Solved in {0}', describeMilliseconds(1000 * view.solveSeconds))];
}
