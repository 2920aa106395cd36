import type { Table } from '../../src/core/words/table';
import { unitOf } from '../../src/core/metrics/metricValue';
import { countedIds, sourceLabel, withoutText } from '../../src/core/energy/sourceLabel';
import type { ReportSource } from '../../src/core/report/reportSchema';
import { idleText } from '../../src/core/report/idleText';
import { ownCostText } from '../../src/core/report/ownCostText';
import { inputSizeText, shortScope, spinningNote } from '../../src/core/report/scopeText';
import { usualWorkload } from '../../src/core/spec/usualWorkload';
import { wholeSentence } from '../../src/core/words/sentence';
import { describeNumber } from '../../src/core/words/units';
import { configurationLabels, sentenceCase } from '../../src/core/configuration/label';
import { describePercentRange, shownEnds } from '../../src/core/statistics/wording';
import { h, redraw } from '../page/dom';
import { command, isSaved } from '../page/link';
import { failedEmpty, type Page, termsInForce } from '../page/page';
import { tableElement } from '../page/table';
import { button } from '../page/toolkit';
import { t } from '../strings/strings';
import { panelCostTexts } from './panelCost';
import { partText } from './partText';

/** Why? How measured? And the line at the foot: what the joules cover, and where the run lies. */
export function createDetails() {
  const element = h('div', { class: 'details' });
  const foot = h('footer');
  function show(page: Page): void {
    const { run, analysis } = page;
    element.hidden = foot.hidden = run === null;
    if (!run) return;
    redraw(element, [analysis?.verdict, run.report.source, run.report.run, run.panelCost, termsInForce(page)], () => [
      failedEmpty(page)
        ? null
        : h(
            'details',
            { class: 'card', 'data-key': 'why' },
            h('summary', {}, h('h2', {}, t('Why?'))),
            ...(analysis ? why(page) : [h('p', {}, t('Nothing is decided yet.'))]),
          ),
      h(
        'details',
        { class: 'card', 'data-key': 'how' },
        h('summary', {}, h('h2', {}, t('How measured?'))),
        howMeasured(page),
      ),
    ]);
    redraw(foot, [boundary(page), run.report.run.folder], () => [
      h('span', {}, boundary(page).join(' · ')),
      h('span', { class: 'faint' }, run.report.run.folder),
      ...(isSaved ? [] : hostButtons()),
    ]);
  }
  return { element, foot, show };
}

function hostButtons(): HTMLElement[] {
  return [
    button(t('Open log'), { key: 'log', onClick: () => command({ command: 'openLog' }) }),
    button(t('Open experiment'), { key: 'experiment', onClick: () => command({ command: 'openExperiment' }) }),
  ];
}

function why({ analysis }: Page): HTMLElement[] {
  const { verdict, configurations } = analysis!;
  const labels = configurationLabels(configurations);
  const name = (id: string) => sentenceCase(labels.get(id) ?? id);
  const relation = { worse: t('worse'), equivalent: t('equivalent'), unresolved: t('not told apart') };
  const compared: Table = {
    columns: [
      t('configuration'),
      t('keeps the limit'),
      t('because'),
      t('difference %'),
      t('interval'),
      t('comparison'),
    ],
    rows: configurations.map(({ id }) => {
      const f = verdict.feasibility.find((x) => x.id === id);
      const c = verdict.comparisons.find((x) => x.id === id);
      const ends = c ? shownEnds({ ...c, n: c.blocks }) : null;
      const isReference = id === verdict.reference;
      return [
        name(id),
        f ? { yes: t('yes'), no: t('no'), unresolved: t('open') }[f.feasible] : '–',
        f?.reason ?? '–',
        isReference ? 0 : (c?.differencePercent ?? null),
        ends && c && c.differencePercent !== null
          ? describePercentRange(c.differencePercent, ends.low, ends.high)
          : '–',
        isReference ? t('the lowest') : c ? relation[c.relation] : '–',
      ];
    }),
  };
  const metric = {
    joulesPerUnit: t('joules per {0} under full load', unitOf(configurations)),
    joulesPerRequest: t('modelled joules per request at the arrival rate'),
    weighted: t('a weighted geometric mean of energy, latency and accuracy'),
  }[verdict.metric];
  return [
    h(
      'p',
      {},
      t(
        'Compared within blocks by {0}; {1} blocks; intervals hold together at {2} %; equal means within ± {3} %.',
        metric,
        verdict.blocks,
        verdict.confidencePercent,
        verdict.marginPercent,
      ),
    ),
    tableElement(t('Comparison with the lowest'), compared),
  ];
}

function howMeasured({ run }: Page): HTMLElement {
  const { report, results } = run!;
  const spinning = report.run.workload.name === usualWorkload ? spinningNote(results) : null;
  const { source } = report;
  const panelCost = panelCostTexts(run!);
  const facts: [string, string][] = [
    [t('Energy source'), source ? sourceLabel(source) : t('none yet')],
    ...(source?.reason ? ([[t('Note on it'), source.reason]] as [string, string][]) : []),
    ...(source ? ([[t('Domains'), domainsText(source)]] as [string, string][]) : []),
    ...(report.run.agreement ? ([[t('Second instrument'), report.run.agreement.sentence]] as [string, string][]) : []),
    ...(report.run.filtering
      ? ([[t('RAPL filtering'), `${filteringState(report.run.filtering.state)}: ${report.run.filtering.because}`]] as [
          string,
          string,
        ][])
      : []),
    ...(source?.curve ? ([[t('Power curve'), source.curve.basis]] as [string, string][]) : []),
    [t('At rest'), idleText(report.run) ?? t('not measured')],
    ...(report.run.ownCost
      ? ([[t('Own cost'), wholeSentence(ownCostText(report.run.ownCost))]] as [string, string][])
      : []),
    ...(panelCost === null ? [] : [[t('This panel'), panelCost.whole] as [string, string]]),
    ...(report.run.images
      ? ([
          [
            t('Images'),
            `${report.run.images.description}${report.run.imageSize ? `, ${report.run.rect ? inputSizeText(report.run.imageSize, true) : `${report.run.imageSize.width}×${report.run.imageSize.height}`}` : ''}`,
          ],
        ] as [string, string][])
      : []),
    ...report.run.models.map((m): [string, string] => [t('Model'), `${m.model} · sha256 ${m.sha256.slice(0, 12)}`]),
    ...(spinning === null ? [] : [[t('Spinning'), t(spinning)] as [string, string]]),
    ...(report.run.pin === 'none' ? [] : [[t('Pinned to'), t(report.run.pin)] as [string, string]]),
    [t('Begun'), report.run.createdAt],
    [t('Program'), report.run.program],
    ...environmentFacts(report.run.environment),
  ];
  return h('dl', {}, ...facts.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

const filteringState = (state: 'on' | 'off' | 'unknown') =>
  ({ on: t('on'), off: t('off'), unknown: t('unknown') })[state];

const domainsText = (source: ReportSource) =>
  [...source.parts.map((part) => partText(source, part)), ...source.missing.map((id) => t('{0} (missing)', id))].join(
    ', ',
  );

function environmentFacts(environment: Record<string, unknown>): [string, string][] {
  const named: [string, string][] = [
    ['cpuModel', t('CPU')],
    ['nodeType', t('Type of node')],
    ['nodeUuid', t('Node')],
    ['site', t('Site')],
    ['sockets', t('Sockets')],
    ['physicalCores', t('Cores')],
    ['governor', t('Governor')],
    ['kernel', t('Kernel')],
    ['microcode', t('Microcode')],
  ];
  return named.flatMap(([key, name]) => {
    const value = environment[key];
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)] as [string, string]] : [];
  });
}

/** Part by part it stands in *How measured?*. */
function ownCost({ cpuPercent, energyPercent }: { cpuPercent: number; energyPercent: number | null }): string {
  const cpu = describeNumber(cpuPercent, 2);
  if (energyPercent === null) return t('own cost {0} % of the CPU time', cpu);
  return t('own cost {0} % of the CPU time, {1} % of the energy', cpu, describeNumber(energyPercent, 2));
}

/** What every joule on the page covers. */
function boundary({ run, decimated }: Page): string[] {
  const { source, run: about } = run!.report;
  const panelCost = panelCostTexts(run!);
  const sockets = new Set(source?.domains.flatMap((d) => (d.socket === null ? [] : [d.socket])) ?? []).size;
  return [
    t('gross, {0}', shortScope(about.scope)),
    ...(source?.measured
      ? [
          source.domains
            .filter((d) => d.added)
            .map((d) => d.id)
            .join(' + '),
          ...[withoutText(source)].filter((text) => text !== null),
        ]
      : source
        ? [
            source.kind === 'estimate'
              ? t('all packages, estimated')
              : t('{0}, estimated', countedIds(source).join(' + ')),
          ]
        : []),
    ...(sockets > 0 ? [sockets === 1 ? t('1 socket') : t('{0} sockets', sockets)] : []),
    ...(about.otherLoadPercent === null ? [] : [t('other load {0} %', describeNumber(about.otherLoadPercent, 2))]),
    ...(about.ownCost ? [ownCost(about.ownCost)] : []),
    ...(panelCost === null ? [] : [panelCost.short]),
    ...(decimated ? [t('power plot thinned out; the full series lies in the run folder')] : []),
  ];
}
