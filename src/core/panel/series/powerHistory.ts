import { powerSeries } from '../../energy/energyWindow';
import { isCounted } from '../../energy/parts';
import { readingsWithin } from '../../energy/readings';
import type { Reading, SourceRecord } from '../../energy/source';
import { microjoulesOf } from '../../energy/units';
import type { PowerHeader } from '../../run/events';
import type { SampleLookup } from '../../values/samples';
import { packColumns } from '../protocol/columns';
import type { PowerColumns } from '../protocol/messages';
import { thinRows } from './thinRows';

/**
 * The power of a run as the extension host keeps it: watts of every domain in growing columns, 10 hours at 10 Hz and
 * four domains in 9 MB, and of the raw readings one a second, which is what counting wraps of a counter needs.
 */
export type PowerHistory = {
  /** A session begins, and with it its own source: zones may have come and gone. null: unknown, so its watts are too. */
  begin(header: PowerHeader, source: SourceRecord | null): void;
  add(sample: Reading): void;
  /** Rows so far, in all sessions. */
  rows(): number;
  /** Rows from `from` on, at most about `most`, peaks kept; one stretch for each session. */
  columns(from: number, most: number): PowerColumns[];
  /** Mean power of the added domains in the last second, watts; null where it is not known. */
  wattsNow(): number | null;
  /** Energy of the added domains since the first sample, joules; null before the second one. */
  joulesSoFar(): number | null;
  samples: SampleLookup;
};

const keepReadingEveryMs = 1000;

type Session = {
  session: number;
  source: SourceRecord | null;
  startMs: number | null;
  domains: string[];
  added: boolean[];
  firstRow: number;
  rows: number;
  seconds: Float64Array;
  watts: Float32Array[];
  total: Float32Array;
  kept: Reading[];
  last: Reading | null;
};

export function createPowerHistory(): PowerHistory {
  const sessions: Session[] = [];
  let rows = 0;
  let joules: number | null = null;

  return {
    begin(header, source) {
      sessions.push({
        session: header.session,
        source,
        startMs: null,
        domains: header.domains,
        added: source?.parts.map((part) => isCounted(source, part)) ?? [],
        firstRow: rows,
        rows: 0,
        seconds: new Float64Array(1024),
        watts: header.domains.map(() => new Float32Array(1024)),
        total: new Float32Array(1024),
        kept: [],
        last: null,
      });
    },
    add(sample) {
      const session = sessions.at(-1);
      if (!session) return;
      const { source } = session;
      session.startMs ??= sample.monotonicMs;
      const keptMs = session.kept.at(-1)?.monotonicMs ?? Number.NEGATIVE_INFINITY;
      if (sample.monotonicMs - keptMs >= keepReadingEveryMs) session.kept.push(sample);
      const before = session.last;
      if (before === null || source === null) {
        session.last = sample;
        return;
      }
      // Too close to the one before: it waits for the next.
      const watts = plainWatts(source, before, sample) ?? powerSeries(source, [before, sample])[0]?.watts;
      if (!watts) return;
      session.last = sample;
      const seconds = (sample.monotonicMs - session.startMs) / 1000;
      const total = append(session, seconds, watts);
      rows++;
      if (Number.isFinite(total)) joules = (joules ?? 0) + (total * (sample.monotonicMs - before.monotonicMs)) / 1000;
    },
    rows: () => rows,
    columns(from, most) {
      const wanted = rows - from;
      return sessions.flatMap((session) => {
        const start = Math.max(0, from - session.firstRow);
        const count = session.rows - start;
        if (count <= 0 || session.startMs === null) return [];
        const share = Math.max(2, Math.round((most * count) / wanted));
        const chosen = thinRows(session.total.subarray(start, session.rows), share).map((i) => i + start);
        return [
          packColumns({
            session: session.session,
            startMs: session.startMs,
            domains: session.domains,
            seconds: chosen.map((i) => session.seconds[i]!),
            watts: session.watts.map((column) => chosen.map((i) => column[i]!)),
          }),
        ];
      });
    },
    wattsNow() {
      const session = sessions.at(-1);
      if (!session || session.rows === 0) return null;
      const latest = session.seconds[session.rows - 1]!;
      let sum = 0;
      let count = 0;
      for (let i = session.rows - 1; i >= 0 && session.seconds[i]! > latest - 1; i--, count++) sum += session.total[i]!;
      return Number.isFinite(sum) && count > 0 ? sum / count : null;
    },
    joulesSoFar: () => joules,
    samples: (number, fromMs, toMs) =>
      sessions.filter((s) => s.session === number).flatMap((s) => readingsWithin(s.kept, fromMs, toMs)),
  };
}

/** Below this power, and in intervals this long, no counter can be refused and no wrap can hide. */
const plainMicrowatts = 1e9;
const plainMs = { least: 100, most: 1000 };

/**
 * What `powerSeries` gives for two samples with nothing special about them, at a fraction of its cost: hours of samples
 * are read when a panel opens. null: ask `powerSeries`.
 */
export function plainWatts({ parts }: SourceRecord, before: Reading, after: Reading): number[] | null {
  const ms = after.monotonicMs - before.monotonicMs;
  if (ms < plainMs.least || ms > plainMs.most) return null;
  const watts = new Array<number>(parts.length);
  for (let i = 0; i < parts.length; i++) {
    const { unit, range, limitWatts } = parts[i]!;
    const [from, to, step] = [before.counters[i], after.counters[i], microjoulesOf(unit)];
    if (from == null || to == null || step === null || to < from) return null;
    const rise = (to - from) * step;
    if (rise / ms > plainMicrowatts / 1000) return null;
    const lap = range === null ? null : range * step;
    if (lap !== null && (to * step > lap || lap < 1e10 || (limitWatts ?? 0) * plainMs.most * 1000 > lap)) return null;
    watts[i] = rise / 1000 / ms;
  }
  return watts;
}

/** @returns watts of the added domains; NaN where one of them is unknown */
function append(session: Session, seconds: number, watts: readonly (number | null)[]): number {
  if (session.rows === session.seconds.length) {
    const grown = 2 * session.rows;
    const grow = (column: Float32Array) => {
      const larger = new Float32Array(grown);
      larger.set(column);
      return larger;
    };
    const times = new Float64Array(grown);
    times.set(session.seconds);
    session.seconds = times;
    session.watts = session.watts.map(grow);
    session.total = grow(session.total);
  }
  let total = 0;
  session.seconds[session.rows] = seconds;
  session.watts.forEach((column, d) => {
    const value = watts[d] ?? Number.NaN;
    column[session.rows] = value;
    if (session.added[d]) total += value;
  });
  session.total[session.rows] = total;
  session.rows++;
  return total;
}
