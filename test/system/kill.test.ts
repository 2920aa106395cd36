import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Trial } from '../../src/core/run/fold';
import { configurationResults } from '../../src/core/values/trialValue';
import { isRunning, signalProgram } from '../../src/machine/processIdentity';
import { loadRun } from '../../src/runs/store/runFolder';
import { makeBench, quickSpec, runFolderIn, until } from '../support/greenbatch';
import { repeats } from '../support/repeats';

/** kill -9 at random moments: of the trial, of the engine, of both. */

const moments = repeats(15, 100);
const spec = quickSpec(
  { batchSizes: [1, 2, 4] },
  { source: 'estimate', windowSeconds: 0.2, repeats: { min: 2, max: 2 } },
);
const finishedIn = (folder: string) => loadRun(folder).run.trials.filter((t) => t.state === 'finished');
const structure = (folder: string) => {
  const { run, samples } = loadRun(folder);
  return configurationResults(run, samples).map((c) => [c.id, c.trials.map((t) => t.block)]);
};

/** Processes that the engine has started. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

let seed = 20261123;
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};
const kills = Array.from({ length: moments }, (_, moment) => ({
  ...{ number: moment + 1, afterMs: Math.round(random() * 10_000) },
  victim: (['trial', 'engine', 'both'] as const)[moment % 3]!,
}));

// Each has a workspace and a measuring lock of its own, and nothing is said of joules: they run beside each other, in which
// a run takes somewhat longer than the longest wait.
describe.concurrent('kill -9 at a random moment loses no complete repeat, and resume finishes', () => {
  let wanted: ReturnType<typeof structure>;
  beforeAll(async () => {
    const bench = makeBench();
    const undisturbed = await bench.run(['run', bench.writeSpec(spec)]);
    expect(undisturbed.code, undisturbed.stderr).toBe(0);
    wanted = structure(runFolderIn(undisturbed.stdout));
    bench.remove();
  }, 180_000);

  it.for(kills)('$number: $victim after $afterMs ms', async ({ victim, afterMs }, { expect, onTestFinished }) => {
    const bench = makeBench();
    onTestFinished(() => bench.remove());
    const started = await bench.run(['run', bench.writeSpec(spec), '--detach']);
    expect(started.code, started.stderr).toBe(0);
    const folder = runFolderIn(started.stdout);
    const { engine } = loadRun(folder).run.sessions[0]!.start;
    await sleep(afterMs);
    // A trial, or a probe for memory that the log does not name.
    if (victim !== 'engine') for (const child of childrenOf(engine.pid)) process.kill(child, 'SIGKILL');
    if (victim !== 'trial') {
      signalProgram(engine, 'engine', folder, 'SIGKILL');
      await until(() => !isRunning(engine), 10);
      const orphan = loadRun(folder).run.trials.findLast((t) => t.state === 'running');
      if (orphan) await until(() => !isRunning(orphan.processes[0]!), 10);
    }
    const kept = victim === 'trial' ? [] : finishedIn(folder);
    if (victim === 'trial') await until(() => !isRunning(engine), 120);
    else if (loadRun(folder).status !== 'complete') {
      const resumed = await bench.run(['run', '--resume', folder]);
      expect(resumed.code, resumed.stderr).toBe(0);
    }
    const after = finishedIn(folder);
    const place = (t: Trial) => `${t.configuration}/${t.block}/${t.reference}`;
    // Nothing that was finished is gone, and nothing was measured twice.
    for (const t of kept) expect(after.find((a) => a.trial === t.trial)?.windows).toEqual(t.windows);
    expect(new Set(after.map(place)).size).toBe(after.length);
    expect(structure(folder)).toEqual(wanted);
  });
});
