import type { PanelRun, ToPanel } from '../src/core/panel/protocol/messages';
import { applyColumns } from '../src/core/panel/series/timeline';
import { configurationLabels } from '../src/core/configuration/label';
import { saveChoices } from './page/choices';
import { isJudgementDue, type Judged, judgedPartOf } from './page/dueJudgement';
import { createDashboard } from './parts/dashboard';
import { createFrames } from './page/frames';
import { createJudging } from './page/judging';
import { connect, isSaved, post } from './page/link';
import { paperTheme } from './look/paperTheme';
import { onPrinting } from './page/printing';
import { chooseTerms, createPage, termsOfAnalysis } from './page/page';
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
  chartsChanged() {
    saveChoices(page.choices);
    parts.charts = true;
    frames.request();
  },
});
document.getElementById('app')!.append(dashboard.element);

const frames = createFrames(() => {
  if (analysisDue) askForAnalysis();
  if (parts.run) dashboard.showRun();
  if (parts.charts) dashboard.showCharts(theme);
  dashboard.showPower(theme);
  parts = { run: false, charts: false };
  for (; owed > 0; owed--) post({ type: 'credit' });
});

const judging = createJudging(
  (id, terms) => post({ type: 'judge', id, terms }),
  (isBusy) => {
    page.busy = isBusy;
    parts.run = true;
    frames.request();
  },
);

let analysisDue = false;
let judged: Judged | null = null;
let settings = { framesPerSecond: 10 };
let shown: ShownWinner | null = null;

/** What is shown stays until the answer comes. */
function askForAnalysis(): void {
  analysisDue = false;
  parts = { run: true, charts: true };
  if (!page.run) return;
  judged = judgedPartOf(page.run);
  judging.want(page.choices.terms);
}

function takeAnalysis(answer: Extract<ToPanel, { type: 'judgement' | 'unjudged' }>): void {
  const terms = judging.answered(answer.id);
  if (terms === undefined) return;
  parts = { run: true, charts: true };
  page.judgedBy = terms;
  page.analysis = answer.type === 'judgement' ? answer.judgement : null;
  page.problem = answer.type === 'judgement' ? null : answer.problem;
  if (page.analysis) noteChange(JSON.stringify(termsOfAnalysis(page)));
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
      if (page.run?.report.run.id !== message.run.report.run.id) {
        page.analysis = null;
        page.besides = { figures: [], findings: [] };
      }
      page.run = message.run;
      judging.anew();
      analysisDue = true;
      break;
    case 'change':
      if (page.run === null) return;
      page.run = { ...page.run, ...(message.change as Partial<PanelRun>) };
      parts.run = true;
      if (isJudgementDue(page.run, judged)) analysisDue = true;
      break;
    case 'accuracy':
      page.accuracies = message.accuracies;
      parts = { run: true, charts: true };
      break;
    case 'findings':
      page.findings = message.findings;
      parts.run = true;
      break;
    case 'figures':
      page.besides = { figures: message.figures, findings: message.findings };
      parts = { run: true, charts: true };
      break;
    case 'judgement':
    case 'unjudged':
      takeAnalysis(message);
      break;
    case 'power':
      applyColumns(page.timeline, message.mode, message.columns);
      takeDecimated(message.decimated || (message.mode === 'more' && page.decimated));
      owed++;
      break;
    case 'settings':
      useStrings(message.strings);
      settings = message;
      page.footprint = message.footprint ?? null;
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

if (isSaved) {
  onPrinting((isPrinting) => {
    theme = isPrinting ? paperTheme : readTheme();
    dashboard.setPrinting(isPrinting);
    dashboard.showCharts(theme);
    dashboard.showPower(theme);
  });
}
watchTheme(() => {
  if (theme === paperTheme) return;
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
