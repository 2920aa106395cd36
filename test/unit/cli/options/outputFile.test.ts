import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { refuseInput, replaceOutput, writeOutput } from '../../../../src/cli/options/outputFile';

const failing = (code: string) => () => {
  throw Object.assign(new Error(`${code}: so it is`), { code });
};

it('replaces what a file holds, and tells a full disk from all else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-output-'));
  const file = join(folder, 'a.csv');
  writeOutput(file, 'longer');
  writeOutput(file, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  rmSync(folder, { recursive: true });
  for (const code of ['ENOSPC', 'EDQUOT'])
    expect(() => writeOutput(file, '', failing(code))).toThrow(expect.objectContaining({ code: 'disk-full' }));
  expect(() => writeOutput(file, '', failing('EACCES'))).toThrow(expect.objectContaining({ code: 'usage' }));
});

it('puts a file in the place of one, and of nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-output-'));
  const [file, link] = [join(folder, 'a.csv'), join(folder, 'b.csv')];
  await replaceOutput(file, 'longer');
  await replaceOutput(file, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  symlinkSync(file, link);
  await expect(replaceOutput(link, 'through')).rejects.toMatchObject({ code: 'file-link' });
  await expect(replaceOutput(folder, 'in')).rejects.toMatchObject({ code: 'file-not-regular' });
  await expect(replaceOutput(join(folder, 'no', 'a'), '')).rejects.toMatchObject({ code: 'usage' });
  expect(readdirSync(folder)).toEqual(['a.csv', 'b.csv']);
  expect(() => refuseInput(link, [join(folder, 'none'), file])).toThrow(/is what is read/);
  expect(() => refuseInput(join(folder, 'c'), [join(folder, 'none'), file])).not.toThrow();
  rmSync(folder, { recursive: true });
});
