import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Reading } from '../core/power/source';
import { type PowerHeader, powerHeaderSchema } from '../core/run/events';
import { parsePowerSample } from './powerLog';

export type PowerRecord = { header: PowerHeader } | { sample: Reading };

/** Bytes that one poll reads at most: some ten thousand samples, a few dozen milliseconds. */
const defaultBytes = 1 << 20;

/**
 * Follows `power.jsonl` by byte offset. Each poll gives the whole lines that are new, at most `bytes` of them; `more`
 * says that it should be called again at once. A missing file has nothing new. Lines that are no samples are left out
 * (`readPower` says why).
 */
export function followPower(file: string): { poll(bytes?: number): { records: PowerRecord[]; more: boolean } } {
  let offset = 0;
  let domains = 0;
  return {
    poll(bytes = defaultBytes) {
      const { data, more } = readSome(file, offset, bytes);
      const end = data.lastIndexOf(10) + 1;
      // A line longer than what one poll reads: no sample is. It is skipped.
      if (end === 0 && more) offset += data.length;
      if (end === 0) return { records: [], more };
      offset += end;
      const records: PowerRecord[] = [];
      for (const line of data.toString('utf8', 0, end - 1).split('\n')) {
        const header = line.startsWith('{') ? parseHeader(line) : null;
        if (header) {
          domains = header.domains.length;
          records.push({ header });
        }
        const sample = line.startsWith('[') ? parsePowerSample(line, domains) : null;
        if (sample) records.push({ sample });
      }
      return { records, more };
    },
  };
}

function parseHeader(line: string): PowerHeader | null {
  try {
    return powerHeaderSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

function readSome(file: string, offset: number, bytes: number): { data: Buffer; more: boolean } {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { data: Buffer.alloc(0), more: false };
    throw error;
  }
  try {
    const left = Math.max(0, fstatSync(fd).size - offset);
    const data = Buffer.allocUnsafe(Math.min(left, bytes));
    const read = data.length === 0 ? 0 : readSync(fd, data, 0, data.length, offset);
    return { data: data.subarray(0, read), more: left > read };
  } finally {
    closeSync(fd);
  }
}
