import { reportJson } from '../../src/core/export/json';
import { configurationsCsv } from '../../src/core/export/runCsv';
import { withFootprint } from '../../src/core/footprint/footprint';
import type { FromPanel, ToPanel } from '../../src/core/panel/protocol/messages';
import { messagesId } from '../../src/core/panel/page/reportPage';
import { type JudgedRun, judgeRun } from '../../src/core/analysis/verdict/judgeRun';
import { chosenTerms } from '../../src/core/panel/protocol/chosenTerms';
import { judgedReport } from '../../src/core/report/judgedReport';
import type { RunReport } from '../../src/core/report/report';
import { h } from './dom';

/**
 * The host of a page that was saved to a file: it hands out the messages that the document holds, of several runs those
 * of the one that is chosen, judges where no request has to be simulated, makes exports with the same writers, and can do nothing else.
 */
function savedHost() {
  const data = document.getElementById(messagesId);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const theme = () => {
    document.body.className = scheme.matches ? 'vscode-dark' : 'vscode-light';
  };
  theme();
  scheme.addEventListener('change', theme);
  const { shared, runs } = byRun(JSON.parse(data?.textContent ?? '[]', revive) as ToPanel[]);
  let shown = 0;
  const send = (messages: readonly ToPanel[]) => {
    for (const one of messages) if (one.type !== 'judgement') window.postMessage(one, '*');
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
      } else if (message.type === 'judge') {
        window.postMessage(judged(runs[shown]!, message), '*');
      } else if (message.type === 'command' && message.command === 'copy') {
        void navigator.clipboard.writeText(message.text);
      } else if (message.type === 'command' && message.command === 'export') {
        const report = savedRun(runs[shown]!, shared);
        const text = message.format === 'csv' ? configurationsCsv(report) : reportJson(report);
        download(`${report.run.id}.${message.format}`, text);
      } else if (message.type === 'command' && message.command === 'saveChart') {
        download(message.name, message.format === 'png' ? bytesOf(message.content) : message.content);
      }
    },
    getState: (): unknown => null,
    setState: (): void => undefined,
    /** What is told of the runs that are not looked at. */
    otherRuns: (): ToPanel[][] => runs.filter((_, i) => i !== shown),
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

/** The run judged by its own terms, as the document has it. */
const judgementOf = (messages: readonly ToPanel[]): JudgedRun =>
  messages.find((m) => m.type === 'judgement')!.judgement;

function judged(messages: readonly ToPanel[], { id, terms }: Extract<FromPanel, { type: 'judge' }>): ToPanel {
  if (terms === null) return { type: 'judgement', id, judgement: judgementOf(messages) };
  const run = runOf(messages);
  // The page offers none of these.
  if (terms.sla !== undefined) return { type: 'unjudged', id, problem: 'a saved page simulates no requests' };
  return { type: 'judgement', id, judgement: judgeRun(run.results, chosenTerms(run.terms, terms)) };
}

/** The report of the run that is shown, judged by its own terms. */
function savedRun(messages: readonly ToPanel[], shared: readonly ToPanel[]): RunReport {
  const accuracies = messages.find((m) => m.type === 'accuracy')?.accuracies ?? [];
  const { report, terms } = runOf(messages);
  const set = shared.find((m) => m.type === 'settings')?.footprint;
  return withFootprint(
    judgedReport(report, judgementOf(messages), accuracies),
    set && 'terms' in set ? set.terms : null,
    { arrivalRate: terms.sla?.arrivalRate ?? null },
  );
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

const { otherRuns, ...host } = savedHost();
Object.assign(globalThis, { acquireVsCodeApi: () => host });
export { otherRuns };
