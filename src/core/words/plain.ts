/**
 * What people, other users and files wrote, made fit to be shown: names of runs, models and files, messages of libraries.
 */

/** Longer texts are cut where they are shown; what is lost stands in the log. */
const longestShown = 2000;

/** Control characters besides line ends and tabs, and whatever changes the direction of text or is not to be seen. */
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/**
 * Escape sequences of terminals (ECMA-48): with only their first character gone, the rest would be shown. One without
 * an end takes nothing else away.
 */
const escapeSequence = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b\r\n]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g;

/** A text without escape sequences, control characters besides line ends and tabs, and bidirectional marks. */
export const printable = (text: string): string =>
  text.replace(escapeSequence, '').replace(/\r\n?/g, '\n').replace(unseen, '');

/**
 * A text without escape sequences, control characters and bidirectional marks, of bounded length. Links in the way of
 * Markdown, which VS Code's messages make clickable (commands too), are broken.
 */
export function plain(text: string, longest = longestShown): string {
  // What is far behind the end need not be looked at.
  const shown = printable(text.slice(0, 4 * longest)).replace(/\](?=[([])/g, '] ');
  return shown.length <= longest ? shown : `${shown.slice(0, longest - 1).trimEnd()}…`;
}

/** The same on one line. */
export const plainLine = (text: string, longest = longestShown): string =>
  plain(text, longest).replace(/\s+/g, ' ').trim();
