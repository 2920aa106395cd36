/** Longest name of a class or function, and of its module. */
export const longestName = 200;

/** More bytes are asked for than there are: a torn file, not a damaged one (`damagedFile.ts`). */
export class EndsTooEarly extends RangeError {
  constructor() {
    super('it ends too early');
  }
}

/** Reads a pickle's arguments from `at` on; each throws RangeError where the bytes end or make no sense. */
export class PickleBytes {
  at = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @returns where the bytes begin */
  take(count: number): number {
    const start = this.at;
    if (count > this.bytes.length - start) throw new EndsTooEarly();
    this.at += count;
    return start;
  }

  unsigned(width: 1 | 2 | 4): number {
    const start = this.take(width);
    if (width === 1) return this.view.getUint8(start);
    return width === 2 ? this.view.getUint16(start, true) : this.view.getUint32(start, true);
  }

  slice(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  text(length: number): string {
    return Buffer.from(this.slice(length)).toString('utf8');
  }

  line(): string {
    const end = this.bytes.subarray(this.at, this.at + longestName + 1).indexOf(10);
    if (end < 0 && this.bytes.length - this.at > longestName) throw new RangeError('a name without end');
    if (end < 0) throw new EndsTooEarly();
    const text = this.text(end);
    this.take(1);
    return text;
  }

  /** Two's complement, little-endian. */
  long(length: number): number | bigint {
    if (length > 64) throw new RangeError(`a whole number of ${length} bytes`);
    const bytes = this.slice(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
    value = BigInt.asIntN(8 * length, value);
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }

  int32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  float64(): number {
    return this.view.getFloat64(this.take(8), false);
  }
}
