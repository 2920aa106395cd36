import type { FrontAxis } from '../../../src/core/pipeline/view';
import { type CardOptions, createChartCard } from '../../charts/draw/chartCard';
import { axisTitle, pipelineFrontPlan } from '../../charts/plans/pipelineFront';
import type { Theme } from '../../look/theme';
import { h } from '../../page/dom';
import { askedNow, frontAxes, type PipelinePage } from '../../page/pipelinePage';
import { t } from '../../strings/strings';

/** What cannot be had together, over two objectives that a person chooses. */
export function createFrontCard(
  options: Pick<CardOptions, 'fileName' | 'caption' | 'asTable' | 'onToggle' | 'announce' | 'send'>,
  choose: (axes: readonly [FrontAxis, FrontAxis]) => void,
) {
  let shown: readonly [FrontAxis, FrontAxis] = ['cores', 'accuracy'];
  const selects = ([t('Across'), t('Upwards')] as const).map((label, i) => {
    const select = h(
      'select',
      { id: `front-${i === 0 ? 'x' : 'y'}` },
      ...frontAxes.map((axis) => h('option', { value: axis }, axisTitle(axis))),
    ) as HTMLSelectElement;
    select.addEventListener('change', () => {
      const now = select.value as FrontAxis;
      const [x, y] = shown;
      // Two axes of one objective say nothing: they are changed for each other.
      if (i === 0) choose([now, now === y ? x : y]);
      else choose([now === x ? y : x, now]);
    });
    return { select, element: h('label', { class: 'axis' }, `${label} `, select) };
  });
  const card = createChartCard({
    ...{ name: 'front', title: () => t('What cannot be had together') },
    ...options,
    above: h('div', { class: 'axes' }, ...selects.map(({ element }) => element)),
  });
  return {
    element: card.element,
    /** What is chosen, before its answer has come. */
    showChoice(page: PipelinePage): void {
      const asked = askedNow(page);
      if (!asked) return;
      shown = asked.axes;
      selects.forEach(({ select }, i) => (select.value = shown[i]!));
    },
    show({ view }: PipelinePage, theme: Theme): void {
      card.element.hidden = view === null || view.front.length === 0;
      if (!card.element.hidden) card.show(pipelineFrontPlan(view!, theme), theme);
    },
  };
}
