import { lineEndOf, type TextEdit } from './configFile';
import type { ProtoValue } from './textProto';

export const replaceValue = (value: ProtoValue, newText: string): TextEdit => ({
  offset: value.start,
  length: value.end - value.start,
  newText,
});

/** Adds fields to a group: each on a line of its own where the group has lines. */
export function insertInto(text: string, group: { start: number; end: number }, ...lines: string[]): TextEdit {
  const inside = text.slice(group.start + 1, group.end - 1);
  const rest = /^[ \t]*(#[^\n]*)?\r?\n/.exec(inside);
  if (!rest) {
    const listed = lines.join(', ');
    return { offset: group.start + 1, length: 0, newText: inside.trim() === '' ? ` ${listed}` : ` ${listed},` };
  }
  const lineStart = text.lastIndexOf('\n', group.start) + 1;
  const outer = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const indent = /\n([ \t]+)[^\s}>]/.exec(inside)?.[1] ?? `${outer}  `;
  const newText = lines.map((line) => `${indent}${line}${lineEndOf(text)}`).join('');
  return { offset: group.start + 1 + rest[0].length, length: 0, newText };
}
