import { readPerfCsv } from '../../core/energy/perf/perfCsv';
import { readPerfJson } from '../../core/energy/perf/perfJson';
import { parsePlain } from '../../core/energy/perf/perfNumber';
import { isNumber, longestPerfLine, type PerfRow } from '../../core/energy/perf/perfRow';

/** One event of one socket, as perf names both (`power/energy-pkg/`, `S0`), and the unit that it prints. */
export type Counted = { event: string; place: string; unit: string };

/** What perf has counted from its start to the end of an interval (`-I`): millionths of the unit, null where an event is not supported. */
export type Tick = {
  /** End of the interval in seconds since perf's start. */
  seconds: number;
  counts: (number | null)[];
};

/**
 * Adds up what `perf stat -I` prints. Each interval is printed by itself; one is whole once every event of every socket has its
 * line. An event that stood still because counting was disabled is `<not counted>` there, which is nothing.
 */
export type PerfTicks = {
  /** Whole intervals that this text, which goes on where the one before ended, brings to an end. Throws an Error at what perf does not print. */
  add(text: string): Tick[];
};

/** @param form `json`, or `csv` with commas */
export function createPerfTicks(counted: readonly Counted[], form: string): PerfTicks {
  const sums = counted.map((): number | null => 0);
  let torn = '';
  let open = new Map<number, PerfRow>();
  let seconds = 0;
  return {
    add(text) {
      const lines = (torn + text).split('\n');
      torn = lines.pop()!;
      if (torn.length > longestPerfLine) throw new Error('a line of perf has no end');
      const ticks: Tick[] = [];
      for (const row of (form === 'json' ? readPerfJson(lines) : readPerfCsv(lines, ',')).rows) {
        const index = counted.findIndex(({ event, place }) => row.place === place && row.event.startsWith(event));
        if (index < 0 || row.intervalSeconds === null) continue;
        if (open.size === 0) seconds = row.intervalSeconds;
        if (row.intervalSeconds !== seconds || open.has(index)) throw new Error('an interval of perf is torn');
        open.set(index, row);
        if (open.size < counted.length) continue;
        for (const [i, { value, unit }] of open) sums[i] = sumOf(sums[i]!, value, unit === counted[i]!.unit);
        open = new Map();
        ticks.push({ seconds, counts: [...sums] });
      }
      return ticks;
    },
  };
}

/** In whole millionths, so that a sum of thousands of intervals is exact. */
function sumOf(sum: number | null, value: string, isInUnit: boolean): number | null {
  if (sum === null || value === '<not supported>') return null;
  if (!isNumber(value)) return sum;
  const count = parsePlain(value);
  if (count === null || !isInUnit) throw new Error(`perf printed ${value}, which is no count in the unit of its event`);
  return sum + Math.round(count * 1e6);
}
