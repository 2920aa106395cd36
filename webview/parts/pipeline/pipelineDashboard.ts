import { otherChoices } from '../../../src/core/pipeline/answerWords';
import type { FrontAxis } from '../../../src/core/pipeline/view';
import type { Theme } from '../../look/theme';
import { h, markBusy, redraw, setText } from '../../page/dom';
import { exportName } from '../../page/exportName';
import { postToPipeline } from '../../page/pipelineLink';
import type { PipelinePage } from '../../page/pipelinePage';
import type { TermKey } from '../../page/pipelineTerms';
import { tableElement } from '../../page/table';
import { t } from '../../strings/strings';
import { createAnswerCard, viewSentence } from './answerCard';
import { answersTable } from './answersTable';
import { createFrontCard } from './frontCard';
import { createPipelineFaces } from './pipelineFaces';
import { createPipelineHeader } from './pipelineHeader';
import { createStageStrip } from './stageStrip';
import { stepsTable } from './stepsTable';
import { createTermSliders } from './termSliders';

type DashboardEvents = {
  move(key: TermKey, value: number): void;
  reset(): void;
  chooseAxes(axes: readonly [FrontAxis, FrontAxis]): void;
  /** Shown as a table, or as a chart again: that is kept. */
  tablesChanged(): void;
  dismiss(): void;
};

/** All parts of the page of a pipeline in reading order, and what draws them. */
export function createPipelineDashboard(page: PipelinePage, events: DashboardEvents) {
  const live = h('div', { class: 'hidden', role: 'status', 'aria-live': 'polite', id: 'announce' });
  const announce = (text: string) => setText(live, text);
  const header = createPipelineHeader();
  const answer = createAnswerCard();
  const faces = createPipelineFaces(events.move, events.dismiss);
  const strip = createStageStrip();
  const sliders = createTermSliders(events.move, events.reset);
  const { choices } = page;
  const front = createFrontCard(
    {
      fileName: () => exportName(page.view?.name ?? 'pipeline'),
      caption: ({ summary }) => [summary, ...(page.view ? [`${page.view.name}: ${viewSentence(page.view)}`] : [])],
      asTable: choices.tables.includes('front') || document.body.classList.contains('vscode-using-screen-reader'),
      onToggle(asTable) {
        choices.tables = asTable ? ['front'] : [];
        events.tablesChanged();
      },
      announce,
      send: ({ format, name, content }) => postToPipeline({ type: 'saveChart', format, name, content }),
    },
    events.chooseAxes,
  );
  const ways = h('section', { class: 'card', id: 'ways', 'aria-labelledby': 'ways-title' });
  const steps = h('section', { class: 'card', id: 'steps', 'aria-labelledby': 'steps-title' });
  const more = h('div', { class: 'details' });
  const element = h(
    'div',
    { class: 'dashboard' },
    header.element,
    h(
      'main',
      {},
      ...[answer.element, faces.element, strip.element, sliders.element, ways],
      ...[front.element, steps, more],
    ),
    live,
  );

  function showTables(): void {
    const { view } = page;
    const answers = view ? answersTable(view) : { columns: [], rows: [] };
    ways.hidden = answers.rows.length === 0;
    redraw(ways, answers, () => [
      h('h2', { id: 'ways-title' }, t('Other ways to choose')),
      tableElement(t('Other ways to choose'), answers),
      h('p', { class: 'faint' }, t('Δ: against the answer as asked; + is more. All have the same limits.')),
    ]);
    const next = view ? stepsTable(view) : { columns: [], rows: [] };
    steps.hidden = next.rows.length === 0;
    redraw(steps, next, () => [
      h('h2', { id: 'steps-title' }, t('The next step of each stage')),
      tableElement(t('The next step of each stage'), next),
      h(
        'p',
        { class: 'faint' },
        t('Δ: what one change would do, all else as chosen; of the objective more is better.'),
      ),
    ]);
    const chosen = view?.answers[0]?.answer.stages ?? [];
    redraw(more, [view?.alternatives, view?.stages.map(({ name, sources }) => [name, sources]), chosen], () => [
      view && view.alternatives.length > 0
        ? h(
            'details',
            { class: 'card', 'data-key': 'alternatives' },
            h('summary', {}, h('h2', {}, t('Choices that are as good'))),
            h('ul', {}, ...view.alternatives.map((stages) => h('li', {}, otherChoices(stages, chosen)))),
          )
        : null,
      view && view.stages.some(({ sources }) => sources.length > 0)
        ? h(
            'details',
            { class: 'card', 'data-key': 'sources' },
            h('summary', {}, h('h2', {}, t('Where the profiles come from'))),
            h(
              'dl',
              {},
              ...view.stages.flatMap(({ name, sources }) => [
                h('dt', {}, name),
                h('dd', {}, ...sources.map((source) => h('p', {}, source))),
              ]),
            ),
          )
        : null,
    ]);
  }

  return {
    element,
    announce,
    show(): void {
      header.show(page);
      answer.show(page);
      faces.show(page);
      strip.show(page.view);
      sliders.show(page);
      front.showChoice(page);
      showTables();
      for (const part of [strip.element, ways, front.element, steps]) markBusy(part, page.busy);
    },
    showChart: (theme: Theme) => front.show(page, theme),
  };
}
