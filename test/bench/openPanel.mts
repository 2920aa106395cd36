// What an open panel costs the machine that measures: CPU of the extension host a second, and of the page's main thread,
// while a run of 12 configurations with a service level is in its 12th block. Takes the source and dist/ of the folder it
// is started in, so that an older checkout can be measured with the same bench.
import { build } from 'esbuild';
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import type { ToPanel } from '../../src/core/panel/protocol/messages';
import type { NewEvent, RunEvent } from '../../src/core/run/events';
import { identityOf } from '../../src/machine/processIdentity';
import { created, readingAt, source, toLines, trialEvents } from '../support/runEvents';
import { chromiumPath, launchChromium, openPanel } from '../webview/harness/panelPage';

const seconds = Number(process.env.GREENBATCH_BENCH_SECONDS ?? 30);
const trialSeconds = 5;
/** What stands for the page's host knows a message before the page has it. */
const aheadMs = 50;
const blocks = 12;
const batchSizes = [1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96];

/** A trial as the engine logs it, with 60 batches. */
function trialOf(trial: number, block: number, index: number, from: number): RunEvent[] {
  const batchSize = batchSizes[index]!;
  const wave = Math.sin(trial);
  const events = trialEvents(trial, block, `b${batchSize}`, from, 4, 60 + 3 * index + wave);
  const batchMs = Array.from({ length: 60 }, (_, i) => batchSize * 20 * (1 + 0.05 * Math.sin(i + trial)));
  const phase = (name: 'load' | 'warmup', at: number) =>
    ({ type: 'trial.phase', at: at * 1000, trial, phase: name, monotonicMs: at * 1000 }) as RunEvent;
  return events.flatMap((event): RunEvent[] => {
    if (event.type === 'trial.started') return [event, phase('load', from), phase('warmup', from + 0.5)];
    if (event.type !== 'trial.window') return [event];
    return [{ ...event, work: 60 * batchSize, batchMs: batchMs.slice(), cpuSeconds: 3.9 }];
  });
}

const workspace = mkdtempSync(join(tmpdir(), 'greenbatch-bench-'));
const folder = join(workspace, '.greenbatch/runs/20260101-000000-bench');
mkdirSync(folder, { recursive: true });
/** Stands for the engine and its sampler, by its command line too: it only lives; this process writes the log. */
const engineScript = join(workspace, 'engine.cjs');
writeFileSync(engineScript, 'setInterval(() => undefined, 1000)');
const engine = spawn(process.execPath, [engineScript, 'engine', folder], { stdio: 'ignore' });
const eventsPath = join(folder, 'events.jsonl');
const powerPath = join(folder, 'power.jsonl');

const first = created(batchSizes) as Extract<RunEvent, { type: 'run.created' }>;
first.spec.sla = { requestLatencyMs: 4000, percentile: 95, arrivalRate: 10 };
first.spec.measure.repeats = { ...first.spec.measure.repeats, min: blocks, max: blocks };
const stamp = (event: NewEvent) => ({ ...event, at: 1 }) as RunEvent;
const before: RunEvent[] = [
  { ...first, at: Date.now() },
  stamp({
    type: 'session.started',
    session: 1,
    engine: identityOf(engine.pid!),
    monotonicMs: 0,
    environment: { cpuModel: 'bench', sockets: 1 },
  }),
  stamp({ type: 'source.opened', source }),
  stamp({ type: 'idle.measured', start: readingAt(0, 20, 5), end: readingAt(4, 20, 5) }),
];
let trials = 0;
let clock = 10;
for (let block = 1; block < blocks; block++) {
  batchSizes.forEach((_, i) => {
    before.push(...trialOf(++trials, block, i, clock));
    clock += trialSeconds;
  });
  before.push(stamp({ type: 'block.finished', block }));
}
writeFileSync(eventsPath, toLines(before));
const sampleAt = (at: number) => {
  const { monotonicMs, busySeconds, totalSeconds, counters } = readingAt(at);
  return `${JSON.stringify([monotonicMs, busySeconds, totalSeconds, ...counters])}\n`;
};
const header = { version: 2, session: 1, wallOffsetMs: 0, domains: source.parts.map((part) => part.id) };
const history = Array.from({ length: Math.round(clock * 10) }, (_, i) => sampleAt(i / 10)).join('');
writeFileSync(powerPath, `${JSON.stringify(header)}\n${history}`);

/** The last block as it comes, and the one after: samples at 10 Hz, the events of a trial each at its time, and where a block ends. */
function writeOn(): () => void {
  const begun = Date.now();
  const base = clock;
  let samples = 0;
  let written = 0;
  let pending: { dueMs: number; event: RunEvent }[] = [];
  const timer = setInterval(() => {
    const nowMs = Date.now() - begun;
    let lines = '';
    for (; samples * 100 <= nowMs; samples++) lines += sampleAt(base + samples / 10);
    if (lines !== '') appendFileSync(powerPath, lines);
    while (written * trialSeconds * 1000 <= nowMs) {
      const startMs = written * trialSeconds * 1000;
      if (written > 0 && written % batchSizes.length === 0) {
        const block = blocks - 1 + written / batchSizes.length;
        pending.push({ dueMs: startMs, event: stamp({ type: 'block.finished', block }) });
      }
      const events = trialOf(
        ++trials,
        blocks + Math.floor(written / batchSizes.length),
        written % batchSizes.length,
        base + startMs / 1000,
      );
      const offsets = [0, 0, 500, 1000, 4000, 4100];
      pending.push(...events.map((event, i) => ({ dueMs: startMs + offsets[i]!, event })));
      written++;
    }
    const due = pending.filter((p) => p.dueMs <= nowMs);
    pending = pending.filter((p) => p.dueMs > nowMs);
    if (due.length > 0) appendFileSync(eventsPath, toLines(due.map((p) => p.event)));
  }, 50);
  return () => clearInterval(timer);
}

/** The host: the extension's runs and panels over a `vscode` module that has what they touch. */
const host = `
const Module = require('node:module');
const [bundle, workspace, folder, mode, seconds] = process.argv.slice(1);
class EventEmitter {
  listeners = new Set();
  event = (l) => (this.listeners.add(l), { dispose: () => this.listeners.delete(l) });
  fire(v) { for (const l of [...this.listeners]) l(v); }
  dispose() { this.listeners.clear(); }
}
const nothing = { dispose() {} };
const uri = (fsPath) => ({ fsPath, scheme: 'file', toString: () => fsPath });
const fromPage = new EventEmitter();
const messages = [];
const shown = mode === 'open';
/** What the page has of the run, and had of it when it last asked how that is to be judged. */
let run = null;
let asked = null;
let questions = 0;
const isDue = () => {
  // A checkout of before asks as soon as a value is another.
  if (judging.isJudgementDue === undefined) return asked === null || run.results !== asked.results;
  return judging.isJudgementDue(run, asked);
};
const askWhereDue = (message) => {
  if (message.type === 'run') [run, asked] = [message.run, null];
  else if (message.type === 'change') run = { ...run, ...message.change };
  else return;
  if (!isDue()) return;
  asked = judging.judgedPartOf?.(run) ?? run;
  setImmediate(() => fromPage.fire({ type: 'judge', id: ++questions, terms: null }));
};
const serialised = (message) => JSON.stringify(message, (_, v) => v instanceof ArrayBuffer ? { base64: Buffer.from(v).toString('base64') } : v);
const panel = {
  visible: shown, title: '', iconPath: null,
  webview: {
    options: {}, html: '', cspSource: 'x', asWebviewUri: (u) => u,
    onDidReceiveMessage: fromPage.event,
    postMessage(message) {
      messages.push([performance.now(), serialised(message)]);
      askWhereDue(message);
      if (message.type === 'power') setImmediate(() => fromPage.fire({ type: 'credit' }));
      return Promise.resolve(true);
    },
  },
  onDidChangeViewState: () => nothing, onDidDispose: () => nothing, reveal() {}, dispose() {},
};
const editor = {
  EventEmitter,
  Uri: { file: uri, joinPath: (u, ...parts) => uri([u.fsPath, ...parts].join('/')) },
  RelativePattern: class {},
  ViewColumn: { Beside: -2 },
  env: { language: 'en', remoteName: undefined },
  l10n: { t: (s) => s, bundle: undefined },
  window: { createWebviewPanel: () => panel, createOutputChannel: () => ({ warn: console.error, info() {}, dispose() {} }) },
  workspace: {
    workspaceFolders: [{ uri: uri(workspace) }],
    getConfiguration: () => ({ get: (key) => (key === 'panel.framesPerSecond' ? 10 : undefined) }),
    createFileSystemWatcher: () => ({ onDidCreate: () => nothing, onDidDelete: () => nothing, dispose() {} }),
    onDidChangeWorkspaceFolders: () => nothing, onDidSaveTextDocument: () => nothing,
    onDidChangeConfiguration: () => nothing,
  },
};
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? editor : load(name, ...rest));
const judging = require(bundle);
const { createRuns, createPanels } = judging;
const runs = createRuns({ get: (_, usual) => usual, update: async () => {} });
// The list of runs is in view: it asks for the state of a run that has changed.
runs.onDidChange((changed) => { if (changed !== undefined) runs.peek(changed); });
if (mode !== 'none') {
  createPanels(uri(process.cwd()), runs).show(folder);
  setTimeout(() => fromPage.fire({ type: 'ready' }), 200);
}
setTimeout(() => {
  // A checkout of before does not tell it.
  const told = () => runs.running()[0]?.work?.taken()?.cpuSeconds ?? NaN;
  const before = process.cpuUsage();
  const toldBefore = told();
  const at = performance.now();
  setTimeout(() => {
    const { user, system } = process.cpuUsage(before);
    const bytes = messages.filter(([ms]) => ms >= at).reduce((sum, [, text]) => sum + text.length, 0);
    process.send({ msPerSecond: (user + system) / (performance.now() - at), toldMsPerSecond: (1e6 * (told() - toldBefore)) / (performance.now() - at), bytesPerSecond: (1000 * bytes) / (performance.now() - at), at, messages }, () => process.exit(0));
  }, 1000 * seconds);
}, 4000);
`;

type Measured = {
  msPerSecond: number;
  toldMsPerSecond: number | null;
  bytesPerSecond: number;
  at: number;
  messages: [number, string][];
};

async function measureHost(bundle: string, mode: 'none' | 'hidden' | 'open'): Promise<Measured> {
  const child: ChildProcess = spawn(process.execPath, ['-e', host, bundle, workspace, folder, mode, String(seconds)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`the host has died with code ${String(code)}`);
  });
  const [measured] = (await Promise.race([once(child, 'message'), died])) as [Measured];
  died.catch(() => undefined);
  return measured;
}

/** Sends the page what the host sent, when it did. @returns milliseconds of its main thread a second */
async function measurePage({ messages, at }: Measured): Promise<number> {
  const browser = await launchChromium();
  try {
    const panel = await openPanel(browser);
    const client = await panel.page.context().newCDPSession(panel.page);
    // CPU time: wall time would count what other work on the machine takes from it.
    await client.send('Performance.enable', { timeDomain: 'threadTicks' });
    const taskSeconds = async () => {
      const { metrics } = await client.send('Performance.getMetrics');
      return metrics.find((m) => m.name === 'TaskDuration')!.value;
    };
    await panel.page.evaluate(`(() => {
      const messages = ${JSON.stringify(messages)};
      const begun = performance.now() - ${messages[0]![0]};
      const revive = (k, v) => v && typeof v.base64 === 'string' ? Uint8Array.from(atob(v.base64), (c) => c.charCodeAt(0)).buffer : v;
      for (const [ms, text] of messages)
        setTimeout(() => window.postMessage(JSON.parse(text, revive), '*'), begun + ms - performance.now());
    })()`);
    for (const [ms, text] of messages)
      setTimeout(() => panel.sees(JSON.parse(text) as ToPanel), Math.max(0, ms - messages[0]![0] - aheadMs));
    await panel.page.waitForTimeout(at - messages[0]![0]);
    const before = await taskSeconds();
    await panel.page.waitForTimeout(1000 * seconds);
    const spent = (await taskSeconds()) - before;
    if (panel.errors.length > 0) throw new Error(panel.errors.join('\n'));
    return (1000 * spent) / seconds;
  } finally {
    await browser.close();
  }
}

const bundle = join(workspace, 'host.cjs');
/** What tells when a page asks; a checkout of before has no such file. */
const due = './webview/page/dueJudgement';
const whenToAsk = existsSync(`${due}.ts`) ? `export { isJudgementDue, judgedPartOf } from '${due}';` : '';
await build({
  stdin: {
    contents:
      "export { createRuns } from './src/extension/runs/runs'; export { createPanels } from './src/extension/panel/panel';" +
      whenToAsk,
    resolveDir: process.cwd(),
    loader: 'ts',
  },
  bundle: true,
  outfile: bundle,
  format: 'cjs',
  platform: 'node',
  external: ['vscode'],
  logLevel: 'warning',
});
const stopWriting = writeOn();
try {
  const text = ({ msPerSecond, toldMsPerSecond, bytesPerSecond }: Measured) =>
    `${msPerSecond.toFixed(1)} ms of CPU a second (the panel tells ${toldMsPerSecond?.toFixed(1) ?? 'nothing'}), ${(bytesPerSecond / 1000).toFixed(1)} kB sent a second`;
  console.log(
    `${batchSizes.length} configurations, block ${blocks}, service level, a trial in ${trialSeconds} s, ${seconds} s each, load average ${loadavg()[0]!.toFixed(2)}`,
  );
  console.log(`extension host, run followed, no panel: ${text(await measureHost(bundle, 'none'))}`);
  console.log(`extension host, panel hidden:           ${text(await measureHost(bundle, 'hidden'))}`);
  const open = await measureHost(bundle, 'open');
  console.log(`extension host, panel open:             ${text(open)}`);
  if (chromiumPath)
    console.log(`page, CPU of the main thread:           ${(await measurePage(open)).toFixed(1)} ms a second`);
  else console.log('page: not measured, no Chromium (apt-get install chromium, or GREENBATCH_CHROMIUM=<path>)');
} finally {
  stopWriting();
  engine.kill();
  rmSync(workspace, { recursive: true });
}
