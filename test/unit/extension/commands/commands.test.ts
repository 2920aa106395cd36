import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { bodies } from '../../../../src/extension/commands/commands';
import type { Session } from '../../../../src/extension/session/session';
import { peekRun } from '../../../../src/runs/index/peekRun';
import { editor } from '../../../support/fakeEditor';
import { writeRun } from '../../../support/runFolders';

vi.mock('vscode', () => import('../../../support/fakeEditor'));
const program = vi.hoisted(() => ({ calls: [] as string[][] }));
vi.mock('../../../../src/extension/program/program', () => ({
  programOf: () => ({}),
  runProgram: async (_program: unknown, args: string[]) => {
    program.calls.push(args);
    return { code: 0, stdout: `${args.at(-2)}\n`, stderr: '' };
  },
}));

let workspace: string;
let folder: string;
const started: string[] = [];
const shown: string[] = [];
const session = () =>
  ({
    context: { extensionUri: {} },
    runs: { folders: () => [folder], peek: (of: string) => peekRun(of), started: (of: string) => started.push(of) },
    panels: { show: (of: string) => shown.push(of) },
  }) as unknown as Session;
beforeEach(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-commands-'));
  const few = 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\nmeasure: { repeats: { min: 8, max: 8 } }\n';
  folder = await writeRun(workspace, 'r1', join(workspace, 'a.energy.yaml'), few);
  Object.assign(editor, { questions: [], replies: [], said: [] });
  for (const list of [program.calls, started, shown]) list.length = 0;
});
afterEach(() => rmSync(workspace, { recursive: true }));

const added = (blocks: number) => ['run', '--add-blocks', String(blocks), folder, '--detach'];

it('measures as many more blocks as a button says, without a question', async () => {
  expect(await bodies.addBlocks(session(), folder, 7)).toBe(folder);
  expect(program.calls).toEqual([added(7)]);
  expect(editor.questions).toEqual([]);
  expect([started, shown]).toEqual([[folder], [folder]]);
});

it('asks how many, and suggests those that may decide it', async () => {
  editor.replies = [''];
  await bodies.addBlocks(session(), { folder });
  expect(editor.questions).toEqual([{ title: 'How many more blocks of test?', offered: ['3'] }]);
  expect(program.calls).toEqual([added(3)]);
  // From the palette: the only run that has ended is the one.
  editor.replies = ['12'];
  await bodies.addBlocks(session(), undefined);
  expect(program.calls.at(-1)).toEqual(added(12));
});

it('starts nothing where the question is dismissed, or a number comes from elsewhere that is none', async () => {
  for (const given of [undefined, 0, -1, 1.5, '7', { length: 3 }]) await bodies.addBlocks(session(), folder, given);
  expect(program.calls).toEqual([]);
});
