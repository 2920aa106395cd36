import { plainLine } from '../../src/core/words/plain';

let strings: Record<string, string> = {};

/** Translations by English text, sent by the host. */
export function useStrings(translated: Record<string, string>): void {
  strings = translated;
}

/** The text in the person's language; `{0}`, `{1}` … are filled in. Its key is the English text, as in `vscode.l10n.t`. */
export function t(english: string, ...values: (string | number)[]): string {
  const template = Object.hasOwn(strings, english) ? strings[english]! : english;
  return template.replace(/\{(\d)\}/g, (all, i: string) => String(values[Number(i)] ?? all));
}

/** A text as it is drawn into a picture: one line, and short enough to leave room for the chart. */
export const drawnText = (text: string): string => plainLine(text, 200);

/** The same of what stands beside a picture, and is broken into lines between its words: none of them without an end. */
export const drawnParagraph = (text: string): string =>
  plainLine(text, 4000).replace(/\S{201,}/g, (word) => `${word.slice(0, 199)}…`);
