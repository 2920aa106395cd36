import type { PanelRun, ToPanel } from '../src/core/panel/protocol/messages';
import { applyColumns } from '../src/core/panel/series/timeline';
import { judge } from '../src/core/analysis/verdict/judge';
import { configurationLabels } from '../src/core/configuration/label';
import { saveChoices } from './page/choices';
import { createDashboard } from './parts/dashboard';
import { createFrames } from './page/frames';
import { connect, post } from './page/link';
import { chooseTerms, createPage, termsInForce } from './page/page';
import './styles.css';
import { readTheme, watchTheme } from './page/theme';
import { registerToolkit } from './page/toolkit';
import { type ShownWinner, showWinner } from './parts/winner';
import { t, useStrings } from './strings/strings';

registerToolkit();
const page = createPage();
let theme = readTheme();
/** Power messages that are not drawn yet; each gives a credit back. */
let owed = 0;
let parts = { run: true, charts: true };

const dashboard = createDashboard(page, {
  chooseTerms(terms) {
    chooseTerms(page, terms);
    analysisDue = true;
    frames.request();
  },
  choicesChanged() {
    saveChoices(page.choices);
    frames.request();
  },
  widthChanged() {
    parts.charts = true;
    frames.request();
  },
});
document.getElementById('app')!.append(dashboard.element);

const frames = createFrames(() => {
  if (analysisDue) analyseNow();
  if (parts.run) dashboard.showRun();
  if (parts.charts) dashboard.showCharts(theme);
  dashboard.showPower(theme);
  parts = { run: false, charts: false };
  for (; owed > 0; owed--) post({ type: 'credit' });
});

let analysisDue = false;
let settings = { framesPerSecond: 10 };
let shown: ShownWinner | null = null;

function analyseNow(): void {
  analysisDue = false;
  parts = { run: true, charts: true };
  const terms = termsInForce(page);
  if (!page.run || !terms) return;
  try {
    page.analysis = judge(page.run.results, terms);
    page.problem = null;
    noteChange(JSON.stringify(terms));
  } catch (error) {
    page.analysis = null;
    page.problem = error instanceof Error ? error.message : String(error);
  }
}

function noteChange(terms: string): void {
  const { winner, blocks } = page.analysis!.verdict;
  shown = showWinner(shown, { runId: page.run!.report.run.id, terms, winner, blocks });
  const { former } = shown;
  const label = former && (configurationLabels(page.run!.results).get(former.winner) ?? former.winner);
  page.changed = former && t('After {0} blocks it was {1}; the blocks since then changed that.', former.blocks, label!);
}

/** Below the results stands whether the plot is thinned out. */
function takeDecimated(decimated: boolean): void {
  if (decimated !== page.decimated) parts.run = true;
  page.decimated = decimated;
}

function receive(message: ToPanel): void {
  switch (message.type) {
    case 'run':
      // What was chosen for one run says nothing about another one.
      if (page.choices.runId !== message.run.report.run.id) {
        Object.assign(page.choices, { runId: message.run.report.run.id, terms: null });
        saveChoices(page.choices);
      }
      page.run = message.run;
      analysisDue = true;
      break;
    case 'change':
      if (page.run === null) return;
      page.run = { ...page.run, ...(message.change as Partial<PanelRun>) };
      parts.run = true;
      // A power sample, a phase, the progress: none of them changes the verdict.
      if (message.change.results || message.change.terms) analysisDue = true;
      break;
    case 'accuracy':
      page.accuracies = message.accuracies;
      parts = { run: true, charts: true };
      break;
    case 'findings':
      page.findings = message.findings;
      parts.run = true;
      break;
    case 'power':
      applyColumns(page.timeline, message.mode, message.columns);
      takeDecimated(message.decimated || (message.mode === 'more' && page.decimated));
      owed++;
      break;
    case 'settings':
      useStrings(message.strings);
      settings = message;
      limitFrames();
      parts = { run: true, charts: true };
      break;
    case 'alive':
      return;
  }
  frames.request();
}

function limitFrames(): void {
  frames.limit(theme.reducedMotion ? Math.min(4, settings.framesPerSecond) : settings.framesPerSecond);
}

watchTheme(() => {
  theme = readTheme();
  limitFrames();
  parts.charts = true;
  frames.request();
});
document.addEventListener('visibilitychange', () => frames.request());

connect({
  onMessage: receive,
  onSilence(silent) {
    page.silent = silent;
    parts.run = true;
    dashboard.announce(silent ? t('Disconnected: nothing has arrived for 5 seconds.') : t('Connected again.'));
    frames.request();
  },
});
limitFrames();
frames.request();
