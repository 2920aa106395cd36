import { expect, test } from 'vitest';
import { machineCores } from '../../../../../src/core/pipeline/profile/machineCores';

test.each<[string, Record<string, unknown>, number | null]>([
  ['physical cores, where all CPUs may be used', { physicalCores: 16, logicalCpus: 32, availableParallelism: 32 }, 16],
  [
    'of the whole machine, where the run was kept to a part of it',
    { physicalCores: 2, logicalCpus: 64, availableParallelism: 2, smt: 'on' },
    32,
  ],
  ['the same without SMT', { physicalCores: 2, logicalCpus: 64, availableParallelism: 2, smt: 'off' }, 64],
  ['of a log that tells no more', { physicalCores: 4 }, 4],
  ['none', {}, null],
  ['no number', { physicalCores: 'two' }, null],
])('%s', (_, environment, cores) => {
  expect(machineCores(environment)).toBe(cores);
});
