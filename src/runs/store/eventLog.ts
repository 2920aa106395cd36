import { closeSync, fstatSync, fsyncSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { ExpectedError } from '../../core/failure/expectedError';
import { eventSchema, type NewEvent, type RunEvent, runFormatVersion } from '../../core/run/events';
import type * as z from 'zod';
import { fromFormat1 } from '../../core/run/format1';
import { type LineBlock, lineBlocks } from '../../machine/lines';
import { FileRefused, openToAppend, openToChange } from '../../machine/regularFile';

/** A log that cannot be read: not one that merely ends in the middle of a line. `run-newer`: nothing is wrong with it, a later program wrote it. */
export class LogError extends ExpectedError {
  override readonly name = 'LogError';
  constructor(
    readonly file: string,
    readonly line: number,
    problem: string,
    code: 'run-log' | 'run-newer' = 'run-log',
  ) {
    super(code, `${file}:${line}: ${problem}`);
  }
}

export type EventRead = {
  events: RunEvent[];
  /** Bytes of whole lines; a torn last line lies behind it. */
  bytes: number;
  lines: number;
};

function parseLine(file: string, line: number, text: string): RunEvent | null {
  let value: unknown;
  try {
    value = fromFormat1(JSON.parse(text));
  } catch {
    throw new LogError(file, line, 'not a JSON line: the log was altered or the disk lost a part of it');
  }
  let parsed = eventSchema.safeParse(value);
  if (!parsed.success && leaveOutUnknownKeys(value, parsed.error.issues)) parsed = eventSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = (typeof value === 'object' && value !== null ? value : {}) as { type?: unknown; version?: unknown };
  const format = newerFormat(fields);
  if (format !== null) throw new LogError(file, line, format, 'run-newer');
  // A later program may add kinds of events; one that we do not know cannot change what the others mean.
  if (typeof fields.type === 'string' && !knownTypes.has(fields.type)) return null;
  const issue = parsed.error.issues[0];
  // A word in a place where this program knows a few decides what the line means: only a later program can have written it.
  if (issue?.code === 'invalid_value' && typeof fields.type === 'string') {
    const place = `${fields.type}.${issue.path.join('.')}`;
    const found = issue.path.reduce<unknown>(
      (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
      value,
    );
    if (typeof found === 'string')
      throw new LogError(
        file,
        line,
        `${place} "${found}" was made by a newer program than this one: update Greenbatch`,
        'run-newer',
      );
  }
  throw new LogError(file, line, `${String(fields.type)}.${issue?.path.join('.')}: ${issue?.message}`);
}

/**
 * Within a format keys may be added, also where ours are checked strictly (an experiment, an accuracy): those that we do not
 * know are taken out, in place. False where something else is wrong, too, or nothing is.
 */
function leaveOutUnknownKeys(value: unknown, issues: readonly z.core.$ZodIssue[]): boolean {
  if (!issues.every((issue) => issue.code === 'unrecognized_keys')) return false;
  for (const { path, keys } of issues) {
    const place = path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown>)[key], value);
    for (const key of keys) Reflect.deleteProperty(place as object, key);
  }
  return issues.length > 0;
}

/** Why a log's line cannot be understood, where it is of a format that is later than ours; else null. */
export function newerFormat({ version }: { version?: unknown }): string | null {
  if (typeof version !== 'number' || version <= runFormatVersion) return null;
  return `run format ${version} is newer than this program's ${runFormatVersion}: update Greenbatch`;
}

const knownTypes = new Set<string>(eventSchema.options.map((option) => option.shape.type.value));

/** A log, or a series of samples, that is larger is no run's: it would only hold up whoever lists runs. */
const largestLogBytes = 1 << 30;
/** So is a longer line. */
const longestLineBytes = 4 << 20;

/**
 * Reads whole lines from byte `from` on (`firstLine` is the number of the line that starts there).
 * A last line without its newline is left for the next call: its writer may still be at it.
 *
 * @throws LogError for a line that is whole but not an event, naming the line; for a file that is no log
 */
export function readEvents(file: string, from = 0, firstLine = 1): EventRead {
  const read: EventRead = { events: [], bytes: from, lines: firstLine - 1 };
  for (const block of eventBlocks(file, from, firstLine)) {
    for (const event of block.events) read.events.push(event);
    [read.bytes, read.lines] = [block.bytes, block.lines];
  }
  return read;
}

/** The same, some megabytes at a time: other work can go on in between. */
export function* eventBlocks(file: string, from: number, firstLine: number): Generator<EventRead, void, void> {
  let lines = firstLine - 1;
  for (const block of logBlocks(file, from, lines)) {
    const events: RunEvent[] = [];
    for (const text of block.lines) {
      lines++;
      const event = parseLine(file, lines, text);
      if (event) events.push(event);
      if (lines === 1 && event?.type !== 'run.created') {
        throw new LogError(file, 1, 'the first line of a run must be run.created');
      }
    }
    yield { events, bytes: block.end, lines };
  }
}

function* logBlocks(file: string, from: number, linesBefore: number): Generator<LineBlock, void, void> {
  try {
    for (const block of lineBlocks(file, from, longestLineBytes)) {
      if (block.end > largestLogBytes) throw new LogError(file, linesBefore + 1, 'the log is larger than 1 GiB');
      if (block.isTooLong) throw new LogError(file, linesBefore + 1, 'a line is longer than 4 MiB');
      yield block;
    }
  } catch (error) {
    if (error instanceof FileRefused) throw new LogError(file, 1, error.message);
    throw error;
  }
}

export type EventLog = { append(event: NewEvent, durable?: boolean): RunEvent; close(): void };

/**
 * Opens a log to append to. What a killed writer left of its last line is cut off first, so that
 * the log stays one event a line. Only the holder of the measuring lock may call this.
 */
export function openEventLog(file: string): EventLog {
  cutTornLine(file);
  const fd = openToAppend(file);
  return {
    append(event, durable = false) {
      const stamped = { ...event, at: Date.now() } as RunEvent;
      const size = fstatSync(fd).size;
      try {
        const line = Buffer.from(`${JSON.stringify(stamped)}\n`);
        if (line.length > longestLineBytes) throw new Error(`an event of ${line.length} bytes is too long for the log`);
        writeAll(fd, line);
      } catch (error) {
        // Half a line (a full disk) would spoil the next one.
        ftruncateSync(fd, size);
        throw error;
      }
      // A finished repeat must outlive a power cut; for the rest the page cache will do (it survives kill -9).
      if (durable) fsyncSync(fd);
      return stamped;
    },
    close: () => closeSync(fd),
  };
}

/** Cuts off an unfinished last line (nothing when the file does not exist). */
export function cutTornLine(file: string): void {
  let fd: number;
  try {
    fd = openToChange(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    const size = fstatSync(fd).size;
    const block = Buffer.alloc(64 * 1024);
    let end = size;
    while (end > 0) {
      const start = Math.max(0, end - block.length);
      const read = readSync(fd, block, 0, end - start, start);
      const newline = block.lastIndexOf(10, read - 1);
      if (newline >= 0) {
        end = start + newline + 1;
        break;
      }
      end = start;
    }
    if (end < size) ftruncateSync(fd, end);
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, data: Buffer): void {
  for (let done = 0; done < data.length;) done += writeSync(fd, data, done);
}
