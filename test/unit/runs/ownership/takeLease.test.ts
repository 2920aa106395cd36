import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { identityOf } from '../../../../src/machine/processIdentity';
import { here } from '../../../../src/machine/place';
import { leaseFile, readLease } from '../../../../src/runs/ownership/lease';
import { replaceFile } from '../../../../src/machine/replaceFile';
import { takeLease } from '../../../../src/runs/ownership/takeLease';
import { foreignLease, writeLease } from '../../../support/foreignLease';
import { until } from '../../../support/greenbatch';

// Only what a test says is another one: a full disk, for example.
vi.mock('../../../../src/machine/replaceFile', { spy: true });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-take-'));
});
afterEach(() => {
  vi.useRealTimers();
  vi.mocked(replaceFile).mockReset();
  rmSync(folder, { recursive: true, force: true });
});

const first = { session: 1, contested: false };
const resumed = { session: 2, contested: true };
const elsewhere = expect.objectContaining({ code: 'run-elsewhere' });
const dayMs = 86_400_000;
const never = () => expect.unreachable();

describe('an engine that takes a run', () => {
  it('says where it is, renews that, and leaves nothing behind', async () => {
    const lease = await takeLease(folder, first, 20);
    const { lease: written } = readLease(folder)!;
    expect(written).toMatchObject({ ...here(), session: 1, beats: 0, engine: identityOf(process.pid) });
    lease.keep(never, never);
    await until(() => (readLease(folder)?.lease.beats ?? 0) >= 3, 5);
    expect(readLease(folder)!.lease.renewedAt).toBeGreaterThan(written.renewedAt);
    lease.confirm();
    await lease.release();
    expect(readdirSync(folder)).toEqual([]);
    await new Promise((done) => setTimeout(done, 60));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves nothing behind where its session ends in the middle of a heartbeat', async () => {
    const lease = await takeLease(folder, first, 10);
    const { replaceFile: real } = await vi.importActual<typeof import('../../../../src/machine/replaceFile')>(
      '../../../../src/machine/replaceFile',
    );
    let writing = 0;
    vi.mocked(replaceFile).mockImplementation(async (...args) => {
      writing++;
      await new Promise((done) => setTimeout(done, 50));
      await real(...args);
    });
    lease.keep(never, never);
    await until(() => writing === 1, 5);
    await lease.release();
    expect(readdirSync(folder)).toEqual([]);
    await new Promise((done) => setTimeout(done, 100));
    expect([writing, readdirSync(folder)]).toEqual([1, []]);
  });

  it('takes what is over', async () => {
    writeLease(folder, foreignLease({ renewedAt: Date.now() - dayMs }));
    const lease = await takeLease(folder, resumed);
    expect(readLease(folder)!.lease).toMatchObject({ session: 2, host: here().host });
    await lease.release();
  });

  it('leaves what is not, by the clock of its machine or that of the file system', async () => {
    writeLease(folder, foreignLease(), Date.now() - dayMs);
    await expect(takeLease(folder, resumed)).rejects.toEqual(elsewhere);
    writeLease(folder, foreignLease({ renewedAt: Date.now() - dayMs }), Date.now());
    await expect(takeLease(folder, resumed)).rejects.toEqual(elsewhere);
    expect(readLease(folder)!.lease.host).toBe('node-17');
  });

  it('does not mind that its own clock is wrong: the new file lies beside the old one', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + dayMs });
    writeLease(folder, foreignLease({ renewedAt: Date.now() - dayMs }), Date.now() - dayMs - 5000);
    await expect(takeLease(folder, resumed)).rejects.toEqual(elsewhere);
    expect(readdirSync(folder)).toEqual(['lease.json']);
  });

  it('takes what an engine of this machine has left when it was killed', async () => {
    writeLease(folder, foreignLease({ ...here(), engine: { ...identityOf(process.pid), startTicks: 1 } }));
    await (await takeLease(folder, resumed)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is one of two: who wrote first reads back that the other one has it', async () => {
    const one = takeLease(folder, resumed);
    await until(() => readLease(folder) !== null, 5);
    // From another machine, which looked at the same moment.
    writeLease(folder, foreignLease({ session: 2 }));
    await expect(one).rejects.toEqual(elsewhere);
    expect(readLease(folder)!.lease.host).toBe('node-17');
  });

  it('is one of two who begin at the same moment here, too', async () => {
    const all = await Promise.allSettled([1, 2, 3].map(() => takeLease(folder, resumed)));
    const taken = all.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(taken).toHaveLength(1);
    for (const result of all) if (result.status === 'rejected') expect(result.reason).toEqual(elsewhere);
    await taken[0]!.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('an engine that was away for too long', () => {
  it('is told at its next heartbeat that the run was taken, and neither writes nor removes anything', async () => {
    const lease = await takeLease(folder, first, 20);
    const onLost = vi.fn();
    lease.keep(never, onLost);
    writeLease(folder, foreignLease({ session: 2 }));
    await until(() => onLost.mock.calls.length > 0, 5);
    expect(onLost).toHaveBeenCalledExactlyOnceWith(elsewhere);
    expect(() => lease.confirm()).toThrow(elsewhere);
    await lease.release();
    expect(readLease(folder)!.lease).toMatchObject({ host: 'node-17', session: 2 });
  });

  it('looks before its next line where no heartbeat was possible for as long as its lease was good for', async () => {
    const lease = await takeLease(folder, first);
    writeLease(folder, foreignLease({ session: 2 }));
    lease.confirm();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    expect(() => lease.confirm()).toThrow(elsewhere);
    await lease.release();
  });

  it('goes on where somebody has only removed the file', async () => {
    const lease = await takeLease(folder, first, 20);
    lease.keep(never, never);
    rmSync(leaseFile(folder));
    await until(() => readLease(folder) !== null, 5);
    lease.confirm();
    await lease.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a folder in which no lease can be written', () => {
  it('is measured in all the same, and that is told once', async () => {
    mkdirSync(join(leaseFile(folder), 'x'), { recursive: true });
    const lease = await takeLease(folder, resumed, 10);
    const onProblem = vi.fn();
    lease.keep(onProblem, never);
    await new Promise((done) => setTimeout(done, 100));
    expect(onProblem).toHaveBeenCalledExactlyOnceWith(expect.any(String));
    lease.confirm();
    await lease.release();
    expect(readdirSync(folder)).toEqual(['lease.json']);
  });

  it('is told only when heartbeats fail one after the other', async () => {
    const lease = await takeLease(folder, first, 10);
    const onProblem = vi.fn();
    rmSync(folder, { recursive: true });
    lease.keep(onProblem, never);
    expect(onProblem).not.toHaveBeenCalled();
    await until(() => onProblem.mock.calls.length > 0, 5);
    await new Promise((done) => setTimeout(done, 50));
    expect(onProblem).toHaveBeenCalledTimes(1);
    await lease.release();
  });

  it('is not told of a heartbeat that failed alone', async () => {
    const lease = await takeLease(folder, first, 10);
    vi.mocked(replaceFile).mockRejectedValueOnce(new Error('ESTALE')).mockRejectedValueOnce(new Error('ESTALE'));
    const onProblem = vi.fn();
    lease.keep(onProblem, never);
    await until(() => (readLease(folder)?.lease.beats ?? 0) >= 2, 5);
    expect(onProblem).not.toHaveBeenCalled();
    await lease.release();
  });

  it('is still left alone where another machine measures in it', async () => {
    writeLease(folder, foreignLease());
    vi.mocked(replaceFile).mockRejectedValue(new Error('ENOSPC: no space left on device'));
    await expect(takeLease(folder, resumed)).rejects.toEqual(elsewhere);
  });

  it('does not take the lease that an engine left there for one that was taken meanwhile', async () => {
    writeLease(folder, foreignLease({ renewedAt: Date.now() - dayMs }));
    vi.mocked(replaceFile).mockRejectedValue(new Error('ENOSPC: no space left on device'));
    const lease = await takeLease(folder, resumed, 10);
    const onProblem = vi.fn();
    lease.keep(onProblem, never);
    await new Promise((done) => setTimeout(done, 50));
    lease.confirm();
    expect(onProblem).toHaveBeenCalledExactlyOnceWith('ENOSPC: no space left on device');
    await lease.release();
  });
});
