import { wholeSentence } from '../../src/core/words/sentence';
import { startupText } from '../../src/core/report/startupText';
import { createAccuracyCard } from './accuracyCard';
import { type CardOptions, type ChartCard, createChartCard } from '../charts/draw/chartCard';
import { chartDataOf, chartList } from '../charts/plans/chartList';
import { fillPower, powerPlan, powerSamples } from '../charts/plans/powerChart';
import type { Choices } from '../page/choices';
import { createDetails } from './details';
import { h, markBusy, redraw, setText } from '../page/dom';
import { exportName } from '../page/exportName';
import { createFigureCards } from './figureCards';
import { createFindingsCards } from './findingsCards';
import { createFootprintCard } from './footprintCard';
import { createPacedCard } from './pacedCard';
import { createHeader } from './header';
import { createPublication } from './publication';
import { command, isSaved } from '../page/link';
import { failedEmpty, type Page, pickTerms, termsInForce, termsOfAnalysis } from '../page/page';
import { phaseTable } from './phaseTable';
import { chartCaption } from './pictureCaption';
import { powerDataOf } from './powerData';
import { verdictTable } from '../../src/core/analysis/verdict/verdictTable';
import { createSliders } from './sliders';
import { tableElement } from '../page/table';
import type { Theme } from '../look/theme';
import { dropdown } from '../page/toolkit';
import { createVerdictCard } from './verdictCard';
import { t } from '../strings/strings';

type DashboardEvents = {
  chooseTerms(terms: Choices['terms']): void;
  choicesChanged(): void;
  /** Charts are arranged anew. */
  widthChanged(): void;
  /** Others are open, or show something else: that is kept, and they are drawn. */
  chartsChanged(): void;
};

const narrow = matchMedia('(max-width: 600px)');

/** How many trials are behind each configuration that is shown; before the first judgement those that there are. */
const trialsOf = ({ analysis, run }: Page): number[] =>
  analysis?.configurations.map(({ n }) => n) ?? run?.results.map(({ trials }) => trials.length) ?? [];

/** All parts of the page in reading order, and what draws them. */
export function createDashboard(page: Page, events: DashboardEvents) {
  const live = h('div', { class: 'hidden', role: 'status', 'aria-live': 'polite', id: 'announce' });
  const announce = (text: string) => setText(live, text);

  const header = createHeader();
  const findings = createFindingsCards();
  const verdict = createVerdictCard(({ limitMs, arrivalRate }) => {
    const terms = termsInForce(page);
    if (!terms?.sla) return;
    const next = structuredClone(pickTerms(terms));
    if (limitMs !== undefined) next.sla!.requestLatencyMs = limitMs;
    if (arrivalRate !== undefined) next.sla!.arrivalRate = arrivalRate;
    events.chooseTerms(next);
  });
  const sliders = createSliders(events.chooseTerms, (open) => {
    page.choices.slidersOpen = open;
    events.choicesChanged();
  });
  (sliders.element as HTMLDetailsElement).open = page.choices.slidersOpen ?? !narrow.matches;
  narrow.addEventListener('change', events.widthChanged);

  const cards: ChartCard[] = [];
  let isOnPaper = false;
  const card = (name: string, title: () => string, more: Partial<CardOptions> = {}) => {
    const made = createChartCard({
      name,
      title,
      fileName: () => exportName(page.run?.report.run.name ?? 'run'),
      caption: (plan) => (page.run ? chartCaption(plan, page.run, trialsOf(page)) : [plan.summary]),
      asTable: page.choices.tables.includes(name) || document.body.classList.contains('vscode-using-screen-reader'),
      onToggle(asTable) {
        page.choices.tables = [...page.choices.tables.filter((n) => n !== name), ...(asTable ? [name] : [])];
        events.choicesChanged();
      },
      announce,
      send: command,
      ...more,
    });
    made.setPrinting(isOnPaper);
    cards.push(made);
    return made;
  };
  const spans = [
    { value: 'all', text: t('All') },
    { value: '600', text: t('Last 10 min') },
    { value: '60', text: t('Last minute') },
  ];
  const span = dropdown(t('Stretch of time'), spans, String(page.choices.spanSeconds ?? 'all'), (value) => {
    page.choices.spanSeconds = value === 'all' ? null : Number(value);
    events.choicesChanged();
  });
  const power = card('power', () => t('Power over time'), {
    controls: [span],
    exportTable: () => powerSamples(powerDataOf(page.run, page.timeline, page.choices.spanSeconds)),
  });
  const charts = chartList.map((chart) => ({
    ...chart,
    card: card(chart.name, () => chart.title(page.run?.report.run.workload.unit ?? t('unit of work'))),
  }));
  const figures = createFigureCards(page, card, events.chartsChanged);
  const accuracy = createAccuracyCard();
  const results = h('section', { class: 'card', 'aria-labelledby': 'results-title' });
  const footprint = createFootprintCard();
  const paced = createPacedCard();
  const details = createDetails();
  // Who reads a page that was handed on cannot ask.
  const publication = isSaved ? createPublication() : null;
  const grid = h('div', { class: 'grid' }, ...charts.map((chart) => chart.card.element));
  const element = h(
    'div',
    { class: 'dashboard' },
    header.element,
    h(
      'main',
      {},
      findings.element,
      verdict.card,
      verdict.faces,
      sliders.element,
      power.element,
      grid,
      results,
      paced.element,
      footprint.element,
      accuracy.element,
      figures.element,
      details.element,
      publication?.element ?? null,
    ),
    details.foot,
    live,
  );

  /** Of a failed run the reason stands above everything else, also for a screen reader. */
  function showReasonFirst(first: boolean): void {
    if (first === (verdict.faces.nextElementSibling === verdict.card)) return;
    if (first) verdict.card.before(verdict.faces);
    else verdict.card.after(verdict.faces);
  }

  /** To a saved page none comes any more. */
  function showPowerWhereThereIsAny(): void {
    power.element.hidden = failedEmpty(page) || (isSaved && page.timeline.series.length === 0);
  }

  let unfolded: HTMLDetailsElement[] = [];
  let saidSentence = '';
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let wattsAtMs = Number.NEGATIVE_INFINITY;
  let plannedFor: unknown[] = [];

  return {
    element,
    announce,
    /** For paper: everything unfolded, charts as pictures. They are drawn when they are shown next. */
    setPrinting(isPrinting: boolean) {
      isOnPaper = isPrinting;
      for (const one of cards) one.setPrinting(isPrinting);
      for (const part of unfolded) part.open = false;
      unfolded = isPrinting ? [...element.querySelectorAll<HTMLDetailsElement>('details:not([open])')] : [];
      for (const part of unfolded) part.open = true;
    },
    /** Everything but the charts. */
    showRun() {
      header.show(page);
      findings.show(page);
      verdict.show(page);
      sliders.show(page);
      details.show(page);
      publication?.show(page);
      accuracy.show(page);
      footprint.show(page);
      paced.show(page);
      const { analysis, run } = page;
      for (const part of [results, paced.element, footprint.element, grid]) markBusy(part, page.busy);
      showReasonFirst(run?.report.run.status === 'failed');
      const empty = failedEmpty(page);
      verdict.card.hidden = empty;
      showPowerWhereThereIsAny();
      if (empty) sliders.element.hidden = true;
      results.hidden = analysis === null || empty;
      if (!analysis || !run || empty) return;
      const measured = run.report.source?.measured !== false;
      const table = verdictTable(analysis, t);
      const phases = phaseTable(analysis, measured);
      const startup = startupText(analysis.configurations, measured);
      redraw(results, [table, phases, startup], () => [
        h('h2', { id: 'results-title' }, t('All results')),
        tableElement(t('All results'), table),
        ...(phases ? [h('h3', {}, t('Phases of the whole work')), tableElement(t('Phases'), phases)] : []),
        ...(startup === null ? [] : [h('p', {}, wholeSentence(startup))]),
      ]);
      // At most every five seconds, so that a screen reader is not talked over.
      const { sentence } = analysis.verdict;
      if (sentence === saidSentence || performance.now() - saidAtMs < 5000) return;
      [saidSentence, saidAtMs] = [sentence, performance.now()];
      announce(sentence);
    },
    showCharts(theme: Theme) {
      const { analysis } = page;
      if (analysis) {
        const sla = termsOfAnalysis(page)?.sla;
        const { accuracies } = page;
        const data = chartDataOf(page.run!.report, analysis, sla, { accuracies, isNarrow: narrow.matches });
        for (const { card, isShown, plan } of charts) {
          card.element.hidden = !isShown(data);
          if (isShown(data)) card.show(plan(data, theme), theme);
        }
      }
      figures.show(theme);
      grid.hidden = analysis === null || failedEmpty(page);
      plannedFor = [];
    },
    showPower(theme: Theme) {
      showPowerWhereThereIsAny();
      const data = powerDataOf(page.run, page.timeline, page.choices.spanSeconds);
      // A new plan only for what it is made from; a frame moves its points.
      const { run } = page;
      const made = [
        ...[theme, run?.results, run?.report.source, run?.bands],
        ...[page.timeline.series.domains, page.timeline.sessions.length],
      ];
      if (made.some((part, i) => part !== plannedFor[i])) power.show(powerPlan(data, theme), theme);
      plannedFor = made;
      power.redraw((chart, plan) => fillPower(chart, plan, data));
      if (theme.reducedMotion && performance.now() - wattsAtMs < 1000) return;
      // The first figure does not wait a second for the one that was none.
      if (header.showWatts(page)) wattsAtMs = performance.now();
    },
  };
}
