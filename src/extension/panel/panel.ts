import { basename, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import type { Besides } from '../../core/analysis/besides';
import type { Findings } from '../../core/analysis/findingsSchema';
import { chosenTerms } from '../../core/panel/protocol/chosenTerms';
import { judgedResults } from '../../core/panel/protocol/judgedResults';
import { readFromPanel } from '../../core/panel/protocol/messages';
import { workspaceOf } from '../../runs/store/folders';
import { affects, setting } from '../window/config';
import { panelType } from '../window/contributions';
import { type ExperimentNow, experimentNow } from './experimentNow';
import { createJudging } from './judging/judging';
import { footprintSetting, footprintSettings } from './footprintSetting';
import { log } from '../window/log';
import { runPanelCommand } from './panelCommands';
import { createPanelLink, framesPerSecond } from './panelLink';
import { createPanelRun } from './panelRun';
import type { Runs } from '../runs/runs';
import { label } from '../window/show';
import { webviewOptions, webviewPage } from '../window/webviewPage';

/** One panel for each run that is looked at. */
export type Panels = {
  show(folder: string): void;
  /** Shows a run with what was found in it together with others, in place of what was found before. */
  showFindings(folder: string, findings: Findings[]): void;
  /** Gives a panel of before the reload its run back. */
  restore(panel: vscode.WebviewPanel, folder: string): void;
  isVisible(folder: string): boolean;
  dispose(): void;
};

/** A panel, and what its page is told besides the run. */
type Shown = { panel: vscode.WebviewPanel; found(findings: Findings[]): void };

const aliveFrameMs = 250;

export function createPanels(extension: vscode.Uri, runs: Runs): Panels {
  const panels = new Map<string, Shown>();
  const options = webviewOptions(extension);

  const attach = (panel: vscode.WebviewPanel, folder: string) => {
    panels.get(folder)?.panel.dispose();
    panel.webview.options = options;
    // The other icon is drawn in the colour of the text, which an image of a tab does not have.
    panel.iconPath = vscode.Uri.joinPath(extension, 'media', 'icon.png');
    panel.title = label(vscode.l10n.t('Energy: {0}', runs.peek(folder).name));
    const { detach, found } = drive(panel, folder, runs, extension);
    const shown = { panel, found };
    panels.set(folder, shown);
    panel.onDidDispose(() => {
      detach();
      if (panels.get(folder) === shown) panels.delete(folder);
    });
    panel.webview.html = webviewPage(panel.webview, extension, 'webview', panel.title);
    return shown;
  };
  const open = (folder: string, preserveFocus: boolean): Shown => {
    const shown = panels.get(folder);
    if (shown) {
      shown.panel.reveal(undefined, preserveFocus);
      return shown;
    }
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus };
    return attach(vscode.window.createWebviewPanel(panelType, '', column, options), folder);
  };

  return {
    show: (folder) => void open(folder, true),
    // Whoever asked for it wants to read it: the focus goes there.
    showFindings: (folder, findings) => open(folder, false).found(findings),
    restore: (panel, folder) => void attach(panel, folder),
    isVisible: (folder) => panels.get(folder)?.panel.visible ?? false,
    dispose() {
      for (const { panel } of [...panels.values()]) panel.dispose();
    },
  };
}

/** Connects a page with its run; `detach` undoes it. */
function drive(
  panel: vscode.WebviewPanel,
  folder: string,
  runs: Runs,
  extension: vscode.Uri,
): Pick<Shown, 'found'> & { detach(): void } {
  const { live, release } = runs.open(folder);
  const isRemote = vscode.env.remoteName !== undefined;
  const made = createPanelRun(live, isRemote);
  const rate = () => framesPerSecond(setting('panel.framesPerSecond'), isRemote);
  let findings: Findings[] = [];
  let besides: Besides = { figures: [], findings: [] };
  let experiment: ExperimentNow = { stale: null, judgedAnew: null, inUse: null };
  const lookAtExperiment = async () => {
    const now = await experimentNow(live.run()?.created);
    if (JSON.stringify(now) === JSON.stringify(experiment)) return;
    experiment = now;
    link.runChanged();
  };
  const link = createPanelLink(
    {
      run: () => made.make(experiment),
      accuracies: made.accuracies,
      findings: () => findings,
      besides: () => besides,
      powerRows: live.power.rows,
      powerColumns: live.power.columns,
    },
    (message) => void panel.webview.postMessage(message),
    () => ({
      type: 'settings',
      framesPerSecond: rate(),
      strings: vscode.l10n.bundle ?? {},
      ...footprintSetting(workspaceOf(folder)),
    }),
  );
  link.visible(panel.visible);
  const program = join(extension.fsPath, 'dist', 'judgeThread.js');
  const judging = createJudging(() => new Worker(program, { argv: [], execArgv: [] }), {
    answer: (message) => live.work.do(() => void panel.webview.postMessage(message)),
    figures(made) {
      besides = made;
      link.figuresChanged();
    },
    noFigures: (problem) => log().warn(`no figures are made of ${basename(folder)}: ${problem}`),
    died: (problem) => log().warn(`the thread that judges ${basename(folder)} has died: ${problem}`),
    worked: live.work.did,
  });

  let timer: NodeJS.Timeout | undefined;
  const beat = () => {
    const fps = rate();
    live.work.do(() => link.frame(Date.now()));
    timer = panel.visible ? setTimeout(beat, Math.min(aliveFrameMs, 1000 / fps)) : undefined;
  };
  let strangers = 0;
  const subscriptions = [
    panel.onDidChangeViewState(() => {
      link.visible(panel.visible);
      if (panel.visible && timer === undefined) beat();
    }),
    panel.webview.onDidReceiveMessage((value: unknown) =>
      live.work.do(() => {
        const message = readFromPanel(value);
        if (message === null) {
          if (strangers++ === 0) log().warn(`the panel of ${basename(folder)} sent a message that is none of ours`);
        } else if (message.type === 'command') void runPanelCommand(message, live, extension);
        else if (message.type === 'judge') {
          const run = link.shownRun();
          if (!run) return;
          const { report, terms } = run;
          judging.ask({
            ...{ id: message.id, results: judgedResults(run), terms: chosenTerms(terms, message.terms) },
            figured: { report, terms, accuracies: made.accuracies() },
          });
        } else link.received(message);
      }),
    ),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (affects(event, ...footprintSettings)) link.settingsChanged();
    }),
    vscode.workspace.onDidSaveTextDocument(() => void lookAtExperiment()),
  ];
  let progressAt = 0;
  const off = live.onChange((events) => {
    if (events.length > 0) made.eventsArrived(events);
    // Joules so far and the time left move between events too, but nobody reads them faster than this.
    if (events.length === 0 && Date.now() - progressAt < 1000) return;
    progressAt = Date.now();
    link.runChanged();
    if (live.problem() !== null) log().warn(live.problem() ?? '');
  });
  void live.ready.then(() => {
    made.seriesRead();
    link.runChanged();
    return lookAtExperiment();
  });
  beat();
  return {
    found(now) {
      findings = now;
      link.findingsChanged();
    },
    detach() {
      clearTimeout(timer);
      timer = undefined;
      off();
      judging.end();
      release();
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
