import { h, setLabel } from '../../page/dom';
import { askedNow, isMoved, type PipelinePage } from '../../page/pipelinePage';
import {
  describeTerm,
  isTermValue,
  placeOf,
  type Span,
  spanOf,
  steps,
  type Term,
  type TermKey,
  terms,
  valueAt,
} from '../../page/pipelineTerms';
import { button } from '../../page/toolkit';
import { t } from '../../strings/strings';

/**
 * Weights, limit and load, each as a slider with the number beside it. What is moved here is asked at once, of this page alone:
 * the file stays as it is.
 */
export function createTermSliders(move: (key: TermKey, value: number) => void, reset: () => void) {
  const sliders = terms.map((term) => createTermSlider(term, (value) => move(term.key, value)));
  const back = button(t('Back to the file’s'), { key: 'reset', onClick: reset });
  const element = h(
    'section',
    { class: 'card sliders', id: 'sliders', 'aria-labelledby': 'sliders-title' },
    h(
      'div',
      { class: 'card-head' },
      h('h2', { id: 'sliders-title' }, t('What if')),
      h('div', { class: 'actions' }, back),
    ),
    h('div', { class: 'slider-grid' }, ...sliders.map((slider) => slider.element)),
    h(
      'p',
      { class: 'faint' },
      t('As large as can be: α · accuracy − β · cores − δ · J/request. A weight of 0 leaves its part out.'),
    ),
  );
  return {
    element,
    show(page: PipelinePage): void {
      const asked = askedNow(page);
      element.hidden = asked === null || page.view!.stages.some(({ missing }) => missing !== null);
      back.toggleAttribute('disabled', !isMoved(page));
      if (asked)
        for (const slider of sliders) slider.show(slider.term.read(asked), slider.term.read(page.view!.ofFile));
    },
  };
}

function createTermSlider(term: Term, onMove: (value: number) => void) {
  const { key } = term;
  let span: Span = { least: 1, most: 1000 };
  let inForce = Number.NaN;
  const range = h('input', { type: 'range', id: key, min: '0', max: String(steps), step: '1' }) as HTMLInputElement;
  const number = h('input', {
    ...{ type: 'number', id: `${key}-number`, step: 'any', min: '0', inputmode: 'decimal' },
    'aria-label': term.unit === '' ? term.name() : t('{0}, {1}', term.name(), t(term.unit)),
  }) as HTMLInputElement;
  const element = h(
    'div',
    { class: 'term' },
    h(
      'label',
      { for: key, title: term.about() },
      term.name(),
      term.unit === '' ? null : h('span', { class: 'faint' }, ` (${t(term.unit)})`),
    ),
    range,
    number,
  );
  const say = (value: number) => setLabel(range, 'aria-valuetext', describeTerm(term, value));
  const mark = (isWrong: boolean) => number.setAttribute('aria-invalid', String(isWrong));
  const take = (value: number) => {
    inForce = value;
    say(value);
    onMove(value);
  };
  range.addEventListener('input', () => {
    const value = valueAt(term, span, Number(range.value));
    number.value = String(value);
    mark(false);
    take(value);
  });
  number.addEventListener('input', () => {
    const value = number.valueAsNumber;
    mark(!isTermValue(key, value));
    if (!isTermValue(key, value)) return;
    range.value = String(placeOf(term, span, value));
    take(value);
  });
  // What cannot be asked does not stay there as if it were in force.
  number.addEventListener('blur', () => {
    if (isTermValue(key, number.valueAsNumber)) return;
    mark(false);
    number.value = String(inForce);
  });
  return {
    element,
    term,
    show(value: number, ofFile: number): void {
      const isOwn = inForce === value;
      inForce = value;
      // While it is moved the thumb is where the person has it: neither rounding nor a longer span pushes it away.
      if (!isOwn) span = spanOf(term, ofFile, value);
      if (!isOwn) {
        range.value = String(placeOf(term, span, value));
        number.value = String(value);
      }
      say(value);
    },
  };
}
