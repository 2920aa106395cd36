import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { configurationResults } from '../../src/core/values/trialValue';
import { isRunning } from '../../src/machine/processIdentity';
import { loadRun } from '../../src/runs/store/runFolder';
import {
  type Facsimile,
  facsimileMissing,
  installFacsimile,
  type ReadError,
  startFacsimile,
} from '../support/facsimile';
import {
  type FaultyRun,
  finishedIn,
  problemsOf,
  startFaultyRun,
  wantedRepeats,
  windowOf,
  windowSeconds,
  zones,
} from '../support/faultyRun';
import { until } from '../support/greenbatch';
import { repeats } from '../support/repeats';

/** The kernel's own errors, from a file system: what the reads of a counter give when a register, its driver or the right to it fails. */
const errors: ReadError[] = ['EIO', 'ENODEV', 'EACCES'];
/** What a run that is to go on says of it. */
const says = { EIO: 'input/output error', ENODEV: 'ENODEV', EACCES: 'permission denied' };

describe.skipIf(facsimileMissing)('a counter whose reads fail (needs root, FUSE and the energy lab)', () => {
  let run: FaultyRun<Facsimile>;
  beforeAll(installFacsimile, 300_000);
  afterEach(() => run.end());
  const begin = async () => {
    run = await startFaultyRun(startFacsimile());
  };
  const expectComplete = (kind: ReadError) => {
    const loaded = loadRun(run.folder);
    expect(loaded.status).toBe('complete');
    expect(problemsOf(loaded, kind, run.driver), JSON.stringify(run.driver.record())).toEqual([]);
    const counts = configurationResults(loaded.run, loaded.samples).map((c) => c.trials.length);
    expect(counts).toEqual([wantedRepeats]);
  };

  it.each<{ error: ReadError; ids: string[] }>([
    { error: 'EIO', ids: ['package-1'] },
    { error: 'EIO', ids: ['dram-0'] },
    { error: 'EIO', ids: zones },
    { error: 'ENODEV', ids: zones },
    { error: 'EACCES', ids: ['package-0'] },
  ])('with $error, $ids for 60 % of a window: it is invalid, and measured again', async ({ error, ids }) => {
    await begin();
    await windowOf(run.folder, 2, run.engine);
    await sleep(150 * windowSeconds);
    const heal = run.driver.failing(error, ids);
    await sleep(600 * windowSeconds);
    heal();
    await until(() => !isRunning(run.engine), 60);
    const failed = loadRun(run.folder).run.trials.filter((t) => t.state === 'failed');
    expect(failed.map(({ trial, failure }) => [trial, failure!.reason, failure!.message])).toEqual([
      [
        2,
        'invalid',
        expect.stringMatching(new RegExp(`^${ids[0]}: the counter could not be read for 0\\.[5-9] of 1\\.\\d s`)),
      ],
    ]);
    expectComplete(error);
  });

  it.each(Array.from({ length: repeats(6, 60) }, (_, i) => ({ i, error: errors[i % errors.length]! })))(
    'with $error at any moment (number $i): no number is wrong, no repeat lost',
    async ({ i, error }) => {
      await begin();
      // Moments and lengths spread over the run by a sequence that fills it evenly.
      const at = (share: number) => (i * share + 0.31) % 1;
      await sleep(7000 * at(0.618));
      const heal = run.driver.failing(error, i % 3 === 0 ? zones : [zones[i % zones.length]!]);
      await sleep(30 + 1400 * at(0.755));
      heal();
      await until(() => !isRunning(run.engine), 60);
      expectComplete(error);
    },
  );

  it.each(errors)(
    'with %s for good: the run ends and says why, and goes on when the counter is back',
    async (error) => {
      await begin();
      await until(() => finishedIn(run.folder).length > 0);
      const heal = run.driver.failing(error, ['package-1']);
      await until(() => !isRunning(run.engine), 60);
      const kept = finishedIn(run.folder);
      const ended = loadRun(run.folder);
      expect(ended.status).toBe('failed');
      expect(ended.run.sessions[0]!.end).toMatchObject({
        ...{ reason: 'failed', code: 'source-lost', exitCode: 3 },
        message: expect.stringMatching(/^package-1: the counter could not be read .*resume the run/) as string,
      });
      const refused = await run.bench.run(['run', '--resume', run.folder]);
      expect(refused.code).toBe(3);
      expect(refused.stderr).toMatch(new RegExp(`package-1: .*${says[error]}`));
      heal();
      const resumed = await run.bench.run(['run', '--resume', run.folder]);
      expect(resumed.code, resumed.stderr).toBe(0);
      expectComplete(error);
      const after = loadRun(run.folder).run.trials;
      for (const trial of kept) expect(after.find((t) => t.trial === trial.trial)).toEqual(trial);
    },
  );
});
