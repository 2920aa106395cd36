import { messagesId } from '../src/core/panel/reportPage';
import type { FromPanel } from '../src/core/panel/messages';

/**
 * The host of a page that was saved to a file: it hands out the messages that the document holds, saves exports as
 * downloads, and can do nothing else. null where an editor is the host.
 */
export function savedReport() {
  const data = document.getElementById(messagesId);
  if (data === null) return null;
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const theme = () => {
    document.body.className = scheme.matches ? 'vscode-dark' : 'vscode-light';
  };
  theme();
  scheme.addEventListener('change', theme);
  return {
    postMessage(message: FromPanel): void {
      if (message.type === 'ready') {
        const messages = JSON.parse(data.textContent ?? '[]', revive) as unknown[];
        for (const one of messages) window.postMessage(one, '*');
      } else if (message.type === 'command' && message.command === 'copy') {
        void navigator.clipboard.writeText(message.text);
      } else if (message.type === 'command' && message.command === 'export') {
        download(message.name, message.format === 'png' ? bytesOf(message.content) : message.content);
      }
    },
    getState: (): unknown => null,
    setState: (): void => undefined,
  };
}

function revive(_key: string, value: unknown): unknown {
  const text = typeof value === 'object' && value !== null && 'base64' in value ? value.base64 : null;
  return typeof text === 'string' ? bytesOf(text).buffer : value;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

function download(name: string, content: string | Uint8Array<ArrayBuffer>): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
