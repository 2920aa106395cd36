import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadRun } from '../../src/runs/store/runFolder';
import { makeBench, quickSpec } from '../support/greenbatch';

/** A disk that fills up in the middle of a run: nothing finished is lost, and the message names the way on. */

const bench = makeBench();
const disk = join(bench.folder, 'disk');
const mounted = (() => {
  try {
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
afterAll(() => {
  if (mounted) execFileSync('umount', ['-l', disk]);
  bench.remove();
});

describe.skipIf(!mounted)('a full disk (needs the right to mount)', () => {
  it('ends the run with its name, and resume goes on after some space was freed', async () => {
    const folder = join(disk, 'run');
    const filler = join(disk, 'filler');
    writeFileSync(filler, Buffer.alloc(240 * 1024));
    const file = bench.writeSpec(quickSpec({}, { source: 'estimate', repeats: { min: 3, max: 3 } }));
    const result = await bench.run(['run', file, '--out', folder]);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(/full|without finishing its log/);
    expect(existsSync(join(folder, 'events.jsonl'))).toBe(true);
    const before = loadRun(folder).run.trials.filter((t) => t.state === 'finished');
    rmSync(filler);
    const resumed = await bench.run(['run', '--resume', folder]);
    expect(resumed.code, resumed.stderr).toBe(0);
    const after = loadRun(folder).run.trials;
    for (const trial of before) expect(after.find((t) => t.trial === trial.trial)?.windows).toEqual(trial.windows);
    expect(after.filter((t) => t.state === 'finished' && !t.reference)).toHaveLength(6);
  });
});
