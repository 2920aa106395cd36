import { expect, it } from 'vitest';
import { lineReader } from '../../../src/machine/lineReader';

function readerOf(longest: number) {
  const told: string[] = [];
  const read = lineReader(longest, { line: (text) => told.push(text), tooLong: () => told.push('too long') });
  return { told, read };
}

it('cuts lines wherever the stream is cut, also within a character', () => {
  const bytes = Buffer.from('eins\nzwölf\r\n\ndrei');
  for (let at = 0; at <= bytes.length; at++) {
    const { told, read } = readerOf(100);
    read(bytes.subarray(0, at));
    read(bytes.subarray(at));
    expect(told).toEqual(['eins', 'zwölf', '']);
  }
});

it('keeps nothing of a line that is too long, and goes on behind it', () => {
  const { told, read } = readerOf(5);
  for (let i = 0; i < 1001; i++) read(Buffer.from('012'));
  read(Buffer.from('\n12345\n123456\nend\n'));
  expect(told).toEqual(['too long', '12345', 'too long', 'end']);
});
