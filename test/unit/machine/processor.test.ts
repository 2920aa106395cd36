import { cpus } from 'node:os';
import { expect, it } from 'vitest';
import { otherProcessor, processorOf } from '../../../src/machine/processor';

const here = { cpuModel: 'Xeon 6240R', sockets: 2, logicalCpus: 96 };

it('tells the processors of another machine by their model, sockets and number', () => {
  expect(otherProcessor({ ...here, kernel: '6.1' }, here)).toBeNull();
  expect(otherProcessor({ ...here, cpuModel: 'EPYC 7763' }, here)).toBe('EPYC 7763, 2 sockets, 96 logical CPUs');
  expect(otherProcessor({ ...here, logicalCpus: 48 }, here)).toBe('Xeon 6240R, 2 sockets, 48 logical CPUs');
  expect(otherProcessor({ ...here, sockets: 1 }, here)).toBe('Xeon 6240R, 1 socket, 96 logical CPUs');
});

it('takes what is not known, there or here, for no difference', () => {
  expect(otherProcessor({}, here)).toBeNull();
  expect(otherProcessor({ ...here, cpuModel: null }, here)).toBeNull();
  expect(otherProcessor(here, { ...here, sockets: null })).toBeNull();
});

it('knows its own', () => {
  expect(processorOf().logicalCpus).toBe(cpus().length);
  expect(otherProcessor(processorOf())).toBeNull();
});
