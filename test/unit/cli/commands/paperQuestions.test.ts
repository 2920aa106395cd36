import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paperCommand } from '../../../../src/cli/commands/paper';
import { questionsSchema } from '../../../../src/core/analysis/questions';
import { keepPrinted } from '../../../support/printed';
import { writeRun } from '../../../support/runFolders';

let workspace: string;
const printed = keepPrinted();
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-paper-'));
});
afterEach(() => rmSync(workspace, { recursive: true }));

const run = (text: string) => writeRun(workspace, 'mine', join(workspace, 'a.energy.yaml'), text);

describe('greenbatch paper questions', () => {
  it('answers by the published points without a run', async () => {
    expect(await paperCommand(['questions'])).toBe(0);
    await expect(printed.out).toMatchFileSnapshot('../../../golden/paper-questions.txt');
  });

  it('answers by a run, in JSON that its schema describes', async () => {
    const folder = await run('models: [yolov7-tiny]\nbatchSizes: [1, 2]\nreproduces: paper-exp2\n');
    expect(await paperCommand(['questions', folder, '--json'])).toBe(0);
    const found = questionsSchema.parse(JSON.parse(printed.out));
    expect(found.redundancy.sets.map(({ name }) => name)).toEqual(['test']);
    expect(found.proportionality.sets[0]!.configurations).toHaveLength(2);
    // What is of the published numbers stays beside what is of the run's.
    const startup = found.artefacts.artefacts.find(({ id }) => id === 'start-up')!;
    expect(startup.sizes.map(({ of }) => of)).toEqual(['published', 'published']);
    printed.out = '';
    expect(await paperCommand(['questions', folder])).toBe(0);
    expect(printed.out).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('tells what padding adds from the annotations, and refuses what are none', async () => {
    const file = join(workspace, 'instances.json');
    const images = Array.from({ length: 40 }, (_, i) => ({
      ...{ id: i + 1, file_name: `${i + 1}.jpg`, height: 480 + 8 * (i % 20), width: 640 },
    }));
    const annotations = [{ id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 9, 9], area: 81, iscrowd: 0 }];
    writeFileSync(file, JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'cat' }] }));
    expect(await paperCommand(['questions', '--annotations', file, '--json'])).toBe(0);
    const { artefacts } = questionsSchema.parse(JSON.parse(printed.out)).artefacts;
    const padding = artefacts.find(({ id }) => id === 'rect-padding')!;
    expect(padding.sizes.map(({ configuration }) => configuration)).toEqual(['batch 10', 'batch 32']);
    expect(padding.sizes.every(({ value }) => value! > 0)).toBe(true);
    await expect(paperCommand(['questions', '--annotations', join(workspace, 'none.json')])).rejects.toThrow(
      'none.json',
    );
    await expect(paperCommand(['questions', 'no-such-run'])).rejects.toThrow('no-such-run');
  });
});
