import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { paperCommand } from '../../../../src/cli/commands/paper';
import { publishedPoints } from '../../../../src/core/paper/published';
import { parseSpec } from '../../../../src/core/spec/specText';
import { keepPrinted } from '../../../support/printed';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-paper-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const printed = keepPrinted();
beforeEach(() => void vi.spyOn(process, 'cwd').mockReturnValue(folder));
const said = async (...argv: string[]) => {
  printed.out = '';
  expect(await paperCommand(argv)).toBe(0);
  return printed.out;
};
const file = (name: string) => join(folder, name);

describe('greenbatch paper', () => {
  it('prints the published points as a bare list, and as a table', async () => {
    for (const experiment of ['exp1', 'exp2'] as const)
      expect(JSON.parse(await said(experiment, '--published', '--json'))).toEqual(publishedPoints(experiment));
    expect(JSON.parse(await said('exp2', '--published', '--json'))[0]).toEqual({
      ...{ model: 'YOLOv7-E6E', builtinModel: 'yolov7-e6e', batchSize: 5, images: 5000 },
      ...{ runJoules: 255_909, latencyMsPerImage: 223.7, f1: null },
      ...{ joulesPerBatchSlot: 51_181.8, joulesPerImage: 51.1818, requestLatencyMs: 1118.5 },
      ...{ errorJoules: 50, errorLatencyMs: 0.1, errorF1: null },
    });
    expect(await said('exp2', '--published')).toMatch(/^YOLOv7-E6E +5 +255909 +223\.7 +51182 +51\.18 +1\.12 s$/m);
  });

  it('writes an experiment and says what is missing, each with where it is to be put', async () => {
    const written = file('all.energy.yaml');
    const argv = ['exp2', '--weights', file('weights'), '--images', file('val2017'), '--annotations', file('a.json')];
    expect(await said(...argv, '--write', '-o', written)).toBe(`${written}\n`);
    const parsed = parseSpec(readFileSync(written, 'utf8'));
    expect(parsed.ok && [parsed.spec.models, parsed.spec.images.coco]).toEqual([
      ['./weights/yolov7-e6e.pt'],
      { images: './val2017', annotations: './a.json' },
    ]);
    expect(printed.err).toContain(`yolov7-e6e.pt are not in ${file('weights')}`);
    expect(printed.err).toContain('--architectures');
  });

  it('runs nothing, and writes nothing, while something is missing', async () => {
    const output = file('none.energy.yaml');
    const argv = ['exp1', '--weights', file('weights'), '--images', file('val'), '-o', output];
    await expect(paperCommand(argv)).rejects.toMatchObject({ code: 'dataset', exitCode: 2 });
    await expect(paperCommand(['exp1', '--weights', file('weights'), '--generated', '-o', output])).rejects.toMatchObject({ code: 'model' }); // prettier-ignore
    expect(() => readFileSync(output)).toThrow('ENOENT');
  });

  it('names paths relative to where the experiment lies', async () => {
    mkdirSync(file('deep'));
    const output = file('deep/x.energy.yaml');
    await said('exp1', '--weights', file('weights'), '--generated', '--write', '-o', output);
    expect(readFileSync(output, 'utf8')).toContain('../weights/yolov7x.pt');
  });

  it('leaves a file that says something else as it is', async () => {
    const output = file('mine.energy.yaml');
    writeFileSync(output, 'mine\n');
    const argv = ['exp1', '--laptop', '--write', '-o', output];
    await expect(paperCommand(argv)).rejects.toThrow('is there already and says something else');
    expect(readFileSync(output, 'utf8')).toBe('mine\n');
    const again = file('again.energy.yaml');
    await said('exp1', '--laptop', '--write', '-o', again);
    await said('exp1', '--laptop', '--write', '-o', again);
    await expect(paperCommand(['exp1', '--laptop', '--sound', '--write', '-o', again])).rejects.toThrow('already');
  });

  it('needs neither weights nor images for a laptop', async () => {
    const output = file('laptop.energy.yaml');
    await said('exp2', '--laptop', '--sound', '--trials', '3', '--write', '-o', output);
    const parsed = parseSpec(readFileSync(output, 'utf8'));
    expect(parsed.ok && parsed.spec.models).toEqual(['yolov7-e6e']);
    expect(parsed.ok && parsed.spec.measure.repeats).toMatchObject({ min: 3, max: 3 });
    expect(printed.err).not.toContain('not in');
  });

  it('plans without writing or running, and names what is missing', async () => {
    const output = file('planned.energy.yaml');
    expect(
      await paperCommand(['exp2', '--sound', '--weights', file('weights'), '--plan', '--json', '-o', output]),
    ).toBe(10);
    const plan = JSON.parse(printed.out) as { missing: { kind: string }[] };
    expect(plan.missing.map(({ kind }) => kind)).toContain('weights');
    expect(() => readFileSync(output)).toThrow('ENOENT');
    await expect(paperCommand(['exp2', '--machine', 'node.yaml'])).rejects.toThrow('--machine goes with --plan');
  });

  it('says what is no call of it', async () => {
    await expect(paperCommand([])).rejects.toThrow('name one experiment');
    await expect(paperCommand(['exp3'])).rejects.toThrow('allowed: exp1, exp2');
    await expect(paperCommand(['exp1', '--trials', '0'])).rejects.toThrow('--trials 0');
    await expect(paperCommand(['exp1', '--weights', 'w', '--architectures'])).rejects.toThrow('either --weights');
    await expect(paperCommand(['exp1', '--images', 'w', '--generated'])).rejects.toThrow('either --images');
  });
});
