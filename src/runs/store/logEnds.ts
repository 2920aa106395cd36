import { closeSync } from 'node:fs';
import { openToRead, readAt } from '../../machine/regularFile';

const tailBytes = 4096;
const headBytes = 1 << 20;

/** The first line, and the last whole one (its end only, where it is long). */
export function endsOf(file: string): { head: string; tail: string } {
  const { fd, size } = openToRead(file);
  try {
    const read = (from: number, bytes: number) => readAt(fd, from, Math.min(bytes, size - from));
    let head = read(0, 8192);
    if (!head.includes(10)) head = read(0, headBytes);
    const end = head.indexOf(10);
    if (end < 0) throw new Error('its log holds no whole line');
    const last = read(Math.max(0, size - tailBytes), tailBytes).toString('utf8');
    const whole = last.slice(0, last.lastIndexOf('\n'));
    return { head: head.toString('utf8', 0, end), tail: whole.slice(whole.lastIndexOf('\n') + 1) };
  } finally {
    closeSync(fd);
  }
}

/** Looked through from the end for a line; before that only the head is. */
const searchedBytes = 64 << 20;
const stepBytes = 1 << 20;

/** The last whole line that holds a text, searched from the end of a log backwards, and in its head; null where none does. */
export function lastLineWith(file: string, text: string): string | null {
  const { fd, size } = openToRead(file);
  // A text that lies across two steps is found in the step before, which reaches so much further.
  const overlap = Buffer.byteLength(text);
  try {
    const search = (from: number, to: number): string | null => {
      const found = readAt(fd, from, Math.min(to + overlap, size) - from).lastIndexOf(text);
      if (found < 0) return null;
      const around = readAt(fd, Math.max(0, from + found - headBytes), Math.min(2 * headBytes, size));
      const at = Math.min(headBytes, from + found);
      const [start, end] = [around.lastIndexOf(10, at) + 1, around.indexOf(10, at)];
      return end < 0 ? null : around.toString('utf8', start, end);
    };
    const oldest = Math.max(0, size - searchedBytes);
    for (let to = size; to > oldest; to -= stepBytes) {
      const line = search(Math.max(oldest, to - stepBytes), to);
      if (line !== null) return line;
    }
    return oldest === 0 ? null : search(0, Math.min(headBytes, oldest));
  } finally {
    closeSync(fd);
  }
}
