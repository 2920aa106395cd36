import { listed } from '../../statistics/wording';
import { type ComparisonNote, unlikeWork, withheld } from '../comparison/comparability';
import { isSameMachine, settingsOf } from '../comparison/control';
import type { Sides } from './history';

/** Why nothing of a run is held against its baseline; `isKnown` false: whether they are alike the logs do not tell. */
export type Unlike = ComparisonNote & { isKnown: boolean };

const renew = 'renew the baseline';

/**
 * What makes a difference that is not the change that is checked. The model's file is not among it: that is what changes.
 *
 * @returns null where they are alike
 */
export function unlikeBaseline({ baseline, now }: Sides): Unlike | null {
  const [first, second] = [baseline.report, now.report];
  const known = (note: ComparisonNote | null): Unlike | null => note && { ...note, isKnown: true };
  if (first.source === null || baseline.results.length === 0)
    return known({ code: 'nothing-measured', message: `the baseline ${first.run.id} has no finished repeat` });
  const machine = isSameMachine(baseline, now);
  if (machine === false)
    return known({ code: 'machine', message: `the baseline is of another machine: ${renew} on this one` });
  const unlike = unlikeWork(first, second) ?? withheld(first);
  if (unlike) return known(unlike);
  const [before, after] = [settingsOf(baseline), settingsOf(now)];
  const changed = Object.keys(before).filter(
    (key) => before[key] !== null && after[key] !== null && text(before[key]) !== text(after[key]),
  );
  if (changed.length > 0) {
    const changes = changed.map((key) => `${names[key] ?? key} ${text(before[key])}; now ${text(after[key])}`);
    return known({
      code: 'settings',
      message: `the machine has other settings than for the baseline (${changes.join(', ')}): ${renew}`,
    });
  }
  if (first.run.program !== second.run.program) {
    const programs = listed([first.run.program, second.run.program]);
    return known({ code: 'program', message: `other programs measured the two (${programs}): ${renew}` });
  }
  return machine === null
    ? { code: 'machine-unknown', message: 'the runs do not tell whether one machine measured both', isKnown: false }
    : null;
}

const names: Readonly<Record<string, string>> = {
  turboOff: 'turbo switched off',
  smt: 'SMT',
  raplLimitsMicrowatts: 'power limits in µW',
  filtering: 'RAPL filtering',
};
const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
