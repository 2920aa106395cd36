import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { specSchema } from '../../../../src/core/spec/spec';
import type * as vscode from 'vscode';
import { bodies } from '../../../../src/extension/commands/commands';
import { createDocuments } from '../../../../src/extension/window/documents';
import type { LiveRun } from '../../../../src/extension/runs/liveRun';
import { tellEnd, tellFailure } from '../../../../src/extension/runs/notify';
import { runPanelCommand } from '../../../../src/extension/panel/panelCommands';
import { createRunsView } from '../../../../src/extension/commands/runsView';
import type { Session } from '../../../../src/extension/session/session';
import {
  diagnosticsOf,
  pick,
  showActions,
  showLenses,
  showTree,
  whileShown,
} from '../../../../src/extension/window/show';
import { createStatusBar } from '../../../../src/extension/runs/statusBar';
import { profileTool } from '../../../../src/extension/commands/tools';
import { CodeLens, Diagnostic, documentOf, editor, Range, workspace } from '../../../support/fakeEditor';

vi.mock('vscode', () => import('../../../support/fakeEditor'));

/** Names as they may stand in a folder that was cloned. */
const hostile = {
  'a command link, colours and text turned round':
    'sweep [Fix now](command:workbench.action.terminal.new) \u001b[31m\u202egnp.exe',
  'an icon, lines of its own, and no end': `sweep $(trash) b\n\nVerified $(pass-filled)\u2066${'n'.repeat(100_000)}`,
};
const unfit = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\]\(/;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-show-'));
  Object.assign(editor, {
    documents: [],
    asked: [],
    details: [],
    said: [],
    questions: [],
    replies: [],
    statusItems: [],
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

const expectFit = (text: unknown, longest: number) => {
  expect(text).toContain('sweep');
  expect(text).not.toMatch(unfit);
  expect((text as string).length).toBeLessThanOrEqual(longest);
};
/** Where icons are drawn, and lines end the text. */
const expectLabel = (text: unknown, longest = 400) => {
  expectFit(text, longest);
  expect(text).not.toMatch(/\$\((?:trash|pass)|\n/);
};

describe.each(Object.entries(hostile))('a name with %s', (_, name) => {
  const peek = { name, folder: `/w/${name}`, id: name, status: 'failed' as const, host: null, createdAt: null };
  const runs = { folders: () => [peek.folder], peek: () => peek, onDidChange: () => ({ dispose() {} }) };
  const session = { runs } as unknown as Session;
  const live = (status: string) =>
    ({
      ...{ folder: peek.folder, status: () => status, host: () => null, problem: () => null },
      ...{ power: { wattsNow: () => null } },
      run: () => ({ name, created: { specFile: `/elsewhere/${name}`, spec: {} } }),
    }) as unknown as LiveRun;

  it('does nothing in messages', async () => {
    await tellEnd(live('stopped'), false);
    await tellFailure({ code: 'unexpected', message: name, fix: null });
    await tellFailure({ code: 'busy', message: name, fix: null });
    await runPanelCommand({ command: 'openExperiment' }, live('complete'), {} as never);
    await bodies.deleteRun(session, peek.folder);
    expect([editor.asked.length, editor.said.length, editor.details.length]).toEqual([3, 2, 1]);
    for (const text of [...editor.asked, ...editor.said, ...editor.details]) expectFit(text, 2000);
  });

  it('does nothing in lists, and the very item is chosen', async () => {
    const items = [{ label: `other ${name}` }, { icon: 'beaker', label: name, description: name, detail: name }];
    editor.replies = ['sweep'];
    expect(await pick(items, { title: name, placeHolder: name })).toBe(items[1]);
    const [question] = editor.questions;
    for (const text of question!.offered[1]!.split(' | ')) expectLabel(text, 2100);
    expectLabel(question!.title);
    expect(question!.placeHolder).not.toMatch(unfit);
    await whileShown(name, async () => undefined);
    expectLabel(editor.said[0]);
  });

  it('does nothing in the tree', async () => {
    const view = createRunsView(
      async () => session,
      () => undefined,
    );
    const tree = { getChildren: view.children, getTreeItem: view.treeItem, resolveTreeItem: view.resolve };
    showTree('runs', tree as vscode.TreeDataProvider<{ folder: string }>);
    const shown = editor.provider as vscode.TreeDataProvider<{ folder: string }>;
    const [run] = (await shown.getChildren(undefined))!;
    const item = await shown.getTreeItem(run!);
    expectLabel(item.label);
    expectLabel(item.accessibilityInformation?.label);
    // The folder itself stays what it is.
    expect(item.command?.arguments).toEqual([peek.folder]);
    const resolved = await shown.resolveTreeItem!(item, run!, {} as never);
    expectFit(resolved?.tooltip, 2000);
  });

  it('does nothing in lenses, hints and light bulbs', async () => {
    const command = { icon: 'play', title: name, tooltip: name, command: 'greenbatch.openResults', arguments: [name] };
    showLenses([], { provideCodeLenses: () => [new CodeLens(new Range(0, 0, 0, 1), command) as vscode.CodeLens] });
    const lenses = await (editor.provider as vscode.CodeLensProvider).provideCodeLenses({} as never, {} as never);
    const [lens] = lenses!;
    expect(lens?.command?.title).toMatch(/^\$\(play\) sweep/);
    expectLabel(lens?.command?.title);
    expectFit(lens?.command?.tooltip, 2000);
    expect(lens?.command?.arguments).toEqual([name]);

    const action = {
      title: name,
      kind: 'quickfix',
      disabled: { reason: name },
      command: { title: name, command: 'a' },
    };
    showActions([], { provideCodeActions: () => [action as never] }, {});
    const { provideCodeActions } = editor.provider as vscode.CodeActionProvider;
    const [shown] = (await provideCodeActions({} as never, {} as never, {} as never, {} as never))!;
    expectFit(shown?.title, 300);
    expect(JSON.stringify(shown)).not.toMatch(unfit);

    diagnosticsOf('greenbatch').set({} as never, [new Diagnostic(new Range(0, 0, 0, 1), name, 3) as never]);
    expectFit((editor.provider as Diagnostic[])[0]?.message, 2000);
  });

  it('does nothing in the status bar', () => {
    const run = {
      ...live('running').run(),
      ...{
        trials: [],
        pacedTrials: [],
        searched: new Map(),
        workload: { serves: false },
        sessions: [],
        configurations: [],
        addedBlocks: [],
        source: null,
        steps: [],
      },
      spec: specSchema.parse({ models: ['yolov7'], batchSizes: [1], measure: { repeats: { min: 1, max: 2 } } }),
    };
    const running = { ...live('running'), run: () => run } as unknown as LiveRun;
    createStatusBar({ running: () => [running], onDidChange: () => ({ dispose() {} }) } as never).dispose();
    const [item] = editor.statusItems;
    expect(item?.text).toMatch(/^\$\(zap\) sweep .* · 0 %/);
    expectLabel(item?.text, 120);
    expectFit(item?.tooltip, 2000);
  });

  it('does nothing in a text of ours, which may be long', async () => {
    const documents = createDocuments();
    await documents.show(`Comparison ${name}`, `${name}\n${'line\n'.repeat(2000)}`);
    const provider = editor.provider as vscode.TextDocumentContentProvider;
    const uri = { path: `/Comparison ${name}` };
    // The title is a path: what was put in under one name is found under the name that is shown.
    expect(await provider.provideTextDocumentContent(uri as never, {} as never)).toBe('Run the command again.');
    const opened = editor.opened.at(-1)!;
    expectLabel(opened.path);
    const text = await provider.provideTextDocumentContent(opened as never, {} as never);
    expectFit(text, 1e6);
    expect(text).toContain('line\nline\n');
  });
});

it.each([
  '[x](command:workbench.action.terminal.new) <a href="command:y">$(trash)`.energy.yaml',
  '**sure** www.example.org mail@example.org _x_ &lt;b&gt;.energy.yaml',
])('asks about a measurement in text alone: %s', async (file) => {
  vi.spyOn(workspace, 'workspaceFolders', 'get').mockReturnValue([
    { uri: { scheme: 'file', path: folder, fsPath: folder } } as (typeof workspace.workspaceFolders)[number],
  ]);
  const text = 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n';
  writeFileSync(join(folder, file.replaceAll('/', '∕')), text);
  const name = file.replaceAll('/', '∕');
  editor.documents = [documentOf(join(folder, name), text)];
  const tool = profileTool(async () => ({}) as never);
  const prepared = await tool.prepareInvocation!({ input: { file: name } } as never, {} as never);
  for (const shown of [prepared?.invocationMessage, prepared?.confirmationMessages?.message]) {
    const { value, isTrusted } = shown as vscode.MarkdownString;
    expect(isTrusted).toBeUndefined();
    // Each mark that Markdown or HTML could read is escaped, and nothing looks like an address.
    expect(value.replace(/\\[^a-z0-9\s]/gi, '')).not.toMatch(/[*_`[\]()<>]/);
    expect(value).not.toMatch(/www\.|@|&lt;b/);
    expect(value).toContain(name.startsWith('[') ? 'command:' : 'example');
  }
});

it('leaves names of any script as they are', async () => {
  const items = ['лосось 鮭 🐟 640×480', 'Größe (2) [alt]', `/home/me/${'deep/'.repeat(50)}m.onnx`];
  await pick(
    items.map((label) => ({ label })),
    {},
  );
  expect(editor.questions[0]?.offered).toEqual(items);
});
