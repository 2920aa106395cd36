import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationResults } from '../../src/core/values/trialValue';
import { isRunning } from '../../src/machine/processIdentity';
import { loadRun } from '../../src/runs/store/runFolder';
import { finishedIn } from '../support/faultyRun';
import { makeBench, quickSpec, runFolderIn, until } from '../support/greenbatch';

/** exFAT, as on a disk that goes from machine to machine: it has neither hard links nor modes of its own. */

const isPossible = process.geteuid?.() === 0 && ['/dev/fuse', '/dev/loop-control'].every(existsSync);
const bench = makeBench();
const [image, disk] = ['image', 'disk'].map((name) => join(bench.folder, name)) as [string, string];
let device = '';
afterAll(() => {
  if (device !== '') {
    execFileSync('umount', ['-l', disk]);
    execFileSync('losetup', ['-d', device]);
  }
  bench.remove();
});

describe.skipIf(!isPossible)('a file system without hard links (needs root, FUSE and loop devices)', () => {
  beforeAll(() => {
    execFileSync('apt-get', ['update'], { stdio: 'ignore' });
    const packages = ['exfat-fuse', 'exfatprogs'];
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { stdio: 'ignore' });
    writeFileSync(image, '');
    truncateSync(image, 2 ** 30);
    execFileSync('mkfs.exfat', [image], { stdio: 'ignore' });
    mkdirSync(disk);
    device = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
    execFileSync('mount.exfat-fuse', ['-o', 'umask=077', device, disk], { stdio: 'ignore' });
    mkdirSync(join(disk, '.greenbatch'));
  }, 300_000);

  it('holds runs and cache: a run is started, killed, resumed and read there', async () => {
    writeFileSync(join(disk, 'file'), '');
    expect(() => linkSync(join(disk, 'file'), join(disk, 'link'))).toThrow('EPERM');
    rmSync(join(disk, 'file'));

    const file = bench.writeSpec(quickSpec({}, { source: 'estimate', windowSeconds: 1 }), 'disk/test.energy.yaml');
    const env = { GREENBATCH_CACHE: join(disk, 'cache') };
    const started = await bench.run(['run', file, '--detach'], env);
    expect(started.code, started.stderr).toBe(0);
    const folder = runFolderIn(started.stdout);
    expect(folder.startsWith(disk)).toBe(true);
    const { engine } = loadRun(folder).run.sessions[0]!.start;
    await until(() => finishedIn(folder).length > 1);
    process.kill(engine.pid, 'SIGKILL');
    await until(() => !isRunning(engine), 10);
    const kept = finishedIn(folder);
    const resumed = await bench.run(['run', '--resume', folder], env);
    expect(resumed.code, resumed.stderr).toBe(0);
    const { run, samples, status } = loadRun(folder);
    expect(status).toBe('complete');
    expect(finishedIn(folder).slice(0, kept.length)).toEqual(kept);
    expect(configurationResults(run, samples).map((c) => c.trials.length)).toEqual([2, 2]);
    expect(run.warnings.map(({ code }) => code)).not.toContain('lease');
    // The programs that it ran from were copied there.
    expect(existsSync(join(disk, 'cache', 'programs'))).toBe(true);
  });
});
