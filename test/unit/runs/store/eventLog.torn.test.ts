import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/core/run/events';
import { foldRun, type Run } from '../../../../src/core/run/fold';
import { trialValue } from '../../../../src/core/values/trialValue';
import { windowValue } from '../../../../src/core/values/windowValue';
import { seriesLine } from '../../../../src/energy/sampler/samplerThread';
import { measureBlocks } from '../../../../src/engine/session/blocks';
import { openEventLog, readEvents } from '../../../../src/runs/store/eventLog';
import { readPower } from '../../../../src/runs/store/powerLog';
import { lookup } from '../../../../src/runs/store/runFolder';
import { fakeSession } from '../../../support/fakeSession';
import { repeats } from '../../../support/repeats';
import { created, sessionStarted, toLines } from '../../../support/runEvents';

/** A log and its samples that a crash cut off, at every byte; in `npm test` at every seventh. */
const step = repeats(7, 1);

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-torn-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string | Buffer) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const spec = { batchSizes: [1], measure: { order: 'listed' as const, repeats: { min: 2, max: 2 } } };
/** What a run leaves: two repeats, with drift checks before, between and after them. */
const whole = await (async () => {
  const session = fakeSession({ spec });
  await measureBlocks([session.side]);
  const [begin] = [created([1]) as Extract<RunEvent, { type: 'run.created' }>];
  // No byte is a letter of its own everywhere.
  const head = {
    ...begin,
    name: 'größte Stapel ✓',
    spec: session.run.spec,
    configurations: session.run.configurations,
  };
  return { events: [head, ...sessionStarted(), ...session.log], session };
})();

const finishedIn = (run: Run) => run.trials.filter((t) => t.state === 'finished');

describe('a log that is cut at any byte', () => {
  const bytes = Buffer.from(toLines(whole.events));
  const linesBefore = (cut: number) => bytes.subarray(0, cut).toString('latin1').split('\n').length - 1;

  it('is read up to the last whole line, and goes on right behind it', () => {
    for (let cut = 0; cut <= bytes.length; cut += step) {
      const torn = file('events.jsonl', bytes.subarray(0, cut));
      const lines = linesBefore(cut);
      if (readEvents(torn).events.length !== lines) expect.fail(`byte ${cut}: not ${lines} lines`);
      if (lines === 0) continue;
      const log = openEventLog(torn);
      log.append({ type: 'warning', code: 'after', message: 'ä' });
      log.close();
      const { events } = readEvents(torn);
      if (events.length !== lines + 1 || events.at(-1)!.type !== 'warning')
        expect.fail(`byte ${cut}: ${events.length}`);
    }
    expect(readEvents(file('events.jsonl', bytes)).events).toEqual(whole.events);
  });

  it('and then resumed: all repeats are there once, and what was finished is as it was', async () => {
    const starts = [...bytes.entries()].flatMap(([at, byte]) => (byte === 10 ? [at + 1] : []));
    let kept = 0;
    for (const cut of starts) {
      const before = readEvents(file('events.jsonl', bytes.subarray(0, cut))).events;
      const finished = finishedIn(foldRun(before));
      const resumed = fakeSession({ spec, before: [...before.slice(1), ...sessionStarted(2)] });
      await measureBlocks([resumed.side]);
      const after = finishedIn(resumed.run);
      for (const trial of finished) expect(after.find((t) => t.trial === trial.trial)).toEqual(trial);
      const places = after.map((t) => `${t.reference ? 'drift check ' : ''}${t.block}`);
      expect(places.toSorted(), `${cut} bytes`).toEqual([
        '1',
        '2',
        ...[0, 1, 2].map((block) => `drift check ${block}`),
      ]);
      kept += finished.length;
    }
    // Of five trials, each with four lines or more.
    expect(kept).toBeGreaterThan(4 * (1 + 2 + 3 + 4));
  });
});

describe('samples that are cut at any byte', () => {
  const { run, measuring } = whole.session;
  const samples = measuring.samples(1, 0, Infinity);
  const header = { version: 2, session: 1, wallOffsetMs: 0, domains: measuring.source.parts.map(({ id }) => id) };
  const bytes = Buffer.from([JSON.stringify(header), ...samples.map(seriesLine), ''].join('\n'));

  it('leave each window its joules, or none', () => {
    const windows = run.trials.flatMap((trial) => trial.windows.map((window) => ({ trial, window })));
    const joulesWith = (cut: number) => {
      const series = lookup(readPower(file('power.jsonl', bytes.subarray(0, cut))));
      return windows.map(({ trial, window }) => {
        const value = windowValue(run, trial, window, series);
        return value.valid ? value.joules : null;
      });
    };
    const all = joulesWith(bytes.length);
    expect(all).toEqual(run.trials.map(() => 200));
    for (let cut = 0; cut < bytes.length; cut += step) {
      const joules = joulesWith(cut);
      if (!joules.every((j, i) => j === null || j === all[i])) expect.fail(`byte ${cut}: ${joules.join(', ')}`);
    }
    const values = run.trials.map((trial) => trialValue(run, trial, () => [], null)?.joulesPerUnit);
    // No repeat is lost with its samples where nothing could hide between the edges of its windows.
    expect(values).toEqual(run.trials.map(() => 100));
  });
});
