import { expect, it, vi } from 'vitest';
import { completionsIn, hoverIn } from '../../../../src/extension/language/experimentHelp';
import { documentOf, Position, Range } from '../../../support/fakeEditor';

vi.mock('vscode', () => import('../../../support/fakeEditor'));

/** Where `|` stands, which is on the last line. */
const open = (marked: string) => {
  const lines = marked.split('\n');
  const at = new Position(lines.length - 1, lines.at(-1)!.indexOf('|'));
  return [documentOf('/w/a.energy.yaml', marked.replace('|', '')) as never, at as never] as const;
};

it('shows what a key is, what it may be, and what it is by itself', () => {
  const hover = hoverIn(...open('measure:\n  sc|ope: process'));
  expect(hover?.range).toEqual(new Range(1, 2, 1, 7));
  expect(hover?.paragraphs).toEqual([
    expect.stringMatching(/^measure\.scope: what the energy windows hold/),
    'May be: inference, end-to-end or process',
    'Without it: "inference"',
  ]);
  expect(hoverIn(...open('measure:\n  scope: pro|cess'))).toBeNull();
});

it('writes a key with its colon, and opens what follows', () => {
  const written = Object.fromEntries(
    completionsIn(...open('|')).map((item) => [item.label, (item.insertText as { value: string }).value]),
  );
  expect(written).toMatchObject({ name: 'name: $1', batchSizes: 'batchSizes: [$1]', measure: 'measure:\n  $1' });
  const [first, second] = completionsIn(...open('measure: { scope: in|'));
  expect(first).toMatchObject({ label: 'inference', insertText: { value: 'inference' }, sortText: '000' });
  expect(first!.range).toEqual(new Range(0, 18, 0, 20));
  expect(second).toMatchObject({ sortText: '001' });
});
