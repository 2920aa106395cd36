import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeOutput } from '../../../../src/cli/options/outputFile';

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
