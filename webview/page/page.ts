import type { Findings } from '../../src/core/analysis/findingsSchema';
import type { Besides } from '../../src/core/analysis/besides';
import type { ModelAccuracy } from '../../src/core/report/report';
import type { FootprintTerms } from '../../src/core/footprint/footprintSchema';
import type { FootprintSetting, PanelRun } from '../../src/core/panel/protocol/messages';
import { createTimeline, type Timeline } from '../../src/core/panel/series/timeline';
import { chosenTerms } from '../../src/core/panel/protocol/chosenTerms';
import { goesOn } from '../../src/core/panel/protocol/judgedResults';
import { batchingPolicy, type BatchingPolicy, type BatchingTerms } from '../../src/core/latency/batchingPolicy';
import { batchingClause } from '../../src/core/latency/batchingWords';
import type { JudgedRun } from '../../src/core/analysis/verdict/judgeRun';
import type { AnalysisTerms } from '../../src/core/analysis/analysisTermsSchema';
import { describeGiven } from '../../src/core/statistics/wording';
import { type Choices, loadChoices, saveChoices } from './choices';
import { t } from '../strings/strings';

/** All that the page knows at a moment. One of it; the parts of the page draw themselves from it. */
export type Page = {
  run: PanelRun | null;
  /** What each model gets right. */
  accuracies: ModelAccuracy[];
  /** What was found in this run together with others. */
  findings: Findings[];
  /** What the host has made of the run, besides the page's own charts; it comes after the judgement. */
  besides: Besides;
  /** What carbon and cost are told by; null: nothing was set. */
  footprint: FootprintSetting | null;
  timeline: Timeline;
  /** Whether the history that the host sent was thinned out. */
  decimated: boolean;
  /** By the terms on the sliders, once it has come: until then the one before. null while there is none, or cannot be. */
  analysis: JudgedRun | null;
  /** What the sliders said to which `analysis` is the answer. */
  judgedBy: Choices['terms'];
  /** An analysis is waited for, and that takes long. */
  busy: boolean;
  /** Why there is no analysis. */
  problem: string | null;
  /** Why the chosen configuration is another one than before, at the same terms. */
  changed: string | null;
  silent: boolean;
  choices: Choices;
};

export function createPage(): Page {
  return {
    run: null,
    accuracies: [],
    findings: [],
    besides: { figures: [], findings: [] },
    footprint: null,
    timeline: createTimeline(),
    decimated: false,
    analysis: null,
    judgedBy: null,
    busy: false,
    problem: null,
    changed: null,
    silent: false,
    choices: loadChoices(),
  };
}

/** The terms on the sliders: those of the experiment file, with what was changed there. */
export function termsInForce({ run, choices }: Page): AnalysisTerms | null {
  return run && chosenTerms(run.terms, choices.terms);
}

/** The terms of the analysis that is shown. */
export function termsOfAnalysis({ run, judgedBy }: Page): AnalysisTerms | null {
  return run && chosenTerms(run.terms, judgedBy);
}

/** What carbon and cost are told by; null where nothing was set, or what was cannot be read. */
export const footprintTerms = ({ footprint }: Page): FootprintTerms | null =>
  footprint && 'terms' in footprint ? footprint.terms : null;

export function chooseTerms(page: Page, terms: Choices['terms']): void {
  const same = page.run && terms && JSON.stringify(pickTerms(page.run.terms)) === JSON.stringify(pickTerms(terms));
  page.choices.terms = same ? null : terms;
  saveChoices(page.choices);
}

/** In one order of keys, so that equal terms compare as equal. */
export function pickTerms({
  sla,
  preferences,
}: Pick<AnalysisTerms, 'sla' | 'preferences'>): NonNullable<Choices['terms']> {
  const { energy, latency, accuracy } = preferences;
  if (!sla) return { preferences: { energy, latency, accuracy }, sla: undefined };
  const { requestLatencyMs, percentile, arrivalRate, instances, minAccuracy } = sla;
  return {
    preferences: { energy, latency, accuracy },
    sla: {
      requestLatencyMs,
      percentile,
      arrivalRate,
      ...batchingTerms(batchingPolicy(sla)),
      ...(instances === undefined ? {} : { instances }),
      ...(minAccuracy === undefined ? {} : { minAccuracy }),
    },
  };
}

/** A policy as the terms name it: what goes without saying is left out. */
export const batchingTerms = ({ batching, timeoutMs }: BatchingPolicy): BatchingTerms => ({
  ...(batching === 'when-free' && { batching }),
  ...(timeoutMs !== null && { batchTimeoutMs: timeoutMs }),
});

/**
 * What the sliders changed from the experiment file, one phrase each.
 *
 * @param terms as the sliders stand, or as they stood for the analysis that is shown
 */
export function differing({ run }: Page, terms: Choices['terms']): string[] {
  if (!run || !terms) return [];
  const file = run.terms;
  const of = (name: string, now: string, before: string) => t('{0} {1} instead of {2}', name, now, before);
  const list: string[] = [];
  if (!terms.sla && file.sla) list.push(t('no limit instead of the file’s'));
  if (terms.sla) {
    const limit = (ms: number | undefined) => (ms === undefined ? t('none') : `${describeGiven(ms)} ms`);
    const rate = (perSecond: number | undefined) =>
      perSecond === undefined ? t('none') : `${describeGiven(perSecond)}/s`;
    const [now, before] = [terms.sla, file.sla];
    if (now.requestLatencyMs !== before?.requestLatencyMs) {
      list.push(of(t('limit'), limit(now.requestLatencyMs), limit(before?.requestLatencyMs)));
    }
    if (now.arrivalRate !== before?.arrivalRate) {
      list.push(of(t('arrivals'), rate(now.arrivalRate), rate(before?.arrivalRate)));
    }
    const formed = (sla: AnalysisTerms['sla']) => (sla ? batchingClause(batchingPolicy(sla)) : t('none'));
    if (before && formed(now) !== formed(before)) list.push(t('{0} (in the file {1})', formed(now), formed(before)));
  }
  const weights = [
    ['energy', t('weight of energy')],
    ['latency', t('weight of latency')],
    ['accuracy', t('weight of accuracy')],
  ] as const;
  for (const [key, name] of weights) {
    const [now, before] = [terms.preferences[key], file.preferences[key]];
    if (now !== before) list.push(of(name, describeGiven(now), describeGiven(before)));
  }
  return list;
}

/** Whether an engine works at the moment. */
export function isRunning({ run }: Page): boolean {
  return run !== null && goesOn(run.report);
}

/** Whether the run failed before anything was measured: then its reason is all that there is to show. */
export function failedEmpty({ run }: Page): boolean {
  return run?.report.run.status === 'failed' && run.results.every((result) => result.trials.length === 0);
}
