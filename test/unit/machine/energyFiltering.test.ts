import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { energyFiltering } from '../../../src/machine/energyFiltering';
import { makeMachineTree, writeCpus, writeRegisters } from '../../support/machineTree';
import { asOrdinaryUser } from '../../support/ordinaryUser';

const cpu = (...flags: string[]) => ({ vendor: 'intel' as const, flags: new Set(['fpu', ...flags]) });
const [features, capabilities, controls] = [0x3a, 0x10a, 0xbc];
const sgx = (1n << 18n) | 1n;
const hasBit = 1n << 11n;

function server(sockets = 2) {
  const tree = makeMachineTree();
  onTestFinished(tree.delete);
  writeCpus(tree, sockets, 4);
  return tree;
}
const firstCpus = [0, 4];

describe('by registers', () => {
  it.each([
    ['the bit is set', { [features]: 1n, [controls]: 1n, [capabilities]: hasBit }, 'on', /0xbc is set on socket 0/],
    [
      'it is clear',
      { [features]: 1n, [controls]: 0n, [capabilities]: hasBit },
      'off',
      /^bit 0 .* is clear, and SGX is off/,
    ],
    [
      'it is clear, and SGX filters all the same',
      { [features]: sgx, [controls]: 0n, [capabilities]: hasBit },
      'on',
      /^SGX/,
    ],
    ['there is no bit', { [features]: 1n, [controls]: 1n, [capabilities]: ~hasBit & 0xffffn }, 'off', /no bit/],
    ['there is no bit, and SGX', { [features]: sgx | 0x60000n, [capabilities]: 0n }, 'on', /^SGX .* on socket 0/],
    ['SGX was not locked in', { [features]: sgx - 1n, [controls]: 0n, [capabilities]: hasBit }, 'off', /SGX is off/],
  ])('%s', (_, values, state, because) => {
    const tree = server();
    for (const one of firstCpus) writeRegisters(tree, one, values);
    expect(energyFiltering(cpu(), tree.root)).toEqual({ state, by: 'msr', because: expect.stringMatching(because) });
  });

  it('asks one CPU of each socket, and believes no socket for the other', () => {
    const tree = server();
    const off = { [features]: 1n, [controls]: 0n, [capabilities]: hasBit };
    writeRegisters(tree, 0, off);
    expect(energyFiltering(cpu(), tree.root)).toMatchObject({ state: 'unknown', by: null });
    writeRegisters(tree, 4, { ...off, [controls]: 1n });
    expect(energyFiltering(cpu(), tree.root).because).toBe('bit 0 of register 0xbc is set on socket 1');
    writeRegisters(tree, 4, off);
    expect(energyFiltering(cpu(), tree.root).state).toBe('off');
  });

  it('goes by the first CPU of a socket that is on', () => {
    const tree = server();
    tree.write('sys/devices/system/cpu/online', '1-15');
    for (const on of [1, 4]) writeRegisters(tree, on, { [features]: sgx, [capabilities]: 0n });
    expect(energyFiltering(cpu(), tree.root).state).toBe('on');
  });

  it('takes a register that the driver says there is not for one that is not there', () => {
    const tree = server(1);
    mkdirSync(join(tree.root, 'dev/cpu/0'), { recursive: true });
    // Nothing is mapped there: the kernel tells EIO, as the module msr does of a register that a processor lacks.
    symlinkSync('/proc/self/mem', join(tree.root, 'dev/cpu/0/msr'));
    expect(energyFiltering(cpu(), tree.root)).toMatchObject({ state: 'off', by: 'msr' });
  });
});

describe('where no register can be read', () => {
  it('is unknown, and says why', () => {
    const tree = server();
    expect(energyFiltering(cpu(), tree.root)).toEqual({
      ...{ state: 'unknown', by: null },
      because: 'the registers that say it can be read by root alone, with the module msr',
    });
    tree.write('dev/cpu/0/msr', 'short');
    expect(energyFiltering(cpu(), tree.root)).toMatchObject({
      state: 'unknown',
      because: expect.stringContaining('SHORT'),
    });
    tree.remove('dev/cpu/0/msr');
    mkdirSync(join(tree.root, 'dev/cpu/0/msr'));
    expect(energyFiltering(cpu(), tree.root)).toMatchObject({ because: expect.stringContaining('EISDIR') });
  });

  it('asks nobody for what only root may read', async () => {
    const tree = server(1);
    chmodSync(tree.root, 0o755);
    writeRegisters(tree, 0, { [features]: sgx, [capabilities]: 0n });
    chmodSync(join(tree.root, 'dev/cpu/0/msr'), 0o600);
    const filtering = await asOrdinaryUser(() => Promise.resolve(energyFiltering(cpu(), tree.root)));
    const because = 'only root may read the registers that say it';
    expect(filtering).toEqual({ state: 'unknown', by: null, because });
  });

  it('does not wait for a pipe in its place', () => {
    const tree = server(1);
    mkdirSync(join(tree.root, 'dev/cpu/0'), { recursive: true });
    execFileSync('mkfifo', [join(tree.root, 'dev/cpu/0/msr')]);
    expect(energyFiltering(cpu(), tree.root)).toMatchObject({ state: 'unknown', by: null });
  });

  it('goes by the flag that Linux leaves where SGX is enabled, and by its absence not at all', () => {
    const tree = server();
    expect(energyFiltering(cpu('sgx'), tree.root)).toMatchObject({ state: 'on', by: 'cpu' });
    expect(energyFiltering(cpu('sgx_lc'), tree.root).state).toBe('unknown');
  });

  it('believes the registers rather than the flag', () => {
    const tree = server();
    for (const one of firstCpus) writeRegisters(tree, one, { [features]: 1n, [controls]: 0n, [capabilities]: hasBit });
    expect(energyFiltering(cpu('sgx'), tree.root).state).toBe('off');
  });
});

it('takes nothing from a hypervisor, and nothing for filtered that is not Intel’s', () => {
  const tree = server();
  for (const one of firstCpus) writeRegisters(tree, one, { [features]: sgx, [capabilities]: 0n });
  expect(energyFiltering(cpu('hypervisor', 'sgx'), tree.root)).toMatchObject({ state: 'unknown', by: null });
  expect(energyFiltering({ vendor: 'amd', flags: new Set(['fpu']) }, tree.root)).toMatchObject({
    state: 'off',
    by: 'cpu',
  });
  expect(energyFiltering({ vendor: 'other', flags: new Set() }, tree.root).state).toBe('unknown');
});

it('never throws, whatever the registers hold, and says "off" only where both are off on all sockets', () => {
  const tree = server();
  const value = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value, value), { minLength: 2, maxLength: 2 }), (sockets) => {
      const isOn = sockets.map(([f, c, k], i) => {
        writeRegisters(tree, firstCpus[i]!, { [features]: f, [capabilities]: c, [controls]: k });
        return (f & sgx) === sgx || ((c & hasBit) !== 0n && (k & 1n) !== 0n);
      });
      expect(energyFiltering(cpu(), tree.root)).toMatchObject({ state: isOn.some(Boolean) ? 'on' : 'off', by: 'msr' });
    }),
    { numRuns: 200 },
  );
});
