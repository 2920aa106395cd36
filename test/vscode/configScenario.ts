import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { writeRun } from '../support/runFolders';

/** In the real editor: the result above an experiment, the hint, the light bulb's edit, and undo. */
export async function showsAndAppliesTheLastResult(workspace: string): Promise<string> {
  const text = '# mine\nmodels: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\ncurrent: { batchSize: 1 } # today\n';
  const file = join(workspace, 'lens.energy.yaml');
  writeFileSync(file, text);
  const run = await writeRun(workspace, '20261123-000000-lens-0000', file, text);
  const uri = vscode.Uri.file(file);
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);

  const begun = performance.now();
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 9);
  const lensMs = performance.now() - begun;
  const titles = lenses.map((lens) => lens.command?.title ?? '');
  assert.equal(titles.length, 2, titles.join(' | '));
  assert.match(titles[0]!, /Profile Energy/);
  assert.match(titles[1]!, /^greenest batch 4: 21\.8 J\/image ± .* %, −9\.01 % against 1$/);

  const hint = await until(() => vscode.languages.getDiagnostics(uri).find((d) => d.source === 'Greenbatch'));
  assert.equal(hint.message, 'Use batch 4: −9.01 % energy per image');
  assert.equal(hint.severity, vscode.DiagnosticSeverity.Hint);
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uri,
    hint.range,
  );
  const action = actions.find((a) => a.title === hint.message);
  assert.ok(action?.edit, 'no light bulb with an edit');
  assert.ok(await vscode.workspace.applyEdit(action.edit));
  assert.equal(document.getText(), text.replace('batchSize: 1', 'batchSize: 4'));
  await until(() => vscode.languages.getDiagnostics(uri).every((d) => d.source !== 'Greenbatch'));
  await vscode.window.showTextDocument(editor.document);
  await vscode.commands.executeCommand('undo');
  assert.equal(document.getText(), text);
  await document.save();
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  rmSync(run, { recursive: true });
  rmSync(file);
  await writesTheSplitIntoServerFiles(workspace);
  return `lenses of a file in ${lensMs.toFixed(0)} ms, the first time`;
}

/** What a server file says of today, and the whole configuration that won, written into it. */
async function writesTheSplitIntoServerFiles(workspace: string): Promise<void> {
  const files = {
    'config.pbtxt':
      'backend: "onnxruntime"\nmax_batch_size: 4 # most\ninstance_group { count: 1 kind: KIND_CPU }\ndynamic_batching { preferred_batch_size: 1 }\n',
    'config.properties':
      'models={"a": {"1.0": {"minWorkers": 1, "maxWorkers": 1, "batchSize": 1, "maxBatchDelay": 9}}}\n',
  };
  const swept = 'models: [yolov7-tiny]\nbatchSizes: [1, 4]\ninstances: [1, 2]\nthreads: [1]\n';
  for (const [name, text] of Object.entries(files)) {
    const file = join(workspace, name);
    writeFileSync(file, text);
    const run = await writeRun(workspace, '20261123-000000-split-0000', join(workspace, 'split.energy.yaml'), swept, {
      servingConfig: file,
    });
    const uri = vscode.Uri.file(file);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const title = async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 9);
      return lenses[1]?.command?.title ?? '';
    };
    await untilTrue(async () => /^greenest batch 4 .*, −.* % against batch 1/.test(await title()));
    await vscode.commands.executeCommand('greenbatch.apply', uri, { batchSize: 4, instances: 2 }, null);
    const numbers = (t: string) => t.match(/\d+/g)!.join(' ');
    assert.equal(numbers(document.getText()), name === 'config.pbtxt' ? '4 2 4' : '1 0 2 2 4 9');
    assert.equal(document.isDirty, false);
    await untilTrue(async () => /^greenest batch 4 [^,]*$/.test(await title()));
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    rmSync(run, { recursive: true });
    rmSync(file);
  }
}

async function untilTrue(what: () => Promise<boolean>, seconds = 20): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !(await what());) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function until<T>(what: () => T, seconds = 20): Promise<NonNullable<T>> {
  for (const end = Date.now() + seconds * 1000; ;) {
    const value = what();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
