/**
 * What a condition does to a result. `warns`: it is told beside it. `qualifies`: it also stands in the verdict's `qualification`.
 * `withholds`: the number, or the verdict, is not given.
 */
export type Effect = 'warns' | 'qualifies' | 'withholds';

type Row = {
  /** From how much on, in `unit`; null: whenever it is so. */
  does: Partial<Record<Effect, number | null>>;
  unit?: string;
};

/**
 * Every condition that a number of a run may be under, by its code: the one place that says what it does and from how much on.
 * docs/measurement.md has the same table with where each is read and why from there; a test compares them. What is said of each:
 * `conditions.ts` beside this.
 */
export const conditionTable = {
  // Of windows: `WindowValue.reason`. Their thresholds lie with the arithmetic (core/energy).
  unreadable: { does: { withholds: null } },
  backwards: { does: { withholds: null } },
  gap: { does: { withholds: null } },
  'no-range': { does: { withholds: null } },
  dead: { does: { withholds: null } },
  implausible: { does: { withholds: null } },
  'stood-still': { does: { withholds: null } },
  asleep: { does: { withholds: null } },
  // Of counters and instruments.
  'mirrored-counter': { does: { warns: null } },
  'coarse-counter': { does: { warns: null } },
  filtered: { does: { warns: null } },
  'instruments-disagree': { does: { warns: null } },
  edges: { does: { qualifies: null } },
  estimated: { does: { qualifies: null } },
  'missing-domains': { does: { qualifies: null } },
  'no-idle': { does: { warns: null, qualifies: null, withholds: null } },
  // Of the machine. A machine at rest uses less than this; more is somebody else's work.
  'busy-machine': { does: { warns: 10 }, unit: '%' },
  'other-load': { does: { warns: 5 }, unit: '%' },
  steal: { does: { warns: 1 }, unit: '%' },
  drift: { does: { warns: 2 }, unit: '%' },
  'idle-uncertain': { does: { qualifies: null } },
  'not-heated': { does: { warns: null } },
  'power-changed': { does: { warns: 1 }, unit: 'repeat' },
  unsteady: { does: { warns: 1 }, unit: 'repeat' },
  throttled: { does: { warns: 1, qualifies: 1 }, unit: 'repeat' },
  temperature: { does: { warns: 5 }, unit: '°C' },
  frequency: { does: { warns: 5 }, unit: '%' },
  'clock-set': { does: { warns: 0.5 }, unit: 's' },
  'batch-times-thinned': { does: { warns: null } },
  sampler: { does: { warns: null } },
} as const satisfies Record<string, Row>;

export type ConditionCode = keyof typeof conditionTable;

/** The gravest that a size reaches, of a condition that is told from some size on; null: none. */
export function effectOf(code: ConditionCode, size: number): Effect | null {
  const { does }: Row = conditionTable[code];
  return (['withholds', 'qualifies', 'warns'] as const).find((effect) => size >= (does[effect] ?? Infinity)) ?? null;
}
