import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseSpec } from '../../../../src/core/spec/specText';
import { profileStage } from '../../../../src/extension/pipeline/profileStage';
import { experimentOfStage } from '../../../../src/extension/pipeline/stageExperimentFile';
import { documentOf, editor, Uri, workspace as opened } from '../../../support/fakeEditor';

vi.mock('vscode', async () => {
  const fake = await import('../../../support/fakeEditor');
  const showInformationMessage = async (message: string, options: { detail: string }) => {
    fake.editor.asked.push(message);
    fake.editor.details.push(options.detail);
    return fake.editor.answer;
  };
  return { ...fake, window: { ...fake.window, showInformationMessage } };
});
const measured = vi.hoisted(() => [] as string[]);
vi.mock('../../../../src/extension/profile/profile', () => ({
  profile: async (_: unknown, { fsPath }: { fsPath: string }) => (measured.push(fsPath), 'run'),
}));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-stage-'));
  Object.assign(editor, { documents: [], asked: [], details: [], answer: undefined });
  measured.length = 0;
  opened.isTrusted = true;
});
afterEach(() => rmSync(folder, { recursive: true }));

const session = { context: { extensionUri: Uri.file('/extension') } };
const start = (text: string, stage: string) => {
  const path = join(folder, 'video.pipeline.yaml');
  editor.documents = [documentOf(path, text)];
  return profileStage(session as never, Uri.file(path) as never, stage);
};
const ofStage = (name: string) => experimentOfStage(join(folder, 'video.pipeline.yaml'), { name });
const stages = (more: string) => `load: 10\nslaSeconds: 1\nbatchingCap: 4\nstages:\n  - name: detect/it\n${more}`;
const variants = '    accuracies: { yolov7-tiny: 37.4, ./own.onnx: 40 }\n';

it('measures by the experiment that the stage names', async () => {
  writeFileSync(join(folder, 'own.energy.yaml'), '');
  expect(await start(stages('    experiment: ./own.energy.yaml\n'), 'detect/it')).toBe('run');
  expect(measured).toEqual([join(folder, 'own.energy.yaml')]);
  expect(editor.asked).toEqual([]);
});

it('writes one of what the stage says beside the pipeline, where it names none, after it told how long that takes', async () => {
  expect(await start(stages(variants), 'detect/it')).toBeUndefined();
  const file = ofStage('detect/it');
  expect(basename(file)).toMatch(/^video-detect-it-[0-9a-f]{8}\.energy\.yaml$/);
  expect(editor.asked).toEqual([`Measure this stage by ${basename(file)}?`]);
  expect(editor.details).toEqual([expect.stringMatching(/^At least .* for \d+ configurations\./)]);
  expect([existsSync(file), measured]).toEqual([false, []]);
  editor.answer = 'Write and Measure';
  expect(await start(stages(variants), 'detect/it')).toBe('run');
  expect(measured).toEqual([file]);
  expect(parseSpec(readFileSync(file, 'utf8'))).toMatchObject({
    ok: true,
    spec: { models: ['yolov7-tiny', './own.onnx'], batchSizes: [1, 2, 4] },
  });
});

it('measures by the one that it wrote as that stands now', async () => {
  const file = ofStage('detect/it');
  writeFileSync(file, '# mended\n');
  await start(stages(variants), 'detect/it');
  expect([readFileSync(file, 'utf8'), measured]).toEqual(['# mended\n', [file]]);
});

it('has a file for each stage, whatever they are named', () => {
  const long = 'x'.repeat(70);
  const names = ['a b', 'a-b', 'a/b', long, `${long}y`];
  expect(new Set(names.map(ofStage)).size).toBe(names.length);
  expect(basename(ofStage('detect'))).toBe('video-detect.energy.yaml');
});

it('measures by no experiment that has nothing of what the stage lacks', async () => {
  const file = ofStage('detect/it');
  writeFileSync(file, 'models: [yolov7]\nbatchSizes: [1]\n');
  await expect(start(stages(variants), 'detect/it')).rejects.toThrow(
    /is there and measures nothing that the stage detect\/it lacks \(yolov7-tiny and .\/own.onnx\)/,
  );
  writeFileSync(file, 'models: [own.onnx]\nbatchSizes: [1]\n');
  expect(await start(stages(variants), 'detect/it')).toBe('run');
  expect(measured).toEqual([file]);
});

it.each([
  ['no valid pipeline', 'stages: 7\n', 'mend what it says first'],
  ['no such stage', stages(variants).replace('detect/it', 'other'), 'has no stage detect/it'],
  ['an experiment that is not there', stages('    experiment: no.energy.yaml\n'), 'no.energy.yaml is not there'],
  ['no variant', stages(''), 'names no variant'],
])('says what to do where there is %s', async (_, text, message) => {
  await expect(start(text, 'detect/it')).rejects.toThrow(message);
  expect(measured).toEqual([]);
});

it('refuses before anything else where the workspace is not trusted', async () => {
  opened.isTrusted = false;
  await expect(start(stages(variants), 'detect/it')).rejects.toMatchObject({ code: 'not-trusted' });
});
