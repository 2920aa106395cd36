import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  errorCode,
  isDiskFull,
  namesIn,
  readProcFile,
  readSmallFile,
  readWholeNumber,
} from '../../../src/machine/smallFile';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-small-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const nowhere = join(folder, 'nowhere');

it('reads a small file, or says in errno’s word why not', () => {
  expect(readSmallFile(file('name', 'package-0\n'))).toEqual({ text: 'package-0', code: null });
  expect(readSmallFile(nowhere)).toEqual({ text: null, code: 'ENOENT' });
  expect(readSmallFile(folder)).toEqual({ text: null, code: 'EISDIR' });
  // Of one that is not small, no more than a page.
  expect(readSmallFile(file('large', 'x'.repeat(10_000))).text).toHaveLength(4096);
});

it.skipIf(process.platform === 'win32')('opens neither a pipe nor a device, by a link either', () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  symlinkSync('/dev/null', join(folder, 'device'));
  for (const odd of [pipe, join(folder, 'device')])
    expect(readSmallFile(odd), odd).toEqual({ text: null, code: 'IRREGULAR' });
});

it('takes digits alone for a whole number', () => {
  expect(readWholeNumber(file('number', '3700000\n'))).toBe(3_700_000);
  for (const text of ['', '-1', '1.5', '0x10', '1e3', 'max', '1 2', '1234567890123456'])
    expect(readWholeNumber(file('number', text)), text).toBeNull();
  expect(readWholeNumber(nowhere)).toBeNull();
});

it('reads a file of /proc whole, however long', () => {
  const text = 'processor : 0\n'.repeat(20_000);
  expect(readProcFile(file('cpuinfo', text))).toBe(text.trim());
  expect(readProcFile(nowhere)).toBeNull();
});

it('names what is in a folder', () => {
  file('number', '1');
  expect(namesIn(folder)).toContain('number');
  expect(namesIn(nowhere)).toEqual([]);
});

it('has a word for every error', () => {
  expect(errorCode(Object.assign(new Error('no'), { code: 'EIO' }))).toBe('EIO');
  for (const error of [new Error('no'), null, undefined, 'text', { code: 5 }])
    expect(errorCode(error)).toBe('EUNKNOWN');
});

it('knows a full disk, and an account’s share that is used up, from all else', () => {
  for (const code of ['ENOSPC', 'EDQUOT'])
    expect(isDiskFull(Object.assign(new Error('no'), { code })), code).toBe(true);
  for (const error of [Object.assign(new Error('no'), { code: 'EIO' }), new Error('ENOSPC'), null])
    expect(isDiskFull(error)).toBe(false);
});
