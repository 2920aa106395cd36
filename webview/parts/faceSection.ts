import { type Child, h } from '../page/dom';

/** A state that needs words of its own: what it is, in a box with its sign, and the buttons with what can be done about it. */
export type FaceWords = { kind: 'problem' | 'caution' | 'note'; name: string; title: string; lines: readonly string[] };

/** @param between lines and buttons */
export function faceSection({ kind, name, title, lines }: FaceWords, buttons: Child[], between: Child = null) {
  return h(
    'section',
    { class: `face ${kind}`, id: `face-${name}`, 'aria-label': title },
    h('h3', {}, h('span', { class: 'sign', 'aria-hidden': 'true' }, kind === 'note' ? 'i' : '!'), title),
    ...lines.map((line) => h('p', {}, line)),
    between,
    h('div', { class: 'actions' }, ...buttons),
  );
}
