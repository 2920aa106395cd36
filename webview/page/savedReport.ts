import { reportJson } from '../../src/core/export/json';
import { configurationsCsv } from '../../src/core/export/runCsv';
import type { FromPanel, ToPanel } from '../../src/core/panel/protocol/messages';
import { messagesId } from '../../src/core/panel/page/reportPage';
import { analysedReport, type RunReport } from '../../src/core/report/report';

/**
 * The host of a page that was saved to a file: it hands out the messages that the document holds, makes exports
 * with the same writers, and can do nothing else. null where an editor is the host.
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
  const messages = JSON.parse(data.textContent ?? '[]', revive) as ToPanel[];
  return {
    postMessage(message: FromPanel): void {
      if (message.type === 'ready') {
        for (const one of messages) window.postMessage(one, '*');
      } else if (message.type === 'command' && message.command === 'copy') {
        void navigator.clipboard.writeText(message.text);
      } else if (message.type === 'command' && message.command === 'export') {
        const report = savedRun(messages);
        const text = message.format === 'csv' ? configurationsCsv(report) : reportJson(report);
        download(`${report.run.id}.${message.format}`, text);
      } else if (message.type === 'command' && message.command === 'saveChart') {
        download(message.name, message.format === 'png' ? bytesOf(message.content) : message.content);
      }
    },
    getState: (): unknown => null,
    setState: (): void => undefined,
  };
}

/** The report of the run that was saved, with the analysis that the file's terms give. */
function savedRun(messages: readonly ToPanel[]): RunReport {
  const { report, results, terms } = messages.find((m) => m.type === 'run')!.run;
  return analysedReport(report, results, terms, messages.find((m) => m.type === 'accuracy')?.accuracies ?? []);
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
