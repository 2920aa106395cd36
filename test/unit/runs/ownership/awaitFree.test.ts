import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { awaitFree } from '../../../../src/runs/ownership/awaitFree';
import { foreignLease, writeLease } from '../../../support/foreignLease';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-free-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Ten minutes behind: its clock, and that of its file server. */
const behind = (beats: number, goodForMs = 200) =>
  writeLease(folder, foreignLease({ beats, goodForMs, renewedAt: Date.now() - 600_000 }));
const onWait = vi.fn();
afterEach(() => onWait.mockClear());

it('waits for nothing where nobody has the run, or nobody has had it for long', async () => {
  await awaitFree(folder, onWait);
  writeLease(folder, foreignLease({ renewedAt: Date.now() - 86_400_000 }));
  await awaitFree(folder, onWait);
  expect(onWait).not.toHaveBeenCalled();
});

it('refuses at once what is live', async () => {
  writeLease(folder, foreignLease());
  await expect(awaitFree(folder, onWait)).rejects.toMatchObject({ code: 'run-elsewhere' });
  expect(onWait).not.toHaveBeenCalled();
});

it('says once that it waits, and goes on when nothing has moved for as long as the lease was good for', async () => {
  behind(1);
  const start = performance.now();
  await awaitFree(folder, onWait, 10);
  expect(performance.now() - start).toBeGreaterThan(200);
  expect(onWait).toHaveBeenCalledTimes(1);
});

it('refuses what is renewed meanwhile by a machine whose clock is another one', async () => {
  behind(1, 5000);
  const waiting = awaitFree(folder, () => setTimeout(() => behind(2, 5000), 30), 10);
  await expect(waiting).rejects.toMatchObject({ code: 'run-elsewhere' });
});
