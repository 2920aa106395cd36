import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { machineId } from '../../../src/machine/machineId';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-machine-id-'));
afterAll(() => rmSync(folder, { recursive: true }));
const idOf = (text: string) => {
  const file = join(folder, 'machine-id');
  writeFileSync(file, text);
  return machineId(file);
};

it('stays the same, tells machines apart, and does not give the id away', () => {
  const id = '0123456789abcdef0123456789abcdef';
  const found = idOf(`${id}\n`);
  expect(found).toMatch(/^[0-9a-f]{32}$/);
  expect(found).not.toBe(id);
  expect(idOf(id)).toBe(found);
  expect(idOf(id.replace('0', '1'))).not.toBe(found);
});

it('is not known where there is none', () => {
  expect(idOf('')).toBeNull();
  expect(idOf('uninitialized\n')).toBeNull();
  expect(machineId(join(folder, 'nowhere'))).toBeNull();
});
