import type { ConfigurationResult } from '../../src/core/values/result';
import type { AnalysisTerms } from '../../src/core/analysis/analysisTermsSchema';
import { batchingPolicy } from '../../src/core/latency/batchingPolicy';
import { describeGiven } from '../../src/core/statistics/wording';
import type { Choices } from '../page/choices';
import { h, setText, setLabel } from '../page/dom';
import { isSaved } from '../page/link';
import { batchingTerms, differing, type Page, pickTerms, termsInForce } from '../page/page';
import { button } from '../page/toolkit';
import { t } from '../strings/strings';

type Terms = NonNullable<Choices['terms']>;
type Slider = {
  element: HTMLElement;
  /** Shows a value of the terms; `isInForce` false greys it out. */
  show(value: number, isInForce: boolean, isMovable?: boolean): void;
  range(least: number, most: number): void;
};

/**
 * Limit, arrivals and weights. What is moved here brings another verdict, on this page alone. A saved page has no host that simulates
 * requests: there only weights can be moved, and those only without a service level.
 */
export function createSliders(choose: (terms: Choices['terms']) => void, onFold: (open: boolean) => void) {
  let page: Page | null = null;
  const change = (edit: (terms: Terms) => void) => {
    const terms = page && termsInForce(page);
    if (!terms) return;
    const next = structuredClone(pickTerms(terms));
    edit(next);
    choose(next);
  };
  const limitOn = h('input', { type: 'checkbox', id: 'limit-on' }) as HTMLInputElement;
  limitOn.addEventListener('change', () =>
    change((terms) => {
      if (limitOn.checked) terms.sla = page!.run!.terms.sla ?? proposedLimit(page!.run!.results);
      else terms.sla = undefined;
    }),
  );
  const limit = slider('limit', t('Request latency limit'), 'ms', 'logarithmic', (v) =>
    change((x) => x.sla && (x.sla.requestLatencyMs = v)),
  );
  const rate = slider('arrivals', t('Arrivals'), '/s', 'logarithmic', (v) =>
    change((x) => x.sla && (x.sla.arrivalRate = v)),
  );
  const batching = h(
    'select',
    { id: 'batching' },
    ...policies().map(({ value, text }) => h('option', { value }, text)),
  ) as HTMLSelectElement;
  batching.addEventListener('change', () =>
    change((x) => x.sla && formBatches(x.sla, batching.value, page!.run!.terms.sla)),
  );
  const delay = slider('delay', t('Longest wait for others'), 'ms', 'from zero', (v) =>
    change((x) => x.sla && (x.sla.batchTimeoutMs = v)),
  );
  const weights = (['energy', 'latency', 'accuracy'] as const).map((key) => ({
    key,
    slider: slider(
      `weight-${key}`,
      { energy: t('Weight of energy'), latency: t('Weight of latency'), accuracy: t('Weight of accuracy') }[key],
      '',
      'linear',
      (v) => change((x) => (x.preferences[key] = v)),
    ),
  }));
  const reset = button(t('Back to the file’s'), { key: 'reset', onClick: () => choose(null) });
  const mark = h('span', { class: 'differs' });
  const fixed = h('p', { class: 'faint', id: 'fixed' });
  const element = h(
    'details',
    { class: 'card sliders', id: 'sliders' },
    h('summary', {}, h('h2', {}, t('What if')), mark),
    h('div', { class: 'row' }, h('label', { class: 'check' }, limitOn, t('Keep a limit on request latency')), reset),
    fixed,
    h(
      'div',
      { class: 'slider-grid' },
      ...[limit.element, rate.element],
      h('div', { class: 'slider' }, h('label', { for: 'batching' }, t('Batches')), batching),
      ...[delay.element, ...weights.map((w) => w.slider.element)],
    ),
  ) as HTMLDetailsElement;
  element.addEventListener('toggle', () => onFold(element.open));

  function show(now: Page): void {
    page = now;
    const terms = termsInForce(now);
    element.hidden = terms === null;
    if (!terms || !now.run) return;
    const { sla } = terms;
    const hasSla = sla !== undefined;
    limitOn.checked = hasSla;
    fixed.hidden = !isSaved;
    setText(
      fixed,
      hasSla
        ? t(
            'A saved page does not simulate how requests queue: other limits, arrivals and weights are answered by the panel in the editor.',
          )
        : t(
            'A saved page does not simulate how requests queue: limits and arrivals are answered by the panel in the editor.',
          ),
    );
    const spans = spansOf(now.run.results, [now.run.terms.sla, sla]);
    limit.range(...spans.limit);
    rate.range(...spans.rate);
    const proposal = sla ?? now.run.terms.sla ?? proposedLimit(now.run.results);
    limitOn.disabled = isSaved;
    limit.show(proposal.requestLatencyMs, hasSla, !isSaved);
    rate.show(proposal.arrivalRate, hasSla, !isSaved);
    const policy = batchingPolicy(proposal);
    batching.value = policy.batching;
    batching.disabled = !hasSla || isSaved;
    const fileMs = now.run.terms.sla?.batchTimeoutMs ?? 0;
    delay.range(0, Math.max(proposal.requestLatencyMs, fileMs, policy.timeoutMs ?? 0));
    delay.show(policy.timeoutMs ?? 0, hasSla && policy.timeoutMs !== null, !isSaved);
    const most = Math.max(1, ...Object.values(now.run.terms.preferences), ...Object.values(terms.preferences));
    const accuracyKnown = now.run.results.some((r) => r.accuracy !== null);
    for (const { key, slider: s } of weights) {
      s.range(0, most);
      s.show(terms.preferences[key], key !== 'accuracy' || accuracyKnown, !(isSaved && hasSla));
    }
    const count = differing(now, now.choices.terms).length;
    setText(mark, count === 0 ? t('as in the experiment file') : t('differs from the experiment file'));
    mark.classList.toggle('faint', count === 0);
    reset.toggleAttribute('disabled', now.choices.terms === null);
  }
  return { element, show };
}

/** How servers form batches, shortly. */
const policies = () =>
  [
    { value: 'full', text: t('wait until they are full') },
    { value: 'timeout', text: t('close after a wait') },
    { value: 'when-free', text: t('form when an instance is free (Triton)') },
  ] as const;

/** Another policy, with the wait that was in force, else the file's, else one to begin with. */
function formBatches(sla: NonNullable<AnalysisTerms['sla']>, wanted: string, file: AnalysisTerms['sla']): void {
  const batching = policies().find(({ value }) => value === wanted)!.value;
  const otherwise = batching === 'timeout' ? Number((sla.requestLatencyMs / 10).toPrecision(1)) : 0;
  const timeoutMs = batching === 'full' ? null : (sla.batchTimeoutMs ?? file?.batchTimeoutMs ?? otherwise);
  delete sla.batching;
  delete sla.batchTimeoutMs;
  Object.assign(sla, batchingTerms({ batching, timeoutMs }));
}

/** Where on its way a slider has which value: in steps of the same ratio, of the same width, or the finer the nearer to 0. */
type Scale = 'logarithmic' | 'linear' | 'from zero';
type OnSpan = (of: number, least: number, most: number) => number;
const scales: Record<Scale, { at: OnSpan; shareOf: OnSpan }> = {
  logarithmic: {
    at: (share, least, most) => least * (most / least) ** share,
    shareOf: (value, least, most) => Math.log(value / least) / Math.log(most / least),
  },
  linear: {
    at: (share, least, most) => least + (most - least) * share,
    shareOf: (value, least, most) => (value - least) / (most - least),
  },
  'from zero': {
    at: (share, _, most) => most * share ** 3,
    shareOf: (value, _, most) => Math.cbrt(value / most),
  },
};

/** A range input with its value in words, moved to round values. */
function slider(id: string, name: string, unit: string, scale: Scale, onInput: (value: number) => void): Slider {
  const steps = 400;
  let [least, most] = [1, 1000];
  let isShownInForce = false;
  const input = h('input', { type: 'range', id, min: '0', max: String(steps), step: '1' }) as HTMLInputElement;
  const output = h('output', { for: id });
  const element = h('div', { class: 'slider' }, h('label', { for: id }, name), input, output);
  const valueAt = (at: number) => Number(scales[scale].at(at / steps, least, most).toPrecision(3));
  const say = (value: number) => {
    const text = !isShownInForce ? t('not in force') : `${describeGiven(value)}${unit === 'ms' ? ' ms' : unit}`;
    setText(output, text);
    setLabel(input, 'aria-valuetext', text);
  };
  input.addEventListener('input', () => {
    const value = valueAt(Number(input.value));
    say(value);
    onInput(value);
  });
  return {
    element,
    show(value, isInForce, isMovable = true) {
      isShownInForce = isInForce;
      input.disabled = !isInForce || !isMovable;
      element.classList.toggle('off', !isInForce);
      // What a person just moved stays where it is: rounding must not push the thumb back.
      if (valueAt(Number(input.value)) !== value) {
        const share = scales[scale].shareOf(value, least, most);
        input.value = String(Math.round(steps * Math.min(1, Math.max(0, share))));
      }
      say(value);
    },
    range(low, high) {
      [least, most] = [low, Math.max(high, low * 1.01 + 1e-9)];
    },
  };
}

/** From half the quickest batch to twenty times the slowest; the values in force always lie within. */
function spansOf(results: readonly ConfigurationResult[], slas: (AnalysisTerms['sla'] | undefined)[]) {
  const batches = results.flatMap((r) => r.trials.map((t) => Math.max(...t.batchMs, 0.2)));
  const rates = results.flatMap((r) => r.trials.map((t) => t.unitsPerSecond));
  const limits = slas.flatMap((s) => (s ? [s.requestLatencyMs] : []));
  const arrivals = slas.flatMap((s) => (s ? [s.arrivalRate] : []));
  const clamp = (v: number, least: number, most: number) => Math.min(most, Math.max(least, v));
  const low = (values: number[], otherwise: number) =>
    values.length > 0 ? values.reduce((a, b) => Math.min(a, b)) : otherwise;
  const high = (values: number[], otherwise: number) =>
    values.length > 0 ? values.reduce((a, b) => Math.max(a, b)) : otherwise;
  return {
    limit: [
      clamp(Math.min(low(batches, 100) / 2, low(limits, Number.POSITIVE_INFINITY)), 0.1, 1e7),
      clamp(Math.max(high(batches, 1000) * 20, high(limits, 0)), 1, 86_400_000),
    ] as const,
    rate: [
      clamp(Math.min(low(rates, 1) / 50, low(arrivals, Number.POSITIVE_INFINITY)), 0.000_001, 1e5),
      clamp(Math.max(high(rates, 10) * 1.2, high(arrivals, 0)), 0.001, 1_000_000),
    ] as const,
  };
}

/** A limit to begin with, where the file has none: half of the throughput, ten times the quickest batch. */
function proposedLimit(results: readonly ConfigurationResult[]): NonNullable<AnalysisTerms['sla']> {
  const [, slowest] = spansOf(results, []).limit;
  const [, fastest] = spansOf(results, []).rate;
  const round = (v: number) => Number(v.toPrecision(2));
  return { requestLatencyMs: round(slowest / 5), arrivalRate: round(fastest / 2.4), percentile: 95 };
}
