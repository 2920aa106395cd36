import { paperBibtex, toolBibtex, versionOf } from '../../src/core/report/citation';
import { methodsOf } from '../../src/core/report/methods';
import type { RunFacts } from '../../src/core/report/report';
import type { JudgedRun } from '../../src/core/analysis/verdict/judgeRun';
import { h, redraw } from '../page/dom';
import { command } from '../page/link';
import type { Page } from '../page/page';
import { button } from '../page/toolkit';
import { t } from '../strings/strings';

/** What a page that is handed on says besides: how all of it was measured, and how to cite it. */
export function createPublication() {
  const element = h('div', { class: 'details' });
  return {
    element,
    show({ run, analysis }: Page): void {
      element.hidden = run === null || analysis === null;
      if (!run || !analysis) return;
      redraw(element, [run.report, analysis.verdict], () => [
        h(
          'section',
          { class: 'card', 'aria-labelledby': 'methods-title' },
          h('h2', { id: 'methods-title' }, t('How this was measured')),
          methodsList(run.report, analysis),
        ),
        h(
          'section',
          { class: 'card', 'aria-labelledby': 'cite-title' },
          h('h2', { id: 'cite-title' }, t('How to cite')),
          ...citation(t('The program'), 'tool', toolBibtex(versionOf(run.report.run.program))),
          ...citation(t('The study whose experiments it can repeat'), 'paper', paperBibtex),
        ),
      ]);
    },
  };
}

export function methodsList(report: RunFacts, analysis: JudgedRun): HTMLElement {
  const facts = methodsOf(report, analysis);
  return h('dl', {}, ...facts.flatMap(([name, text]) => [h('dt', {}, t(name)), h('dd', {}, text)]));
}

function citation(title: string, key: string, text: string): HTMLElement[] {
  return [
    h(
      'div',
      { class: 'card-head' },
      h('h3', {}, title),
      h(
        'div',
        { class: 'actions' },
        button(t('Copy'), {
          ...{ key: `copy-${key}`, label: t('Copy BibTeX: {0}', title) },
          onClick: () => command({ command: 'copy', text }),
        }),
      ),
    ),
    h('pre', { tabindex: '0', 'aria-label': title }, text),
  ];
}
