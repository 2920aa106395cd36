import { type Frame, type HuffmanTable, huffmanTable, type ScanComponent, strayBytesOfScan } from './jpegScan';

/** A copy of a JPEG that decoders read without a warning, and what was wrong in the original, in a person's words. */
export type MendedJpeg = { bytes: Buffer; warnings: string[] };
/** Pixels are missing, whatever harmless thing a decoder complains of first. */
export type LossyJpeg = { lost: string };

export const jpegWarnings = {
  scanParameters: 'scan parameters (SOS) of its maker’s own',
  strayBytes: 'stray bytes before a marker',
  jfifVersion: 'an unknown JFIF version',
  colourTransform: 'an unknown Adobe colour transform',
  noEnd: 'no end marker, but all lines',
} as const;

/** Larger ones are not looked into: the check of each bit takes a second for some 20 MB. */
const mostBytes = 64 * 1024 * 1024;
const mostPixels = 268_402_689;
const endOfImage = Buffer.from([0xff, 0xd9]);

/**
 * Mends what libjpeg only warns of (its JWRN_… that cost no pixel), so that a strict decoder takes the copy for good; what it
 * then still complains of is lost pixels. libjpeg tells a file's first warning alone, which may hide a worse one: so
 * messages cannot be gone by. Scans of baseline frames are followed bit by bit, since decoders look at the warnings of
 * the last lines too late. null where nothing is to be mended, or the file is of another kind (ITU-T T.81: baseline,
 * extended and progressive Huffman frames are known).
 */
export function mendJpeg(bytes: Uint8Array): MendedJpeg | LossyJpeg | null {
  if (bytes.length > mostBytes || bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  const mender = new Mender(Buffer.from(bytes));
  if (mender.mend()) return { bytes: Buffer.concat(mender.parts), warnings: [...mender.warnings] };
  return mender.lost === null ? null : { lost: mender.lost };
}

/** `length` bytes less before the `place`-th marker of this kind: what a decoder called extraneous there. null: no such place. */
export function withoutStrayBytes(bytes: Buffer, marker: number, length: number, place: number): Buffer | null {
  const sign = Buffer.from([0xff, marker]);
  let at = 1;
  for (let i = 0; i <= place; i++) {
    at = bytes.indexOf(sign, at + 1);
    if (at === -1) return null;
  }
  return at - length < 2 ? null : Buffer.concat([bytes.subarray(0, at - length), bytes.subarray(at)]);
}

class Mender {
  readonly parts: Buffer[] = [];
  readonly warnings = new Set<string>();
  lost: string | null = null;
  private frame: Frame | null = null;
  private adobe: Buffer | null = null;
  private sawJfif = false;
  private restartInterval = 0;
  private readonly tables = new Map<number, HuffmanTable>();
  /** Of each component and coefficient, the lowest bit that a scan has brought; 0: all of it. */
  private readonly known = new Map<number, Uint8Array>();

  constructor(private readonly bytes: Buffer) {}

  mend(): boolean {
    const { bytes } = this;
    let at = 2;
    this.parts.push(bytes.subarray(0, 2));
    for (;;) {
      const start = nextMarker(bytes, at, isMarker);
      if (start === -1) return this.end(at);
      // Further 0xFF in front of a marker are legal.
      if (bytes.subarray(at, start).some((byte) => byte !== 0xff)) this.warnings.add(jpegWarnings.strayBytes);
      const marker = bytes[start + 1]!;
      if (marker === 0xd9) {
        this.parts.push(endOfImage);
        return this.warnings.size > 0;
      }
      if (marker === 0xd8) return false;
      if (marker === 0x01 || isRestart(marker)) {
        at = start + 2;
        continue;
      }
      const length = start + 4 <= bytes.length ? bytes.readUInt16BE(start + 2) : 0;
      if (length < 2 || start + 2 + length > bytes.length) return false;
      at = start + 2 + length;
      const segment = Buffer.from(bytes.subarray(start, at));
      this.parts.push(segment);
      if (marker !== 0xda) {
        if (!this.readSegment(marker, segment)) return false;
        continue;
      }
      const next = this.readScan(segment, at);
      if (next === null) return false;
      at = next;
    }
  }

  /** The file ends without its marker: that is no loss where each coefficient has come. */
  private end(at: number): boolean {
    const { frame, bytes } = this;
    const isRest = bytes.subarray(at).every((byte) => byte === 0xff || byte === 0);
    const isWhole = frame?.components.every(({ id }) => this.known.get(id)?.every((bit) => bit === 0)) ?? false;
    if (!isWhole || !isRest) {
      this.lost = 'it ends before its last line';
      return false;
    }
    this.parts.push(endOfImage);
    this.warnings.add(jpegWarnings.noEnd);
    return true;
  }

  private readSegment(marker: number, segment: Buffer): boolean {
    if (marker === 0xe0 && segment.length >= 14 && segment.toString('latin1', 4, 9) === 'JFIF\0') {
      this.sawJfif = true;
      if (segment[9] !== 1) {
        segment[9] = 1;
        this.warnings.add(jpegWarnings.jfifVersion);
      }
    } else if (marker === 0xee && segment.length >= 16 && segment.toString('latin1', 4, 9) === 'Adobe')
      this.adobe = segment;
    else if (marker === 0xdd && segment.length >= 6) this.restartInterval = segment.readUInt16BE(4);
    else if (marker === 0xc4) return this.readTables(segment);
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc)
      return this.readFrame(marker, segment);
    return true;
  }

  private readTables(segment: Buffer): boolean {
    for (let at = 4; at + 17 <= segment.length;) {
      const counts = segment.subarray(at + 1, at + 17);
      const symbols = counts.reduce((a, b) => a + b, 0);
      const table = huffmanTable(counts, segment.subarray(at + 17, at + 17 + symbols));
      if (table === null) return false;
      this.tables.set(segment[at]!, table);
      at += 17 + symbols;
    }
    return true;
  }

  private readFrame(marker: number, segment: Buffer): boolean {
    const count = segment[9] ?? 0;
    if (this.frame !== null || marker > 0xc2 || count === 0 || count > 4 || segment.length < 10 + 3 * count)
      return false;
    const [height, width] = [segment.readUInt16BE(5), segment.readUInt16BE(7)];
    if (height === 0 || width === 0 || height * width > mostPixels) return false;
    const components = Array.from({ length: count }, (_, i) => {
      const [id, sampling] = [segment[10 + 3 * i]!, segment[11 + 3 * i]!];
      this.known.set(id, new Uint8Array(64).fill(255));
      return { id, across: sampling >> 4, down: sampling & 15 };
    });
    if (components.some(({ across, down }) => across < 1 || across > 4 || down < 1 || down > 4)) return false;
    this.frame = { height, width, components, isProgressive: marker === 0xc2 };
    // What libjpeg takes an unknown one for: YCbCr, YCCK. JFIF decides before it.
    const [transform, usual] = [this.adobe?.[15] ?? 0, count === 4 ? 2 : 1];
    if (this.adobe !== null && count >= 3 && transform !== 0 && transform !== usual && !(this.sawJfif && count === 3)) {
      this.adobe[15] = usual;
      this.warnings.add(jpegWarnings.colourTransform);
    }
    return true;
  }

  /** Passes on a scan without its stray bytes; where the next marker is looked for, or null. */
  private readScan(header: Buffer, start: number): number | null {
    const { frame, bytes, tables, restartInterval } = this;
    const count = header[4] ?? 0;
    if (frame === null || count === 0 || count > 4 || header.length < 8 + 2 * count) return null;
    const last = 5 + 2 * count;
    if (!frame.isProgressive && (header[last] !== 0 || header[last + 1] !== 63 || header[last + 2] !== 0)) {
      header.set([0, 63, 0], last);
      this.warnings.add(jpegWarnings.scanParameters);
    }
    const components: ScanComponent[] = [];
    for (let i = 0; i < count; i++) {
      const [id, selectors] = [header[5 + 2 * i]!, header[6 + 2 * i]!];
      const component = frame.components.find((one) => one.id === id);
      if (component === undefined) return null;
      const [dc, ac] = [tables.get(selectors >> 4), tables.get(0x10 | (selectors & 15))];
      components.push({ ...component, dc, ac });
      this.known.get(id)!.fill(header[last + 2]! & 15, header[last], header[last + 1]! + 1);
    }
    const found = nextMarker(bytes, start, (marker) => isMarker(marker) && !isRestart(marker));
    const end = found === -1 ? bytes.length : found;
    if (frame.isProgressive) {
      this.parts.push(bytes.subarray(start, end));
      return end;
    }
    const stray = strayBytesOfScan(bytes.subarray(start, end), frame, components, restartInterval);
    if (stray === null) {
      this.lost = 'the data of its lines are damaged or end too early';
      return null;
    }
    let from = start;
    for (const [strayStart, strayEnd] of stray) {
      this.parts.push(bytes.subarray(from, start + strayStart));
      from = start + strayEnd;
    }
    this.parts.push(bytes.subarray(from, end));
    // At the end of a file cut behind its last line, a rest is no stray byte before a marker.
    if (stray.length > 0 && (found !== -1 || stray.length > 1)) this.warnings.add(jpegWarnings.strayBytes);
    return end;
  }
}

const isMarker = (byte: number) => byte !== 0 && byte !== 0xff;
const isRestart = (byte: number) => byte >= 0xd0 && byte <= 0xd7;

/** Place of the 0xFF right before the marker's own byte; −1: none. */
function nextMarker(bytes: Buffer, from: number, wanted: (marker: number) => boolean): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1))
    if (wanted(bytes[at + 1]!)) return at;
  return -1;
}
