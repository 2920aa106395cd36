import { unitOf } from '../../src/core/metrics/metricValue';
import { configurationLabels, sentenceCase } from '../../src/core/configuration/label';
import { markdown } from '../../src/core/export/markdown';
import { withFootprint } from '../../src/core/footprint/footprint';
import { judgedReport } from '../../src/core/report/judgedReport';
import { savingAsChange } from '../../src/core/statistics/wording';
import { type Child, h, markBusy, redraw } from '../page/dom';
import { faceSection } from './faceSection';
import { expectation, type Face, facesOf } from './notices';
import { command, isSaved } from '../page/link';
import { differing, footprintTerms, isRunning, type Page, termsOfAnalysis } from '../page/page';
import { button, progressRing } from '../page/toolkit';
import { winnerOf } from './winner';
import { t } from '../strings/strings';

/** The answer: one sentence, what it saves, what qualifies it, and what to do with it; then the states with their faces. */
export function createVerdictCard(tryLimit: (change: { limitMs?: number; arrivalRate?: number }) => void) {
  const card = h('section', { class: 'card verdict', 'aria-labelledby': 'sentence' });
  const faces = h('div', { class: 'faces' });
  function show(page: Page): void {
    const { analysis, run } = page;
    markBusy(card, page.busy);
    const key = [
      analysis?.verdict,
      differing(page, page.judgedBy),
      page.changed,
      isRunning(page),
      run?.inUse,
      run?.report.run.id,
      run?.results.length,
    ];
    const waiting = analysis === null || analysis.configurations.every((c) => c.n === 0);
    redraw(card, waiting ? ['waiting', expectation(page), page.problem, isAsking(page)] : key, () =>
      waiting ? waitingParts(page) : verdictParts(page),
    );
    const all = facesOf(page);
    redraw(faces, all, () => all.map((face) => faceElement(face, tryLimit)));
  }
  return { card, faces, show };
}

/** Whether something was measured that is not judged yet. */
const isAsking = ({ run, analysis, problem }: Page) =>
  analysis === null && problem === null && run !== null && run.results.some((result) => result.trials.length > 0);

function waitingParts(page: Page): Child[] {
  if (isAsking(page)) return [h('h2', { id: 'sentence' }, t('Judging the results')), progressRing(t('Waiting'))];
  const running = page.run === null || isRunning(page);
  return [
    h(
      'h2',
      { id: 'sentence' },
      page.run === null
        ? t('Waiting for the run')
        : running
          ? t('No repeat has finished yet')
          : t('Nothing was measured'),
    ),
    ...expectation(page).map((line) => h('p', {}, line)),
    running && page.problem === null ? progressRing(t('Waiting')) : null,
  ];
}

function verdictParts(page: Page): Child[] {
  const { verdict, configurations } = page.analysis!;
  const differs = differing(page, page.judgedBy);
  const { winner, saving } = verdict;
  const { chosen, toApply } = winnerOf(page);
  const label = chosen ? (configurationLabels(configurations).get(chosen.id) ?? chosen.id) : '';
  const qualification = [
    ...(isRunning(page) && winner !== null ? [t('The run goes on: more blocks may change this.')] : []),
    ...(page.changed ? [page.changed] : []),
    // Those that were skipped have a face of their own.
    ...verdict.qualification.filter(({ code }) => code !== 'skipped').map(({ message }) => message),
  ];
  // Measured where requests were replayed to both; else as the verdict has it.
  const replayed = verdict.paced?.saving ?? null;
  const shownSaving = replayed ?? saving;
  const change = shownSaving && savingAsChange(shownSaving);
  const per = replayed
    ? t('energy per request against today, with replayed requests')
    : saving?.energy === 'joulesPerRequest'
      ? t('modelled energy per request against today')
      : t('energy per {0} against today', unitOf(configurations));
  return [
    h('h2', { id: 'sentence' }, verdict.sentence),
    shownSaving && change?.interval
      ? h(
          'p',
          { class: `saving ${shownSaving.significant ? 'sure' : 'unsure'}` },
          h('strong', {}, change.change),
          ` ${per} (${t('95 % interval {0}', change.interval)})`,
          shownSaving.significant ? null : ` · ${t('not significant')}`,
        )
      : null,
    ...verdict.levers.map(({ sentence }) => h('p', { class: 'lever' }, sentence)),
    differs.length > 0
      ? h('p', { class: 'differs', id: 'differs' }, t('By your sliders, not by the file: {0}.', differs.join(', ')))
      : null,
    qualification.length > 0 ? h('ul', {}, ...qualification.map((q) => h('li', {}, q))) : null,
    h(
      'div',
      { class: 'actions' },
      toApply && !isSaved
        ? button(t('Apply {0}', label), {
            key: 'apply',
            primary: true,
            onClick: () => command({ command: 'apply', configuration: toApply.id }),
          })
        : null,
      chosen && !toApply
        ? h('span', { class: 'faint' }, t('{0} is in use: nothing to apply.', sentenceCase(label)))
        : null,
      button(t('Copy'), {
        key: 'copy',
        label: t('Copy the verdict as Markdown'),
        onClick: () => command({ command: 'copy', text: asMarkdown(page, differs) }),
      }),
      button(t('Export CSV'), {
        key: 'export-csv',
        onClick: () => command({ command: 'export', format: 'csv' }),
      }),
      button(t('Export JSON'), {
        key: 'export-json',
        onClick: () => command({ command: 'export', format: 'json' }),
      }),
    ),
  ];
}

/** What `greenbatch export` writes; by the sliders' terms where they were moved, which it then says. */
function asMarkdown(page: Page, differs: readonly string[]): string {
  const report = judgedReport(page.run!.report, page.analysis!, page.accuracies);
  const arrivalRate = termsOfAnalysis(page)?.sla?.arrivalRate ?? null;
  return markdown(withFootprint(report, footprintTerms(page), { arrivalRate }), differs);
}

function faceElement(face: Face, tryLimit: Parameters<typeof createVerdictCard>[0]): HTMLElement {
  const { name, copyable, actions } = face;
  const copyFix =
    copyable === undefined
      ? null
      : button(t('Copy the fix'), {
          key: `${name}-fix`,
          onClick: () => command({ command: 'copy', text: copyable }),
        });
  // Of a saved page nobody does any of it: neither a command nor requests simulated at another limit.
  const does = (isSaved ? [] : actions).map(({ text, command: what, limitMs, arrivalRate }, i) =>
    button(text, {
      key: `${name}-${i}`,
      onClick: () => {
        if (what) command(what);
        else
          tryLimit({
            ...(limitMs === undefined ? {} : { limitMs }),
            ...(arrivalRate === undefined ? {} : { arrivalRate }),
          });
      },
    }),
  );
  const fix =
    copyable === undefined
      ? null
      : h('pre', { tabindex: '0', 'aria-label': t('Command line of the fix') }, h('code', {}, copyable));
  return faceSection(face, [copyFix, ...does], fix);
}
