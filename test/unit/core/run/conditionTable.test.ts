import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bearingCodes, conditionTable, effectOf } from '../../../../src/core/run/conditionTable';

/** Rows of the table of conditions in docs/measurement.md. */
const rows = readFileSync('docs/measurement.md', 'utf8')
  .split('## Conditions\n')[1]!
  .split('\n## ')[0]!
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => {
    const [, condition, , from, does] = line.split('|').map((cell) => cell.trim()) as [
      string,
      string,
      string,
      string,
      string,
    ];
    return { codes: [...condition.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code!), from, does };
  });

describe('the table of docs/measurement.md', () => {
  it('has every condition once, and no other', () => {
    expect(rows.flatMap(({ codes }) => codes).sort()).toEqual(Object.keys(conditionTable).sort());
  });

  it.each(Object.entries(conditionTable))('says of %s what it does, and from how much on', (code, row) => {
    const { from, does } = rows.find(({ codes }) => codes.includes(code))!;
    expect([...new Set(does.match(/\b(?:warns|qualifies|withholds)\b/g))].sort()).toEqual(Object.keys(row.does).sort());
    for (const size of Object.values(row.does) as (number | null)[]) {
      if (size === null) continue;
      const { unit } = row as { unit?: string };
      expect(from).toMatch(new RegExp(`(?<![\\d.])${String(size).replace(/^0\./, '\\.')} ${unit!}`));
    }
  });
});

it('a condition does the gravest that its size reaches', () => {
  expect([0, 1.99, 2, 50].map((size) => effectOf('drift', size))).toEqual([null, null, 'warns', 'warns']);
  expect([0, 1].map((size) => effectOf('throttled', size))).toEqual([null, 'qualifies']);
});

it('what stands in the sentence of a verdict is what says what helps', () => {
  const helping = Object.entries(conditionTable).flatMap(([code, row]) => ('helps' in row ? [code] : []));
  expect([...bearingCodes].sort()).toEqual(helping.sort());
});
