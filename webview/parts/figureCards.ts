import type { Figure } from '../../src/core/figure/figureSchema';
import type { ChartCard, CardOptions } from '../charts/draw/chartCard';
import { figurePlan, shownLayers, switched } from '../charts/plans/figure';
import type { Theme } from '../look/theme';
import { h, redraw, setText } from '../page/dom';
import type { Page } from '../page/page';
import { t } from '../strings/strings';
import { findingsCard } from './findingsCards';
import { figureCaption } from './pictureCaption';

type MakeCard = (name: string, title: () => string, more: Partial<CardOptions>) => ChartCard;

/**
 * The figures that the host has made of the run, folded up: they come after the results, and are drawn when somebody opens
 * them. Each has its layers to switch, and says below what it shows and where its numbers come from.
 *
 * @param onChange something was opened or switched: it is to be kept, and charts are to be drawn anew
 */
export function createFigureCards(page: Page, makeCard: MakeCard, onChange: () => void) {
  const cards = new Map<string, { card: ChartCard; layers: HTMLElement; words: HTMLElement }>();
  const grid = h('div', { class: 'grid' });
  const found = h('div', { class: 'details' });
  const heading = h('h2', {}, '');
  const summary = h('summary', {}, heading);
  const element = h(
    'details',
    { class: 'card', id: 'figures', 'data-key': 'figures' },
    summary,
    grid,
    found,
  ) as HTMLDetailsElement;
  element.open = page.choices.figuresOpen;
  element.addEventListener('toggle', () => {
    if (element.open === page.choices.figuresOpen) return;
    page.choices.figuresOpen = element.open;
    onChange();
  });

  const cardOf = (figure: Figure) => {
    const known = cards.get(figure.id);
    if (known) return known;
    const layers = h('div', { class: 'layers' });
    const words = h('div', { class: 'figure-words' });
    const current = () => page.besides.figures.find(({ id }) => id === figure.id) ?? figure;
    const card = makeCard(`figure-${figure.id}`, () => t(current().title), {
      caption: (plan) => figureCaption(plan, current()),
      ...{ above: layers, below: words },
    });
    const made = { card, layers, words };
    cards.set(figure.id, made);
    return made;
  };

  function choose(figure: Figure, id: string, isOn: boolean): void {
    const { layers } = page.choices;
    layers[figure.id] = switched(figure, layers[figure.id] ?? null, id, isOn);
    onChange();
  }

  return {
    element,
    /** Draws what is open, and nothing else. */
    show(theme: Theme): void {
      const { choices } = page;
      const { figures, findings } = page.besides;
      element.hidden = figures.length + findings.length === 0;
      if (element.hidden) return;
      setText(heading, page.run?.report.run.reproduces ? t('The paper: figures and questions') : t('More figures'));
      if (!element.open) return;
      redraw(
        grid,
        figures.map(({ id }) => id),
        () => figures.map((figure) => cardOf(figure).card.element),
      );
      for (const figure of figures) {
        const { card, layers, words } = cardOf(figure);
        const shown = shownLayers(figure, choices.layers[figure.id] ?? null);
        const ids = new Set(shown.map(({ id }) => id));
        redraw(layers, [figure.id, figure.layers.map(({ id, title, missing }) => [id, title, missing]), [...ids]], () =>
          switches(figure, ids, (id, isOn) => choose(figure, id, isOn)),
        );
        redraw(words, [figure.sentence, figure.notes, figure.source], () => wordsOf(figure));
        card.show(figurePlan(figure, shown, theme), theme);
      }
      redraw(found, findings, () => findings.map((one, i) => findingsCard(one, `besides-${i}`)));
    },
  };
}

/** One layer has nothing to be switched; one without points says why. */
function switches(
  figure: Figure,
  shown: ReadonlySet<string>,
  choose: (id: string, isOn: boolean) => void,
): HTMLElement[] {
  const missing = figure.layers.flatMap(({ title, missing }) => (missing === null ? [] : [`${title}: ${missing}`]));
  const boxes = figure.layers
    .filter(({ points }) => points.length > 0)
    .map(({ id, title }) => {
      const box = h('input', {
        ...{ type: 'checkbox', 'data-key': `layer-${figure.id}-${id}` },
        ...(shown.has(id) && { checked: '' }),
      }) as HTMLInputElement;
      box.addEventListener('change', () => choose(id, box.checked));
      return h('label', { class: 'check' }, box, title);
    });
  return [
    ...(figure.layers.length > 1
      ? [
          h(
            'fieldset',
            { class: 'checks' },
            h('legend', { class: 'hidden' }, t('Layers of “{0}”', figure.title)),
            ...boxes,
          ),
        ]
      : []),
    ...missing.map((text) => h('p', { class: 'faint' }, text)),
  ];
}

function wordsOf({ sentence, notes, source }: Figure): HTMLElement[] {
  return [
    h('p', {}, sentence),
    ...(notes.length > 0 ? [h('ul', { class: 'faint' }, ...notes.map((note) => h('li', {}, note)))] : []),
    h('p', { class: 'faint' }, t('Source: {0}', source)),
  ];
}
