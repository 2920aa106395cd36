import { sourceLabel } from '../../src/core/energy/sourceLabel';
import { configurationLabels } from '../../src/core/configuration/label';
import { wholeSentence } from '../../src/core/words/sentence';
import { startupText } from '../../src/core/report/startupText';
import { createAccuracyCard } from './accuracyCard';
import { f1Confidence, precisionRecall } from '../charts/plans/accuracyCurves';
import { createChartCard } from '../charts/draw/chartCard';
import { energyAccuracy } from '../charts/plans/energyAccuracy';
import { energyByBatch, energyBySplit } from '../charts/plans/energyAlong';
import { energyLatency } from '../charts/plans/energyLatency';
import { chartData, type ChartData } from '../charts/plans/families';
import { latencyByBatch, latencyBySplit } from '../charts/plans/latencyAlong';
import type { ChartPlan } from '../charts/plans/plan';
import { fillPower, type PowerData, powerPlan, powerSamples } from '../charts/plans/powerChart';
import { powerUtilisation } from '../charts/plans/powerUtilisation';
import type { Choices } from '../page/choices';
import { createDetails } from './details';
import { h, markBusy, redraw, setText } from '../page/dom';
import { createFindingsCards } from './findingsCards';
import { createFootprintCard } from './footprintCard';
import { createHeader } from './header';
import { command } from '../page/link';
import { failedEmpty, type Page, pickTerms, termsInForce, termsOfAnalysis } from '../page/page';
import { partText } from './partText';
import { phaseTable } from './phaseTable';
import { verdictTable } from '../../src/core/analysis/verdict/verdictTable';
import { createSliders } from './sliders';
import { tableElement } from '../page/table';
import type { Theme } from '../look/theme';
import { dropdown } from '../page/toolkit';
import { createVerdictCard, exportName } from './verdictCard';
import { t } from '../strings/strings';

type DashboardEvents = {
  chooseTerms(terms: Choices['terms']): void;
  choicesChanged(): void;
  /** Charts are arranged anew. */
  widthChanged(): void;
};

const narrow = matchMedia('(max-width: 600px)');

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

  const card = (name: string, title: () => string, more: Partial<Parameters<typeof createChartCard>[0]> = {}) =>
    createChartCard({
      name,
      title,
      fileName: () => exportName(page.run?.report.run.name ?? 'run'),
      asTable: page.choices.tables.includes(name) || document.body.classList.contains('vscode-using-screen-reader'),
      onToggle(asTable) {
        page.choices.tables = [...page.choices.tables.filter((n) => n !== name), ...(asTable ? [name] : [])];
        events.choicesChanged();
      },
      announce,
      send: command,
      ...more,
    });
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
    exportTable: () => powerSamples(powerData(page)),
  });
  type Part = [ReturnType<typeof card>, (data: ChartData, theme: Theme) => ChartPlan];
  // Only where the split varies; then it comes first, for it is worth more than the batch size.
  const splitCharts: Part[] = [
    [card('energy-split', () => t('Energy by split of the cores')), energyBySplit],
    [card('latency-split', () => t('Latency by split of the cores')), latencyBySplit],
  ];
  // Not where one batch size is measured in several splits.
  const batchCharts: Part[] = [
    [
      card('energy', () => t('Energy per {0} by batch size', page.run?.report.run.workload.unit ?? t('unit of work'))),
      energyByBatch,
    ],
    [card('latency', () => t('Latency by batch size')), latencyByBatch],
  ];
  const otherCharts: Part[] = [
    [card('pareto', () => t('Energy against latency')), energyLatency],
    [card('utilisation', () => t('Power against utilisation')), powerUtilisation],
  ];
  // Only where an accuracy is known: empty axes would say nothing.
  const accuracyCharts: Part[] = [
    [card('accuracy', () => t('Energy against accuracy')), energyAccuracy],
    [card('precision', () => t('Precision against recall')), precisionRecall],
    [card('f1', () => t('F1 against confidence')), f1Confidence],
  ];
  const accuracy = createAccuracyCard();
  const results = h('section', { class: 'card', 'aria-labelledby': 'results-title' });
  const footprint = createFootprintCard();
  const details = createDetails();
  const grid = h(
    'div',
    { class: 'grid' },
    ...[...splitCharts, ...batchCharts, ...otherCharts, ...accuracyCharts].map(([c]) => c.element),
  );
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
      footprint.element,
      accuracy.element,
      details.element,
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

  let saidSentence = '';
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let wattsAtMs = Number.NEGATIVE_INFINITY;
  let plannedFor: unknown[] = [];

  return {
    element,
    announce,
    /** Everything but the charts. */
    showRun() {
      header.show(page);
      findings.show(page);
      verdict.show(page);
      sliders.show(page);
      details.show(page);
      accuracy.show(page);
      footprint.show(page);
      const { analysis, run } = page;
      for (const part of [results, footprint.element, grid]) markBusy(part, page.busy);
      showReasonFirst(run?.report.run.status === 'failed');
      const empty = failedEmpty(page);
      verdict.card.hidden = power.element.hidden = empty;
      if (empty) sliders.element.hidden = true;
      results.hidden = analysis === null || empty;
      if (!analysis || !run || empty) return;
      const measured = run.report.source?.measured !== false;
      const table = verdictTable(analysis, t);
      const phases = phaseTable(analysis, measured);
      const startup = startupText(analysis.configurations);
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
        const data = dataOf(page, analysis);
        const several = data.splits.length > 1;
        show(splitCharts, several);
        show(batchCharts, !several || data.batchSizes.length > 1);
        show(otherCharts, true);
        show(
          accuracyCharts,
          data.accuracies.some((a) => a.accuracy !== null),
        );
        function show(parts: Part[], isShown: boolean): void {
          for (const [c, plan] of parts) {
            c.element.hidden = !isShown;
            if (isShown) c.show(plan(data, theme), theme);
          }
        }
      }
      grid.hidden = analysis === null || failedEmpty(page);
      plannedFor = [];
    },
    showPower(theme: Theme) {
      const data = powerData(page);
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

function dataOf(page: Page, analysis: NonNullable<Page['analysis']>): ChartData {
  const sla = termsOfAnalysis(page)?.sla;
  const { source, run } = page.run!.report;
  return chartData(analysis, {
    source: source ? sourceLabel(source) : t('no energy source yet'),
    latencyLimitMs: sla?.requestLatencyMs ?? null,
    arrivalRate: sla?.arrivalRate ?? null,
    percentile: sla?.percentile ?? 95,
    idleWatts: run.idleWatts,
    leastAccuracy: sla?.minAccuracy ?? null,
    accuracies: page.accuracies,
    isNarrow: narrow.matches,
  });
}

function powerData({ run, timeline, choices }: Page): PowerData {
  const labels = configurationLabels(run?.results ?? []);
  const source = run?.report.source ?? null;
  return {
    timeline,
    bands: run?.bands ?? [],
    label: (id) => labels.get(id) ?? id,
    source: source ? sourceLabel(source) : t('no energy source yet'),
    partName: (id) => {
      const part = source?.parts.find((p) => p.id === id);
      return source && part ? partText(source, part) : id;
    },
    spanSeconds: choices.spanSeconds,
  };
}
