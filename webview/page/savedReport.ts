import { reportJson } from '../../src/core/export/json';
import { configurationsCsv } from '../../src/core/export/runCsv';
import type { FromPanel, ToPanel } from '../../src/core/panel/protocol/messages';
import { messagesId } from '../../src/core/panel/page/reportPage';
import { analysedReport, type RunReport } from '../../src/core/report/report';
import { h } from './dom';

/**
 * The host of a page that was saved to a file: it hands out the messages that the document holds, of several runs those
 * of the one that is chosen, makes exports with the same writers, and can do nothing else. null where an editor is the host.
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
  const { shared, runs } = byRun(JSON.parse(data.textContent ?? '[]', revive) as ToPanel[]);
  let shown = 0;
  const send = (messages: readonly ToPanel[]) => {
    for (const one of messages) window.postMessage(one, '*');
  };
  if (runs.length > 1) {
    const choice = chooser(runs, (i) => {
      shown = i;
      send(runs[i]!);
    });
    document.body.prepend(choice);
  }
  return {
    postMessage(message: FromPanel): void {
      if (message.type === 'ready') {
        send([...shared, ...runs[shown]!]);
      } else if (message.type === 'command' && message.command === 'copy') {
        void navigator.clipboard.writeText(message.text);
      } else if (message.type === 'command' && message.command === 'export') {
        const report = savedRun(runs[shown]!);
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

/** What is said of all runs, and of each: the messages from its `run` on. */
function byRun(messages: readonly ToPanel[]): { shared: ToPanel[]; runs: ToPanel[][] } {
  const [shared, runs]: [ToPanel[], ToPanel[][]] = [[], []];
  for (const message of messages) {
    if (message.type === 'run') runs.push([]);
    (runs.at(-1) ?? shared).push(message);
  }
  return { shared, runs };
}

/** Which of the runs is looked at. */
function chooser(runs: readonly ToPanel[][], onChoose: (i: number) => void): HTMLElement {
  const options = runs.map((messages, i) => {
    const { name, id } = runOf(messages).report.run;
    return h('option', { value: String(i) }, `${name} · ${id}`);
  });
  const select = h('select', { id: 'run-choice' }, ...options) as HTMLSelectElement;
  select.addEventListener('change', () => onChoose(select.selectedIndex));
  return h('nav', { class: 'runs' }, h('label', { for: 'run-choice' }, 'Run'), select);
}

const runOf = (messages: readonly ToPanel[]) => messages.find((m) => m.type === 'run')!.run;

/** The report of the run that is shown, with the analysis that the file's terms give. */
function savedRun(messages: readonly ToPanel[]): RunReport {
  const { report, results, terms } = runOf(messages);
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
