import { expect, it } from 'vitest';
import { foldBands } from '../../../../../src/core/panel/series/bands';
import type { RunEvent } from '../../../../../src/core/run/events';
import { sessionStarted, trialEvents } from '../../../../support/runEvents';

/** The wall clock stands at 2 when the monotonic one stands at 0. */
const wall = (seconds: number) => 2 + 1000 * seconds;
const timesOf = (events: RunEvent[]) =>
  foldBands([...sessionStarted(), ...events]).list.map((b) => [b.session, b.kind, b.fromMs, b.toMs]);

it('ends a window with its last reading, not when the trial said that it was finished', () => {
  const late = trialEvents(1, 1, 'b1', 10).map((e) => (e.type === 'trial.finished' ? { ...e, at: wall(15) } : e));
  expect(timesOf(late)).toEqual([[1, 'window', 10_000, 12_000]]);
  expect(foldBands([...sessionStarted(), ...late]).list[0]).toMatchObject({ configuration: 'b1', trial: 1 });
});

it('ends a phase where the next one begins, and what failed by the wall clock', () => {
  const [started, phase] = trialEvents(1, 1, 'b1', 10);
  const phaseAt = (name: 'load' | 'warmup', seconds: number) =>
    ({ ...phase, phase: name, monotonicMs: 1000 * seconds, at: wall(seconds) }) as RunEvent;
  const failed: RunEvent = {
    ...{ type: 'trial.failed', at: wall(20), trial: 1, reason: 'exit', message: '', signal: null, exitCode: 1 },
  };
  expect(timesOf([started!, phaseAt('load', 10), phaseAt('warmup', 13), failed])).toEqual([
    [1, 'load', 10_000, 13_000],
    [1, 'warmup', 13_000, 20_000],
  ]);
});

it('leaves open what still goes on, and closes with its last sign of life what a killed engine left open', () => {
  const [started, phase] = trialEvents(1, 1, 'b1', 10);
  expect(timesOf([started!, phase!])).toEqual([[1, 'window', 10_000, null]]);
  const window = trialEvents(1, 1, 'b1', 10)[2]!;
  expect(timesOf([started!, phase!, ...sessionStarted(2)])).toEqual([[1, 'window', 10_000, 10_000]]);
  expect(timesOf([started!, phase!, window, ...trialEvents(2, 1, 'b2', 30)])).toEqual([
    [1, 'window', 10_000, 30_000],
    [1, 'window', 30_000, 32_000],
  ]);
});

it('shows the load after a rest up to when it was told', () => {
  const heated: RunEvent = { type: 'machine.heated', at: wall(30), beforeBlock: 2, configuration: 'b1', seconds: 10 };
  expect(timesOf([heated])).toEqual([[1, 'heat', 20_000, 30_000]]);
});
