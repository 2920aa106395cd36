import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeBench } from '../support/greenbatch';

/**
 * Runs of format 1, as the release that wrote them read them (test/fixtures/format1/README.md): whatever reads them later must
 * say the same. Keys and columns may be added; none may be gone or hold another value. Texts are held to the letter, so that
 * a change of wording is seen and taken over on purpose (`--update`); what programs read has no such way. What is *decided* of the same
 * numbers is by the rules of today (docs/statistics.md, "What old runs say now"): its keys are held here, its sentences by show.txt.
 */

const fixtures = resolve(import.meta.dirname, '../fixtures/format1');
const recorded = (...path: string[]) => readFileSync(join(fixtures, ...path), 'utf8');

const readable = [
  ...['finished', 'resumed', 'stopped', 'torn', 'damaged-power', 'settled', 'skipped', 'estimate'],
  ...['accuracy', 'accuracy-failed', 'end-to-end', 'end-to-end-estimate', 'failed-source', 'failed-trials'],
];
/** Their logs are refused. */
const damaged = ['damaged'];
const compared = [
  { pair: ['finished', 'resumed'], code: 6 },
  { pair: ['finished', 'estimate'], code: 8 },
] as const;

const bench = makeBench();
afterAll(() => bench.remove());
/** What the program prints does not depend on where the fixtures lie. */
const run = async (args: string[], place = fixtures, name = '<fixtures>') => {
  const { code, stdout, stderr } = await bench.run(args);
  return { code, stdout: stdout.replaceAll(place, name), stderr: stderr.replaceAll(place, name) };
};

it('every folder of recorded runs is read', () => {
  const folders = readdirSync(fixtures).filter((name) => existsSync(join(fixtures, name, 'events.jsonl')));
  expect(folders).toEqual([...readable, ...damaged].sort());
});

describe.each(readable)('a run of format 1, %s,', (name) => {
  const folder = join(fixtures, name);
  let asJson: ReturnType<typeof run> | undefined;
  const showJson = () => (asJson ??= run(['show', folder, '--json']));

  it('has every key and value in the JSON that it had', async () => {
    const { code, stdout, stderr } = await showJson();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lost(JSON.parse(recorded(name, 'show.json')), JSON.parse(stdout))).toEqual([]);
  });

  it.each([
    ['export.csv', []],
    ['export-trials.csv', ['--trials']],
  ])('has every column and value of its %s', async (file, more) => {
    const { code, stdout, stderr } = await run(['export', folder, '--format', 'csv', ...more]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const before = columnsOf(recorded(name, file));
    const now = columnsOf(stdout);
    for (const [head, values] of before) {
      const isEnd = / (low|high) \(/.test(head);
      const has = (cells: typeof values) => cells.map((cell) => cell !== '');
      // Of an end only whether there is one: see `lost`.
      if (isEnd) expect(has(now.get(head)!), head).toEqual(has(values));
      else if (/request/i.test(head))
        values.forEach((value, i) => expect(isAbout(Number(value), Number(now.get(head)![i])), head).toBe(true));
      else expect(now.get(head), head).toEqual(values);
    }
  });

  it('is told in the same words', async () => {
    const shown = await run(['show', folder]);
    expect({ code: shown.code, stderr: shown.stderr }).toEqual({ code: 0, stderr: '' });
    await expect(shown.stdout).toMatchFileSnapshot(join(folder, 'show.txt'));
    const exported = await run(['export', folder, '--format', 'markdown']);
    const said = sayings(JSON.parse(recorded(name, 'show.json')) as Told);
    const before = withoutIntervals(recorded(name, 'export.md'))
      .split('\n')
      .filter((line) => !said.some((text) => plainOf(line).endsWith(text)))
      .map(unmarked);
    // Columns of what is simulated say so since then.
    const now = withoutIntervals(exported.stdout)
      .split('\n')
      .map((line) => unmarked(line.startsWith('|') ? line.replaceAll(' (modelled)', '') : line));
    // Since then the Markdown says in lines of its own what the terminal has always said of the machine.
    const added = now.filter((line) => !before.includes(line));
    const today = sayings(JSON.parse((await showJson()).stdout) as Told);
    expect(now.filter((line) => !added.includes(line))).toEqual(before);
    const told = withoutIntervals(shown.stdout).replace(/\s+/g, ' ').toLowerCase();
    for (const line of added.filter((line) => !today.some((text) => plainOf(line).endsWith(text))))
      expect(told).toContain(plainOf(line).replace(/^- /, '').slice(0, -1).toLowerCase());
  });
});

it.each(damaged)('a damaged log of format 1, %s, is refused with its line', async (name) => {
  const folder = join(fixtures, name);
  for (const args of [
    ['show', folder],
    ['show', folder, '--json'],
    ['export', folder, '--format', 'csv'],
  ]) {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    await expect(stderr).toMatchFileSnapshot(join(folder, 'show.stderr.txt'));
  }
});

it.each(compared)('runs of format 1 are compared as they were: $pair', async ({ pair: [first, second], code }) => {
  const args = ['compare', join(fixtures, first), join(fixtures, second)];
  const json = await run([...args, '--json']);
  expect({ code: json.code, stderr: json.stderr }).toEqual({ code, stderr: '' });
  const name = `${first}-${second}`;
  // Version 2 judges another thing than version 1; the figures are the same.
  const judged = /^\$\.(version|sentence|configurations\[\d+\]\.verdict) /;
  const changed = lost(JSON.parse(recorded('compare', `${name}.json`)), JSON.parse(json.stdout));
  expect(changed.filter((text) => !judged.test(text))).toEqual([]);
  await expect((await run(args)).stdout).toMatchFileSnapshot(join(fixtures, 'compare', `${name}.txt`));
});

it('runs of format 1 are listed as they were, the damaged one with what is wrong', async () => {
  const runs = join(bench.folder, '.greenbatch/runs');
  for (const name of [...readable, ...damaged]) cpSync(join(fixtures, name), join(runs, name), { recursive: true });
  const { code, stdout } = await run(['runs', '--json', '--limit', '100'], runs, '<runs>');
  expect(code).toBe(0);
  expect(lost(JSON.parse(recorded('runs.json')), JSON.parse(stdout))).toEqual([]);
});

/**
 * Places at which a value is not what it was; what has come beside is none. Lists are as long as they were. The ends of an interval
 * around a mean or a percentile may be others, and what is made of an end: those of the release were on the plain scale, and are on
 * the ratio scale now. Texts have them, and are held to the letter.
 *
 * What comes of simulated requests is about what it was: those of the release were 20,000 of each trial, and a percentile the mean of the
 * trials'. Now as many are simulated as it takes, and percentiles are of all requests; the interval of batch p95 goes by trials.
 */
function lost(before: unknown, now: unknown, place = '$'): string[] {
  if (place.endsWith('.p95Interval')) return [];
  if (decided.test(place)) return keysLost(before, now, place);
  if (simulated.test(place) && typeof before === 'number' && typeof now === 'number')
    return isAbout(before, now) || place.endsWith('.max') ? [] : [`${place} is ${now}, not about ${before}`];
  if (isInterval(before) && isInterval(now)) {
    const { low, high, ...rest } = before;
    const centre = ('mean' in now ? now.mean : now.value) as number;
    const isNone = low === null && high === null && now.low === null && now.high === null;
    const holds = isNone || ((now.low as number) <= centre && centre <= (now.high as number));
    return [...lost(rest, now, place), ...(holds ? [] : [`${place} does not hold its centre`])];
  }
  if (Array.isArray(before)) {
    if (!Array.isArray(now)) return [`${place} is no list`];
    const known = now.filter((value) => !isSaidSince(value));
    if (known.length !== before.length) return [`${place} has ${known.length} elements, not ${before.length}`];
    return before.flatMap((value, i) => lost(value, known[i], `${place}[${i}]`));
  }
  if (typeof before === 'object' && before !== null) {
    if (typeof now !== 'object' || now === null || Array.isArray(now)) return [`${place} is no object`];
    return Object.entries(before).flatMap(([key, value]) =>
      key in now ? lost(value, (now as Record<string, unknown>)[key], `${place}.${key}`) : [`${place}.${key} is gone`],
    );
  }
  const isSame =
    place.endsWith('.needed') && typeof before === 'number' && typeof now === 'number'
      ? Math.abs(now / before - 1) < 0.01
      : /\.(sentence|reason)$/.test(place) && typeof before === 'string' && typeof now === 'string'
        ? withoutIntervals(before) === withoutIntervals(now)
        : before === now;
  return isSame ? [] : [`${place} is ${JSON.stringify(now)}, not ${JSON.stringify(before)}`];
}

type Said = { sentence: string; qualification: { message: string }[] };
type Told = { verdict: Said; verdictByModel?: Record<string, Said> };

/** Sentences about the verdict, as Markdown has them. */
const sayings = ({ verdict, verdictByModel = {} }: Told) =>
  [verdict, ...Object.values(verdictByModel)]
    .flatMap(({ sentence, qualification }) => [sentence, ...qualification.map(({ message }) => message)])
    .map((text) => plainOf(withoutIntervals(text)));
/** A row without the cell that marks the chosen and the tied. */
const unmarked = (line: string) => line.replace(/^\| (?:\*\*[a-z]+\*\*(?: of tied)?|tied)? *(?=\|)/, '| ');
const plainOf = (text: string) => text.replaceAll(/[\\*]/g, '').trim();

/** What a verdict says; of what it is made (limits, metric, blocks, what runs today) the values are held. */
const decided =
  /^\$(\.verdict|\.verdictByModel\.[^[\]]+|\[\d+\])\.(kind|winner|tied|saving|againstInUse|comparisons|reference|levers|sentence|openBecause|moreBlocks|qualification)$/;

/** Keys that are gone, of objects and of those in lists; what is null on either side tells none. */
function keysLost(before: unknown, now: unknown, place: string): string[] {
  if (typeof before !== 'object' || before === null || typeof now !== 'object' || now === null) return [];
  if (Array.isArray(before) || Array.isArray(now)) {
    if (!Array.isArray(before) || !Array.isArray(now)) return [`${place} is no list, or is one`];
    return before.length > 0 && now.length > 0 ? keysLost(before[0], now[0], `${place}[0]`) : [];
  }
  return Object.entries(before).flatMap(([key, value]) =>
    key in now
      ? keysLost(value, (now as Record<string, unknown>)[key], `${place}.${key}`)
      : [`${place}.${key} is gone`],
  );
}

const simulated =
  /\.requestLatencyMs\.|\.joulesPerRequest\.mean$|\.saving\.latency\.|\.againstInUse\.percent\.|\.breaks\[\d+\]\.needed$/;
const isAbout = (before: number, now: number) => before === now || (now / before > 0.5 && now / before < 2);

/** Of what qualifies a verdict: that such a log has no sampling error of accuracy. */
const isSaidSince = (value: unknown) =>
  typeof value === 'object' && value !== null && 'code' in value && value.code === 'accuracy-exact';

const isInterval = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  'low' in value &&
  'high' in value &&
  ('mean' in value || 'value' in value);

/** A table of Markdown without the column of simulated latencies. */
const withoutRequests = (text: string) => {
  const at = /^\| .*request p\d+.*$/m
    .exec(text)?.[0]
    .split('|')
    .findIndex((cell) => /request p/.test(cell));
  if (at === undefined) return text;
  return text.replace(/^\|.*\|$/gm, (row) => row.split('|').toSpliced(at, 1).join('|'));
};

/** Since then the word stands before or behind whatever is simulated. */
const withoutModelled = (text: string) =>
  text.replace(/ \(modelled\)| modelled(?= at )|modelled (?=request p)|a modelled (?=\d)/g, '');

/** A text without simulated times, `± 31 %`, `(0.66–0.99)` and what explains them: of few repeats none is shown any more. */
const withoutIntervals = (text: string) =>
  withoutRequests(withoutModelled(text)).replace(
    /request p\d+ [\d.]+ m?s(?: instead of [\d.]+ m?s)?| ± [\d.]+ %| \([\d.]+–[\d.]+\)|; (?:± is the|of fewer than) [^.;]*(?=[.;])/g,
    '',
  );

/** Each column's cells by its head, in the order of the rows (RFC 4180). */
function columnsOf(csv: string): Map<string, (string | undefined)[]> {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  // After the last line end stands an empty row.
  const [heads, ...cells] = rows.slice(0, -1);
  return new Map(heads!.map((head, i) => [head, cells.map((row) => row[i])]));
}
