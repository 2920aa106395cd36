import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paperCommand } from '../../../../src/cli/commands/paper';
import { figuresJsonSchema } from '../../../../src/core/figure/figuresJsonSchema';
import { keepPrinted } from '../../../support/printed';
import { writeRun } from '../../../support/runFolders';

let workspace: string;
const printed = keepPrinted();
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-paper-'));
});
afterEach(() => rmSync(workspace, { recursive: true }));

const run = (id: string, text: string) => writeRun(workspace, id, join(workspace, 'a.energy.yaml'), text);
const spec = 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n';

describe('greenbatch paper figures', () => {
  it('prints the published points without a run', async () => {
    expect(await paperCommand(['figures'])).toBe(0);
    await expect(printed.out).toMatchFileSnapshot('../../../golden/paper-figures.txt');
  });

  it('lays runs beside the figures of the experiment that they repeat, in JSON that its schema describes', async () => {
    const folders = [await run('one', `${spec}reproduces: paper-exp2\n`), await run('two', spec)];
    expect(await paperCommand(['figures', ...folders, '--json'])).toBe(0);
    const { figures } = figuresJsonSchema.parse(JSON.parse(printed.out));
    const ids = figures.map(({ id }) => id);
    expect(ids).toEqual([
      ...[1, 2, 3, 4].map((n) => `paper-figure-${n}`),
      ...['energy-proportionality-1', 'energy-proportionality-2', 'adaptation-space', 'adaptation-space-2'],
    ]);
    const yours = (n: number) => figures[n - 1]!.layers.find(({ id }) => id === 'yours')!;
    expect(yours(3).points).toHaveLength(2);
    expect(yours(1)).toMatchObject({ points: [], missing: expect.stringContaining('no run of this experiment') });
    printed.out = '';
    expect(await paperCommand(['figures', ...folders])).toBe(0);
    expect(printed.out).not.toMatch(/NaN|undefined|Infinity/);
  });
});
