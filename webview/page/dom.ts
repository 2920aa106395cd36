import { plain } from '../../src/core/words/plain';

export type Child = Node | string | null;

/** The page shows whole messages; names without an end it does not. */
const longest = 10_000;
/** Attributes that people see or hear; the others are the page's own. */
const shownAttributes = new Set(['title', 'aria-label', 'aria-valuetext', 'aria-description', 'alt', 'placeholder']);

/** An element with attributes and children. Texts become text nodes, never markup, and plain. */
export function h(tag: string, attributes: Record<string, string> = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, shownAttributes.has(name) ? plain(value, longest) : value);
  }
  element.append(...shownChildren(children));
  return element;
}

const shownChildren = (children: readonly Child[]) =>
  children.filter((c) => c !== null).map((c) => (typeof c === 'string' ? plain(c, longest) : c));

/** What is said of an element, or shown beside it. */
export function setLabel(element: Element, attribute: 'title' | 'aria-label' | 'aria-valuetext', text: string): void {
  element.setAttribute(attribute, plain(text, longest));
}

/**
 * Builds the children of `host` anew where `key` has changed since the last time. The element with the same `data-key`
 * gets the focus back, and details stay as open as they were.
 */
export function redraw(host: HTMLElement, key: unknown, build: () => Child[]): void {
  const now = JSON.stringify(key) ?? '';
  if (drawn.get(host) === now) return;
  drawn.set(host, now);
  const focused = host.contains(document.activeElement) ? document.activeElement?.getAttribute('data-key') : null;
  const open = new Set([...host.querySelectorAll('details[open]')].map((d) => d.getAttribute('data-key')));
  host.replaceChildren(...shownChildren(build()));
  for (const details of host.querySelectorAll('details')) {
    if (open.has(details.getAttribute('data-key'))) details.open = true;
  }
  if (focused) host.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}
const drawn = new WeakMap<HTMLElement, string>();

/** What is shown is from before, and another one is being made: to be seen, and known to a screen reader. */
export function markBusy(element: Element, isBusy: boolean): void {
  element.setAttribute('aria-busy', String(isBusy));
}

/** Sets a text only where it differs, so that nothing is laid out, or read out, for nothing. */
export function setText(element: Element, text: string): void {
  const shown = plain(text, longest);
  if (element.textContent !== shown) element.textContent = shown;
}
