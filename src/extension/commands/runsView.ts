import * as vscode from 'vscode';
import { sourceLabel } from '../../core/energy/sourceLabel';
import { reportOf } from '../../core/report/report';
import type { RunPeek } from '../../runs/index/peekRun';
import { loadRun } from '../../runs/store/runFolder';
import { commands } from '../window/contributions';
import { messageOf } from '../window/log';
import type { Session } from '../session/session';

/** A run in the tree, or the line that shows more of them. */
export type RunItem = { folder: string } | { older: number };

const pageSize = 100;

/** The tree of runs, newest first. Only what is shown is read, and of each run only the ends of its log. */
export function createRunsView(session: () => Promise<Session>, changed: (item: RunItem | undefined) => void) {
  const items = new Map<string, { folder: string }>();
  let shown = pageSize;
  let listening = false;

  return {
    async children(parent: RunItem | undefined): Promise<RunItem[]> {
      if (parent) return [];
      const { runs } = await session();
      if (!listening) {
        listening = true;
        runs.onDidChange((folder) => changed(folder === undefined ? undefined : items.get(folder)));
      }
      const folders = runs.folders();
      const page = folders.slice(0, shown).map((folder) => {
        const item = items.get(folder) ?? { folder };
        items.set(folder, item);
        return item;
      });
      return folders.length > shown ? [...page, { older: folders.length - shown }] : page;
    },
    async treeItem(item: RunItem): Promise<vscode.TreeItem> {
      if ('folder' in item) return treeItemOf((await session()).runs.peek(item.folder));
      const label = vscode.l10n.t('{0} older runs…', item.older);
      const older = new vscode.TreeItem(label);
      older.command = { command: commands.showOlderRuns, title: label };
      return older;
    },
    resolve(treeItem: vscode.TreeItem, item: RunItem): vscode.TreeItem {
      if ('folder' in item) treeItem.tooltip = tooltipOf(item.folder);
      return treeItem;
    },
    showOlder() {
      shown += 10 * pageSize;
      changed(undefined);
    },
  };
}

const icons: Record<RunPeek['status'], [string, string?]> = {
  starting: ['loading~spin'],
  running: ['loading~spin'],
  complete: ['pass', 'testing.iconPassed'],
  interrupted: ['debug-pause'],
  stopped: ['debug-disconnect', 'list.warningForeground'],
  failed: ['error', 'testing.iconFailed'],
  damaged: ['warning', 'list.errorForeground'],
  newer: ['question'],
};

function treeItemOf(peek: RunPeek): vscode.TreeItem {
  const item = new vscode.TreeItem(peek.name);
  const [icon, color] = icons[peek.status];
  item.id = peek.folder;
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  const when = peek.createdAt === null ? '' : new Date(peek.createdAt).toLocaleString(vscode.env.language);
  const pair = peek.interleavedWith === null ? '' : ` · ${vscode.l10n.t('interleaved with {0}', peek.interleavedWith)}`;
  item.description = `${peek.status === 'complete' ? when : `${statusWord(peek)} · ${when}`}${pair}`;
  // `when` of the menus in package.json goes by it.
  item.contextValue = `run.${peek.host === null ? peek.status : 'elsewhere'}${peek.resumable ? '.resumable' : ''}`;
  item.accessibilityInformation = { label: `${peek.name}, ${statusWord(peek)}, ${when}` };
  item.command = { command: commands.openResults, title: vscode.l10n.t('Open Results'), arguments: [peek.folder] };
  return item;
}

export function statusWord({ status, host }: Pick<RunPeek, 'status' | 'host'>): string {
  if (host !== null) return vscode.l10n.t('running on {0}', host);
  return {
    starting: vscode.l10n.t('starting'),
    running: vscode.l10n.t('running'),
    complete: vscode.l10n.t('complete'),
    interrupted: vscode.l10n.t('interrupted'),
    stopped: vscode.l10n.t('ended without finishing'),
    failed: vscode.l10n.t('failed'),
    damaged: vscode.l10n.t('damaged'),
    newer: vscode.l10n.t('made by a newer version'),
  }[status];
}

/** The verdict; read when the pointer rests on the run. */
function tooltipOf(folder: string): string {
  try {
    const { run, samples, status, host } = loadRun(folder);
    const { verdict, source, configurations, run: facts } = reportOf(run, samples, { folder, status, host });
    const isMeasured = configurations.some((c) => c.n > 0);
    const failure = isMeasured ? null : facts.failure;
    return [failure?.message ?? verdict.sentence, ...(source ? [sourceLabel(source)] : []), folder].join('\n');
  } catch (error) {
    return messageOf(error);
  }
}
