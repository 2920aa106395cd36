/**
 * Absolute paths within texts: of Unix (`/a/b`), of an account (`~/a`, `~jo/a`), of Windows (`C:\a\b`, `x:/a/b`), of its network
 * (`\\server\share\a`), and in addresses (`file:///a/b`). Not what follows a word (`J/image`), and no address of the web.
 */

/** None of a number: about so many a second (`~10/s`). */
const account = String.raw`~(?:[A-Za-z_][\w.-]*)?`;
const begin = String.raw`(?:(?<![\w.~/\\-])(?:${account}|[A-Za-z]:|\\)?|(?<=file:\/\/[\w.-]*))[/\\]`;
const end = String.raw`[^\s/\\"'${'`'}<>|:;,()[\]{}]`;

/** Of the name of a folder also an apostrophe (`Jo's`), and what is in brackets (`a (old)`). */
const inName = String.raw`(?:${end}|(?<=\w)'(?=\w)|\([^()\r\n/\\]*\)|\[[^\][\r\n/\\]*\])`;
const space = String.raw`[^\S\r\n\u2028\u2029]`;
/** Words with a slash that stand behind a path and are none of it: `… takes 2 J/image`, `images/s`, `and/or`. */
const amount = String.raw`\d[\d.,]*|[kMG]?J|k?Wh?|\w+FLOPs?|[KMGT]i?B|bytes|images|units|tokens|requests|frames|batches|and|I`;
const ratio = String.raw`(?<=${space}(?:${amount}))[/](?:s|h|image|unit|token|request|frame|or|O)(?!\.?[\w/\\-])`;
/** No more words than this in the name of a folder. */
const mostWords = 8;
const moreWords = String.raw`(?:${space}+(?!#|${account}[/\\])${inName}+){0,${mostWords - 1}}`;
const folder = String.raw`${inName}+${moreWords}(?!${ratio})[/\\]`;

/**
 * Of two parts or more. In quotes all up to the closing one belongs to it. Else spaces belong to the name of a folder, which a slash
 * follows, and end that of a file: where words behind a path hold a slash, more is taken for a path than may be one, never less.
 */
const unquoted = String.raw`${begin}(?:${folder})+${end}*`;
const homely = String.raw`(?<![\w.~/\\-])${account}[/\\]${end}+`;
/** An apostrophe within a name closes nothing. */
const quoted = [
  { mark: "'", inside: String.raw`(?<=\w)'(?=\w)|`, close: String.raw`'(?!\w)` },
  { mark: '"', inside: '', close: '"' },
  { mark: '`', inside: '', close: '`' },
]
  .map(({ mark, inside, close }) => {
    const first = String.raw`(?=(?:${inside}[^/\\${mark}\r\n])+[/\\])`;
    return String.raw`(?<=${mark})${begin}${first}(?:${inside}[^${mark}\r\n])+(?=${close})`;
  })
  .join('|');

/** A new one each time: it keeps its place. */
export const absolutePaths = (): RegExp => new RegExp(`${quoted}|${unquoted}|${homely}`, 'g');
