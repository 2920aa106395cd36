import { closeSync, fstatSync, readSync, writeSync } from 'node:fs';
import { openToAppend } from '../../machine/regularFile';
import { errorCode } from '../../machine/smallFile';

/** A file of lines, appended to in the background of measuring: a full disk delays lines, it stops nothing. */
export type SeriesFile = {
  add(line: string): void;
  /** Writes what was added. Returns what changed: a problem, `written again`, or null. */
  write(): string | null;
  close(): void;
};

/** Lines kept for a disk that is full: an hour at 10 Hz. Older ones are lost then. */
const mostPending = 36_000;

/** Opens `path` for appending. A last line torn by a crash is ended, so that the next line stands alone. Throws when it cannot be opened. */
export function openSeriesFile(path: string): SeriesFile {
  const fd = openToAppend(path);
  let lines: string[] = [];
  let unwritten = endsTorn(fd) ? Buffer.from('\n') : Buffer.alloc(0);
  let failing = false;

  return {
    add(line) {
      lines.push(line);
      if (lines.length > mostPending) lines.shift();
    },
    write() {
      try {
        while (unwritten.length > 0 || lines.length > 0) {
          if (unwritten.length === 0) {
            unwritten = Buffer.from(`${lines.join('\n')}\n`);
            lines = [];
          }
          unwritten = unwritten.subarray(writeSync(fd, unwritten));
        }
      } catch (error) {
        if (failing) return null;
        failing = true;
        return `${path} cannot be written (${errorCode(error)}); samples are kept in memory and written later`;
      }
      if (!failing) return null;
      failing = false;
      return `${path} is written again`;
    },
    close: () => closeSync(fd),
  };
}

function endsTorn(fd: number): boolean {
  const stat = fstatSync(fd);
  if (stat.size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, stat.size - 1);
  return last[0] !== 10;
}
