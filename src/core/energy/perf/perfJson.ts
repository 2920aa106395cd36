import { isRemark, longestPerfLine, type PerfRow, type PerfRows, speaksOfEnergy, UnreadablePerf } from './perfRow';

/**
 * `perf stat -j`: an object a line. Numbers outside quotes follow the locale too (`"pcnt-running" : 100,00`), metrics may be `nan`, and
 * the first versions closed the brace behind the interval: none of that is JSON, and all of it can be told.
 */

const isPerfJson = (line: string): boolean => /^\s*\{\s*"/.test(line) && line.includes('"counter-value"');

export const hasJsonLine = (lines: readonly string[]): boolean => lines.some(isPerfJson);

/** @throws UnreadablePerf for a line with a counter, or about energy, that is not whole */
export function readPerfJson(lines: readonly string[]): PerfRows {
  const rows = lines.flatMap((line, i): PerfRow[] => {
    const isOurs = isPerfJson(line);
    if (!isOurs && (isRemark(line) || !speaksOfEnergy(line))) return [];
    const row = isOurs && line.length <= longestPerfLine ? rowOf(line, i + 1) : null;
    if (row === null) throw new UnreadablePerf(`line ${i + 1} is no whole line of perf stat -j`);
    return [row];
  });
  return { rows, elapsedSeconds: null, target: null, runs: null };
}

/** Besides `cpu`, whose value is a number alone; perf has one of them in a line. */
const places = ['socket', 'die', 'cluster', 'cache', 'core', 'node'] as const;

function rowOf(text: string, line: number): PerfRow | null {
  const data = objectOf(text);
  if (data === null) return null;
  const textAt = (key: string) => (typeof data[key] === 'string' ? data[key] : null);
  const numberAt = (...keys: string[]) => {
    const value = keys.map((key) => data[key]).find((found) => found !== undefined);
    return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : null;
  };
  const value = textAt('counter-value');
  const event = textAt('event');
  if (value === null || event === null || (data.interval !== undefined && numberAt('interval') === null)) return null;
  const cpu = textAt('cpu');
  return {
    line,
    intervalSeconds: numberAt('interval'),
    place: places.map(textAt).find((place) => place !== null) ?? (cpu === null ? '' : `CPU${cpu}`),
    counters: cpu === null ? numberAt('aggregate-number', 'counters') : 1,
    value,
    unit: textAt('unit') ?? '',
    event,
    runtimeNs: numberAt('event-runtime'),
    runningPercent: numberAt('pcnt-running') ?? 100,
    spreadPercent: numberAt('variance'),
  };
}

function objectOf(line: string): Record<string, unknown> | null {
  const mended = line
    .replace(/^(\s*\{"interval" : [\d.]+)\}\s*(?=")/, '$1, ')
    .replace(/(" : -?\d+)[,٫](?=\d)/g, '$1.')
    .replace(/" : -?(?:nan|inf)\b/g, '" : null');
  for (const text of [line, mended])
    try {
      const data: unknown = JSON.parse(text);
      if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Record<string, unknown>;
    } catch {
      // The mended line is tried, then it is none.
    }
  return null;
}
