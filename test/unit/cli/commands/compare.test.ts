import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compareCommand } from '../../../../src/cli/commands/compare';
import { exportCommand } from '../../../../src/cli/commands/export';
import { comparisonSchema } from '../../../../src/core/analysis/comparison/comparisonSchema';
import { reportJsonSchema } from '../../../../src/core/export/reportJsonSchema';
import { writeRun } from '../../../support/runFolders';

let workspace: string;
let printed: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-compare-'));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(workspace, { recursive: true });
});

const text = 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n';
const run = (id: string, spec = text, measured = true) =>
  writeRun(workspace, id, join(workspace, 'a.energy.yaml'), spec, { measured });

describe('greenbatch compare', () => {
  it('exits with 0 for a verdict, 6 without one, 8 where it refuses', async () => {
    const first = await run('one');
    expect(await compareCommand([first, await run('two')])).toBe(0);
    expect(printed).toContain('equivalent');
    const strict = await run('strict', `${text}measure: { equivalencePercent: 0.01 }\n`);
    expect(await compareCommand([first, strict])).toBe(6);
    printed = '';
    expect(await compareCommand([first, await run('estimated', text, false), '--json'])).toBe(8);
    expect(comparisonSchema.parse(JSON.parse(printed)).refused?.code).toBe('measured-with-estimated');
  });

  it('wants two runs that exist', async () => {
    await expect(compareCommand(['one'])).rejects.toThrow('name two runs');
    await expect(compareCommand([join(workspace, 'a'), join(workspace, 'b')])).rejects.toThrow('no run');
  });
});

describe('greenbatch export', () => {
  it('writes each format to standard output or a file', async () => {
    const folder = await run('one');
    expect(await exportCommand([folder, '--format', 'csv'])).toBe(0);
    expect(printed.split('\r\n')).toHaveLength(4);
    const file = join(workspace, 'out.csv');
    expect(await exportCommand([folder, '--format', 'csv', '--trials', '-o', file])).toBe(0);
    expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(12);
    printed = '';
    await exportCommand([folder, '--format', 'json']);
    expect(reportJsonSchema.parse(JSON.parse(printed)).run.id).toBe('one');
    printed = '';
    await exportCommand([folder, '--format', 'markdown']);
    expect(printed).toMatch(/^# test\n/);
  });

  it('names what it cannot do', async () => {
    const folder = await run('one');
    await expect(exportCommand([folder])).rejects.toThrow('name one run and a format');
    await expect(exportCommand([folder, '--format', 'pdf'])).rejects.toThrow('allowed: csv, markdown, json');
    await expect(exportCommand([folder, '--format', 'json', '--trials'])).rejects.toThrow('csv alone');
    await expect(exportCommand([folder, folder, '--format', 'csv'])).rejects.toThrow('several runs go with');
    const nowhere = join(workspace, 'no', 'such', 'out.csv');
    await expect(exportCommand([folder, '--format', 'csv', '-o', nowhere])).rejects.toThrow('cannot be written');
  });
});
