import { chunksOf } from '../../../machine/regularFile';
import { DatasetError, readFailure } from './datasetError';

/** One element may have so many bytes: it is held in memory as a whole. */
const maxElementBytes = 16 * 1024 * 1024;
const chunkBytes = 1024 * 1024;

export type ElementReader = (element: unknown, index: number) => void;

/**
 * Reads lists out of a JSON file of any size, element by element: `take[key]` gets those of the list under `key` of
 * the outermost object, `take['']` those of the outermost list. Memory stays at a few MB and the largest element, so
 * neither V8's limit on the length of a string (512 MB) nor COCO's polygons matter. Returns the keys whose lists were
 * found; under a key that comes twice, both are read.
 *
 * Only the brackets and strings of what is not taken are followed; each element is read by `JSON.parse`. (2 to 5
 * times as fast as @streamparser/json, which makes a token of each number.) Throws `DatasetError` where the file
 * cannot be read, is cut short or is no JSON, with the element at which that shows.
 */
export async function readJsonLists(file: string, take: Record<string, ElementReader>): Promise<Set<string>> {
  const cutter = new ListCutter(file, new Map(Object.entries(take)));
  try {
    for await (const chunk of chunksOf(file, chunkBytes)) cutter.add(chunk);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === undefined ? error : readFailure(error, file);
  }
  cutter.finish();
  return cutter.found;
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const byteOrderMark = Buffer.from('\ufeff');

/**
 * Follows brackets and strings through chunks of bytes, and cuts out the elements of the lists that are asked for.
 */
class ListCutter {
  readonly found = new Set<string>();
  private bytes: Buffer = Buffer.alloc(0);
  /** Where the next byte to look at stands in `bytes`. */
  private at = 0;
  private started = false;
  private depth = 0;
  private ended = false;
  private inString = false;
  private escaped = false;
  /** Of the string that may be a key of the outermost object, in `bytes`; −1: none. */
  private keyStart = -1;
  private rootIsObject = false;
  private expectsKey = false;
  private key = '';
  /** Depth inside the list that is being taken; 0: none. */
  private listDepth = 0;
  private reader: ElementReader = () => {};
  private count = 0;
  /** Where the elements not yet passed on begin in `bytes`, and the commas after each whole one. */
  private start = 0;
  private commas: number[] = [];

  constructor(
    private readonly file: string,
    private readonly take: Map<string, ElementReader>,
  ) {}

  add(chunk: Buffer): void {
    const kept = this.listDepth > 0 ? this.start : this.keyStart >= 0 ? this.keyStart : this.bytes.length;
    const rest = this.bytes.subarray(kept);
    if (rest.length > maxElementBytes)
      throw this.failure(`${this.place(this.count)} has more than ${maxElementBytes >> 20} MB`);
    this.bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.at = rest.length;
    this.start = 0;
    if (this.keyStart >= 0) this.keyStart = 0;
    this.scan();
    const last = this.commas.at(-1);
    if (this.listDepth > 0 && last !== undefined) {
      this.pass(last);
      this.start = last + 1;
    }
  }

  finish(): void {
    if (!this.started) throw this.failure('it is empty');
    if (!this.ended)
      throw this.failure(
        `it ends ${this.listDepth > 0 ? `in ${this.place(this.count)}` : 'before its last bracket'}: the file is cut short`,
      );
  }

  private scan(): void {
    const { bytes } = this;
    for (let i = this.at; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (byte === backslash) this.escaped = true;
        else if (byte === quote) this.endString(i);
      } else if (this.depth === 0 && byte !== openList && byte !== openObject) {
        if (!isSpace(byte)) this.outside(i);
      } else if (byte === quote) {
        this.inString = true;
        if (this.depth === 1 && this.expectsKey) this.keyStart = i;
      } else if (byte === comma) {
        if (this.listDepth > 0 && this.depth === this.listDepth) this.commas.push(i);
        if (this.depth === 1) this.expectsKey = this.rootIsObject;
      } else if (byte === openList || byte === openObject) this.open(byte, i);
      else if (byte === closeList || byte === closeObject) this.close(byte, i);
      else if (byte === colon) {
        if (this.depth === 1) this.expectsKey = false;
      }
    }
  }

  private endString(i: number): void {
    this.inString = false;
    if (this.keyStart < 0) return;
    this.key = this.parse(this.bytes.toString('utf8', this.keyStart, i + 1)) as string;
    this.keyStart = -1;
  }

  private open(byte: number, i: number): void {
    if (this.depth === 0) {
      if (this.started) this.outside(i);
      this.started = true;
      this.rootIsObject = this.expectsKey = byte === openObject;
    }
    this.depth++;
    if (byte !== openList || this.depth !== (this.rootIsObject ? 2 : 1)) return;
    const { key } = this;
    const reader = this.rootIsObject === (key !== '') ? this.take.get(key) : undefined;
    if (reader === undefined) return;
    this.reader = reader;
    this.found.add(key);
    this.listDepth = this.depth;
    this.count = 0;
    this.commas = [];
    this.start = i + 1;
  }

  private close(byte: number, i: number): void {
    if (this.listDepth > 0 && this.depth === this.listDepth) {
      if (byte !== closeList) throw this.failure(`${this.place(this.count)} ends with } instead of ]`);
      const isEmpty = this.count === 0 && this.commas.length === 0 && this.isBlank(this.start, i);
      if (!isEmpty) {
        this.commas.push(i);
        this.pass(i);
      }
      this.listDepth = 0;
    }
    if (this.depth === 1 && (byte === closeObject) !== this.rootIsObject)
      throw this.failure('its outermost brackets do not match');
    if (--this.depth === 0) this.ended = true;
  }

  /** Hands on the whole elements up to the comma or bracket at `end`. */
  private pass(end: number): void {
    const { commas } = this;
    this.commas = [];
    let elements: unknown[];
    try {
      elements = parsed(`[${this.bytes.toString('utf8', this.start, end)}]`) as unknown[];
    } catch {
      elements = [];
    }
    // Taken together they may be a list, but another one: `1}, {2` or nothing between two commas.
    if (elements.length === commas.length) for (const element of elements) this.reader(element, this.count++);
    else this.passOneByOne(commas);
  }

  private passOneByOne(ends: number[]): void {
    let { start } = this;
    for (const end of ends) {
      this.reader(this.parse(this.bytes.toString('utf8', start, end)), this.count);
      start = end + 1;
      this.count++;
    }
  }

  private parse(text: string): unknown {
    try {
      return parsed(text);
    } catch (error) {
      throw this.failure(`${this.listDepth > 0 ? `${this.place(this.count)}: ` : ''}${(error as Error).message}`);
    }
  }

  private isBlank(start: number, end: number): boolean {
    for (let i = start; i < end; i++) if (!isSpace(this.bytes[i]!)) return false;
    return true;
  }

  /** Something besides the outermost value: only a byte order mark at the very beginning is let pass. */
  private outside(i: number): void {
    const isMark = !this.started && i < 3 && this.bytes.subarray(0, 3).equals(byteOrderMark);
    if (isMark) return;
    throw this.failure(this.started ? 'something follows its last bracket' : 'it begins neither with { nor with [');
  }

  private place(index: number): string {
    return `${this.key === '' ? 'element ' : this.key}[${index}]`;
  }

  private failure(message: string): DatasetError {
    return new DatasetError(`${this.file} is not JSON: ${message}`);
  }
}

/**
 * A JSON value as Python's `json` reads and writes it: `NaN` (here null), `Infinity` and `-Infinity` are numbers, and ids
 * keep all their digits: beyond 2⁵³ they become text.
 */
function parsed(text: string): unknown {
  const exact = /\d{16}/.test(text) ? text.replace(longId, wholeId) : text;
  try {
    return JSON.parse(exact);
  } catch (error) {
    if (!/NaN|Infinity/.test(exact)) throw error;
    return JSON.parse(exact.replace(stringOrPythonNumber, jsonNumber));
  }
}

/** No string holds this: quotes in it are escaped, and only a key is followed by a colon. */
const longId = /"(id|image_id|category_id)"(\s*:\s*)(-?\d{16,})(?![\d.eE])/g;
const wholeId = (all: string, key: string, colon: string, digits: string) =>
  Number.isSafeInteger(Number(digits)) ? all : `"${key}"${colon}"${digits}"`;

const stringOrPythonNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/gs;
const pythonNumbers: Record<string, string> = { NaN: 'null', '-NaN': 'null', Infinity: '1e999', '-Infinity': '-1e999' };
const jsonNumber = (found: string) => pythonNumbers[found] ?? found;
