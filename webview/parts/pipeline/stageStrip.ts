import type { ChosenStage } from '../../../src/core/pipeline/answer';
import type { StageShare } from '../../../src/core/pipeline/evaluate';
import type { PipelineView, StageView } from '../../../src/core/pipeline/view';
import { describeGiven } from '../../../src/core/statistics/wording';
import { describeJoules, describeNumber } from '../../../src/core/words/units';
import { type Child, h, redraw } from '../../page/dom';
import { postToPipeline } from '../../page/pipelineLink';
import { button } from '../../page/toolkit';
import { t } from '../../strings/strings';

/** The stages in their order, as cards joined by arrows: what was chosen for each, and what it has in the totals. */
export function createStageStrip() {
  const list = h('ol', { class: 'strip' });
  const element = h(
    'section',
    { class: 'stages', 'aria-labelledby': 'stages-title' },
    h('h2', { id: 'stages-title', class: 'hidden' }, t('Stages')),
    list,
  );
  return {
    element,
    show(view: PipelineView | null): void {
      element.hidden = view === null;
      if (!view) return;
      const { stages, shares } = view;
      const chosen = view.answers[0]?.answer.stages ?? [];
      redraw(list, [stages, shares, chosen], () =>
        stages.map((stage, i) => {
          const choice = chosen.find(({ name }) => name === stage.name);
          const share = shares[i];
          return h(
            'li',
            { class: `stage${stage.missing ? ' missing' : ''}` },
            h('h3', {}, stage.name),
            ...(stage.missing
              ? missingParts(stage, stage.missing, i)
              : choice && share
                ? [...choiceParts(choice), ...shareParts(share, shares)]
                : [offered(stage)]),
          );
        }),
      );
    },
  };
}

function missingParts(
  { name }: StageView,
  { kind, message, line }: NonNullable<StageView['missing']>,
  i: number,
): Child[] {
  return [
    h('p', {}, message),
    h(
      'div',
      { class: 'actions' },
      ...(kind === 'unprofiled'
        ? [
            button(t('Profile this stage'), {
              ...{ key: `profile-${i}`, label: t('Profile this stage: {0}', name), primary: true },
              onClick: () => postToPipeline({ type: 'profile', stage: name }),
            }),
          ]
        : []),
      button(t('Show in file'), {
        ...{ key: `show-${i}`, label: t('Show in file: {0}', name), primary: kind === 'wrong' },
        onClick: () => postToPipeline({ type: 'openFile', line }),
      }),
    ),
  ];
}

function choiceParts({ variant, batch, replicas, cores }: ChosenStage): Child[] {
  const replicasText = replicas === 1 ? t('1 replica') : t('{0} replicas', replicas);
  const coresText = cores === 1 ? t('1 core') : t('{0} cores', describeGiven(cores));
  return [
    h('p', { class: 'variant' }, variant),
    h('p', {}, t('batch {0}', batch)),
    h('p', {}, t('{0} of {1}', replicasText, coresText)),
  ];
}

function shareParts(share: StageShare, shares: readonly StageShare[]): Child[] {
  const of = (key: 'latencySeconds' | 'joulesPerRequest') => {
    const whole = shares.reduce((sum, other) => sum + other[key], 0);
    return whole > 0 ? share[key] / whole : 0;
  };
  const idle = share.idleJoulesPerRequest > 0 ? t('of which {0} idle', describeJoules(share.idleJoulesPerRequest)) : '';
  return [
    bar(t('Latency'), `${describeNumber(1000 * share.latencySeconds)} ms`, of('latencySeconds'), ''),
    bar(t('Energy'), describeJoules(share.joulesPerRequest), of('joulesPerRequest'), idle),
  ];
}

/** A share of a total as a bar with its text, which says all that the bar shows. */
function bar(name: string, value: string, share: number, more: string): HTMLElement {
  const fill = h('span', { class: 'fill' });
  fill.style.inlineSize = `${100 * share}%`;
  return h(
    'div',
    { class: 'share' },
    h('span', {}, name),
    h('span', { class: 'figure' }, t('{0} · {1} %', value, Math.round(100 * share))),
    h('span', { class: 'bar', 'aria-hidden': 'true' }, fill),
    more === '' ? null : h('span', { class: 'faint more' }, more),
  );
}

/** What there is to choose from, where nothing was chosen. */
function offered({ variants }: StageView): HTMLElement {
  const batches = [...new Set(variants.flatMap((variant) => variant.batches))].sort((a, b) => a - b);
  const [least, most] = [batches[0] ?? 0, batches.at(-1) ?? 0];
  const names = variants.length === 1 ? t('1 variant') : t('{0} variants', variants.length);
  return h(
    'p',
    { class: 'faint' },
    `${names} · ${least === most ? t('batch {0}', least) : t('batch {0} to {1}', least, most)}`,
  );
}
