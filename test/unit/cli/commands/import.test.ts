import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { importCommand } from '../../../../src/cli/commands/import';
import { loadRun } from '../../../../src/runs/store/runFolder';
import { paperLogOf, perfReportOf } from '../../../support/paperLogs';
import { keepPrinted } from '../../../support/printed';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-perf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const printed = keepPrinted();
const file = join(folder, 'out.perf');
const report = (joules: string) =>
  `\n Performance counter stats for 'system wide':\n\nS0  1  ${joules} Joules power/energy-pkg/\n\n  2,000000000 seconds time elapsed\n`;
const said = async (...argv: string[]) => {
  printed.out = '';
  expect(await importCommand(argv)).toBe(0);
  return printed.out;
};

describe('greenbatch import perf', () => {
  it('gives JSON, and a line for each domain', async () => {
    writeFileSync(file, report('85,17'));
    expect(JSON.parse(await said('perf', file, '--json'))).toEqual({
      domains: [{ name: 'package', socket: 0, joules: 85.17 }],
      seconds: 2,
      warnings: [],
    });
    expect(await said('perf', file)).toBe('package of socket 0: 85.2 J, 42.6 W\nin 2.00000 s\n');
  });

  it('reads the non-breaking space of old character sets', async () => {
    writeFileSync(file, Buffer.from(report('5\u00a0591,86'), 'latin1'));
    expect(JSON.parse(await said('perf', file, '--json'))).toMatchObject({ domains: [{ joules: 5591.86 }] });
  });

  it('refuses what it cannot read with the name of the file, the reason, and exit code 2', async () => {
    writeFileSync(file, 'hello\n');
    const refused = { code: 'perf-output', exitCode: 2 };
    await expect(importCommand(['perf', file])).rejects.toMatchObject(refused);
    await expect(importCommand(['perf', file])).rejects.toThrow(
      `${file} is not read as an output of perf stat: it names`,
    );
    const missing = join(folder, 'missing');
    await expect(importCommand(['perf', missing])).rejects.toMatchObject(refused);
    await expect(importCommand(['perf', missing])).rejects.toThrow(`${missing} cannot be read (ENOENT)`);
    await expect(importCommand(['perf', folder])).rejects.toMatchObject({ code: 'file-not-regular', exitCode: 2 });
    truncateSync(file, 65e6);
    await expect(importCommand(['perf', file])).rejects.toMatchObject({ code: 'file-too-large', exitCode: 2 });
  });

  it('asks for what it was not told', async () => {
    await expect(importCommand([])).rejects.toThrow(/name what is imported: perf or paper/);
    await expect(importCommand(['perf'])).rejects.toThrow(/name one file/);
    await expect(importCommand(['perf', file, file])).rejects.toThrow(/name one file/);
  });
});

describe('greenbatch import paper', () => {
  const log = join(folder, 'run.out');

  it('makes a run folder that is read as any other, and prints where it is', async () => {
    writeFileSync(log, paperLogOf([{}, { batchSize: 32 }]));
    const output = join(folder, 'imported');
    expect(await said('paper', log, '-o', output)).toBe(`${output}\n`);
    const { run, status } = loadRun(output);
    expect(status).toBe('complete');
    expect(run.created.imported).toMatchObject({ format: 'paper-log', file: 'run.out', line: 1 });
    expect(run.trials.map((trial) => trial.state)).toEqual(['finished', 'finished']);
    await expect(importCommand(['paper', log, '-o', output])).rejects.toMatchObject({ code: 'run-exists' });
  });

  it('makes none of several runs where one of the folders is taken', async () => {
    writeFileSync(log, paperLogOf([{}]) + paperLogOf([{ batchSize: 5 }]));
    const output = join(folder, 'taken');
    mkdirSync(join(output, '2'), { recursive: true });
    writeFileSync(join(output, '2', 'note'), '');
    await expect(importCommand(['paper', log, '-o', output])).rejects.toMatchObject({ code: 'run-exists' });
    expect(readdirSync(output)).toEqual(['2']);
  });

  it('makes a run of each log in a file', async () => {
    writeFileSync(log, paperLogOf([{}]) + paperLogOf([{ batchSize: 5 }]));
    const output = join(folder, 'two');
    const made = JSON.parse(await said('paper', log, '-o', output, '--json')) as object[];
    expect(made).toMatchObject([
      { folder: join(output, '1'), trials: 1, failed: 0 },
      { folder: join(output, '2'), trials: 1, failed: 0 },
    ]);
  });

  it('leaves nothing behind of a log that it cannot read, or of a folder that it cannot fill', async () => {
    const output = join(folder, 'none');
    writeFileSync(log, paperLogOf([{}, { batchSize: 32 }]).slice(0, -60));
    await expect(importCommand(['paper', log, '-o', output])).rejects.toMatchObject({ code: 'paper-log', exitCode: 2 });
    writeFileSync(log, `weights:a.pt\nbatches:1\nEXP a.pt 1\nKilled\n${perfReportOf()}`);
    await expect(importCommand(['paper', log, '-o', output])).rejects.toThrow(/no run .* came to its end/);
    expect(readdirSync(folder).filter((name) => name.includes('none'))).toEqual([]);
    await expect(importCommand(['perf', log, '-o', output])).rejects.toThrow('-o goes with import paper alone');
  });
});
