import { printable } from '../../core/words/plain';
import { wrapped } from '../../core/words/wrapped';
import { hasColours, ownColours } from './style';

/**
 * All that the program prints. Texts are for people: names of runs, models and images in them may have been written by anybody, and a
 * terminal would do what their escape sequences say. Lint forbids other ways to print in src/cli.
 */

/** A path may have 4,096 bytes; a line with several is still whole. */
const longestLine = 10_000;

/** To standard output. */
export const print = (text: string): void => void process.stdout.write(terminalText(text, process.stdout));

/** To standard error. */
export const printError = (text: string): void => void process.stderr.write(terminalText(text, process.stderr));

/** Sentences to standard error, a line each, broken to the width of a terminal. */
export function printNotes(notes: readonly string[]): void {
  const { columns = Number.POSITIVE_INFINITY } = process.stderr;
  for (const note of notes) printError(`${wrapped(oneLine(note), '', columns).join('\n')}\n`);
}

/** What programs read, to standard output: exact to the byte, unless it is a terminal. */
export const printData = (text: string): void =>
  void process.stdout.write(process.stdout.isTTY ? terminalText(text, process.stdout) : text);

/** A line of JSON to standard output, for the program that started this one; resolves once it is handed on. */
export const printDataLine = (line: string): Promise<void> =>
  new Promise((done) => void process.stdout.write(`${line}\n`, () => done()));

/** A line of JSON, in which no control character can stand, for the program that started this one. */
export const printErrorData = (line: string): void => void process.stderr.write(`${line}\n`);

/** Writes the last line of a terminal anew; the next text begins in its place after `redraw('')`. */
export const redraw = (line: string): void =>
  void process.stderr.write(`\r\u001b[K${terminalText(line, process.stderr)}`);

/** A text as a stream may get it: of escape sequences only the colours that `style.ts` makes, where the stream has colours. */
export function terminalText(text: string, stream: NodeJS.WritableStream): string {
  const coloured = hasColours(stream);
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => terminalLine(line.replaceAll('\r', ' '), coloured))
    .join('\n');
}

function terminalLine(line: string, coloured: boolean): string {
  const isCut = line.length > longestLine;
  const kept = isCut ? `${line.slice(0, longestLine - 1)}…` : line;
  if (!coloured) return printable(kept);
  // Every second part is one of our codes.
  const parts = kept.split(ownColours).map((part, i) => (i % 2 === 1 ? part : printable(part)));
  return `${parts.join('')}${isCut ? '\u001b[0m' : ''}`;
}

/** A name or a message as a part of one line: with line ends it could write lines of its own into a table or a verdict. */
export const oneLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ');
