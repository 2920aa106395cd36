import { expect, it } from 'vitest';
import { trialJob } from '../../../../src/engine/session/trialJob';
import { fakeSession } from '../../../support/fakeSession';

it('makes a window of a whole process where the workload says so', () => {
  const { measuring, prepared, run } = fakeSession();
  const wholeOf = (more: object) => trialJob(measuring, { ...prepared, ...more }, run.configurations[0]!).wholeProcess;
  expect([wholeOf({ wholeProcess: true }), wholeOf({})]).toEqual([true, undefined]);
});

it('has the warm-up wait for the power limits as long as the machine is loaded after a rest; not in a quick look', () => {
  const sustainedOf = (measure: object, watts: Record<string, number> = { 'package-0': 65 }) => {
    const { measuring, prepared, run } = fakeSession({ spec: { measure } });
    const limited = { ...measuring, heatSeconds: 84, sustainedWatts: watts };
    return trialJob(limited, prepared, run.configurations[0]!).sustained;
  };
  expect(sustainedOf({ heatSeconds: undefined })).toEqual({ watts: { 'package-0': 65 }, mostSeconds: 84 });
  expect(sustainedOf({ heatSeconds: 20 })).toEqual({ watts: { 'package-0': 65 }, mostSeconds: 20 });
  expect(sustainedOf({ idleAt: 'thrice' })).toBeUndefined();
  expect(sustainedOf({}, {})).toBeUndefined();
});
