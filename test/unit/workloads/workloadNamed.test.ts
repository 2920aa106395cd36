import { expect, it } from 'vitest';
import { usualWorkload } from '../../../src/core/spec/usualWorkload';
import { workloadNamed } from '../../../src/workloads/workloadNamed';
import { workloads } from '../../../src/workloads/workloads';

it('finds each by its name, also the usual one', () => {
  for (const workload of workloads) expect(workloadNamed(workload.name)).toBe(workload);
  expect(workloadNamed(usualWorkload).unit).toBe('image');
});

it('lists those there are where there is none of that name', () => {
  expect(() => workloadNamed('tokens')).toThrow(
    expect.objectContaining({ code: 'experiment', message: 'there is no workload "tokens"; there are: detection' }),
  );
});

it('none has the name of another, or one that an experiment cannot write', () => {
  const names = workloads.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
});
