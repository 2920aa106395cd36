import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { isOnSysfs } from '../../../src/machine/sysfs';

it.skipIf(!existsSync('/sys/kernel'))('knows sysfs by its kind, not by its place', () => {
  expect(isOnSysfs('/sys/kernel')).toBe(true);
  expect(isOnSysfs('/proc/self/root/sys/kernel')).toBe(true);
  for (const path of [tmpdir(), '/proc', '/nowhere/at/all']) expect(isOnSysfs(path)).toBe(false);
});
