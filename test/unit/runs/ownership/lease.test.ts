import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { here } from '../../../../src/machine/place';
import { identityOf } from '../../../../src/machine/processIdentity';
import {
  goodForMs,
  heartbeatMs,
  leaseFile,
  lookAtLease,
  readLease,
  runElsewhere,
  type Sightings,
} from '../../../../src/runs/ownership/lease';
import { foreignLease, writeLease } from '../../../support/foreignLease';

vi.mock('node:os', { spy: true });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-lease-'));
});
afterEach(() => {
  vi.mocked(uptime).mockReset();
  rmSync(folder, { recursive: true });
});

/** A moment of its machine at which the lease was renewed; readers look at others. */
const at = 1_800_000_000_000;
const write = (more: Parameters<typeof foreignLease>[0] = {}, writtenAtMs = at) =>
  writeLease(folder, foreignLease({ renewedAt: at, ...more }), writtenAtMs);
const look = (wallMs: number, steadyMs = 0, sightings?: Sightings) =>
  lookAtLease(folder, sightings, { wallMs, steadyMs })?.state ?? null;

describe('a lease of another machine, seen once', () => {
  it('is live for as long as it is good for, by either clock', () => {
    expect(look(at)).toBeNull();
    write();
    expect(lookAtLease(folder, undefined, { wallMs: at + 3000, steadyMs: 0 })).toMatchObject({
      ...{ state: 'live', ageMs: 3000, lease: { host: 'node-17' } },
    });
    expect([look(at + goodForMs), look(at + goodForMs + 1)]).toEqual(['live', 'undecided']);
    // Its machine's clock is ten minutes behind; the file server's is right.
    write({ renewedAt: at - 600_000 }, at);
    expect([look(at + goodForMs), look(at + goodForMs + 1)]).toEqual(['live', 'undecided']);
  });

  it('in a time to come is no more believed than one long ago', () => {
    write();
    expect([look(at - 1000), look(at - goodForMs - 1), look(at - 7_200_000)]).toEqual(['live', 'undecided', 'over']);
  });

  it('is over without watching when it is older than clocks may differ, as in a copied folder', () => {
    write();
    const copy = join(folder, 'copy');
    cpSync(leaseFile(folder), leaseFile(copy), { preserveTimestamps: true });
    const seen = lookAtLease(copy, undefined, { wallMs: at + 3_600_001, steadyMs: 0 });
    expect(seen?.state).toBe('over');
    // A copy that does not keep the times is new for one minute: then nothing renews it.
    write({}, at + 3_600_001);
    expect([look(at + 3_600_001), look(at + 3_600_001 + goodForMs + 1)]).toEqual(['live', 'undecided']);
  });

  it('is over at once when this very machine had it and was started since', () => {
    vi.mocked(uptime).mockReturnValue(120);
    write({ host: hostname() });
    expect([look(at + 119_000), look(at + 121_000)]).toEqual(['undecided', 'over']);
    write({ host: 'node-17' });
    expect(look(at + 121_000)).toBe('undecided');
  });
});

describe('a lease that is watched', () => {
  it('is live when it is renewed under the eyes of the reader, though the clocks differ by minutes', () => {
    const sightings: Sightings = new Map();
    const wall = at + 300_000;
    write({ beats: 1 });
    expect(look(wall, 0, sightings)).toBe('undecided');
    expect(look(wall + 5000, 5000, sightings)).toBe('undecided');
    write({ beats: 2, renewedAt: at + heartbeatMs });
    expect(look(wall + heartbeatMs, heartbeatMs, sightings)).toBe('live');
    // And until it has not been for as long as it is good for.
    expect(look(wall, heartbeatMs + goodForMs, sightings)).toBe('live');
    expect(look(wall, heartbeatMs + goodForMs + 1, sightings)).toBe('over');
  });

  it('is over when that does not happen, whatever the clocks say', () => {
    const sightings: Sightings = new Map();
    write();
    expect(look(at, 0, sightings)).toBe('live');
    expect(look(at, goodForMs, sightings)).toBe('live');
    expect(look(at, goodForMs + 1, sightings)).toBe('over');
    // Another engine takes it.
    write({ nonce: 'another', beats: 0 });
    expect(look(at, goodForMs + 2, sightings)).toBe('live');
  });

  it('is not taken to be live by a renewal that may be long ago', () => {
    const sightings: Sightings = new Map();
    write({ beats: 1 });
    expect(look(at + 300_000, 0, sightings)).toBe('undecided');
    write({ beats: 2 });
    expect(look(at + 600_000, 300_000, sightings)).toBe('undecided');
  });
});

describe('a lease of this machine', () => {
  it('says nothing: its processes do', () => {
    write({ ...here(), engine: identityOf(process.pid) });
    expect(readLease(folder)).not.toBeNull();
    expect(look(at)).toBeNull();
  });

  it('is one of another place in a container, which has the boot but not the pids', () => {
    write({ ...here(), pidNamespace: 'pid:[1]', engine: identityOf(process.pid) });
    expect(look(at)).toBe('live');
  });
});

describe('a file of somebody who wishes us ill', () => {
  const good = () => foreignLease({ renewedAt: at });
  const texts: Record<string, string> = {
    'is empty': '',
    'is torn': JSON.stringify(foreignLease()).slice(0, 60),
    'is no object': '[1]',
    'names no machine': JSON.stringify({ ...foreignLease(), host: undefined }),
    'is good for ever': JSON.stringify({ ...foreignLease(), goodForMs: 1e15 }),
    'is good for no time': JSON.stringify({ ...foreignLease(), goodForMs: -1 }),
    'has no time': JSON.stringify({ ...foreignLease(), renewedAt: null }),
    'is nested deeply': '['.repeat(4000) + ']'.repeat(4000),
    'is too large': JSON.stringify({ ...foreignLease(), padding: 'x'.repeat(10_000) }),
  };
  it.each(Object.entries(texts))('is no lease when it %s', (_, text) => {
    writeFileSync(leaseFile(folder), text);
    expect(readLease(folder)).toBeNull();
    expect(look(at)).toBeNull();
  });

  it('is neither waited for nor read without end when it is a pipe or leads to a device', () => {
    execFileSync('mkfifo', [leaseFile(folder)]);
    expect(readLease(folder)).toBeNull();
    rmSync(leaseFile(folder));
    symlinkSync('/dev/zero', leaseFile(folder));
    expect(readLease(folder)).toBeNull();
  });

  it('shows of a name only what names are made of', () => {
    write({ ...good(), host: '\u001b]0;x\u0007node-\u202e17\n[a](command:b) <img>' });
    const { host } = readLease(folder)!.lease;
    expect(host).toMatch(/^[\p{L}\p{N}._?-]{1,64}$/u);
    expect(host).toContain('node-');
    write({ ...good(), host: ' '.repeat(500) });
    expect(readLease(folder)!.lease.host).toBe('?');
    write({ ...good(), host: '' });
    expect(readLease(folder)!.lease.host).toBe('another machine');
  });

  it('may hold more than this program knows', () => {
    writeFileSync(leaseFile(folder), JSON.stringify({ ...good(), job: 17 }));
    expect(readLease(folder)?.lease.host).toBe('node-17');
  });
});

it('says who has a run, since when nothing was heard, and what to do when that machine is dead', () => {
  const error = runElsewhere('/runs/x', { lease: foreignLease(), ageMs: 20_000 });
  expect(error.code).toBe('run-elsewhere');
  expect(error.message).toContain('running on node-17, whose last sign of life is 20 s old');
  expect(error.message).toContain('try again in 40 s');
});
