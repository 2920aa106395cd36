import type { Findings } from '../../src/core/analysis/findingsSchema';
import { h, redraw } from '../page/dom';
import type { Page } from '../page/page';
import { tableElement } from '../page/table';
import { t } from '../strings/strings';

/** What was found in this run together with others: a card for each analysis that the host sent, whichever it is. */
export function createFindingsCards() {
  const element = h('div', { id: 'findings', class: 'details' });
  return {
    element,
    show({ findings }: Page) {
      element.hidden = findings.length === 0;
      redraw(element, findings, () => findings.map((one, i) => findingsCard(one, `findings-${i}`)));
    },
  };
}

/** @param id of the card's heading, unique in the page */
export function findingsCard({ title, runs, sentence, table, notes }: Findings, id: string): HTMLElement {
  const name = t(title);
  return h(
    'section',
    { class: 'card', 'aria-labelledby': id },
    h('h2', { id }, name),
    h('p', {}, sentence),
    table.rows.length > 0 ? tableElement(name, table) : null,
    h(
      'ul',
      { class: 'faint' },
      ...runs.map((run, i) => h('li', {}, `${placeOf(run.side ?? i)}: ${run.name} · ${run.id} · ${run.status}`)),
      ...notes.map((note) => h('li', {}, note)),
    ),
  );
}

/** As the heads of the table call them. */
const placeOf = (i: number) => [t('first'), t('second')][i] ?? t('run {0}', i + 1);
