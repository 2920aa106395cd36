import { ExpectedError } from '../../failure/expectedError';
import { plainLine } from '../../words/plain';
import { describeNumber } from '../../words/units';
import { csvSeparatorOf, readPerfCsv } from './perfCsv';
import { hasJsonLine, readPerfJson } from './perfJson';
import { parseGrouped, parsePlain } from './perfNumber';
import { isNumber, longestPerfLine, type PerfRow, type PerfRows, UnreadablePerf } from './perfRow';
import { hasTextHeader, readPerfText } from './perfText';

export type PerfDomain = {
  /** `package`, `dram`, `core`, `uncore`, `psys`; of a renamed event (`name=`) the name that it was given. */
  name: string;
  /** Only where perf tells the sockets apart (`--per-socket` and finer); else joules are of all sockets. */
  socket?: number;
  /** Of the whole time; with `-r` the mean of the runs. */
  joules: number;
};

export type PerfStat = {
  domains: PerfDomain[];
  /** Wall time that the joules are of; null where the output does not say it. With `-r` the mean of the runs. */
  seconds: number | null;
  warnings: string[];
};

/** The kernel's RAPL events (`/sys/bus/event_source/devices/power*\/events`), as the zones of powercap are called. */
const names: Record<string, string> = {
  pkg: 'package',
  ram: 'dram',
  cores: 'core',
  core: 'core',
  gpu: 'uncore',
  psys: 'psys',
};
const energyEvent = /^(?:power\w*\/)?(?:[^/]*,)?energy-(\w+)(?:[,/:].*)?$/;
/** Of one line. More than ten days of a kilowatt: a line that was changed. */
const mostJoules = 1e9;

/**
 * Reads one output of `perf stat`: text, CSV (`-x`) or JSON (`-j`), with `-a`, `--per-socket` and finer, `-A`, `-r`, `-I`.
 * Nothing is guessed: what could be read in two ways, or lacks a part, is refused.
 *
 * @param file its name, for messages
 * @throws ExpectedError `perf-output` with the file's name and the reason
 */
export function readPerfStat(text: string, file: string): PerfStat {
  try {
    return perfReport(text);
  } catch (error) {
    if (!(error instanceof UnreadablePerf)) throw error;
    throw new ExpectedError(
      'perf-output',
      `${file} is not read as an output of perf stat: ${plainLine(error.message)}`,
    );
  }
}

/** The same of a text whose name its caller tells. @throws UnreadablePerf */
export const perfReport = (text: string): PerfStat => perfStatOf(rowsOf(text));

function rowsOf(text: string): PerfRows {
  if (text.startsWith('PERFILE2')) throw new UnreadablePerf('it is a recording: perf stat report -i FILE prints it');
  if (text.includes('\0')) throw new UnreadablePerf('it is no text');
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  if (lines.filter((line) => line.startsWith('# started on ')).length > 1)
    throw new UnreadablePerf('it holds several reports (--append): give each a file of its own');
  const separator = csvSeparatorOf(lines);
  const isJson = hasJsonLine(lines);
  const isText = hasTextHeader(lines);
  if (Number(isJson) + Number(isText) + Number(separator !== null) > 1)
    throw new UnreadablePerf('it holds reports of several formats');
  const found = isJson ? readPerfJson(lines) : separator === null ? readPerfText(lines) : readPerfCsv(lines, separator);
  if (!found.rows.some(isEnergy)) throw new UnreadablePerf(`it names no energy event${complaintOf(lines)}`);
  return found;
}

/** What perf itself said instead of a report. */
function complaintOf(lines: readonly string[]): string {
  const complaint = lines.find(
    (line) =>
      line.length <= longestPerfLine &&
      /^event syntax error|Cannot find PMU|^Access to performance|^You may not have permission/.test(line.trim()),
  );
  return complaint === undefined ? '' : `; perf says: ${complaint.replace(/^[\s\\_]+/, '')}`;
}

const isEnergy = (row: PerfRow): boolean => row.unit === 'Joules' || energyEvent.test(row.event);

const keyOf = (row: PerfRow): string => `${row.event}\n${row.place}`;

function perfStatOf({ rows: all, elapsedSeconds, target, runs }: PerfRows): PerfStat {
  const warnings: string[] = [];
  const { rows, intervals } = wholeRows(all);
  const domains = domainsOf(rows.filter(isEnergy), warnings);
  const repeated = runs !== null || all.some((row) => row.spreadPercent !== null);
  if (repeated) {
    if (intervals.length > 0)
      throw new UnreadablePerf('intervals of repeats (-r with -I) are means of which nothing can be added up');
    warnings.push(`joules and seconds are means of ${runs ?? 'several'} runs (-r)${spreadText(rows)}`);
  }
  if (target !== null && target !== 'system wide')
    warnings.push(
      `perf was not told to count system-wide (-a), but '${target}': joules are of the sockets that it counted on`,
    );
  const seconds = secondsOf(rows, { elapsedSeconds, intervals, repeated }, warnings);
  return { domains, seconds, warnings };
}

/**
 * Rows that stand for the whole time: those of a report without intervals as they are, else the sums over all intervals. A summary behind
 * the intervals (`--summary`) says the same again, and is checked.
 */
function wholeRows(all: readonly PerfRow[]): { rows: (PerfRow & { parts?: PerfRow[] })[]; intervals: number[] } {
  const timed = all.filter((row) => row.intervalSeconds !== null);
  const plain = all.filter((row) => row.intervalSeconds === null);
  const once = new Map<string, PerfRow>();
  for (const row of plain) {
    const earlier = once.get(keyOf(row));
    if (earlier && isEnergy(row)) throw repeatedRow(row, earlier);
    once.set(keyOf(row), row);
  }
  if (timed.length === 0) {
    // A CPU has what it reads for its core or its package: not all have the same.
    const placed = plain.filter((row) => isEnergy(row) && !row.place.startsWith('CPU'));
    sameEverywhere(placed, (row) => row.place.split('-')[0]!, 'place');
    return { rows: plain, intervals: [] };
  }

  const intervals: number[] = [];
  const parts = new Map<string, PerfRow[]>();
  for (const row of timed) {
    const last = intervals.at(-1) ?? 0;
    if (row.intervalSeconds! < last)
      throw new UnreadablePerf(`time goes back at line ${row.line}: it holds several reports, or lines in disorder`);
    if (row.intervalSeconds! > last || intervals.length === 0) intervals.push(row.intervalSeconds!);
    const of = parts.get(keyOf(row)) ?? [];
    const earlier = of.at(-1);
    if (earlier?.intervalSeconds === row.intervalSeconds && isEnergy(row)) throw repeatedRow(row, earlier!);
    of.push(row);
    parts.set(keyOf(row), of);
  }
  sameEverywhere(timed.filter(isEnergy), (row) => String(row.intervalSeconds), 'interval', keyOf);
  const rows = [...parts.values()].map((of) => ({ ...of[0]!, parts: of }));
  for (const row of plain.filter(isEnergy)) {
    const same = parts.get(keyOf(row));
    const sum = same && sumOf(same);
    const whole = isNumber(row.value) ? joulesOf(row) : null;
    // Each line is rounded to a hundredth.
    if (!same || (sum !== null && whole !== null && Math.abs(sum! - whole) > 0.006 * (same.length + 1)))
      throw new UnreadablePerf(`line ${row.line} is no summary of the intervals: it holds several reports`);
  }
  return { rows, intervals };
}

const repeatedRow = (row: PerfRow, earlier: PerfRow) =>
  new UnreadablePerf(
    `${row.event} stands in line ${earlier.line} and again in line ${row.line}: it holds several reports, or the event was asked for twice`,
  );

/** Every group has the same energy rows, or the file was torn, or put together. */
function sameEverywhere(
  rows: readonly PerfRow[],
  groupOf: (row: PerfRow) => string,
  noun: string,
  memberOf: (row: PerfRow) => string = (row) => row.event,
): void {
  const groups = new Map<string, { members: Set<string>; line: number }>();
  for (const row of rows) {
    const group = groups.get(groupOf(row)) ?? { members: new Set(), line: row.line };
    group.members.add(memberOf(row));
    group.line = row.line;
    groups.set(groupOf(row), group);
  }
  const most = [...groups.values()].reduce((size, { members }) => Math.max(size, members.size), 0);
  const all = new Set(rows.map(memberOf)).size;
  for (const [name, { members, line }] of groups)
    if (members.size < most || all > most)
      throw new UnreadablePerf(
        `${noun} ${name || 'of all'} has not the events of the others (line ${line}): it is torn`,
      );
}

type Whole = PerfRow & { parts?: PerfRow[] };

function domainsOf(rows: readonly Whole[], warnings: string[]): PerfDomain[] {
  const found = new Map<
    string,
    { domain: PerfDomain; event: string; isWhole: boolean; lines: number; isRounded: boolean }
  >();
  const missing = new Map<string, Whole[]>();
  for (const row of rows) {
    if (row.unit !== 'Joules' && isNumber(row.value)) throw withoutUnit(row);
    const name = nameOf(row.event);
    const socket = /^S(\d+)/.exec(row.place)?.[1];
    const key = `${name}\n${socket ?? ''}`;
    const joules = sumOf(row.parts ?? [row]);
    if (joules === null) {
      missing.set(key, [...(missing.get(key) ?? []), row]);
      continue;
    }
    const earlier = found.get(key);
    if (earlier && earlier.event !== row.event)
      throw new UnreadablePerf(`${earlier.event} and ${row.event} are one domain: it would be counted twice`);
    const entry = earlier ?? {
      ...{ domain: { name, ...(socket === undefined ? {} : { socket: Number(socket) }), joules: 0 }, event: row.event },
      ...{ isWhole: true, lines: 0, isRounded: false },
    };
    entry.domain.joules = Math.round((entry.domain.joules + joules) * 1e6) / 1e6;
    entry.lines += row.parts?.length ?? 1;
    entry.isRounded ||= decimalsOf(row.value) <= 2;
    found.set(key, entry);
    const running = (row.parts ?? [row]).reduce((least, part) => Math.min(least, part.runningPercent), 100);
    if (running < 100)
      warnings.push(`${at(row)} was counted for ${describeNumber(running)} % of the time only: perf has extrapolated`);
  }
  for (const [key, gaps] of missing) {
    // Of a socket's cores only one reads its counters: the others have none to miss.
    const real = gaps.filter((row) => !(found.has(key) && hasNoCounter(row)));
    if (real.length === 0) continue;
    found.delete(key);
    for (const row of real) {
      const why = (row.parts ?? [row]).find((part) => !isNumber(part.value))!.value;
      warnings.push(`${at(row)} has no number: ${why}${adviceOf[why] ?? ''}`);
    }
  }
  const domains = [...found.values()].map(({ domain, event, lines, isRounded }) => {
    if (!energyEvent.test(event) || !knownEvent(event))
      warnings.push(`${event} is in joules, but no event of RAPL that we know: its domain is called as perf does`);
    // Half a hundredth a line.
    const percent = (0.5 * lines) / domain.joules;
    if (isRounded && percent > 0.5)
      warnings.push(
        `${event}: perf prints hundredths of a joule, which leaves ${domain.joules === 0 ? 'nothing' : `± ${describeNumber(percent)} %`} of ${describeNumber(domain.joules)} J; measure for longer, or use -j`,
      );
    return domain;
  });
  if (domains.length === 0) throw new UnreadablePerf(`it holds no joules: ${warnings.join('; ')}`);
  return domains;
}

const adviceOf: Record<string, string> = {
  '<not supported>': ' (with -a, and where the machine has this counter, it is)',
};

const hasNoCounter = (row: Whole): boolean =>
  (row.parts ?? [row]).every((part) => !isNumber(part.value) && (part.counters === 0 || part.place.startsWith('CPU')));

const knownEvent = (event: string): boolean => Object.hasOwn(names, energyEvent.exec(event)?.[1] ?? '');

const nameOf = (event: string): string =>
  knownEvent(event) ? names[energyEvent.exec(event)![1]!]! : plainLine(event, 200);

const at = (row: PerfRow): string => (row.place === '' ? row.event : `${row.event} of ${row.place}`);

const withoutUnit = (row: PerfRow) =>
  new UnreadablePerf(
    row.unit === ''
      ? `line ${row.line} gives ${row.event} without a unit: a raw count, whose scale the file does not say (perf before 3.14, or an event not named as in perf list)`
      : `line ${row.line} gives ${row.event} in ${row.unit}, not in Joules`,
  );

/** null where a part has no number. Added up as whole microjoules: the last digits that perf printed stay. */
function sumOf(parts: readonly PerfRow[]): number | null {
  if (parts.some((part) => !isNumber(part.value))) return null;
  return parts.reduce((sum, part) => sum + Math.round(joulesOf(part) * 1e6), 0) / 1e6;
}

function joulesOf(row: PerfRow): number {
  // CSV and JSON are never grouped: they have the time that the counters ran, and text has not.
  const joules = row.runtimeNs === null ? parseGrouped(row.value) : parsePlain(row.value);
  const isClear = joules !== null && (row.runtimeNs === null || [0, 2, 6].includes(decimalsOf(row.value)));
  if (!isClear || !(joules <= mostJoules))
    throw new UnreadablePerf(
      `line ${row.line} has ${row.value} J, which is no number as perf prints one, or could be two`,
    );
  return joules;
}

const decimalsOf = (value: string): number => /\D(\d+)$/.exec(value)?.[1]!.length ?? 0;

function spreadText(rows: readonly PerfRow[]): string {
  const spreads = rows.filter((row) => row.unit === 'Joules' && row.spreadPercent !== null);
  return spreads.length === 0
    ? ''
    : `; standard errors: ${spreads.map((row) => `${at(row)} ± ${row.spreadPercent} %`).join(', ')}`;
}

/**
 * Wall time, from the first of: the text's last line; the end of the last interval; the event `duration_time`; how long the counters ran,
 * which is the wall time only where a line is of one counter: RAPL belongs to no task and is not multiplexed, but perf adds up the
 * times of all sockets.
 */
function secondsOf(
  rows: readonly Whole[],
  {
    elapsedSeconds,
    intervals,
    repeated,
  }: { elapsedSeconds: number | null; intervals: readonly number[]; repeated: boolean },
  warnings: string[],
): number | null {
  const known = elapsedSeconds ?? intervals.at(-1) ?? durationOf(rows);
  if (known !== null && known > 0) return known;
  const energy = rows.filter((row) => isEnergy(row) && isNumber(row.value));
  const isOneEach = energy.every((row) => row.counters === 1 && row.runtimeNs !== null && row.runningPercent === 100);
  const times = isOneEach && !repeated ? energy.map((row) => row.runtimeNs! / 1e9) : [];
  const longest = Math.max(0, ...times);
  if (longest > 0 && Math.min(...times) >= 0.99 * longest) {
    warnings.push('perf prints no elapsed time here: seconds are how long the counters ran');
    return longest;
  }
  warnings.push(
    'perf prints no elapsed time here, and the time of the counters is that of all sockets together: add the event duration_time',
  );
  return null;
}

function durationOf(rows: readonly PerfRow[]): number | null {
  const times = rows
    .filter(
      (row) => /^duration_time\b/.test(row.event) && (row.unit === 'ns' || row.unit === '') && isNumber(row.value),
    )
    // Nanoseconds are whole, whatever stands between their groups.
    .map((row) =>
      /^\d{1,3}(\D\d{2,3})*$|^\d+$/.test(row.value) ? Number(row.value.replace(/\D/g, '')) : parsePlain(row.value),
    );
  const [first] = times;
  return first !== null && first !== undefined && times.every((time) => time === first) ? first / 1e9 : null;
}
