import { WriteStream } from 'node:tty';

/** Colours where the stream is a terminal that has them and NO_COLOR (no-color.org) does not forbid them. */
export type Style = Record<'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan', (text: string) => string>;

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  green: [32, 39],
  yellow: [33, 39],
  red: [31, 39],
  cyan: [36, 39],
} as const;

/** One of our codes, as a group that `split` keeps. */
export const ownColours = new RegExp(`(\\u001b\\[(?:${[...new Set(Object.values(codes).flat())].join('|')})m)`);

export const hasColours = (stream: NodeJS.WritableStream): boolean =>
  stream instanceof WriteStream && stream.isTTY && !process.env.NO_COLOR && stream.getColorDepth() > 1;

export function styleFor(stream: NodeJS.WritableStream): Style {
  const on = hasColours(stream);
  const paint =
    ([open, close]: readonly [number, number]) =>
    (text: string) =>
      on ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return Object.fromEntries(Object.entries(codes).map(([name, code]) => [name, paint(code)])) as Style;
}
