import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceFile } from '../../../src/machine/replaceFile';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-replace-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

it('makes a file and takes the place of one, with the mode that is asked for', async () => {
  await replaceFile(at('new'), 'one', { mode: 0o600 });
  expect(statSync(at('new')).mode & 0o777).toBe(0o600);
  const before = statSync(at('new')).ino;
  await replaceFile(at('new'), new Uint8Array([116, 119, 111]));
  expect(readFileSync(at('new'), 'utf8')).toBe('two');
  expect(statSync(at('new')).ino).not.toBe(before);
  expect(readdirSync(folder)).toEqual(['new']);
});

it('takes the place of a link, and leaves what it leads to alone', async () => {
  writeFileSync(at('other'), 'mine');
  symlinkSync(at('other'), at('link'));
  await replaceFile(at('link'), 'new');
  expect([readFileSync(at('other'), 'utf8'), readFileSync(at('link'), 'utf8')]).toEqual(['mine', 'new']);
});

it('leaves the old file, and nothing else, where it fails or is told not to', async () => {
  writeFileSync(at('file'), 'old');
  const refuse = () => {
    throw new Error('not now');
  };
  await expect(replaceFile(at('file'), 'new', { before: refuse })).rejects.toThrow('not now');
  mkdirSync(at('folder'));
  await expect(replaceFile(at('folder'), 'new')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(readdirSync(folder)).toEqual(['file', 'folder']);
  expect(readFileSync(at('file'), 'utf8')).toBe('old');
});

it('asks beforehand with the time that the file system gave the new file', async () => {
  const start = Date.now();
  let writtenAtMs = 0;
  await replaceFile(at('file'), 'new', { before: (ms) => (writtenAtMs = ms) });
  expect(Math.abs(writtenAtMs - start)).toBeLessThan(10_000);
  expect(statSync(at('file')).mtimeMs).toBe(writtenAtMs);
});

it('is made beside a file with a name as long as names may be', async () => {
  await replaceFile(at('n'.repeat(255)), 'new');
  expect(readdirSync(folder)).toEqual(['n'.repeat(255)]);
});
