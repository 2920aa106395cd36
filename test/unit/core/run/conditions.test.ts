import { expect, it } from 'vitest';
import { conditionsOf, isOfMachine, noted } from '../../../../src/core/run/conditions';

const quiet = { driftPercent: 1.99, otherLoadPercent: 4.99, unsteadyTrials: 0, warnings: [] };
const codes = (run: Partial<Parameters<typeof conditionsOf>[0]>) =>
  conditionsOf({ ...quiet, ...run }).map((c) => c.code);

it('tells nothing of a machine that was quiet, or of which nothing is known', () => {
  expect(codes({})).toEqual([]);
  expect(codes({ driftPercent: null, otherLoadPercent: null })).toEqual([]);
});

it('tells of drift from 2 % on in both directions, of other load from 5 %, of any repeat that began too early', () => {
  expect(codes({ driftPercent: 2 })).toEqual(['drift']);
  expect(codes({ driftPercent: -2 })).toEqual(['drift']);
  expect(codes({ otherLoadPercent: 5 })).toEqual(['other-load']);
  expect(codes({ unsteadyTrials: 1 })).toEqual(['unsteady']);
  expect(codes({ driftPercent: 3, otherLoadPercent: 30, unsteadyTrials: 2 })).toEqual([
    'drift',
    'unsteady',
    'other-load',
  ]);
});

it('makes its sentences from the numbers', () => {
  const [drift, load] = conditionsOf({ ...quiet, driftPercent: -3.456, otherLoadPercent: 12.34 });
  expect(drift!.message).toContain('took 3.46 % less at the end');
  expect(load!.message).toContain("took 12 % of the machine's CPU time");
});

it('has what the log notes in the same list, first', () => {
  const warnings = [noted.noIdle('a gap', 'image', 1), noted.images('a JPEG without end')];
  expect(codes({ warnings, driftPercent: 2 })).toEqual(['no-idle', 'images', 'drift']);
  expect(warnings.filter(isOfMachine).map(({ code }) => code)).toEqual(['no-idle']);
});

it('calls a machine busy from 10 % on', () => {
  expect(noted.busyMachine(9.99)).toBeNull();
  expect(noted.busyMachine(10)).toMatchObject({ code: 'busy-machine', message: expect.stringContaining('10 %') });
});
