import { expect, it } from 'vitest';
import { here, isHere } from '../../../src/machine/place';

it('is the same only in the same boot and namespace of pids, whatever the name of the machine', () => {
  expect(isHere(here())).toBe(true);
  expect(isHere({ ...here(), host: 'renamed' })).toBe(here().bootId !== null);
  expect(isHere({ ...here(), bootId: 'another boot' })).toBe(false);
  // A container: the boot of its machine, pids of its own.
  expect(isHere({ ...here(), pidNamespace: 'pid:[1]' })).toBe(false);
});
