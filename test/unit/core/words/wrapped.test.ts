import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wrapped } from '../../../../src/core/words/wrapped';

it('loses no word, and passes the width only where one word does', () => {
  const words = fc.array(fc.stringMatching(/^[a-z/]{1,30}$/), { minLength: 1 });
  fc.assert(
    fc.property(words, fc.integer({ min: 10, max: 100 }), (all, columns) => {
      const lines = wrapped(all.join(' '), '  ', columns);
      expect(lines.join(' ').split(' ').filter(Boolean)).toEqual(all);
      for (const line of lines) expect(line.length <= columns || !line.trim().includes(' ')).toBe(true);
    }),
  );
  expect(wrapped('one two three', '  ', 9)).toEqual(['  one two', '    three']);
});
