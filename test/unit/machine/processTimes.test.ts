import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { busyBetween, readProcessTimes } from '../../../src/machine/processTimes';
import { type MachineTree, makeMachineTree } from '../../support/machineTree';

let tree: MachineTree;
beforeEach(() => {
  tree = makeMachineTree();
});
afterEach(() => tree.delete());

type Made = { parent?: number; ticks?: number; ofChildren?: number; terminal?: number; started?: number; exe?: string };

/** As proc(5) has it; of the fields between only those that are read mean something. */
function write(
  pid: number,
  name: string,
  { parent = 1, ticks = 0, ofChildren = 0, terminal = 0, started = 7, exe }: Made,
) {
  const fields = ['S', parent, pid, pid, terminal, -1, 0, 0, 0, 0, 0, ticks, 0, ofChildren, 0, 20, 0, 1, 0, started, 0];
  tree.write(`proc/${pid}/stat`, `${pid} (${name}) ${fields.join(' ')}`);
  if (exe === undefined) return;
  mkdirSync(join(tree.root, `proc/${pid}`), { recursive: true });
  symlinkSync(exe, join(tree.root, `proc/${pid}/exe`));
}
const read = () => readProcessTimes(tree.root)!;
const own = 50;
const busy = (before: ReturnType<typeof read>) => busyBetween(before, read(), { own, root: tree.root });

describe('who was busy', () => {
  it('is named by program, all of one name together, the busiest first; the run and what it started are told apart', () => {
    write(1, 'systemd', {});
    for (const pid of [10, 11]) write(pid, 'python3', { ticks: 500 });
    write(20, 'a (b) c', { ticks: 5 });
    write(own, 'node', { ticks: 100 });
    write(51, 'trial', { parent: own, ticks: 100 });
    const before = read();
    write(10, 'python3', { ticks: 520 });
    write(11, 'python3', { ticks: 510 });
    write(20, 'a (b) c', { ticks: 55 });
    write(own, 'node', { ticks: 110 });
    write(51, 'trial', { parent: own, ticks: 190 });
    write(52, 'of the trial', { parent: 51, ticks: 8 });
    expect(busy(before)).toEqual({
      ownSeconds: 1.08,
      others: [
        { name: 'a (b) c', cpuSeconds: 0.5 },
        { name: 'python3', cpuSeconds: 0.3 },
      ],
    });
  });

  it('has what came and went under the one that waited for it, and nothing twice', () => {
    write(10, 'make', { ofChildren: 1000 });
    write(11, 'cc1', { parent: 10, ticks: 30, started: 9 });
    const before = read();
    tree.remove('proc/11');
    // 30 of the first one were known; another one came and went unseen.
    write(10, 'make', { ofChildren: 1000 + 100 + 40 });
    write(12, 'cc1', { parent: 10, ticks: 20, started: 99 });
    expect(busy(before).others).toEqual([
      { name: 'make', cpuSeconds: 1.1 },
      { name: 'cc1', cpuSeconds: 0.2 },
    ]);
  });

  it('has of a whole family that ended only what is new', () => {
    write(10, 'bash', {});
    write(11, 'flock', { parent: 10, started: 8 });
    write(12, 'make', { parent: 11, ticks: 5000, ofChildren: 3000, started: 9 });
    write(13, 'cc1', { parent: 12, ticks: 700, started: 10 });
    const before = read();
    for (const pid of [11, 12, 13]) tree.remove(`proc/${pid}`);
    write(10, 'bash', { ofChildren: 5000 + 3000 + 700 + 60 });
    expect(busy(before).others).toEqual([{ name: 'bash', cpuSeconds: 0.6 }]);
  });

  it('took together no more than the CPUs were busy, whoever waited for what ended', () => {
    write(10, 'server', { ofChildren: 0 });
    write(11, 'bash', { parent: 10 });
    write(12, 'sh', { parent: 11, started: 8 });
    write(13, 'job', { parent: 12, ticks: 9000, started: 9 });
    write(14, 'other', {});
    const before = read();
    // The shell ended first: not bash, but the server inherited the job.
    for (const pid of [12, 13]) tree.remove(`proc/${pid}`);
    write(10, 'server', { ofChildren: 9000 + 40 });
    write(14, 'other', { ticks: 60 });
    const { others } = busyBetween(before, read(), { own, root: tree.root, busySeconds: 1 });
    expect(others).toEqual([
      { name: 'other', cpuSeconds: 0.6 },
      { name: 'server', cpuSeconds: expect.closeTo(0.4, 9) },
    ]);
  });

  it('is another process where a pid is given anew', () => {
    write(10, 'old', { ticks: 900, started: 5 });
    const before = read();
    write(10, 'new', { ticks: 30, started: 800 });
    expect(busy(before).others).toEqual([{ name: 'new', cpuSeconds: 0.3 }]);
  });

  it('is the kernel, connections, or the editor with what it started but in its terminals', () => {
    write(2, 'kthreadd', { parent: 0 });
    write(30, 'kworker/0:1', { parent: 2 });
    write(31, 'sshd-session', {});
    write(32, 'bash', { parent: 31, terminal: 34817 });
    write(33, 'vim', { parent: 32, terminal: 34817 });
    write(40, 'node', { exe: '/home/me/.vscode-server/bin/abc/node' });
    write(41, 'pylance', { parent: 40 });
    write(42, 'bash', { parent: 40, terminal: 34818 });
    write(43, 'train', { parent: 42, terminal: 34818 });
    write(44, 'daemon', { parent: 42 });
    write(45, 'code', { exe: '/usr/share/code/code' });
    write(46, 'node', { exe: '/home/me/code/project/node' });
    const before = read();
    for (const [pid, name, made] of [
      [30, 'kworker/0:1', { parent: 2 }],
      [31, 'sshd-session', {}],
      [33, 'vim', { parent: 32, terminal: 34817 }],
      [40, 'node', {}],
      [41, 'pylance', { parent: 40 }],
      [43, 'train', { parent: 42, terminal: 34818 }],
      [44, 'daemon', { parent: 42 }],
      [45, 'code', {}],
      [46, 'node', {}],
    ] as const)
      write(pid, name, { ...made, ticks: 100 });
    expect(new Map(busy(before).others.map(({ name, of, cpuSeconds }) => [`${name} ${of}`, cpuSeconds]))).toEqual(
      new Map([
        ['kernel kernel', 1],
        ['sshd ssh', 1],
        ['vim undefined', 1],
        ['editor editor', 3],
        ['train undefined', 1],
        ['daemon undefined', 1],
        ['node undefined', 1],
      ]),
    );
  });

  it('has names fit to be shown', () => {
    const before = read();
    expect(before).toBeNull();
    write(10, 'evil\u001b[31m\u202e name', {});
    const now = read();
    write(10, 'evil\u001b[31m\u202e name', { ticks: 10 });
    expect(busy(now).others[0]!.name).toBe('evil name');
  });
});

it('is not known where it takes too long, or there is no /proc', () => {
  write(10, 'one', {});
  expect(readProcessTimes(tree.root, -1)).toBeNull();
  expect(readProcessTimes(join(tree.root, 'elsewhere'))).toBeNull();
});

it('finds a process of this machine that works', async () => {
  const before = readProcessTimes()!;
  const child = spawn(process.execPath, ['-e', 'const t = Date.now(); while (Date.now() - t < 400); process.title']);
  await new Promise((done) => setTimeout(done, 300));
  const { ownSeconds } = busyBetween(before, readProcessTimes()!);
  expect(ownSeconds).toBeGreaterThan(0.02);
  // Of somebody else it is an other one.
  const { others } = busyBetween(before, readProcessTimes()!, { own: -1 });
  expect(others.some(({ cpuSeconds }) => cpuSeconds > 0.02)).toBe(true);
  child.kill();
  await once(child, 'exit');
});
