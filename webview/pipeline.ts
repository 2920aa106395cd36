// The page of the pipeline view: dist/pipeline.js and dist/pipeline.css.
import type { ToPipelinePage } from '../src/core/panel/protocol/pipelineMessages';
import { createFrames } from './page/frames';
import { createPipelineAsking } from './page/pipelineAsking';
import { connectPipeline, postToPipeline } from './page/pipelineLink';
import { askedNow, createPipelinePage, isMoved, savePipelineChoices } from './page/pipelinePage';
import { movedTo } from './page/pipelineTerms';
import { readTheme, watchTheme } from './page/theme';
import { registerToolkit } from './page/toolkit';
import { viewSentence } from './parts/pipeline/answerCard';
import { createPipelineDashboard } from './parts/pipeline/pipelineDashboard';
import './styles.css';
import './pipeline.css';
import { t, useStrings } from './strings/strings';

/** After so long without another answer it is read out: a slider that is moved is not talked over. */
const readOutAfterMs = 600;
const slowAfterMs = 5000;

registerToolkit();
const page = createPipelinePage();
let theme = readTheme();
let isAskDue = false;
let isChartDue = true;

const makeDashboard = () =>
  createPipelineDashboard(page, {
    move(key, value) {
      if (!page.view) return;
      page.choices.moved = movedTo(page.choices.moved, key, value, page.view.ofFile);
      chosen();
    },
    reset() {
      Object.assign(page.choices, { moved: {}, axes: null });
      chosen();
    },
    chooseAxes(axes) {
      page.choices.axes = axes;
      chosen();
    },
    tablesChanged: () => savePipelineChoices(page),
    dismiss() {
      page.restarted = null;
      frames.request();
    },
  });
let dashboard = makeDashboard();
const show = () => document.getElementById('app')!.replaceChildren(dashboard.element);
show();

function chosen(): void {
  savePipelineChoices(page);
  isAskDue = true;
  frames.request();
}

const frames = createFrames(() => {
  const asked = isAskDue ? askedNow(page) : null;
  isAskDue = false;
  if (asked) asking.ask(asked);
  dashboard.show();
  if (isChartDue) dashboard.showChart(theme);
  isChartDue = false;
});
frames.limit(60);

let slowTimer: ReturnType<typeof setTimeout> | null = null;
const asking = createPipelineAsking(
  (id, asked) => postToPipeline({ type: 'ask', id, asked: { ...asked, axes: [...asked.axes] } }),
  (isBusy) => {
    page.busy = isBusy;
    page.slow = false;
    if (slowTimer !== null) clearTimeout(slowTimer);
    slowTimer = isBusy ? setTimeout(beSlow, slowAfterMs) : null;
    frames.request();
  },
);

function beSlow(): void {
  page.slow = true;
  frames.request();
}

let readOutTimer: ReturnType<typeof setTimeout> | null = null;
function readOutSoon(): void {
  if (readOutTimer !== null) clearTimeout(readOutTimer);
  readOutTimer = setTimeout(() => page.view && dashboard.announce(viewSentence(page.view)), readOutAfterMs);
}

function receive(message: ToPipelinePage): void {
  switch (message.type) {
    case 'settings':
      useStrings(message.strings);
      // Labels are made once, in the language that was known then.
      dashboard = makeDashboard();
      show();
      isChartDue = true;
      // What was moved for one file says nothing about another one.
      if (page.choices.file !== message.file)
        Object.assign(page.choices, { file: message.file, moved: {}, axes: null });
      savePipelineChoices(page);
      break;
    case 'view':
      if (!asking.answered(message.id)) return;
      Object.assign(page, { view: message.view, problem: null });
      isChartDue = true;
      // Of the file, which is not what the sliders say.
      if (message.id === null && isMoved(page)) isAskDue = true;
      readOutSoon();
      break;
    case 'busy':
      asking.begun();
      return;
    case 'problem':
      asking.failed();
      page.problem = { text: message.text, isDead: message.isDead };
      dashboard.announce(message.isDead ? t('The solver is not running') : t('There is no answer'));
      break;
    case 'restarted':
      page.restarted = message.text;
      break;
  }
  frames.request();
}

watchTheme(() => {
  theme = readTheme();
  isChartDue = true;
  frames.request();
});
connectPipeline(receive);
frames.request();
