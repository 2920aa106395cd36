import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plain, plainLine } from '../../../../src/core/words/plain';

it('leaves ordinary text as it is, of any script', () => {
  for (const text of ['yolov7-tiny sweep', 'Größe 640×480', 'лосось 鮭 🐟', 'a\n\tb', 'f(x) [1, 2] (3)', '']) {
    expect(plain(text)).toBe(text);
  }
});

it('breaks links, with commands and without', () => {
  expect(plain('[click](command:workbench.action.terminal.new)')).toBe(
    '[click] (command:workbench.action.terminal.new)',
  );
  expect(plain('[a][b] ](http://x)')).toBe('[a] [b] ] (http://x)');
});

it('takes out escape sequences, control characters and what turns text round', () => {
  expect(plain('\u001b[31mred\u001b[0m \u001b]0;title\u0007\u001b]8;;http://x\u001b\\link')).toBe('red link');
  expect(plain('a\u0000\u0008\u009bb\u202egnp.exe\u2066\u200b')).toBe('abgnp.exe');
  expect(plain('over\rwritten')).toBe('over\nwritten');
  expect(plain('\ud800x\udc00')).toBe('x');
  expect(plainLine(' a\n\n b\u2028c\t')).toBe('a bc');
});

it('is short, and holds for every text', () => {
  expect(plain('x'.repeat(1e7), 10)).toBe(`${'x'.repeat(9)}…`);
  const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\]\(/;
  const text = fc.string({ unit: fc.constantFrom('[', ']', '(', '\u001b', 'm', '1', ';', '\u202e', ' ', '\n', 'é') });
  fc.assert(
    fc.property(text, (hostile) => {
      expect(plain(hostile)).not.toMatch(unseen);
      expect(plain(hostile, 20).length).toBeLessThanOrEqual(20);
      expect(plain(plain(hostile))).toBe(plain(hostile));
    }),
  );
});
