import { csvNumber, readCsvRows } from '../words/csvRows';
import { mostReplayed } from '../spec/replayedRequests';
import type { ReplayedArrivals } from './replayedArrivals';

/** What a file of so many arrivals has at most. */
export const mostArrivalBytes = 32_000_000;

/** A shorter trace says little of a load, and a window over it little of joules. */
const fewestSeconds = 5;
/** A day. */
const mostSeconds = 86_400;

/**
 * Arrivals of one's own: the second of each from the beginning of the trace on, a line each, ascending; two may be at once. A head is
 * skipped. The trace ends with the second in which its last request arrives, or after `seconds`, and what comes later is left out.
 */
export function parseArrivalTrace(text: string, seconds: number): ReplayedArrivals | { problem: string } {
  const read = readCsvRows(text, { rows: mostReplayed + 1, columns: 1 });
  if ('problem' in read) return read;
  const isHead = read.rows.length > 0 && csvNumber(read.rows[0]!.cells[0]!) === null;
  const rows = isHead ? read.rows.slice(1) : read.rows;
  if (rows.length === 0) return { problem: 'it has no arrival' };
  const atSeconds: number[] = [];
  let before = 0;
  for (const { line, cells } of rows) {
    const cell = cells[0]!;
    const at = csvNumber(cell);
    if (at === null || at < 0 || at >= mostSeconds)
      return {
        problem: `line ${line}: ${JSON.stringify(cell.slice(0, 40))} is no second of a trace, a number from 0 to below ${mostSeconds}`,
      };
    if (at < before)
      return { problem: `line ${line}: second ${at} comes before ${before}, which stands above it: arrivals ascend` };
    before = at;
    atSeconds.push(at);
  }
  const lasts = Math.floor(before) + 1;
  if (lasts < fewestSeconds)
    return { problem: `its last request arrives in second ${lasts}: a trace lasts ${fewestSeconds} s at least` };
  const length = Math.min(lasts, seconds);
  const inside = atSeconds.filter((at) => at < length);
  if (inside.length === 0)
    return {
      problem: `no request arrives in its first ${length} s, which are what measure.paced.seconds takes of it: begin the trace at its first request, or take more seconds`,
    };
  return { atMs: Float64Array.from(inside, (at) => 1000 * at), periodMs: 1000 * length };
}
