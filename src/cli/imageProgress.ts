import type { WriteStream } from 'node:tty';

/** Redraws one line of `done of total images` on a terminal; elsewhere says nothing. */
export function progressOn(out: NodeJS.WriteStream & Partial<WriteStream>): (done: number, total: number) => void {
  if (!out.isTTY) return () => undefined;
  return (done, total) => {
    out.write(`\r\u001b[K${done < total ? `${done} of ${total} images` : ''}`);
  };
}
