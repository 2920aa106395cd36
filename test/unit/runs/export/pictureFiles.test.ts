import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPictures } from '../../../../src/runs/export/pictureFiles';
import { buildPicturesProgram } from '../../../support/picturesProgram';
import { writeRun } from '../../../support/runFolders';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-pictures-'));
beforeAll(() => buildPicturesProgram(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the pictures of a run', () => {
  it('are its charts and its figures, drawn without a browser, those with other axes apart', async () => {
    const spec = 'models: [yolov7-e6e]\nbatchSizes: [1, 2, 4]\nreproduces: paper-exp2\n';
    const run = await writeRun(folder, 'one', join(folder, 'a.energy.yaml'), spec);
    const pictures = runPictures(run, folder);
    expect(pictures.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        ...['energy.svg', 'latency.svg', 'pareto.svg', 'utilisation.svg'],
        ...['paper-figure-3.svg', 'paper-figure-4.svg', 'paper-figure-4-corrected-yours-corrected.svg'],
      ]),
    );
    const svgOf = (name: string) => pictures.find((picture) => picture.name === name)!.svg;
    expect(svgOf('energy.svg')).toMatch(/MEASURED powercap · 1 package \+ 1 dram/);
    expect(svgOf('energy.svg')).toMatch(/n = 5 trials each/);
    await expect(svgOf('energy.svg')).toMatchFileSnapshot('../../../golden/energy.svg');
    expect(svgOf('paper-figure-4.svg')).toContain('>60000</text>');
    expect(svgOf('paper-figure-4-corrected-yours-corrected.svg')).toContain('(J/image)');
    for (const { name, svg } of pictures) expect(svg, name).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('say what is missing where the program is not whole', async () => {
    const run = await writeRun(
      folder,
      'two',
      join(folder, 'b.energy.yaml'),
      'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n',
    );
    expect(() => runPictures(run, join(folder, 'nowhere'))).toThrow(
      /what draws the pictures is not beside the program/,
    );
  });
});
