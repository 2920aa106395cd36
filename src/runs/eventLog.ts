import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { ExpectedError } from '../core/failure/expectedError';
import { eventSchema, type NewEvent, type RunEvent, runFormatVersion } from '../core/run/events';

/** A log that cannot be read: not one that merely ends in the middle of a line. */
export class LogError extends ExpectedError {
  override readonly name = 'LogError';
  constructor(
    readonly file: string,
    readonly line: number,
    problem: string,
  ) {
    super('run-log', `${file}:${line}: ${problem}`);
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
    value = JSON.parse(text);
  } catch {
    throw new LogError(file, line, 'not a JSON line: the log was altered or the disk lost a part of it');
  }
  const parsed = eventSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = (typeof value === 'object' && value !== null ? value : {}) as { type?: unknown; version?: unknown };
  if (typeof fields.version === 'number' && fields.version > runFormatVersion) {
    throw new LogError(
      file,
      line,
      `run format ${fields.version} is newer than this program's ${runFormatVersion}: update Greenbatch`,
    );
  }
  // A later program may add kinds of events; one that we do not know cannot change what the others mean.
  if (typeof fields.type === 'string' && !knownTypes.has(fields.type)) return null;
  const issue = parsed.error.issues[0];
  throw new LogError(file, line, `${String(fields.type)}.${issue?.path.join('.')}: ${issue?.message}`);
}

const knownTypes = new Set<string>(eventSchema.options.map((option) => option.shape.type.value));

/**
 * Reads whole lines from byte `from` on (`firstLine` is the number of the line that starts there).
 * A last line without its newline is left for the next call: its writer may still be at it.
 *
 * @throws LogError for a line that is whole but not an event, naming the line
 */
export function readEvents(file: string, from = 0, firstLine = 1): EventRead {
  const data = readFrom(file, from);
  const end = data.lastIndexOf(10) + 1;
  const texts = end === 0 ? [] : data.toString('utf8', 0, end - 1).split('\n');
  const events: RunEvent[] = [];
  texts.forEach((text, i) => {
    const event = parseLine(file, firstLine + i, text);
    if (event) events.push(event);
  });
  if (from === 0 && texts.length > 0 && events[0]?.type !== 'run.created') {
    throw new LogError(file, 1, 'the first line of a run must be run.created');
  }
  return { events, bytes: from + end, lines: firstLine - 1 + texts.length };
}

function readFrom(file: string, from: number): Buffer {
  if (from === 0) return readFileSync(file);
  const fd = openSync(file, 'r');
  try {
    const length = Math.max(0, fstatSync(fd).size - from);
    const data = Buffer.allocUnsafe(length);
    return data.subarray(0, length === 0 ? 0 : readSync(fd, data, 0, length, from));
  } finally {
    closeSync(fd);
  }
}

export type EventLog = { append(event: NewEvent, durable?: boolean): RunEvent; close(): void };

/**
 * Opens a log to append to. What a killed writer left of its last line is cut off first, so that
 * the log stays one event a line. Only the holder of the measuring lock may call this.
 */
export function openEventLog(file: string): EventLog {
  cutTornLine(file);
  const fd = openSync(file, 'a');
  return {
    append(event, durable = false) {
      const stamped = { ...event, at: Date.now() } as RunEvent;
      const size = fstatSync(fd).size;
      try {
        writeAll(fd, Buffer.from(`${JSON.stringify(stamped)}\n`));
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
    fd = openSync(file, 'r+');
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
