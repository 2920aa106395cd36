import { groupedNumber, parsePlain, plainNumber } from './perfNumber';
import {
  countedPlace,
  cpuPlace,
  longestPerfLine,
  notCounted,
  type PerfRow,
  type PerfRows,
  isRemark,
  speaksOfEnergy,
  UnreadablePerf,
} from './perfRow';

/**
 * The text that `perf stat` prints for people. Its words are English in every locale (perf has no translations); its numbers are not.
 * A report stands between `Performance counter stats for …` and `seconds time elapsed`; with `-I` each line begins with the time
 * instead. Whatever else the file holds is the measured program's.
 */

const header = /^\s*Performance counter stats for (?:process id |thread id )?'(.*)'(?: \((\d{1,6}) runs?\))?:\s*$/;
const footer = new RegExp(String.raw`^\s*(${plainNumber})\s+(?:\+-\s+${plainNumber}\s+)?seconds time elapsed\b`);
const row = new RegExp(
  String.raw`^\s*(?:(\d{1,9}\.\d{9})\s+)?(?:(?:(${countedPlace})\s+(\d{1,6})|(${cpuPlace}))\s+)?` +
    String.raw`(${groupedNumber}|${notCounted})(?:\s+(\S.*))?$`,
);
const spread = new RegExp(String.raw`\(\s*\+-\s*(${plainNumber})\s?%\s*\)`);
const running = new RegExp(String.raw`[([]\s*(${plainNumber})\s?%\s*[)\]]\s*$`);

export const hasTextHeader = (lines: readonly string[]): boolean =>
  lines.some((line) => line.length <= longestPerfLine && header.test(line));

/** @throws UnreadablePerf for several reports, a torn one, and a line about energy that is none of perf's */
export function readPerfText(lines: readonly string[]): PerfRows {
  const rows: PerfRow[] = [];
  let target: string | null = null;
  let runs: number | null = null;
  let elapsedSeconds: number | null = null;
  let isInside = false;
  lines.forEach((line, i) => {
    const number = i + 1;
    if (line.length > longestPerfLine) {
      if (isInside) throw new UnreadablePerf(`line ${number} is longer than any of perf's`);
      return;
    }
    const begin = header.exec(line);
    if (begin) {
      if (target !== null)
        throw new UnreadablePerf(`line ${number} begins a second report: give each a file of its own`);
      target = begin[1]!;
      runs = begin[2] === undefined ? null : Number(begin[2]);
      isInside = true;
      return;
    }
    const end = footer.exec(line);
    if (end) {
      if (!isInside) throw new UnreadablePerf(`line ${number} ends a report whose beginning is missing`);
      elapsedSeconds = parsePlain(end[1]!);
      isInside = false;
      return;
    }
    const found = rowOf(line, number);
    if (found && (isInside || found.intervalSeconds !== null)) rows.push(found);
    else if ((isInside && speaksOfEnergy(line) && !isRemark(line)) || found?.unit === 'Joules')
      throw new UnreadablePerf(`line ${number} is about energy, but no whole line of a report of perf stat`);
  });
  if (rows.at(-1)?.line === lines.length) throw new UnreadablePerf('its last line has no end: it is torn');
  if (isInside) throw new UnreadablePerf('the report has no end ("seconds time elapsed"): it is torn');
  return { rows, elapsedSeconds, target, runs };
}

function rowOf(padded: string, number: number): PerfRow | null {
  // No pattern has to look at long padding from each of its places; one blank may stand inside of a number, two may not.
  const line = padded.trim().replace(/\s{2,}/g, '  ');
  // Metrics stand behind the event; the spread and the share of the time behind them.
  const metrics = line.search(/\s# /);
  const tail = /(?:\s+[([][^()[\]]*%\s*[)\]])+\s*$/.exec(line);
  const end = Math.min(metrics < 0 ? line.length : metrics, tail?.index ?? line.length);
  const match = row.exec(line.slice(0, end).trimEnd());
  if (!match) return null;
  const [, time, place, counters, cpu, value, rest = ''] = match;
  const [, unit, event] = /^(?:(\S+)\s+)?(\S.*)$/.exec(rest) ?? [];
  if (event === undefined) return null;
  const shares = tail?.[0] ?? '';
  const share = running.exec(shares);
  return {
    line: number,
    intervalSeconds: time === undefined ? null : Number(time),
    place: place ?? cpu ?? '',
    counters: counters === undefined ? (cpu === undefined ? null : 1) : Number(counters),
    value: value!,
    unit: unit ?? '',
    event,
    runtimeNs: null,
    runningPercent: (share && parsePlain(share[1]!)) ?? 100,
    spreadPercent: parsePlain(spread.exec(shares)?.[1] ?? ''),
  };
}
