import { spawn, spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { networkOf } from '../../../src/machine/networkNamespace';
import { machineFiles } from '../../support/machineFiles';

const firstPid = { 'self/ns/pid': { link: 'pid:[4026531836]' } };
const net = (process: string, number: number) => ({ [`${process}/ns/net`]: { link: `net:[${number}]` } });
const sockets = (process: string, ...inodes: number[]) => ({
  [`${process}/net/unix`]: [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    ...inodes.map((inode) => `0000000000000000: 00000002 00000000 00010000 0001 01 ${inode} @/some/name`),
  ].join('\n'),
});

it('compares with process 1, by the namespace where it may be read and else by the sockets in it', () => {
  const of = (...files: Parameters<typeof machineFiles>[0][]) => networkOf(machineFiles(Object.assign({}, ...files)));
  expect(of(firstPid, net('self', 1), net('1', 1))).toBe('machine');
  expect(of(firstPid, net('self', 2), net('1', 1))).toBe('own');
  expect(of(firstPid, net('self', 2), sockets('self', 7, 8), sockets('1', 9, 8))).toBe('machine');
  expect(of(firstPid, net('self', 2), sockets('self', 7), sockets('1', 9, 8))).toBe('own');
  expect(of(firstPid, net('self', 2), sockets('self'), sockets('1', 9))).toBe('own');
  expect(of(firstPid, net('self', 2), sockets('self'), sockets('1'))).toBe('unknown');
  expect(of(firstPid)).toBe('unknown');
});

it('knows nothing by a process 1 that is a container’s own', () => {
  const pid = { 'self/ns/pid': { link: 'pid:[4026532301]' } };
  expect(networkOf(machineFiles({ ...pid, ...net('self', 2), ...net('1', 2) }))).toBe('unknown');
  expect(networkOf(machineFiles({ ...pid, ...net('self', 3), ...net('1', 2) }))).toBe('own');
});

const mayUnshare = spawnSync('unshare', ['--net', 'true']).status === 0;
it.skipIf(!mayUnshare)(
  'is true of what the kernel says of a process with another network, and of this one',
  async () => {
    const seenBy = (pid: number) => machineFiles({ self: { link: `/proc/${pid}` }, 1: { link: '/proc/1' } });
    const child = spawn('unshare', ['--net', 'sh', '-c', 'echo ready; read -r end'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      await new Promise((ready) => child.stdout.once('data', ready));
      expect(networkOf(seenBy(child.pid!))).toBe('own');
      expect(networkOf(seenBy(process.pid))).not.toBe('own');
    } finally {
      child.stdin.end();
    }
  },
);
