import { unpackColumns } from '../protocol/columns';
import type { PanelBand, PowerColumns } from '../protocol/messages';
import { appendSamples, createSeries, indexAt, type PowerSeries, secondsAt, slotOf } from './series';

/**
 * The power of a run on one axis of seconds: its sessions one after the other, with a short break between them, since
 * what the clock did while nothing ran is no matter.
 */
export type Timeline = {
  series: PowerSeries;
  sessions: { session: number; startMs: number; offsetSeconds: number }[];
};

const breakSeconds = 5;

export function createTimeline(): Timeline {
  return { series: createSeries([]), sessions: [] };
}

/** Appends the stretches of a message; `replace` begins anew. Domains that are new are unknown in what came before. */
export function applyColumns(timeline: Timeline, mode: 'replace' | 'more', columns: readonly PowerColumns[]): void {
  if (mode === 'replace') Object.assign(timeline, createTimeline());
  for (const stretch of columns.map(unpackColumns)) {
    if (stretch.seconds.length === 0) continue;
    const missing = [...new Set(stretch.domains)].filter((id) => !timeline.series.domains.includes(id));
    if (missing.length > 0) timeline.series = withDomains(timeline.series, missing);
    const offset = offsetOf(timeline, stretch.session, stretch.startMs);
    const { series } = timeline;
    const unknown = new Float32Array(stretch.seconds.length).fill(Number.NaN);
    appendSamples(
      series,
      offset === 0 ? stretch.seconds : stretch.seconds.map((s) => s + offset),
      series.domains.map((id) => stretch.watts[stretch.domains.indexOf(id)] ?? unknown),
    );
  }
}

function withDomains(series: PowerSeries, more: readonly string[]): PowerSeries {
  const next = createSeries([...series.domains, ...more], series.capacity);
  const slots = Array.from({ length: series.length }, (_, i) => slotOf(series, i));
  appendSamples(
    next,
    slots.map((slot) => series.seconds[slot]!),
    series.watts.map((column) => slots.map((slot) => column[slot]!)),
  );
  return next;
}

/** Seconds of the axis at which a session's first sample stands; a new session comes after all there is. */
function offsetOf(timeline: Timeline, session: number, startMs: number): number {
  const known = timeline.sessions.find((s) => s.session === session);
  if (known) return known.offsetSeconds;
  const { series } = timeline;
  let offsetSeconds = 0;
  if (series.length > 0) {
    const end = secondsAt(series, series.length - 1);
    offsetSeconds = end + breakSeconds;
    // An unknown sample breaks the line.
    appendSamples(
      series,
      [end + breakSeconds / 2],
      series.domains.map(() => [Number.NaN]),
    );
  }
  timeline.sessions.push({ session, startMs, offsetSeconds });
  return offsetSeconds;
}

/** First and last second of what is held. */
export function spanOf({ series }: Timeline): { from: number; to: number } {
  return series.length === 0
    ? { from: 0, to: 0 }
    : { from: secondsAt(series, 0), to: secondsAt(series, series.length - 1) };
}

/** A band in seconds of the axis; null while its session has no sample yet. */
export function bandSpan(timeline: Timeline, band: PanelBand): { from: number; to: number } | null {
  const session = timeline.sessions.find((s) => s.session === band.session);
  if (!session) return null;
  const seconds = (ms: number) => (ms - session.startMs) / 1000 + session.offsetSeconds;
  return { from: seconds(band.fromMs), to: band.toMs === null ? spanOf(timeline).to : seconds(band.toMs) };
}

/** Mean watts of each domain between two seconds, from the samples after `from`; NaN where none is known. */
export function meanWatts({ series }: Timeline, from: number, to: number): number[] {
  const [first, end] = [indexAt(series, from), indexAt(series, to)];
  return series.watts.map((column) => {
    let sum = 0;
    let n = 0;
    for (let i = first; i < Math.min(series.length, end + 1); i++) {
      const watts = column[slotOf(series, i)]!;
      if (Number.isNaN(watts)) continue;
      sum += watts;
      n++;
    }
    return n > 0 ? sum / n : Number.NaN;
  });
}

/** Power of the added domains over the last second; null while one of them is not known. */
export function wattsNow(timeline: Timeline, added: readonly string[]): number | null {
  const { to } = spanOf(timeline);
  if (timeline.series.length === 0 || added.length === 0) return null;
  const means = meanWatts(timeline, to - 1, to);
  const sum = added.reduce((total, id) => total + (means[timeline.series.domains.indexOf(id)] ?? Number.NaN), 0);
  return Number.isFinite(sum) ? sum : null;
}
