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
  assert.match(titles[1]!, /^greenest batch 4: 21\.8 J\/image ± .* %, −9\.2 % against 1$/);

  const hint = await until(() => vscode.languages.getDiagnostics(uri).find((d) => d.source === 'Greenbatch'));
  assert.equal(hint.message, 'Use batch 4: −9.2 % energy per image');
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
  return `lenses of a file in ${lensMs.toFixed(0)} ms, the first time`;
}

async function until<T>(what: () => T, seconds = 20): Promise<NonNullable<T>> {
  for (const end = Date.now() + seconds * 1000; ;) {
    const value = what();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
