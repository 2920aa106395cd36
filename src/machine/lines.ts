import { closeSync } from 'node:fs';
import { openToRead, readAt } from './regularFile';

/** Some whole lines of a file that follow one another. */
export type LineBlock = {
  lines: string[];
  /** Offset of the byte behind them. */
  end: number;
  /** A line is longer than a block: `lines` is empty, and what was read of it is passed over. */
  isTooLong: boolean;
  /** Whether bytes follow. */
  more: boolean;
};

/**
 * The whole lines of a regular file from a byte offset on, without their ends, in blocks of at most `blockBytes`, so
 * that a file of any size is read with little memory. A last line without its end is left: its writer may still be at it.
 *
 * @throws FileRefused, the system's error
 */
export function* lineBlocks(path: string, from: number, blockBytes: number): Generator<LineBlock, void, void> {
  const { fd, size } = openToRead(path);
  try {
    for (let at = from; at < size;) {
      const data = readAt(fd, at, Math.min(blockBytes, size - at));
      const lineEnd = data.lastIndexOf(10) + 1;
      const isTooLong = lineEnd === 0 && data.length > 0 && at + data.length < size;
      if (lineEnd === 0 && !isTooLong) return;
      at += isTooLong ? data.length : lineEnd;
      const lines = isTooLong ? [] : data.toString('utf8', 0, lineEnd - 1).split('\n');
      yield { lines, end: at, isTooLong, more: at < size };
    }
  } finally {
    closeSync(fd);
  }
}
