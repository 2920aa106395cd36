import { absolutePaths } from '../words/absolutePaths';
import { logWords } from './logWords';

/**
 * A run's log without the places and names of the machine that it was measured on, so that it can be handed on. Only texts
 * change: no number, and what named one thing before names one thing after.
 */

/** Texts that give way to others, in the order in which they are looked for. */
export type Replacement = { pattern: RegExp; by: string };

/** The kernel's and the system's own folders, the same on every machine: they tell where a counter was read. */
const systems = /^\/(?:sys|proc|dev|etc|usr|bin|sbin|lib|lib64)(?:\/|$)/;
const isAbsolute = (text: string) =>
  /^(?:[A-Za-z]:[/\\]|~(?:[A-Za-z_][\w.-]*)?[/\\]|\\\\[^\\]|\/(?!\/))/.test(text) && !text.includes('\n');
/** The name of an account stands behind these, and behind a folder before them (`/export/home`). */
const homes = /^(?:~|(?:[A-Za-z]:)?(?:[/\\][\w.-]+)?[/\\](?:home|Users)[/\\])([^/\\]+)/i;
/** Names that are words of their own, and tell of nobody. */
const commonNames = new Set([
  'root',
  'user',
  'users',
  'node',
  'admin',
  'ubuntu',
  'debian',
  'localhost',
  'runner',
  'cc',
]);

/** Fields that hold sentences, which may begin with a path; others that begin with one are a path, spaces and all. */
const sentenceKeys = new Set(['message', 'fix', 'reason', 'description', 'detail', 'warning', 'warnings', 'specText']);

const pathAndAfter = ({ 0: path, index, input }: RegExpExecArray) => ({
  path,
  after: input.slice(index + path.length, index + path.length + 100),
});

/**
 * Of the account whose folder a path lies in, in each way in which it may be read: behind a space the words of a sentence may go on, or the
 * name (`/home/Jane Roe is full`).
 *
 * @param after what follows the path in its text
 */
function accountsIn(path: string, after: string): string[] {
  const account = homes.exec(path)?.[1];
  if (account === undefined) return [];
  const goesOn = path.endsWith(account) ? /^(?: \p{Lu}[\p{L}\p{M}'’.-]*)+/u.exec(after)?.[0] : undefined;
  return [account, account.split(/\s/)[0]!, ...(goesOn === undefined ? [] : [account + goesOn])];
}

const folderOf = (path: string): string => path.replace(/[/\\][^/\\]*$/, '');

/**
 * What is to be replaced in a log: the experiment's folder by `.`, each other folder that is no system's own by `outside-1`,
 * `outside-2`, … in the order in which the log names them; host and account names by `host` and `user`.
 *
 * @param events lines of events.jsonl as JSON
 * @param here names of the machine that hands the log on; what accounts the paths name is found besides. A name that is a word of the
 * log's own (`model`, `package`) stays: it would take the log's words with it
 */
export function replacementsFor(
  events: readonly unknown[],
  here: { hosts: readonly string[]; users: readonly string[]; folders: readonly string[] },
): Replacement[] {
  const specFile = textAt(events[0], 'specFile');
  const own = specFile !== null && isAbsolute(specFile) ? folderOf(specFile) : null;
  const folders = new Set<string>();
  const ownWords = logWords(events);
  const users = new Set<string>(here.users);
  for (const { key, text } of textsOf(events, '')) {
    const isPath = isAbsolute(text) && !(sentenceKeys.has(key) && text.includes(' '));
    const paths = isPath ? [{ path: text, after: '' }] : [...text.matchAll(absolutePaths())].map(pathAndAfter);
    for (const { path, after } of paths) {
      for (const user of accountsIn(path, after)) users.add(user);
      if (!systems.test(path)) folders.add(folderOf(path));
    }
  }
  const outside = [...new Set([...folders, ...here.folders])].filter(
    (folder) => folder.length > 1 && folder !== own && !isBelow(folder, own),
  );
  const named = [
    ...(own !== null && own.length > 1 ? [{ folder: own, by: '.' }] : []),
    ...outside.map((folder, i) => ({ folder, by: `outside-${i + 1}` })),
  ].sort((a, b) => b.folder.length - a.folder.length);
  return [
    ...named.map(({ folder, by }) => ({
      pattern: new RegExp(`(?<![\\w.~-])${escaped(folder)}(?![\\w.-])`, 'g'),
      by,
    })),
    ...words([...here.hosts.flatMap((host) => [host, host.split('.')[0]!])], 'host', ownWords),
    ...words([...users], 'user', ownWords),
  ];
}

/** Replaces, and counts how often each word came in. */
export type NameRemover = { remove<T>(value: T): T; counts(): Record<string, number> };

export function nameRemover(replacements: readonly Replacement[]): NameRemover {
  const known = new Map<string, { text: string; by: readonly string[] }>();
  const counts = new Map<string, number>();
  const replaced = (text: string): string => {
    let found = known.get(text);
    if (found === undefined) {
      const by: string[] = [];
      const rest = replacements.reduce(
        (left, replacement) => left.replace(replacement.pattern, () => (by.push(replacement.by), replacement.by)),
        text,
      );
      found = { text: rest, by };
      known.set(text, found);
    }
    for (const by of found.by) counts.set(by, (counts.get(by) ?? 0) + 1);
    return found.text;
  };
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return replaced(part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, of]) => [replaced(key), walk(of)]));
  };
  return {
    remove: <T>(value: T) => walk(value) as T,
    counts: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

const isBelow = (folder: string, of: string | null) =>
  of !== null && (folder.startsWith(`${of}/`) || folder.startsWith(`${of}\\`));

function words(names: readonly string[], by: string, ownWords: ReadonlySet<string>): Replacement[] {
  const told = [...new Set(names)].filter(
    (name) => name.length > 1 && !commonNames.has(name.toLowerCase()) && !ownWords.has(name.toLowerCase()),
  );
  return told
    .sort((a, b) => b.length - a.length)
    .map((name) => ({ pattern: new RegExp(`(?<![\\w-])${escaped(name)}(?![\\w-])`, 'gi'), by }));
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function textAt(value: unknown, key: string): string | null {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : null;
  return typeof found === 'string' ? found : null;
}

function* textsOf(value: unknown, key: string): Generator<{ key: string; text: string }, void, void> {
  if (typeof value === 'string') yield { key, text: value };
  else if (Array.isArray(value)) for (const part of value) yield* textsOf(part, key);
  else if (typeof value === 'object' && value !== null)
    for (const [name, part] of Object.entries(value)) {
      yield { key: '', text: name };
      yield* textsOf(part, name);
    }
}
