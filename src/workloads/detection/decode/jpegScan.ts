/** The entropy-coded part of a sequential JPEG scan (ITU-T T.81, F.2), followed without making pixels of it. */

type FrameComponent = { id: number; across: number; down: number };
export type Frame = { height: number; width: number; components: FrameComponent[]; isProgressive: boolean };
export type ScanComponent = FrameComponent & { dc: HuffmanTable | undefined; ac: HuffmanTable | undefined };

/** By the next 16 bits: length of the code << 8 | symbol; 0: no code. */
export type HuffmanTable = Uint16Array;

/** null where there are more codes than bits allow. */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable | null {
  const table = new Uint16Array(65536);
  let [code, symbol] = [0, 0];
  for (let length = 1; length <= 16; length++) {
    for (let i = 0; i < counts[length - 1]!; i++) {
      const end = (code + 1) << (16 - length);
      if (end > 65536 || symbol >= symbols.length) return null;
      table.fill((length << 8) | symbols[symbol++]!, code << (16 - length), end);
      code++;
    }
    code <<= 1;
  }
  return table;
}

/**
 * Bytes of the scan that belong to no block, before its restart markers and at its end, as [start, end); null where a
 * block is missing or its codes are none.
 */
export function strayBytesOfScan(
  scan: Buffer,
  { height, width, components }: Frame,
  inScan: readonly ScanComponent[],
  restartInterval: number,
): [number, number][] | null {
  if (inScan.some(({ dc, ac }) => dc === undefined || ac === undefined)) return null;
  const across = Math.max(...components.map((c) => c.across));
  const down = Math.max(...components.map((c) => c.down));
  const [single] = inScan;
  const isAlone = inScan.length === 1;
  const [unitWidth, unitHeight] = isAlone
    ? [Math.ceil((width * single!.across) / across), Math.ceil((height * single!.down) / down)]
    : [Math.ceil(width / across), Math.ceil(height / down)];
  const units = Math.ceil(unitWidth / 8) * Math.ceil(unitHeight / 8);
  const blocks = inScan.flatMap((c) => Array.from({ length: isAlone ? 1 : c.across * c.down }, () => c));
  const bits = new BitReader(scan);
  const stray: [number, number][] = [];
  for (let unit = 0; unit < units; unit++) {
    if (restartInterval > 0 && unit > 0 && unit % restartInterval === 0) {
      const end = bits.wholeBytes();
      const marker = bits.restart(end, (unit / restartInterval - 1) & 7);
      if (marker === -1) return null;
      if (marker > end) stray.push([end, marker]);
    }
    for (const { dc, ac } of blocks) if (!bits.skipBlock(dc!, ac!)) return null;
  }
  const end = bits.wholeBytes();
  if (end < scan.length) stray.push([end, scan.length]);
  return stray;
}

class BitReader {
  private at = 0;
  private held = 0;
  private count = 0;
  /** Bits behind the end of the data, read as 0. */
  private missing = 0;

  constructor(private readonly bytes: Buffer) {}

  /** One block of 64 coefficients: false where its codes are none, or the data ends. */
  skipBlock(dc: HuffmanTable, ac: HuffmanTable): boolean {
    const difference = this.symbol(dc);
    if (difference < 0 || difference > 15) return false;
    this.skip(difference);
    for (let k = 1; k < 64; k++) {
      const symbol = this.symbol(ac);
      if (symbol < 0) return false;
      const size = symbol & 15;
      const run = symbol >> 4;
      if (size === 0) {
        if (run !== 15) break;
        k += 15;
        continue;
      }
      k += run;
      if (k > 63) return false;
      this.skip(size);
    }
    return this.count >= this.missing;
  }

  /** Where the bytes end of which bits were used. */
  wholeBytes(): number {
    let end = this.at;
    for (let unread = (this.count - this.missing) >> 3; unread > 0; unread--) {
      end--;
      if (end > 0 && this.bytes[end] === 0 && this.bytes[end - 1] === 0xff) end--;
    }
    return end;
  }

  /** Goes on behind the restart marker of this number, if it is the next marker: its place, or −1. */
  restart(from: number, number: number): number {
    for (let at = from; at + 1 < this.bytes.length; at++) {
      if (this.bytes[at] !== 0xff || this.bytes[at + 1] === 0 || this.bytes[at + 1] === 0xff) continue;
      if (this.bytes[at + 1] !== 0xd0 + number) return -1;
      this.at = at + 2;
      this.held = this.count = this.missing = 0;
      return at;
    }
    return -1;
  }

  private symbol(table: HuffmanTable): number {
    this.fill();
    const entry = table[(this.held >>> (this.count - 16)) & 0xffff]!;
    if (entry === 0) return -1;
    this.count -= entry >> 8;
    return entry & 0xff;
  }

  private skip(bits: number): void {
    this.fill();
    this.count -= bits;
  }

  /** At least 16 bits are held afterwards; a marker and the end of the data give zeros. */
  private fill(): void {
    while (this.count < 16) {
      const byte = this.bytes[this.at];
      const isData = byte !== undefined && (byte !== 0xff || this.bytes[this.at + 1] === 0);
      if (isData) this.at += byte === 0xff ? 2 : 1;
      else this.missing += 8;
      this.held = ((this.held << 8) | (isData ? byte : 0)) & 0xffffff;
      this.count += 8;
    }
  }
}
