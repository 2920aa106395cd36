import type { DerivedNumbers } from './derived';

/** What stands in a report as it stands in a line of the log. */
export type RecordedTree = {
  /** Path in the report, to which paths below are added. */
  path: string;
  value: unknown;
  formula: string;
  source: string;
  /** Of what is made of it by a plain formula; left out: it stands there. */
  how?: 'derived';
};

/** Each number of the trees by its path. */
export function recordedNumbers(trees: readonly RecordedTree[]): DerivedNumbers {
  const numbers: DerivedNumbers = new Map();
  for (const { path, value, formula, source, how = 'recorded' } of trees)
    for (const leaf of leavesOf(value, path))
      if (typeof leaf.value === 'number') numbers.set(leaf.path, { value: leaf.value, how, formula, source, n: null });
  return numbers;
}

export type Leaf = { path: string; value: string | number | boolean | null };

/** No report is nested nearly as deep; a stranger's file may be, and would end the stack. */
const mostNested = 50;

/**
 * All that is neither an object nor a list, by its path: `configurations[0].joulesPerUnit.mean`. What lies too deep is a text that
 * says so.
 */
export function* leavesOf(value: unknown, path = '', nested = 0): Generator<Leaf, void, void> {
  if (nested > mostNested && typeof value === 'object' && value !== null) {
    yield { path, value: `nested more than ${mostNested} deep` };
  } else if (Array.isArray(value)) {
    for (const [i, part] of value.entries()) yield* leavesOf(part, `${path}[${i}]`, nested + 1);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value))
      yield* leavesOf(part, path === '' ? keyText(key) : `${path}${below(key)}`, nested + 1);
  } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) {
    yield { path, value };
  }
}

const isPlain = (key: string) => /^[A-Za-z_]\w*$/.test(key);
const keyText = (key: string) => (isPlain(key) ? key : `[${JSON.stringify(key)}]`);
const below = (key: string) => (isPlain(key) ? `.${key}` : `[${JSON.stringify(key)}]`);
