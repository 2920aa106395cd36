// Main-thread cost of the panel with ten hours of power: 360,000 samples of four domains at 10 Hz, in Chromium without a GPU.
import { build } from 'esbuild';
import { loadavg } from 'node:os';
import { chromiumPath, launchChromium, openPanel, type Panel } from '../webview/harness/panelPage';
import { widerRun } from '../webview/harness/runs';

const samples = 360_000;
const frames = 200;
const runs = 3;

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const quantile = (values: readonly number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]!;

/** Time of every callback of an animation frame, and of every message handler, in milliseconds. */
const instrument = `
  window.frameMs = []; window.messageMs = [];
  const raf = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) => raf((at) => {
    const start = performance.now(); callback(at); window.frameMs.push(performance.now() - start);
  });
  const add = window.addEventListener.bind(window);
  window.addEventListener = (type, listener, options) => add(type, type !== 'message' ? listener : (event) => {
    const start = performance.now(); listener(event); window.messageMs.push(performance.now() - start);
  }, options);
`;

/** History in one message, made inside the page, so that the way through the test's pipe is not counted. */
async function feedHistory(panel: Panel, code: string): Promise<number> {
  return panel.page.evaluate<number>(`(async () => {
    ${code}
    const columns = panelRuns.powerColumns(${samples});
    const start = performance.now();
    window.postMessage({ type: 'power', mode: 'replace', decimated: false, columns: [columns] }, '*');
    const before = window.hostMessages.length;
    while (window.hostMessages.length === before) await new Promise((done) => setTimeout(done, 1));
    return performance.now() - start;
  })()`);
}

async function feedFrames(panel: Panel): Promise<number[]> {
  return panel.page.evaluate<number[]>(`(async () => {
    for (let i = 0; i < ${frames}; i++) {
      const columns = panelRuns.powerColumns(1, { first: ${samples} + i });
      const before = window.hostMessages.length;
      window.postMessage({ type: 'power', mode: 'more', decimated: false, columns: [columns] }, '*');
      while (window.hostMessages.length === before) await new Promise((done) => setTimeout(done, 1));
      if (i === 20) { window.frameMs.length = 0; }
    }
    return window.frameMs.filter((ms) => ms > 0.2);
  })()`);
}

if (!chromiumPath) {
  console.error('No Chromium: apt-get install chromium, or GREENBATCH_CHROMIUM=<path>');
  process.exit(1);
}
const { outputFiles } = await build({
  entryPoints: ['test/webview/harness/runs.ts'],
  bundle: true,
  write: false,
  format: 'iife',
  globalName: 'panelRuns',
  platform: 'browser',
});
const code = `${outputFiles[0]!.text}; globalThis.panelRuns = panelRuns;`;
const browser = await launchChromium();
const [opens, medians, tails]: number[][] = [[], [], []];
for (let i = 0; i < runs; i++) {
  const panel = await openPanel(browser, { width: 1200, height: 900, before: instrument });
  await panel.send({ type: 'settings', framesPerSecond: 60, strings: {} });
  await panel.send({ type: 'run', run: widerRun() });
  await panel.settled();
  opens!.push(await feedHistory(panel, code));
  const costs = await feedFrames(panel);
  medians!.push(median(costs));
  tails!.push(quantile(costs, 0.95));
  if (panel.errors.length > 0) throw new Error(panel.errors.join('\n'));
  await panel.page.context().close();
}
await browser.close();
const range = (values: number[]) =>
  `${median(values).toFixed(1)} ms (${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)})`;
console.log(
  `${samples} samples × 4 domains, 1200 pixels wide, ${runs} runs of ${frames} frames, load average ${loadavg()[0]!.toFixed(2)}`,
);
console.log(`from the history's arrival to its picture: ${range(opens!)}   limit 1000 ms`);
console.log(`main thread per frame, median:             ${range(medians!)}   limit 6 ms`);
console.log(`main thread per frame, 95th percentile:    ${range(tails!)}`);
if (median(medians!) > 6 || median(opens!) > 1000) process.exitCode = 1;
