import { expect, it } from 'vitest';
import { conditionsOf, isOfMachine, noted } from '../../../../src/core/run/conditions';

const quiet = { driftPercent: 1.99, otherLoadPercent: 4.99, unsteadyTrials: 0, warnings: [] };
const codes = (run: Partial<Parameters<typeof conditionsOf>[0]>) =>
  conditionsOf({ ...quiet, ...run }).map((c) => c.code);

it('tells nothing of a machine that was quiet, or of which nothing is known', () => {
  expect(codes({})).toEqual([]);
  expect(codes({ driftPercent: null, otherLoadPercent: null })).toEqual([]);
});

it('tells of other load from 5 %, of any repeat that began too early', () => {
  expect(codes({ otherLoadPercent: 5 })).toEqual(['other-load']);
  expect(codes({ unsteadyTrials: 1 })).toEqual(['unsteady']);
  const drift = { percent: 3, low: 1, high: 5 };
  expect(codes({ drift, otherLoadPercent: 30, unsteadyTrials: 2 })).toEqual(['drift', 'unsteady', 'other-load']);
});

it('tells of drift from 2 % on in both directions, where its interval tells it from none', () => {
  const told = (percent: number, half: number) =>
    codes({ drift: { percent, low: percent - half, high: percent + half } }).length === 1;
  expect([told(2, 1.9), told(-2, 1.9), told(9, 8)]).toEqual([true, true, true]);
  expect([told(1.99, 0.1), told(-1.99, 0.1), told(9, 9), told(-3, 3.1)]).toEqual([false, false, false, false]);
  expect(codes({ drift: null, driftPercent: 30 })).toEqual([]);
});

it('tells of the drift checks alone what a log of format 1 was told by', () => {
  expect(codes({ driftPercent: 2 })).toEqual(['drift']);
  expect(codes({ driftPercent: -2 })).toEqual(['drift']);
  expect(conditionsOf({ ...quiet, driftPercent: -3.456 })[0]!.message).toBe(
    'the machine drifted: the same configuration took 3.46 % less at the end than at the start',
  );
});

it('makes its sentences from the numbers', () => {
  const drift = { percent: -3.456, low: -5.4, high: -1.5 };
  const [first, load] = conditionsOf({ ...quiet, drift, otherLoadPercent: 12.34 });
  expect(first!.message).toBe('the machine drifted: the same work took 3 % less at the end than at the start (2–5 %)');
  expect(load!.message).toContain("took 12 % of the machine's CPU time");
});

it('has what the log notes in the same list, first', () => {
  const warnings = [noted.noIdle('a gap', 'image', 1), noted.images('a JPEG without end')];
  expect(codes({ warnings, unsteadyTrials: 1 })).toEqual(['no-idle', 'images', 'unsteady']);
  expect(warnings.filter(isOfMachine).map(({ code }) => code)).toEqual(['no-idle']);
});

it('calls a machine busy from 10 % on', () => {
  expect(noted.busyMachine(9.99)).toBeNull();
  expect(noted.busyMachine(10)).toMatchObject({ code: 'busy-machine', message: expect.stringContaining('10 %') });
});

it('tells of filtered counters only where it is known that they are', () => {
  const filtering = (state: 'on' | 'off' | 'unknown') => ({ state, by: null, because: 'SGX is enabled' });
  expect(codes({ filtering: filtering('on') })).toEqual(['filtered']);
  for (const none of [filtering('off'), filtering('unknown'), null]) expect(codes({ filtering: none })).toEqual([]);
  expect(conditionsOf({ ...quiet, filtering: filtering('on') })[0]!.message).toContain('SGX is enabled');
});
