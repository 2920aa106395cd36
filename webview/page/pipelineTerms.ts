import type { AskedOfPipeline } from '../../src/core/panel/protocol/pipelineMessages';
import { describeGiven } from '../../src/core/statistics/wording';
import { t } from '../strings/strings';

/** What the sliders of a pipeline move: each of it a number of what is asked, in the unit that people read. */

const termKeys = ['alpha', 'beta', 'delta', 'sla', 'load'] as const;
export type TermKey = (typeof termKeys)[number];
/** What was moved away from the file; what was not follows the file. */
export type Moved = { [Key in TermKey]?: number };

export type Term = {
  key: TermKey;
  /** Of its slider; what it does to the answer; its unit. */
  name: () => string;
  about: () => string;
  unit: string;
  /** Whether 0 is a value: the slider's lowest place, below its logarithmic part. */
  hasZero: boolean;
  read(asked: AskedOfPipeline): number;
  write(asked: AskedOfPipeline, value: number): AskedOfPipeline;
};

const weight = (key: 'alpha' | 'beta' | 'delta') => ({
  ...{ key, hasZero: true },
  read: ({ weights }: AskedOfPipeline) => weights[key],
  write: (asked: AskedOfPipeline, value: number) => ({ ...asked, weights: { ...asked.weights, [key]: value } }),
});

export const terms: readonly Term[] = [
  { ...weight('alpha'), unit: '', name: () => t('α, weight of accuracy'), about: () => t('What accuracy is worth') },
  {
    ...weight('beta'),
    ...{ unit: 'per core', name: () => t('β, weight of cost'), about: () => t('What a core costs of it') },
  },
  {
    ...weight('delta'),
    ...{ unit: 'per J/request', name: () => t('δ, weight of energy'), about: () => t('What a joule costs of it') },
  },
  {
    ...{ key: 'sla', hasZero: false, unit: 'ms', name: () => t('Latency limit') },
    about: () => t('Of the whole pipeline (SLA)'),
    read: ({ slaSeconds }) => tidy(1000 * slaSeconds),
    write: (asked, ms) => ({ ...asked, slaSeconds: tidy(ms / 1000) }),
  },
  {
    ...{ key: 'load', hasZero: false, unit: 'requests/s', name: () => t('Load') },
    about: () => t('Requests that arrive'),
    read: ({ load }) => load,
    write: (asked, load) => ({ ...asked, load }),
  },
];

/** 0.9 s · 1000 is 900 ms, and nothing more. */
const tidy = (value: number) => Number(value.toPrecision(12));

/** The value with its unit, as it is read out: `900 ms`, `0.5 per core`. */
export const describeTerm = ({ unit }: Term, value: number): string =>
  unit === '' ? describeGiven(value) : `${describeGiven(value)} ${t(unit)}`;

/** What the file says, with what was moved. */
export const askedOf = (ofFile: AskedOfPipeline, moved: Moved, axes: AskedOfPipeline['axes'] | null): AskedOfPipeline =>
  terms.reduce((asked, { key, write }) => (moved[key] === undefined ? asked : write(asked, moved[key])), {
    ...ofFile,
    axes: axes ?? ofFile.axes,
  });

/** With a value moved; one that is the file's again is moved no longer. */
export function movedTo(moved: Moved, key: TermKey, value: number, ofFile: AskedOfPipeline): Moved {
  const others = Object.fromEntries(Object.entries(moved).filter(([other]) => other !== key));
  return terms.find((term) => term.key === key)!.read(ofFile) === value ? others : { ...others, [key]: value };
}

/** What was asked otherwise than the file says, a phrase each. */
export const differingTerms = (asked: AskedOfPipeline, ofFile: AskedOfPipeline): string[] =>
  terms.flatMap((term) => {
    const [now, before] = [term.read(asked), term.read(ofFile)];
    return now === before
      ? []
      : [t('{0} {1} instead of {2}', term.name(), describeTerm(term, now), describeGiven(before))];
  });

/** Of a value that a person gave or state has kept: whether it can be asked. */
export const isTermValue = (key: TermKey, value: unknown): value is number => {
  const { hasZero } = terms.find((term) => term.key === key)!;
  return typeof value === 'number' && Number.isFinite(value) && value <= 1e9 && (hasZero ? value >= 0 : value >= 1e-6);
};

/** What of a kept state can be taken. */
export function keptMoved(value: unknown): Moved {
  if (typeof value !== 'object' || value === null) return {};
  const kept = value as Record<string, unknown>;
  return Object.fromEntries(termKeys.flatMap((key) => (isTermValue(key, kept[key]) ? [[key, kept[key]]] : [])));
}

export type Span = { least: number; most: number };

/**
 * Where a slider reaches: weights over six decades, limit and load twenty times either way of the file's; as far as the
 * values that are in force.
 */
export function spanOf({ hasZero }: Term, ofFile: number, inForce: number): Span {
  const [least, most] = hasZero ? [0.001, 1000] : [ofFile / 20, ofFile * 20];
  const positive = [ofFile, inForce].filter((value) => value > 0);
  return { least: Math.min(least, ...positive), most: Math.max(most, ...positive) };
}

/** Places of a slider; the lowest is 0 where that is a value. */
export const steps = 400;

/** The value at a place: equal steps are equal ratios, rounded to three digits. */
export function valueAt({ hasZero }: Pick<Term, 'hasZero'>, { least, most }: Span, place: number): number {
  if (hasZero && place <= 0) return 0;
  const first = hasZero ? 1 : 0;
  return Number((least * (most / least) ** ((place - first) / (steps - first))).toPrecision(3));
}

export function placeOf({ hasZero }: Pick<Term, 'hasZero'>, { least, most }: Span, value: number): number {
  if (hasZero && value <= 0) return 0;
  const first = hasZero ? 1 : 0;
  const share = Math.log(value / least) / Math.log(most / least);
  return Math.round(first + (steps - first) * Math.min(1, Math.max(0, share)));
}
