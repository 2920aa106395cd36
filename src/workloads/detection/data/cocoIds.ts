import { DatasetError } from './datasetError';
import { shown } from './cocoFields';

/** Texts stand here until all are known: numbers beyond those that ids can be. */
const beyond = 2 ** 53;

/**
 * Ids as COCO files have them. Whole numbers stay as they are; texts, numbers beyond 2⁵³ (which come as text, see
 * `jsonLists`) and broken numbers get numbers of their own, in the order in which Python sorts them.
 */
export class CocoIds {
  private readonly texts = new Map<string, number>();

  /** @throws DatasetError where it is no id */
  read(value: unknown, at: string): number {
    if (Number.isSafeInteger(value)) return value as number;
    const text = textOf(value);
    if (text === null) throw new DatasetError(`${at} is ${shown(value)}, not an id (a whole number or a text)`);
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    const number = beyond + 2 * (this.texts.size + 1);
    this.texts.set(text, number);
    return number;
  }

  /**
   * The final numbers: from 1, without those that are ids themselves.
   *
   * @param used all numbers that `read` returned, in any number of lists
   */
  finish(...used: Iterable<number>[]): FinishedIds {
    if (this.texts.size === 0) return { numbers: new Map(), of: (id) => id };
    const taken = new Set<number>();
    for (const list of used) for (const id of list) if (id < beyond) taken.add(id);
    const numbers = new Map<string, number>();
    const final = new Map<number, number>();
    let next = 1;
    for (const text of [...this.texts.keys()].sort(byValue)) {
      while (taken.has(next)) next++;
      numbers.set(text, next);
      final.set(this.texts.get(text)!, next++);
    }
    return { numbers, of: (id) => final.get(id) ?? id };
  }
}

/** `numbers`: of the ids that are no whole numbers, by their text. */
export type FinishedIds = { numbers: ReadonlyMap<string, number>; of: (id: number) => number };

/** The text of an id that is no whole number; null where it is none at all. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null;
}

function byValue(a: string, b: string): number {
  if (isWhole(a) && isWhole(b)) {
    const [x, y] = [BigInt(a), BigInt(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Short enough that its value is quickly found. */
const isWhole = (text: string) => /^-?\d{1,40}$/.test(text);

/** An id as JSON: numbers beyond 2⁵³ with all their digits. */
export function jsonOfId(text: string): string {
  return isWhole(text) && !Number.isSafeInteger(Number(text)) ? text : JSON.stringify(text);
}
