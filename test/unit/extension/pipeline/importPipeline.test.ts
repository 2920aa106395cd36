import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { importPipeline } from '../../../../src/extension/pipeline/importPipeline';
import { editor, tasks, Uri, window, workspace as opened } from '../../../support/fakeEditor';

vi.mock('vscode', () => import('../../../support/fakeEditor'));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-ipa-'));
  mkdirSync(join(folder, 'final'));
  Object.assign(editor, { questions: [], replies: [], toOpen: [] });
  Object.assign(tasks, { ran: [], exitCode: 0 });
  opened.isTrusted = true;
});
afterEach(() => rmSync(folder, { recursive: true }));

const config = () => join(folder, 'final', 'video-mul-1.yaml');
const imported = () => importPipeline(Uri.file('/extension') as never, Uri.file(config()) as never);
const series = () => join(folder, 'series');
const accuracies = () => join(folder, 'accuracies.yaml');

it('asks for profiles, accuracies and the file, has it made in a terminal, and opens it', async () => {
  Object.assign(editor, { replies: ['A folder'], toOpen: [series(), accuracies()] });
  writeFileSync(accuracies(), '');
  const file = join(folder, 'final', 'video-mul-1.pipeline.yaml');
  expect((await imported())?.fsPath).toBe(file);
  const [task] = tasks.ran;
  const [script, ...args] = task!.execution.args;
  expect(script).toBe(join('/extension', 'dist', 'cli.js'));
  expect(args).toEqual([
    ...['pipeline', 'import', config(), '--accuracies', accuracies()],
    ...['--profiles', series(), '-o', file],
  ]);
  expect(task!.execution.options).toMatchObject({ cwd: join(folder, 'final'), env: { ELECTRON_RUN_AS_NODE: '1' } });
  expect(task!.definition).toEqual({ type: 'process' });
});

it('opens nothing where the program says in its terminal why there is no pipeline', async () => {
  Object.assign(editor, { replies: ['Profile tables'], toOpen: [join(folder, 'a.csv'), accuracies()] });
  tasks.exitCode = 2;
  expect(await imported()).toBeUndefined();
  expect(tasks.ran).toHaveLength(1);
});

it('asks before it replaces a file that is not the one that was named', async () => {
  const file = join(folder, 'mine.pipeline.yaml');
  writeFileSync(file, 'mine');
  const named = vi.spyOn(window, 'showSaveDialog').mockResolvedValue(Uri.file(join(folder, 'mine.yaml')));
  for (const [answer, ran] of [
    [undefined, 0],
    ['Replace', 1],
  ] as const) {
    Object.assign(editor, { replies: ['A folder'], toOpen: [series(), accuracies()], answer });
    expect((await imported())?.fsPath).toBe(ran === 0 ? undefined : file);
    expect(tasks.ran).toHaveLength(ran);
  }
  named.mockRestore();
});

it.each([
  ['the kind of profiles', { replies: [], toOpen: [] }],
  ['the profiles', { replies: ['A folder'], toOpen: [] }],
  ['the accuracies', { replies: ['A folder'], toOpen: ['/series'] }],
])('starts nothing where %s were not told', async (_, answers) => {
  Object.assign(editor, answers);
  expect(await imported()).toBeUndefined();
  expect(tasks.ran).toEqual([]);
});

it('refuses before any question where the workspace is not trusted', async () => {
  opened.isTrusted = false;
  await expect(imported()).rejects.toMatchObject({ code: 'not-trusted' });
  expect(editor.questions).toEqual([]);
});
