import { answerSentence } from '../../../src/core/pipeline/answerWords';
import type { PipelineView } from '../../../src/core/pipeline/view';
import { wholeSentence } from '../../../src/core/words/sentence';
import { type Child, h, markBusy, redraw } from '../../page/dom';
import { postToPipeline } from '../../page/pipelineLink';
import type { PipelinePage } from '../../page/pipelinePage';
import { differingTerms } from '../../page/pipelineTerms';
import { button, progressRing } from '../../page/toolkit';
import { t } from '../../strings/strings';

/** The answer as one sentence, what it is by, and what a reader has to know of it. */
export function createAnswerCard() {
  const element = h('section', { class: 'card verdict', 'aria-labelledby': 'sentence' });
  return {
    element,
    show(page: PipelinePage): void {
      const { view, busy, problem } = page;
      markBusy(element, busy);
      element.hidden = view === null && problem !== null;
      redraw(
        element,
        view ? [view.answers[0], view.asked, view.notes, view.alternatives.length, view.stages] : null,
        () => (view ? answerParts(view) : waitingParts()),
      );
    },
  };
}

function waitingParts(): Child[] {
  return [
    h('h2', { id: 'sentence' }, t('Waiting for the solver')),
    h('p', {}, t('The file is read, and solved as it stands. Nothing has arrived yet.')),
    progressRing(t('Waiting')),
  ];
}

function answerParts(view: PipelineView): Child[] {
  const { alternatives, notes } = view;
  const differs = differingTerms(view.asked, view.ofFile);
  const [first] = view.answers;
  return [
    h('h2', { id: 'sentence' }, viewSentence(view)),
    differs.length > 0
      ? h('p', { class: 'differs', id: 'differs' }, t('By your sliders, not by the file: {0}.', differs.join(', ')))
      : null,
    alternatives.length > 0
      ? h(
          'p',
          { id: 'alternatives-count' },
          alternatives.length === 1
            ? t('One other choice is as good.')
            : t('{0} other choices are as good.', alternatives.length),
        )
      : null,
    notes.length > 0 ? h('ul', {}, ...notes.map((note) => h('li', {}, wholeSentence(note)))) : null,
    h(
      'div',
      { class: 'actions' },
      first?.answer.status === 'optimal'
        ? button(t('Copy'), {
            ...{ key: 'copy', label: t('Copy the answer') },
            onClick: () => postToPipeline({ type: 'copy', text: copied(view, differs) }),
          })
        : null,
      button(t('Open the file'), { key: 'open-file', onClick: () => postToPipeline({ type: 'openFile' }) }),
    ),
  ];
}

/** What the view says in one sentence, which is read out as well. */
export function viewSentence(view: PipelineView): string {
  const { answers, stages } = view;
  const [first] = answers;
  // It begins with a name, which has no capital.
  if (first) return `${answerSentence({ ...view, answer: first.answer })}.`;
  const wrong = stages.filter(({ missing }) => missing?.kind === 'wrong').map(({ name }) => name);
  if (wrong.length > 0) return t('No answer yet: something is wrong at {0}.', wrong.join(', '));
  const missing = stages.filter((stage) => stage.missing !== null).map(({ name }) => name);
  if (missing.length === 0) return t('There is no answer.');
  return missing.length === 1
    ? t('No answer yet: {0} has no profile.', missing[0]!)
    : t('No answer yet: {0} have no profile.', missing.join(', '));
}

/** With the stages by name, which the sentence of many leaves out. */
function copied(view: PipelineView, differs: readonly string[]): string {
  const stages = view.answers[0]!.answer.stages.map(
    ({ name, variant, batch, replicas }) => `- ${name}: ${variant}, batch ${batch}, replicas ${replicas}`,
  );
  return [
    `${view.name}: ${viewSentence(view)}`,
    '',
    ...stages,
    ...(differs.length > 0 ? ['', t('By the sliders, not by the file: {0}.', differs.join(', '))] : []),
    ...(view.notes.length > 0 ? ['', ...view.notes.map(wholeSentence)] : []),
  ].join('\n');
}
