import { sourceLabel } from '../../src/core/energy/sourceLabel';
import type { ToPanel } from '../../src/core/panel/protocol/messages';
import { verdictTable } from '../../src/core/analysis/verdict/verdictTable';
import { findingsCard } from './findingsCards';
import { methodsList } from './publication';
import { t } from '../strings/strings';
import { h } from '../page/dom';
import { pictureElement } from '../page/pictureElement';
import { runPictures } from './runPictures';
import { shownRun } from './shownRun';
import { tableElement } from '../page/table';

/** A run for paper alone, where nobody can choose it: its verdict, its table, its charts and how it was measured. */
export function printedRun(messages: readonly ToPanel[]): HTMLElement {
  const { run, judgement, besides } = shownRun(messages);
  const { report } = run;
  const { verdict } = judgement;
  return h(
    'section',
    { class: 'printed-run' },
    h('h1', {}, `${report.run.name} · ${report.run.id}`),
    h('p', {}, report.source ? sourceLabel(report.source) : t('no energy source')),
    h('h2', {}, verdict.sentence),
    h(
      'ul',
      {},
      ...verdict.levers.map(({ sentence }) => h('li', {}, sentence)),
      ...verdict.qualification.map(({ message }) => h('li', {}, message)),
    ),
    h('h2', {}, t('All results')),
    tableElement(t('All results'), verdictTable(judgement, t)),
    ...runPictures(messages).map(({ name, svg }) => pictureElement(svg, name)),
    ...besides.findings.map((one, i) => findingsCard(one, `printed-${report.run.id}-${i}`)),
    h('h2', {}, t('How this was measured')),
    methodsList(report, judgement),
  );
}
