import { type Cell, figureColumnsOf, type Table } from '../../src/core/words/table';
import { describeNumber } from '../../src/core/words/units';
import { h } from './dom';
import { t } from '../strings/strings';

/** A table that scrolls in itself; numbers to the right, three digits, unknown ones as a dash. */
export function tableElement(caption: string, table: Table): HTMLElement {
  const { columns, rows } = table;
  const isNumber = figureColumnsOf(table);
  const cell = (value: Cell, i: number) => {
    const text = value === null ? '–' : typeof value === 'number' ? describeCell(value) : value;
    return i === 0
      ? h('th', { scope: 'row', class: isNumber[i] ? 'number' : 'text' }, text)
      : h('td', { class: isNumber[i] ? 'number' : 'text' }, text);
  };
  const head = columns.map((name, i) =>
    // A head without a word would be announced as one.
    name === '' ? h('td') : h('th', { scope: 'col', class: isNumber[i] && rows.length > 0 ? 'number' : 'text' }, name),
  );
  const body = rows.length > 0 ? rows.map((row) => h('tr', {}, ...row.map(cell))) : [emptyRow(columns.length)];
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': caption },
    h(
      'table',
      {},
      h('caption', { class: 'hidden' }, caption),
      h('thead', {}, h('tr', {}, ...head)),
      h('tbody', {}, ...body),
    ),
  );
}

function emptyRow(columns: number): HTMLElement {
  return h('tr', {}, h('td', { colspan: String(columns) }, t('Nothing is measured yet.')));
}

/** Whole numbers below a million stay whole: batch sizes, n. */
function describeCell(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : describeNumber(value);
}
