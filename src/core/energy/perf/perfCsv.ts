import { parsePlain, plainNumber } from './perfNumber';
import {
  countedPlace,
  cpuPlace,
  isRemark,
  longestPerfLine,
  notCounted,
  type PerfRow,
  type PerfRows,
  speaksOfEnergy,
  UnreadablePerf,
} from './perfRow';

/**
 * `perf stat -x SEP`: [time] [place, counters] value, unit, event, [spread %], time run in ns, share of the time, metrics. Nothing is
 * quoted, and in a locale with a decimal comma `-x,` gives `475,42,Joules`: so a line is matched as a whole, not split.
 */

const separator = /[\d>]([^\w\s<>"'.%+-]{1,3}|[\t ])(?:Joules\1\S|[A-Za-z]{0,10}\1\S*\benergy-)/;

/** The separator of the first line about energy; null where it has none. */
export function csvSeparatorOf(lines: readonly string[]): string | null {
  for (const line of lines) {
    if (line.length > longestPerfLine || !speaksOfEnergy(line)) continue;
    const found = separator.exec(line)?.[1];
    if (found === undefined) continue;
    // Between blanks text for people looks the same up to the event.
    const match = found === ' ' ? rowPattern(found).exec(line) : null;
    if (found !== ' ' || (match && rowOf(match, 0).unit === 'Joules')) return found;
  }
  return null;
}

/** @throws UnreadablePerf for a line about energy that is not whole */
export function readPerfCsv(lines: readonly string[], separatorText: string): PerfRows {
  const pattern = rowPattern(separatorText);
  const rows = lines.flatMap((line, i): PerfRow[] => {
    const match = line.length > longestPerfLine ? null : pattern.exec(line);
    const row = match && rowOf(match, i + 1);
    // With a column more than we know of, the unit would be taken for a part of the event.
    if (row && !row.event.includes('Joules')) return [row];
    if (speaksOfEnergy(line) && !isRemark(line))
      throw new UnreadablePerf(`line ${i + 1} is about energy, but no whole line of perf stat -x`);
    return [];
  });
  return { rows, elapsedSeconds: null, target: null, runs: null };
}

function rowPattern(separatorText: string): RegExp {
  const s = separatorText.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  return new RegExp(
    // `summary` stands in the place of the time (perf 5.15 and later).
    String.raw`^\s*(?:(\d{1,9}\.\d{9})${s}|summary${s})?(?:(?:(${countedPlace})${s}(\d{1,6})|(${cpuPlace}))${s})?` +
      String.raw`(${plainNumber}|${notCounted})${s}((?:(?!${s}).)*)${s}(.+?)` +
      String.raw`(?:${s}(${plainNumber}|-?nan)%)?${s}(\d{1,18})${s}((?:100|\d{1,2})[.,٫]\d\d)(?:${s}.*)?$`,
  );
}

function rowOf(
  [, time, place, counters, cpu, value, unit, event, spread, runtime, running]: RegExpExecArray,
  line: number,
): PerfRow {
  return {
    line,
    intervalSeconds: time === undefined ? null : Number(time),
    place: place ?? cpu ?? '',
    counters: counters === undefined ? (cpu === undefined ? null : 1) : Number(counters),
    value: value!,
    unit: unit!.trim(),
    event: event!.trim(),
    runtimeNs: Number(runtime),
    runningPercent: parsePlain(running!)!,
    spreadPercent: spread === undefined ? null : parsePlain(spread),
  };
}
