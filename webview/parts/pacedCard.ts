import { pacedTable, pacedTitle } from '../../src/core/report/pacedTable';
import { h, redraw } from '../page/dom';
import type { Page } from '../page/page';
import { tableElement } from '../page/table';
import { t } from '../strings/strings';

/** What replayed requests measured, what is modelled beside it; hidden where none were replayed under the terms in force. */
export function createPacedCard() {
  const element = h('section', { class: 'card', id: 'paced', 'aria-labelledby': 'paced-title' });
  return {
    element,
    show({ analysis }: Page): void {
      const paced = analysis?.verdict.paced ?? null;
      element.hidden = paced === null;
      if (!analysis || paced === null) return;
      const title = pacedTitle(analysis, t);
      redraw(element, [paced, title, analysis.configurations.length], () => [
        h('h2', { id: 'paced-title' }, title),
        h('p', {}, paced.sentence),
        tableElement(title, pacedTable(analysis, t)),
      ]);
    },
  };
}
