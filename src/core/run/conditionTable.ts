/**
 * What a condition does to a result. `warns`: it is told beside it. `qualifies`: it also stands in the verdict's `qualification`, and
 * with what helps in its sentence where `helps` says that. `withholds`: the number, or the verdict, is not given.
 */
export type Effect = 'warns' | 'qualifies' | 'withholds';

type Row = {
  /** From how much on, in `unit`; null: whenever it is so. */
  does: Partial<Record<Effect, number | null>>;
  unit?: string;
  /** Of what qualifies or withholds a verdict in its sentence: what helps, as a clause. */
  helps?: string;
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
  'mirrored-counter': {
    does: { warns: null, qualifies: null },
    helps: 'load one socket alone and see whether both rise',
  },
  'coarse-counter': { does: { warns: null } },
  filtered: { does: { warns: null } },
  'instruments-disagree': { does: { warns: null } },
  edges: { does: { qualifies: null } },
  estimated: { does: { qualifies: null } },
  'missing-domains': { does: { qualifies: null } },
  'no-idle': { does: { warns: null, qualifies: null, withholds: null } },
  // Of the machine. A machine at rest uses less than this; more is somebody else's work.
  'busy-machine': { does: { warns: 10, qualifies: 10 }, unit: '%', helps: 'end them and measure again' },
  'other-load': { does: { warns: 5, qualifies: 10, withholds: 50 }, unit: '%', helps: 'end them and measure again' },
  steal: {
    does: { warns: 1, qualifies: 5, withholds: 25 },
    unit: '%',
    helps: 'measure on a machine that is not shared',
  },
  drift: { does: { warns: 2 }, unit: '%' },
  'idle-uncertain': { does: { qualifies: null } },
  'not-heated': { does: { warns: null } },
  'power-changed': { does: { warns: 1 }, unit: 'repeat' },
  unsteady: { does: { warns: 1 }, unit: 'repeat' },
  throttled: { does: { warns: 1, qualifies: 1 }, unit: 'repeat', helps: 'see to its cooling and measure again' },
  swap: { does: { warns: 1, qualifies: 1 }, unit: 'MB/s', helps: 'free memory and measure again' },
  'settings-changed': { does: { warns: null, qualifies: null }, helps: 'leave them alone and measure again' },
  governor: { does: { warns: null } },
  timers: { does: { warns: null } },
  'busy-at-start': { does: { warns: 10 }, unit: '%' },
  temperature: { does: { warns: 5 }, unit: '°C' },
  frequency: { does: { warns: 5 }, unit: '%' },
  'clock-set': { does: { warns: 0.5 }, unit: 's' },
  'batch-times-thinned': { does: { warns: null } },
  sampler: { does: { warns: null } },
  'not-replayed': { does: { warns: null } },
} as const satisfies Record<string, Row>;

export type ConditionCode = keyof typeof conditionTable;

/** Those that a verdict's sentence tells: they say what helps. */
export const bearingCodes = [
  'mirrored-counter',
  'busy-machine',
  'other-load',
  'steal',
  'throttled',
  'swap',
  'settings-changed',
] as const satisfies readonly ConditionCode[];
export type BearingCode = (typeof bearingCodes)[number];

/** What helps, as a clause. */
export const helpOf = (code: BearingCode): string => conditionTable[code].helps;

/** The gravest that a size reaches, of a condition that is told from some size on; null: none. */
export function effectOf(code: ConditionCode, size: number): Effect | null {
  const { does }: Row = conditionTable[code];
  return (['withholds', 'qualifies', 'warns'] as const).find((effect) => size >= (does[effect] ?? Infinity)) ?? null;
}
