import { seededRandom } from '../../src/core/statistics/random';

const odd: unknown[] = [
  null,
  undefined,
  '',
  '<img src=x onerror=alert(1)>',
  0,
  -1,
  1e308,
  0.5,
  [],
  {},
  true,
  'x'.repeat(300),
  ['a'],
  { type: 'run' },
];

/** Oddities of the same kind get further than those of another one. */
const alike: Record<string, unknown[]> = {
  number: [0, -1, 1e308, 0.5, 1e-300, 3, 1e6],
  string: ['', '<img src=x onerror=alert(1)>', '__proto__', '\u0000', 'greenest', 'window'],
  boolean: [true, false],
};

/** A deep copy of `value` in which one to three random places hold something odd, or are missing. */
export function mutated<T>(value: T, seed: number): unknown {
  const random = seededRandom(seed >>> 0);
  const pick = <V>(list: readonly V[]) => list[Math.floor(random() * list.length)]!;
  const copy: unknown = structuredClone(value);
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) {
    let at = copy as Record<string, unknown>;
    for (;;) {
      const keys = Object.keys(at);
      if (keys.length === 0) break;
      const key = pick(keys);
      const inner = at[key];
      if (typeof inner === 'object' && inner !== null && !(inner instanceof ArrayBuffer) && random() < 0.85) {
        at = inner as Record<string, unknown>;
        continue;
      }
      if (random() < 0.1) Reflect.deleteProperty(at, key);
      else at[key] = structuredClone(pick(random() < 0.7 ? (alike[typeof inner] ?? odd) : odd));
      break;
    }
  }
  return copy;
}
