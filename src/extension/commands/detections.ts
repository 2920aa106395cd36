import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { failureOfCommand } from '../program/failure';
import { tellFailure } from '../runs/notify';
import { programOf, runProgram } from '../program/program';
import type { Session } from '../session/session';
import { pick, showMessage, whileShown } from '../window/show';

const modelKey = 'detectionModel';

/**
 * Draws what a model finds onto a copy of an image, and opens the copy beside.
 *
 * @param given the model, where it need not be asked; for other extensions and tests
 */
export async function showDetections({ context }: Session, where: unknown, given?: unknown): Promise<void> {
  const program = programOf(context.extensionUri);
  const image = where instanceof vscode.Uri ? where : await askImage();
  const model = given instanceof vscode.Uri ? given : image && (await askModel(context.workspaceState));
  if (!image || !model) return;
  const folder = join((context.storageUri ?? context.globalStorageUri).fsPath, 'detections');
  mkdirSync(folder, { recursive: true });
  const args = ['detect', '--model', model.fsPath, '--images', image.fsPath, '-o', folder, '--json'];
  const abort = new AbortController();
  const { code, stdout, stderr } = await whileShown(
    vscode.l10n.t('Finding objects with {0}', basename(model.path)),
    () => runProgram(program, args, { signal: abort.signal }),
    () => abort.abort(),
  );
  const drawn = code === 0 ? drawnFile(stdout) : null;
  if (drawn === null) {
    // Dismissed: that is no failure.
    if (code !== null) void tellFailure(failureOfCommand(code, stderr));
    return;
  }
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(drawn), {
    viewColumn: vscode.ViewColumn.Beside,
    preview: true,
  });
}

/** The first copy that the program wrote, from what it printed. */
function drawnFile(stdout: string): string | null {
  try {
    const { images } = JSON.parse(stdout) as { images?: { file?: unknown }[] };
    const file = images?.[0]?.file;
    return typeof file === 'string' ? file : null;
  } catch {
    return null;
  }
}

async function askImage(): Promise<vscode.Uri | undefined> {
  const open = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Image to find objects in'),
    filters: { [vscode.l10n.t('Images')]: ['jpg', 'jpeg', 'png', 'webp', 'bmp', 'tif', 'tiff'] },
  });
  return open?.[0];
}

/** Trained models of the workspace, the one that was taken last first. */
async function askModel(memory: vscode.Memento): Promise<vscode.Uri | undefined> {
  const files = await vscode.workspace.findFiles('**/*.{pt,onnx}', '**/node_modules/**', 200);
  const last = memory.get<string>(modelKey);
  const items = files
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .sort((a, b) => Number(b.uri.fsPath === last) - Number(a.uri.fsPath === last) || a.label.localeCompare(b.label));
  if (items.length === 0) {
    void showMessage(
      'info',
      vscode.l10n.t('There is no checkpoint (.pt) and no exported detector (.onnx) in this workspace.'),
    );
    return undefined;
  }
  const placeHolder = vscode.l10n.t('With which model?');
  const chosen = await pick(items, { placeHolder });
  if (chosen) await memory.update(modelKey, chosen.uri.fsPath);
  return chosen?.uri;
}
