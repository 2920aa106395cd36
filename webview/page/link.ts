import { messagesId } from '../../src/core/panel/page/reportPage';
import type { FromPanel, PanelCommand, ToPanel } from '../../src/core/panel/protocol/messages';
import { postMessage } from './hostApi';

/** The page's end of the border to the extension host. */

/** Whether the page was saved to a file: there is nobody to start, stop, write or simulate anything. */
export const isSaved = document.getElementById(messagesId) !== null;
/** Without any message for so long, nobody is there. */
const silenceMs = 5000;

export function post(message: FromPanel): void {
  postMessage(message);
}

export function command(what: PanelCommand): void {
  post({ type: 'command', ...what });
}

export type LinkEvents = {
  onMessage(message: ToPanel): void;
  /** Once when the host has fallen silent, once when it speaks again. */
  onSilence(silent: boolean): void;
};

/** Others talk in a window too: the extensions of a browser that shows a saved page. */
const types: Record<ToPanel['type'], true> = {
  run: true,
  change: true,
  power: true,
  accuracy: true,
  findings: true,
  figures: true,
  judgement: true,
  unjudged: true,
  settings: true,
  alive: true,
};

/** Listens, and asks for everything. Host and page come out of one package: messages are taken as they are. */
export function connect({ onMessage, onSilence }: LinkEvents): void {
  let lastMs = performance.now();
  let silent = false;
  window.addEventListener('message', (event: MessageEvent<ToPanel | null>) => {
    if (!event.data || !Object.hasOwn(types, event.data.type)) return;
    lastMs = performance.now();
    if (silent) onSilence((silent = false));
    onMessage(event.data);
  });
  setInterval(() => {
    // A page in the background gets no messages by design, and its timers are late.
    if (document.hidden || isSaved) lastMs = performance.now();
    if (silent || performance.now() - lastMs < silenceMs) return;
    onSilence((silent = true));
  }, 500);
  post({ type: 'ready' });
}
