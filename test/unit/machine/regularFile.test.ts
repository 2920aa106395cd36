import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineBlocks } from '../../../src/machine/lines';
import {
  chunksOf,
  openLater,
  openNew,
  openToAppend,
  openToChange,
  readText,
  readWhole,
} from '../../../src/machine/regularFile';

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-files-'));
  writeFileSync(at('file'), 'one\ntwo\nthr');
  mkdirSync(at('folder'));
  execFileSync('mkfifo', [at('pipe')]);
  symlinkSync('/dev/zero', at('zeros'));
  symlinkSync(at('pipe'), at('link-to-pipe'));
  symlinkSync(at('file'), at('link'));
  symlinkSync(at('nothing'), at('dangling'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function drain(path: string): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of chunksOf(path, 4)) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe('reading', () => {
  it.each(['pipe', 'zeros', 'link-to-pipe', 'folder'])('refuses %s at once', async (name) => {
    expect(() => readWhole(at(name), 100)).toThrow('is no regular file');
    expect(() => [...lineBlocks(at(name), 0, 100)]).toThrow('is no regular file');
    await expect(drain(at(name))).rejects.toThrow('is no regular file');
    await expect(openLater(Buffer.from(at(name)))).rejects.toMatchObject({ code: 'file-not-regular', path: at(name) });
  });
  it('follows links to files, to what they hold', async () => {
    expect(readText(at('link'), 100)).toBe('one\ntwo\nthr');
    expect(await drain(at('link'))).toBe('one\ntwo\nthr');
  });
  it('opens a name that is no text by its bytes', async () => {
    const path = Buffer.concat([Buffer.from(at('caf')), Buffer.from([0xe9])]);
    writeFileSync(path, 'latin');
    const { file, size } = await openLater(path);
    expect([size, (await file.readFile()).toString()]).toEqual([5, 'latin']);
    await file.close();
    await expect(openLater(at('nothing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
  it('refuses more than is asked for', () => {
    expect(() => readWhole(at('file'), 10)).toThrow('is larger than');
    writeFileSync(at('sparse'), '');
    truncateSync(at('sparse'), 2 ** 40);
    expect(() => readWhole(at('sparse'), 1 << 20)).toThrow('is larger than 1 MB');
  });
});

describe('writing', () => {
  it.each(['link', 'dangling', 'zeros', 'link-to-pipe'])('does not follow %s', (name) => {
    expect(() => openToAppend(at(name))).toThrow('is a link');
    expect(() => openToChange(at(name))).toThrow('is a link');
    expect(() => openNew(at(name))).toThrow('EEXIST');
    expect(readFileSync(at('file'), 'utf8')).toBe('one\ntwo\nthr');
  });
  it.each(['pipe', 'folder'])('refuses %s', (name) => {
    expect(() => openToAppend(at(name))).toThrow('is no regular file');
  });
  it('appends to a file, and makes one', () => {
    for (const text of ['a', 'b']) {
      const fd = openToAppend(at('new'));
      writeSync(fd, text);
      closeSync(fd);
    }
    expect(readFileSync(at('new'), 'utf8')).toBe('ab');
    expect(() => openNew(at('new'))).toThrow('EEXIST');
  });
});

describe('lines', () => {
  const blocks = (from: number, bytes: number) => [...lineBlocks(at('file'), from, bytes)];
  it('come whole, in blocks, without one that is not finished', () => {
    expect(blocks(0, 100)).toEqual([{ lines: ['one', 'two'], end: 8, isTooLong: false, more: true }]);
    expect(blocks(0, 5).map((b) => b.lines)).toEqual([['one'], ['two']]);
    expect(blocks(8, 100)).toEqual([]);
    expect(blocks(99, 100)).toEqual([]);
  });
  it('say where one is longer than a block', () => {
    expect(blocks(0, 3)[0]).toEqual({ lines: [], end: 3, isTooLong: true, more: true });
  });
});
