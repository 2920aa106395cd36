import { Linter } from 'eslint';
import { expect, it } from 'vitest';
// @ts-expect-error: plain JavaScript, without types.
import { noMatchedMessages } from '../../eslint.config.mjs';

const complaints = (code: string) =>
  new Linter().verify(code, { rules: { 'no-restricted-syntax': ['error', ...noMatchedMessages] } }).length;

it.each([
  'error.message.includes("too early")',
  'error.message.startsWith("no")',
  'q.includes(c.skipped.message)',
  '/torn/i.test(error.message)',
  '/torn/.exec(failed ? error.message : "")',
  '/torn/.test(message)',
  'message.match(/torn/)',
])('lint refuses what goes by a text: %s', (code) => {
  expect(complaints(code)).toBe(1);
});

it.each(['codes.includes(error.code)', 'list.push(error.message)', 'say(error.message)'])('lint allows %s', (code) => {
  expect(complaints(code)).toBe(0);
});
