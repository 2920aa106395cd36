import { footprintOf } from '../../src/core/footprint/footprint';
import { type FootprintText, footprintText, footprintTitle } from '../../src/core/footprint/footprintText';
import { h, redraw } from '../page/dom';
import { failedEmpty, footprintTerms, type Page, termsOfAnalysis } from '../page/page';
import { tableElement } from '../page/table';
import { t } from '../strings/strings';

/** Carbon and cost, by the grid and the price that were set; nowhere to be seen where none was. */
export function createFootprintCard() {
  const element = h('section', { class: 'card', id: 'footprint', 'aria-labelledby': 'footprint-title' });
  return {
    element,
    show(page: Page): void {
      const shown = shownOf(page);
      element.hidden = shown === null;
      if (shown === null) return;
      redraw(element, shown, () => [
        h('h2', { id: 'footprint-title' }, t(footprintTitle)),
        ...('problem' in shown
          ? [h('p', {}, t('Carbon and cost cannot be told: {0}', shown.problem))]
          : content(shown)),
      ]);
    },
  };
}

function shownOf(page: Page): FootprintText | { problem: string } | null {
  const { footprint, analysis, run } = page;
  if (footprint === null || analysis === null || run === null || failedEmpty(page)) return null;
  const terms = footprintTerms(page);
  if (terms === null) return 'problem' in footprint ? footprint : null;
  const made = footprintOf(analysis, terms, { arrivalRate: termsOfAnalysis(page)?.sla?.arrivalRate ?? null });
  return footprintText(made, { ...analysis, source: run.report.source });
}

const content = ({ sentence, tables, notes }: FootprintText): HTMLElement[] => [
  h('p', {}, sentence),
  ...tables.map(({ caption, table }) => tableElement(t(caption), table)),
  h('ul', { class: 'faint' }, ...notes.map((note) => h('li', {}, note))),
];
