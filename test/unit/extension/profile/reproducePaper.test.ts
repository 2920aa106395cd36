import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { paperExperiment } from '../../../../src/core/paper/presets';
import { parseSpec } from '../../../../src/core/spec/specText';
import { paperExperimentFile } from '../../../../src/extension/profile/reproducePaper';
import { editor, Uri, workspace } from '../../../support/fakeEditor';

vi.mock('vscode', () => import('../../../support/fakeEditor'));

let folder: string;
const usualFolders = workspace.workspaceFolders;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-paper-'));
  Object.assign(editor, { said: [], questions: [], replies: [], toOpen: [] });
  workspace.workspaceFolders = [{ uri: { ...Uri.file(folder), scheme: 'file' } as never }];
});
afterEach(() => {
  workspace.workspaceFolders = usualFolders;
  rmSync(folder, { recursive: true });
});

const reproduce = async (replies: string[], toOpen: string[] = []) => {
  Object.assign(editor, { questions: [], replies: [...replies], toOpen: [...toOpen] });
  return (await paperExperimentFile())?.fsPath;
};
const specIn = (file: string) => {
  const parsed = parseSpec(readFileSync(file, 'utf8'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
};
const coco = () => {
  mkdirSync(join(folder, 'val2017'));
  mkdirSync(join(folder, 'annotations'));
  writeFileSync(join(folder, 'annotations/instances_val2017.json'), '{}');
};

describe('Reproduce the paper', () => {
  it('writes the very file that the command line writes', async () => {
    const file = join(folder, 'paper-exp1-laptop.energy.yaml');
    expect(await reproduce(['Experiment 1', 'As published, scaled'])).toBe(file);
    expect(readFileSync(file, 'utf8')).toBe(
      paperExperiment({
        ...{ experiment: 'exp1', sound: false, laptop: true },
        trials: null,
        weights: null,
        images: null,
      }),
    );
    expect(editor.questions).toHaveLength(2);
  });

  it('asks for weights and images, and names them relative to the file', async () => {
    mkdirSync(join(folder, 'weights'));
    writeFileSync(join(folder, 'weights/yolov7-e6e.pt'), '');
    coco();
    const file = await reproduce(['Experiment 2', 'Sound', 'Released weights in weights', 'COCO in']);
    expect(file).toBe(join(folder, 'paper-exp2-sound.energy.yaml'));
    expect(specIn(file!)).toMatchObject({
      models: ['./weights/yolov7-e6e.pt'],
      images: { coco: { images: './val2017', annotations: './annotations/instances_val2017.json' }, count: 5000 },
      measure: { scope: 'inference' },
    });
  });

  it('takes them from elsewhere, or does without', async () => {
    const other = mkdtempSync(join(tmpdir(), 'greenbatch-weights-'));
    writeFileSync(join(other, 'yolov7-e6e.pt'), '');
    const file = await reproduce(['Experiment 2', 'Sound', 'Released weights in another', 'Drawn'], [other]);
    expect(specIn(file!).models[0]).toMatch(/^\.\.\/greenbatch-weights-.*\/yolov7-e6e\.pt$/);
    rmSync(other, { recursive: true });
    rmSync(file!);
    expect(specIn((await reproduce(['Experiment 2', 'Sound', 'The architectures', 'Drawn']))!)).toMatchObject({
      models: ['yolov7-e6e'],
      images: { generated: { count: 5000 } },
    });
  });

  it('says what is missing where it is chosen, and writes nothing', async () => {
    expect(await reproduce(['Experiment 2', 'As published', 'Released weights in weights', 'COCO in'])).toBeUndefined();
    expect(editor.said[0]).toMatch(/yolov7-e6e\.pt are not in .*weights: put them there, from the release/);
    expect(editor.said[0]).toMatch(/val2017\.zip/);
    expect(editor.questions[2]!.offered[0]).toMatch(/put them there/);
    expect(existsSync(join(folder, 'paper-exp2.energy.yaml'))).toBe(false);
  });

  it('asks before a file that says something else is lost', async () => {
    const file = join(folder, 'paper-exp1-laptop.energy.yaml');
    writeFileSync(file, 'mine');
    expect(await reproduce(['Experiment 1', 'As published, scaled'])).toBeUndefined();
    expect(await reproduce(['Experiment 1', 'As published, scaled', 'Run it as it stands'])).toBe(file);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(await reproduce(['Experiment 1', 'As published, scaled', 'Write it anew'])).toBe(file);
    expect(specIn(file).models).toHaveLength(7);
    expect(await reproduce(['Experiment 1', 'As published, scaled'])).toBe(file);
    expect(editor.questions).toHaveLength(2);
  });

  it('does nothing where a question is dismissed', async () => {
    for (const replies of [[], ['Experiment 1'], ['Experiment 1', 'Sound'], ['Experiment 1', 'Sound', 'The arch']])
      expect(await reproduce(replies)).toBeUndefined();
    expect(existsSync(join(folder, 'paper-exp1-sound.energy.yaml'))).toBe(false);
  });
});
