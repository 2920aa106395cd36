import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { readText, writeText } from '../../machine/regularFile';
import type { RunPeek } from '../../runs/index/peekRun';
import { compareRuns } from './compareRuns';
import type { commands } from '../window/contributions';
import { showDetections } from './detections';
import { checkEnergyAccess, copyFix } from './doctor';
import { exportRun } from '../panel/exportRun';
import { failureOfCommand } from '../program/failure';
import { log } from '../window/log';
import { tellFailure } from '../runs/notify';
import { addBlocks, profile, reproducePaper, resumeRun } from '../profile/profile';
import { askBlocks, isBlocks } from './askBlocks';
import { programOf, runProgram } from '../program/program';
import { statusWord } from './runsView';
import type { Session } from '../session/session';
import { pick, showMessage, whileShown } from '../window/show';
import { workspaceFolder } from '../window/workspaceFolder';

type Body = (session: Session, ...args: unknown[]) => Promise<unknown>;

/** What the commands do. Those about a run take its folder or its line in the tree, and ask where they got neither. */
export const bodies: { readonly [K in Exclude<keyof typeof commands, 'showOlderRuns' | 'openPipeline'>]: Body } = {
  profile: (session, where, answers) => profile(session, where, answers),
  reproducePaper: (session) => reproducePaper(session),
  async stop(session, where) {
    const folder = folderOf(where) ?? (await askRun(session, ({ status }) => status === 'running'));
    if (folder === undefined) return;
    const { code, stderr } = await whileShown(vscode.l10n.t('Greenbatch: stopping'), () =>
      runProgram(programOf(session.context.extensionUri), ['stop', folder]),
    );
    if (code !== 0) void tellFailure(failureOfCommand(code, stderr));
  },
  async resume(session, where) {
    const folder = folderOf(where) ?? (await askRun(session, ({ resumable }) => resumable));
    return folder && resumeRun(session, folder);
  },
  async addBlocks(session, where, given) {
    const isEnded = ({ status }: RunPeek) => ['complete', 'interrupted', 'stopped', 'failed'].includes(status);
    const folder = folderOf(where) ?? (await askRun(session, isEnded));
    if (folder === undefined) return;
    const blocks = isBlocks(given) ? given : await askBlocks(folder);
    return blocks !== undefined && addBlocks(session, folder, blocks);
  },
  async openResults(session, where) {
    const folder = folderOf(where) ?? (await askRun(session));
    if (folder !== undefined) session.panels.show(folder);
  },
  async compare(session, where) {
    const one = folderOf(where) ?? (await askRun(session));
    const other = one && (await askOther(session, one));
    if (one && other) await compareRuns(session, one, other);
  },
  async export(session, where) {
    const folder = folderOf(where) ?? (await askRun(session));
    if (folder !== undefined) await exportRun(folder, session.context.extensionUri);
  },
  showDetections,
  doctor: (session) => checkEnergyAccess(session),
  copyFix: (session) => copyFix(session),
  openLog: async () => log().show(),
  async createExample({ context }) {
    const target = vscode.Uri.joinPath(workspaceFolder(), 'first-sweep.energy.yaml');
    if (!existsSync(target.fsPath)) {
      const example = vscode.Uri.joinPath(context.extensionUri, 'media', 'example', 'first-sweep.energy.yaml');
      writeText(target.fsPath, readText(example.fsPath, 1 << 20));
    }
    await vscode.window.showTextDocument(target, { preview: false });
  },
  async deleteRun(session, where) {
    const folder = folderOf(where);
    if (folder === undefined) return;
    const { name, status } = session.runs.peek(folder);
    if (status === 'running') throw new Error(vscode.l10n.t('{0} is running: stop it first.', name));
    const remove = vscode.l10n.t('Move to Trash');
    const chosen = await showMessage('warning', vscode.l10n.t('Delete the run {0}?', name), {
      actions: [remove],
      modal: { detail: folder },
    });
    if (chosen !== remove) return;
    await deleteFolder(vscode.Uri.file(folder));
    session.runs.refresh();
  },
  refreshRuns: async ({ runs }) => runs.refresh(),
};

/** To the trash; where there is none (most remote machines) only after asking once more. */
async function deleteFolder(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.delete(uri, { recursive: true, useTrash: true });
  } catch {
    const remove = vscode.l10n.t('Delete Permanently');
    const message = vscode.l10n.t('This machine has no trash. Delete {0} for good?', basename(uri.path));
    if ((await showMessage('warning', message, { actions: [remove], modal: {} })) !== remove) return;
    await vscode.workspace.fs.delete(uri, { recursive: true, useTrash: false });
  }
}

function folderOf(where: unknown): string | undefined {
  if (typeof where === 'string') return where;
  if (typeof where === 'object' && where !== null && 'folder' in where && typeof where.folder === 'string') {
    return where.folder;
  }
  return undefined;
}

/** Asks for one of the newest runs that fit; where it is told which do, one alone is taken without asking. */
async function askRun({ runs }: Session, fits?: (peek: RunPeek) => boolean): Promise<string | undefined> {
  const fitting = runs
    .folders()
    .slice(0, 200)
    .map(runs.peek)
    .filter((peek) => fits?.(peek) ?? true);
  if (fitting.length === 0) {
    void showMessage('info', vscode.l10n.t('There is no such run.'));
    return undefined;
  }
  if (fitting.length === 1 && fits !== undefined) return fitting[0]?.folder;
  const items = fitting.map((peek) => ({
    label: peek.name,
    description: statusWord(peek),
    detail: peek.id,
    folder: peek.folder,
  }));
  return (await pick(items, { placeHolder: vscode.l10n.t('Which run?'), matchOnDetail: true }))?.folder;
}

async function askOther({ runs }: Session, one: string): Promise<string | undefined> {
  const items = runs
    .folders()
    .filter((folder) => folder !== one)
    .slice(0, 200)
    .map(runs.peek)
    .map((peek) => ({ label: peek.name, description: statusWord(peek), detail: peek.id, folder: peek.folder }));
  const placeHolder = vscode.l10n.t('Compare {0} with which run?', basename(one));
  return (await pick(items, { placeHolder, matchOnDetail: true }))?.folder;
}
