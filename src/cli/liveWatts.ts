import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { powerSeries } from '../core/power/energyWindow';
import type { Reading } from '../core/power/source';
import type { Run } from '../core/run/fold';
import type { SampleLookup } from '../core/run/trialValue';
import { powerFile } from '../runs/folders';
import { parsePowerSample } from '../runs/powerLog';

/** Samples kept for the values of windows that end while we watch: ten minutes at 10 Hz. */
const keepSamples = 6000;

export type LiveWatts = {
  /** Reads what is new and gives the current power of the added domains; null while it is not known. */
  poll(run: Run): number | null;
  samples: SampleLookup;
};

/** Follows `power.jsonl` by byte offset, keeping its last minutes. */
export function followWatts(folder: string): LiveWatts {
  let offset = 0;
  let rest = '';
  let kept: Reading[] = [];
  const readNew = (domains: number) => {
    const text =
      rest +
      readFrom(powerFile(folder), offset, (bytes) => {
        offset += bytes;
      });
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      // A header begins another session: its clock may have started anew.
      if (line.startsWith('{')) kept = [];
      const sample = parsePowerSample(line, domains);
      if (sample) kept.push(sample);
    }
    if (kept.length > keepSamples) kept = kept.slice(-keepSamples);
  };
  return {
    poll(run) {
      if (!run.source) return null;
      readNew(run.source.domains.length);
      const latest = kept.at(-1);
      if (!latest) return null;
      const second = kept.filter((s) => s.monotonicMs > latest.monotonicMs - 1000);
      const points = powerSeries(run.source, second);
      const added = run.source.domains.map((d) => d.added);
      const totals = points.map((p) =>
        p.watts.reduce<number>((sum, w, i) => sum + (added[i] ? (w ?? Number.NaN) : 0), 0),
      );
      const mean = totals.reduce((sum, w) => sum + w, 0) / totals.length;
      return Number.isFinite(mean) ? mean : null;
    },
    samples: (_session, fromMs, toMs) => kept.filter((s) => s.monotonicMs > fromMs && s.monotonicMs <= toMs),
  };
}

function readFrom(file: string, offset: number, advance: (bytes: number) => void): string {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return ''; // The sampler has not begun yet.
  }
  try {
    const size = fstatSync(fd).size;
    if (size <= offset) return '';
    const data = Buffer.allocUnsafe(size - offset);
    const bytes = readSync(fd, data, 0, data.length, offset);
    advance(bytes);
    return data.toString('utf8', 0, bytes);
  } finally {
    closeSync(fd);
  }
}
