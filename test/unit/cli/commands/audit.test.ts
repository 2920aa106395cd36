import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditCommand } from '../../../../src/cli/commands/audit';
import { compareCommand } from '../../../../src/cli/commands/compare';
import { exportCommand } from '../../../../src/cli/commands/export';
import { showCommand } from '../../../../src/cli/commands/show';
import { unpackBundle } from '../../../../src/runs/audit/unpackBundle';
import { keepPrinted } from '../../../support/printed';
import { recordedLogs } from '../../../support/recordedLogs';

const fixtures = resolve(import.meta.dirname, '../../../fixtures/format1');
let place: string;
const printed = keepPrinted();
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'greenbatch-audit-command-'));
});
afterEach(() => rmSync(place, { recursive: true }));

const run = join(fixtures, 'end-to-end');
async function bundle(): Promise<{ archive: string; folder: string }> {
  const archive = join(place, 'run.zip');
  expect(await exportCommand([run, '--format', 'bundle', '-o', archive])).toBe(0);
  const folder = mkdtempSync(join(place, 'unpacked-'));
  await unpackBundle(archive, folder);
  return { archive, folder };
}

describe('greenbatch audit', () => {
  it('ends with 0 where all agrees: of a run, of an archive, of what it holds', async () => {
    const { archive, folder } = await bundle();
    for (const path of [recordedLogs('end-to-end', place), archive, folder]) {
      printed.out = '';
      expect(await auditCommand([path])).toBe(0);
      expect(printed.out).toContain('All agree, and the log agrees with itself.');
      expect(printed.out).toContain('joulesPerUnit.mean');
    }
  });

  it('ends with 9 where a number differs, and says which', async () => {
    const { folder } = await bundle();
    const file = join(folder, 'show.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/("p50": \d+\.)\d/, '$19'));
    expect(await auditCommand([folder])).toBe(9);
    expect(printed.out).toMatch(
      /NOT ALL AGREE: 1 number .*\n\nDIFFERS {2}configurations\[0\]\.batchLatencyMs\.p50: stated/,
    );
    printed.out = '';
    expect(await auditCommand([folder, '--json'])).toBe(9);
    const json = JSON.parse(printed.out) as { agrees: boolean; numbers: { path: string; agrees: boolean }[] };
    expect(json.agrees).toBe(false);
    expect(json.numbers.filter(({ agrees }) => !agrees).map(({ path }) => path)).toEqual([
      'configurations[0].batchLatencyMs.p50',
    ]);
  });

  it('leaves nothing of an archive behind, and says what it cannot read', async () => {
    const { archive } = await bundle();
    const left = () =>
      readdirSync(tmpdir()).filter((name) => name.startsWith('greenbatch-audit-') && !place.endsWith(name));
    const before = left();
    await auditCommand([archive]);
    expect(left().filter((name) => !before.includes(name) && existsSync(join(tmpdir(), name, 'bundle.json')))).toEqual(
      [],
    );
    writeFileSync(join(place, 'no.zip'), 'no archive');
    await expect(auditCommand([join(place, 'no.zip')])).rejects.toMatchObject({ code: 'bundle' });
    await expect(auditCommand([])).rejects.toThrow('name one run, or one bundle');
    await expect(auditCommand([join(place, 'nowhere')])).rejects.toMatchObject({ code: 'run-not-found' });
  });
});

describe('an unpacked bundle', () => {
  it('is a run to other commands', async () => {
    const { folder } = await bundle();
    expect(await showCommand([folder])).toBe(0);
    expect(printed.out).toContain('end-to-end');
    printed.out = '';
    expect(await exportCommand([folder, '--format', 'csv'])).toBe(0);
    expect(printed.out).toBe(readFileSync(join(folder, 'configurations.csv'), 'utf8'));
    printed.out = '';
    expect([0, 6]).toContain(await compareCommand([run, folder]));
    expect(printed.out).toContain('J/image');
  });
});

describe('an export that is no text', () => {
  it('needs a file', async () => {
    for (const format of ['parquet', 'bundle'])
      await expect(exportCommand([run, '--format', format])).rejects.toThrow('name a file with -o FILE');
    const file = join(place, 'run.parquet');
    expect(await exportCommand([run, '--format', 'parquet', '--trials', '-o', file])).toBe(0);
    expect(readFileSync(file).subarray(0, 4).toString()).toBe('PAR1');
  });
});
