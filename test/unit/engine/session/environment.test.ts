import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { snapshotEnvironment } from '../../../../src/engine/session/environment';
import { physicalCores } from '../../../../src/machine/topology';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-environment-'));
afterAll(() => rmSync(folder, { recursive: true }));
const nowhere = join(folder, 'nowhere');

describe('the environment of a session', () => {
  it('names the machine', () => {
    expect(snapshotEnvironment(folder, {})).toMatchObject({
      ...{ logicalCpus: cpus().length, availableParallelism: availableParallelism(), memoryBytes: totalmem() },
      ...{ node: process.version, platform: `${process.platform}-${process.arch}`, physicalCores: physicalCores() },
    });
  });

  it('can be written as JSON and read again: nothing is undefined or not a number', () => {
    const snapshot = snapshotEnvironment(folder, {});
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
    expect(Object.values(snapshot)).not.toContain(undefined);
  });

  it('has what the energy sources add, beside its own', () => {
    const added = { raplLimitsMicrowatts: { 'intel-rapl:0': 1 }, accelerator: null };
    expect(snapshotEnvironment(folder, added)).toEqual({ ...snapshotEnvironment(folder, {}), ...added });
    expect(snapshotEnvironment(folder, {})).not.toHaveProperty('raplLimitsMicrowatts');
  });

  it('has the commit of the workspace', () => {
    const workspace = join(folder, 'workspace');
    mkdirSync(workspace);
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', workspace, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        encoding: 'utf8',
      });
    const state = () => snapshotEnvironment(workspace, {}).git;
    git('init', '-q');
    // No commit yet.
    expect(state()).toBeNull();
    writeFileSync(join(workspace, 'a.txt'), 'one');
    git('add', '-A');
    git('commit', '-qm', 'first');
    const commit = git('rev-parse', 'HEAD').trim();
    expect(state()).toEqual({ commit });
    expect(snapshotEnvironment(nowhere, {}).git).toBeNull();
  });
});
