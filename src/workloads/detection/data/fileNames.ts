/**
 * A name as every program writes it: '/' between the parts, no empty or '.' parts, Unicode composed (macOS writes é as
 * two characters).
 */
export function plainName(name: string): string {
  return name
    .replace(/\\/g, '/')
    .split('/')
    .filter((part, i) => part !== '.' && (part !== '' || i === 0))
    .join('/')
    .normalize('NFC');
}

/** What macOS puts beside files into archives and onto foreign disks: `__MACOSX/`, `._a.jpg`. */
export function isMacLeftover(name: string): boolean {
  return /(^|\/)(__MACOSX(\/|$)|\._[^/]*$)/.test(name);
}

/** Encodings in which systems before UTF-8 wrote names, and old programs still do. */
const oldEncodings = ['windows-1252', 'shift_jis', 'gb18030', 'euc-kr', 'big5', 'windows-1251'];

/** The name as a person reads it. */
export function nameOfBytes(bytes: Uint8Array): string {
  return decoded(bytes, 'utf-8') ?? decoded(bytes, 'windows-1252')!;
}

/** 0x80 to 0x9F of windows-1252, which some versions of Node.js take for those of ISO 8859-1. */
const from80 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    return encoding === 'windows-1252'
      ? text.replace(/[\u0080-\u009f]/g, (sign) => from80[sign.charCodeAt(0) - 0x80]!)
      : text;
  } catch {
    return null;
  }
}

/**
 * The names that `name` may have below a folder: its own, and without the folder's path in front or a part of it
 * (`val2017/1.jpg` below `/data/val2017`).
 */
export function spellingsBelow(folder: string, name: string): string[] {
  const parts = plainName(name).split('/');
  const above = `/${plainName(folder)}`;
  const shorter = parts.slice(1).flatMap((_, i) => {
    const prefix = parts.slice(0, i + 1).join('/');
    return above.toLowerCase().endsWith(`/${prefix.toLowerCase()}`) ? [parts.slice(i + 1).join('/')] : [];
  });
  return [name, ...shorter];
}

/** What a name leads to; `several`: nobody can tell which of them is meant. */
export type NameFound<T> = { value: T; otherCase: boolean } | 'several' | null;

/** Files by their names, found by any spelling of them: see `plainName`, other bytes of the same letters, letter case. */
export class NameIndex<T> {
  private readonly maps = Array.from({ length: 3 }, () => new Map<string, T | null>());

  /** @param bytes the name as it is stored, where that may be in another encoding */
  add(name: string, value: T, bytes?: Uint8Array): void {
    const [plain, otherBytes, folded] = this.maps;
    enter(plain!, plainName(name), value);
    enter(folded!, plainName(name).toLowerCase(), value);
    if (bytes === undefined || bytes.every((byte) => byte < 0x80)) return;
    for (const encoding of ['utf-8', ...oldEncodings]) {
      const other = decoded(bytes, encoding);
      if (other !== null) enter(otherBytes!, plainName(other), value);
    }
  }

  /** The first of `spellings` that is there as it is; else the first in other letter case. */
  find(spellings: readonly string[]): NameFound<T> {
    const plain = spellings.map(plainName);
    const folded = plain.map((name) => name.toLowerCase());
    for (const [i, map] of this.maps.entries()) {
      const name = (i === 2 ? folded : plain).find((one) => map.has(one));
      if (name === undefined) continue;
      const value = map.get(name)!;
      return value === null ? 'several' : { value, otherCase: i === 2 };
    }
    return null;
  }
}

function enter<T>(map: Map<string, T | null>, name: string, value: T): void {
  map.set(name, map.has(name) && map.get(name) !== value ? null : value);
}
