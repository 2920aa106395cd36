import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceFolders } from '../../../src/machine/replaceFolders';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'greenbatch-folders-'));
});
afterEach(() => rmSync(place, { recursive: true }));

it('whole folders take the place of what is there', async () => {
  const path = join(place, 'inner/1');
  await replaceFolders([{ path, files: ['a', 'b'].map((name) => ({ name, text: name })) }]);
  await replaceFolders([{ path, files: [{ name: 'c', text: 'new' }] }]);
  expect([readdirSync(path), readFileSync(join(path, 'c'), 'utf8')]).toEqual([['c'], 'new']);
  expect(readdirSync(join(place, 'inner'))).toEqual(['1']);
});

it('of several none is put in its place where one cannot be written', async () => {
  const [first, second] = [join(place, '1'), join(place, '2')];
  mkdirSync(first);
  writeFileSync(join(first, 'old'), 'old');
  const files = [{ name: 'new', text: 'new' }];
  await expect(
    replaceFolders([
      { path: first, files },
      { path: second, files: [...files, ...files] },
    ]),
  ).rejects.toThrow(/EEXIST/);
  expect([readdirSync(first), existsSync(second), readdirSync(place)]).toEqual([['old'], false, ['1']]);
});
