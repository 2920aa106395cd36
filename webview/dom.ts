export type Child = Node | string | null;

/** An element with attributes and children. Texts become text nodes, never markup. */
export function h(tag: string, attributes: Record<string, string> = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((c) => c !== null));
  return element;
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
  host.replaceChildren(...build().filter((c) => c !== null));
  for (const details of host.querySelectorAll('details')) {
    if (open.has(details.getAttribute('data-key'))) details.open = true;
  }
  if (focused) host.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}
const drawn = new WeakMap<HTMLElement, string>();

/** Sets a text only where it differs, so that nothing is laid out, or read out, for nothing. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
