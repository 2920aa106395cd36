import { expect, it } from 'vitest';
import type { Reading } from '../../../../src/core/energy/source';
import { createPhaseMeter } from '../../../../src/engine/trial/phaseMeter';
import { measureWindow } from '../../../../src/engine/trial/window';
import { monotonicMs } from '../../../../src/machine/clock';
import { pause } from '../../../../src/machine/pause';
import type { StepWatch } from '../../../../src/workloads/workload';
import { evaluated } from '../../../support/fakeSession';
import { zonePart } from '../../../support/runEvents';

/** A window of steps that last 20 ms each, and the order in which it read and worked. */
async function windowOf(
  seconds: number,
  step: (watch: StepWatch, number: number) => number,
  stoodStillMs = 0,
  watchdogMs: number | null = null,
) {
  const story: string[] = [];
  const reader = {
    read(): Reading {
      story.push('read');
      const ms = monotonicMs();
      return { monotonicMs: ms, counters: [story.length], busySeconds: 0, totalSeconds: ms / 500 };
    },
    close: () => undefined,
  };
  const meter = createPhaseMeter(reader, [zonePart('package-0')]);
  story.length = 0;
  let steps = 0;
  const work = {
    async step(watch: StepWatch) {
      await new Promise((done) => setTimeout(done, 20));
      const done = step(watch, ++steps);
      story.push('step');
      return done;
    },
  };
  const standstills = { longestMs: () => stoodStillMs, ownCpuMs: () => watchdogMs && watchdogMs++ };
  const watched = { meter, standstills, alive: () => void story.push('alive') };
  const measured = await measureWindow(work, watched, seconds);
  return { ...measured, story, steps };
}

it('reads right before the first step and right after the last, and counts the work of all', async () => {
  const { window, story, steps, tellAccuracy } = await windowOf(0.05, (_, number) => number);
  expect(story).toEqual(['read', ...new Array<string>(steps).fill('step'), 'read']);
  expect(steps).toBeGreaterThan(1);
  expect(window.work).toBe((steps * (steps + 1)) / 2);
  expect(window.end.monotonicMs - window.start.monotonicMs).toBeGreaterThanOrEqual(50);
  expect(window).not.toHaveProperty('phases');
  expect(tellAccuracy).toBeNull();
});

it('lasts from when a slow reading has ended', async () => {
  const reader = {
    read(): Reading {
      const ms = monotonicMs();
      pause(60);
      const moment = { counters: [0], busySeconds: 0, totalSeconds: 0 };
      return { ...moment, monotonicMs: ms, resumed: { ...moment, monotonicMs: monotonicMs() } };
    },
    close: () => undefined,
  };
  const meter = createPhaseMeter(reader, [zonePart('package-0')]);
  const step = async () => {
    await new Promise((done) => setTimeout(done, 5));
    return 1;
  };
  const watched = { meter, standstills: { longestMs: () => 0, ownCpuMs: () => null }, alive: () => undefined };
  const { window } = await measureWindow({ step }, watched, 0.05);
  expect(window.end.monotonicMs - window.start.resumed!.monotonicMs).toBeGreaterThanOrEqual(50);
});

it('holds one step at least, however long it takes', async () => {
  expect((await windowOf(0.001, () => 1)).steps).toBe(1);
});

it('keeps the times of whole batches alone; each batch is a sign of life', async () => {
  const { window, story } = await windowOf(0, (watch) => {
    watch.ran(5, true);
    watch.ran(7, true);
    watch.ran(2, false);
    return 5;
  });
  expect(window.batchMs).toEqual([5, 7]);
  expect(story).toEqual(['read', 'alive', 'alive', 'alive', 'step', 'read']);
});

it('ends with its last phase, where phases are told apart', async () => {
  const { window, story } = await windowOf(0, (watch) => {
    watch.phaseEnded('load');
    watch.phaseEnded('inference');
    return 1;
  });
  expect(story).toEqual(['read', 'read', 'read', 'step']);
  expect(window.end.counters).toEqual([3]);
  const sum = Object.values(window.phases!).reduce((ms, phase) => ms + phase.ms, 0);
  expect(sum).toBeCloseTo(window.end.monotonicMs - window.start.monotonicMs, 6);
  expect(Object.keys(window.phases!)).toEqual(['load', 'inference']);
});

it('keeps the accuracy that was found first, and does not ask for it', async () => {
  let asked = 0;
  const { tellAccuracy } = await windowOf(0.03, (watch, number) => {
    const said = evaluated(number / 10);
    if (said.type === 'accuracy')
      watch.foundAccuracy(() => {
        asked++;
        return said;
      });
    return 1;
  });
  expect(asked).toBe(0);
  expect(tellAccuracy!(() => undefined).accuracy.coco.stats[0]).toBe(0.1);
});

it('says how long its process stood still, where it did', async () => {
  expect((await windowOf(0, () => 1)).window).not.toHaveProperty('stoodStillMs');
  expect((await windowOf(0, () => 1, 700)).window).toMatchObject({ stoodStillMs: 700 });
  expect((await windowOf(0, () => 1, 0, 5)).window.watchdogCpuSeconds).toBe(0.001);
});
