import { expect, it } from 'vitest';
import { drawnText } from '../../../../webview/strings/strings';

/** What charts draw of names that a folder brought along. */
const hostile = [
  '[x](command:workbench.action.terminal.new) \u001b[31m\u202egnp.exe',
  `$(trash) a\nb ${'n'.repeat(100_000)}\u2066`,
];

it.each(hostile)('draws names on one line, and not without an end (%#)', (name) => {
  const text = drawnText(name);
  expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  expect(text.length).toBeGreaterThan(20);
  expect(text.length).toBeLessThanOrEqual(200);
});

it('leaves names of any script as they are', () => {
  expect(drawnText('yolov7-лосось 鮭 🐟 (2)')).toBe('yolov7-лосось 鮭 🐟 (2)');
});
