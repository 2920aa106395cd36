/**
 * Absolute paths within texts: of Unix (`/a/b`), of an account (`~/a`, `~jo/a`), of Windows (`C:\a\b`, `x:/a/b`), of its network
 * (`\\server\share\a`), and in addresses (`file:///a/b`). Not what follows a word (`J/image`), and no address of the web.
 */

/** None of a number: about so many a second (`~10/s`). */
const account = String.raw`~(?:[A-Za-z_][\w.-]*)?`;
const begin = String.raw`(?:(?<![\w.~/\\-])(?:${account}|[A-Za-z]:|\\)?|(?<=file:\/\/[\w.-]*))[/\\]`;
const end = String.raw`[^\s/\\"'${'`'}<>|:;,()[\]{}]`;

/** Of two parts or more. In quotes all up to the closing one belongs to it; else it ends at a space. */
const unquoted = String.raw`${begin}(?:${end}+[/\\])+${end}*`;
const homely = String.raw`(?<![\w.~/\\-])${account}[/\\]${end}+`;
const quoted = ["'", '"', '`']
  .map((quote) => String.raw`(?<=${quote})${begin}(?=[^/\\${quote}\n]+[/\\])[^${quote}\n]+(?=${quote})`)
  .join('|');

/** A new one each time: it keeps its place. */
export const absolutePaths = (): RegExp => new RegExp(`${quoted}|${unquoted}|${homely}`, 'g');
