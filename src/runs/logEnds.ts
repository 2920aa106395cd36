import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const tailBytes = 4096;
const headBytes = 1 << 20;

/** The first line, and the last whole one (its end only, where it is long). */
export function endsOf(file: string): { head: string; tail: string } {
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    const read = (from: number, bytes: number) => {
      const data = Buffer.allocUnsafe(Math.min(bytes, size - from));
      return data.subarray(0, readSync(fd, data, 0, data.length, from));
    };
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
