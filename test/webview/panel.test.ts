import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type PanelRun, type ToPanel, toPanelSchema } from '../../src/core/panel/protocol/messages';
import { comparisonAnalysis } from '../../src/core/analysis/comparison/comparisonAnalysis';
import { findingsOf } from '../../src/core/analysis/findings';
import { judge } from '../../src/core/analysis/verdict/judge';
import { hoursOfDay } from '../support/footprints';
import { chromiumPath, launchChromium, openPanel, type Panel } from './harness/panelPage';
import { accurateRun, earlyRun, pacedRun, powerColumns, splitRun, sweepRun, tokenRun, widerRun } from './harness/runs';
import type { ThemeName } from './harness/themes';

/** The built page in a real browser, under the policy that the host gives it. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const themeNames: ThemeName[] = ['dark', 'light', 'hc', 'hcLight'];
const charts = ['power', 'energy', 'latency', 'pareto', 'utilisation'];

describe.skipIf(!chromiumPath)('the panel’s page in Chromium', () => {
  let browser: Browser;
  let panel: Panel;
  beforeAll(async () => {
    mkdirSync('test/artefacts', { recursive: true });
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    const { errors } = panel;
    const violations = await panel.violations();
    await panel.page.context().close();
    expect(errors).toEqual([]);
    expect(violations).toEqual([]);
  });

  async function open(run: PanelRun | null, options: Parameters<typeof openPanel>[1] = {}): Promise<Panel> {
    panel = await openPanel(browser, options);
    if (run) {
      await panel.send({ type: 'run', run });
      await panel.send({ type: 'power', mode: 'replace', decimated: false, columns: [powerColumns(1600)] });
      await panel.settled();
    }
    return panel;
  }
  const text = (selector: string) => panel.page.locator(selector).innerText();
  const commands = async () => (await panel.received()).filter((m) => m.type === 'command');
  /** Bytes of each chart's picture. */
  const pictures = () =>
    panel.page.evaluate<string[]>(
      `[...document.querySelectorAll(".plot canvas")].filter((c) => c.offsetParent !== null).map((c) => c.toDataURL())`,
    );

  test('counts in the unit of the run’s workload, and names no other', async () => {
    await open(tokenRun());
    await panel.page.evaluate(`
      for (const details of document.querySelectorAll('details')) details.open = true;
      for (const button of document.querySelectorAll('.card vscode-button, .card button')) if (button.textContent.trim() === 'Table') button.click();
    `);
    await panel.settled();
    const html = await panel.page.locator('body').innerHTML();
    const shown = await panel.page.locator('body').innerText();
    const labels = [...html.matchAll(/(?:aria-label|title|alt)="([^"]*)"/g)].map(([, label]) => label).join('\n');
    expect(shown).toContain('J/token');
    expect(shown).toContain('tokens/s');
    expect(await text('#energy-title')).toBe('Energy per token by batch size');
    expect(labels).toContain('Save “Energy per token by batch size” as CSV');
    expect(`${shown}\n${labels}`).not.toContain('unit of work');
    expect(`${shown}\n${labels}`).not.toMatch(/\bimages?\b|J\/image/i);
  });

  test('says what it waits for, asks for the run once, and gives credits back after drawing', async () => {
    await open(null);
    await panel.settled();
    expect(await text('.verdict')).toContain('Nothing has arrived from it yet');
    expect(await panel.received()).toEqual([{ type: 'ready' }]);
    await panel.send({ type: 'run', run: sweepRun() });
    for (let i = 0; i < 2; i++) {
      await panel.send({
        type: 'power',
        mode: i ? 'more' : 'replace',
        decimated: false,
        columns: [powerColumns(50, { first: 50 * i })],
      });
    }
    await panel.settled();
    expect((await panel.received()).filter((m) => m.type === 'credit')).toHaveLength(2);
    expect(await panel.page.evaluate('window.apiCalls')).toBe(1);
  });

  test.each([
    ['a command link, colours and text turned round', '[x](command:a.b) \u001b[31m\u202egnp.exe'],
    ['an icon, lines of its own, and no end', `$(trash) a\nVerified ${'n'.repeat(100_000)}\u2066`],
  ])('shows a name with %s as text alone', async (_, name) => {
    const run = sweepRun();
    run.report.run.name = `sweep ${name}`;
    for (const [i, c] of run.results.entries()) c.model = `${i % 2 ? 'a' : 'b'} ${name}`;
    await open(run);
    const shown = await panel.page.evaluate<string[]>(`[
      document.body.textContent,
      ...[...document.querySelectorAll('*')].flatMap((e) => ['title', 'aria-label', 'aria-valuetext'].map((a) => e.getAttribute(a) ?? '')),
    ]`);
    expect(await text('h1')).toContain('sweep');
    expect(shown.join('')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\]\(/);
    for (const part of shown.slice(1)) expect(part.length).toBeLessThanOrEqual(10_000);
    await panel.page.locator('[data-key=energy-svg]').click();
    await expect.poll(async () => (await commands()).length).toBe(1);
    const [saved] = (await commands()) as { content: string }[];
    expect(saved!.content).toContain('batch');
    expect(saved!.content).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|n{300}/);
  });

  test('takes over what changed: the progress leaves verdict and charts alone, results bring another verdict', async () => {
    const early = earlyRun();
    await open(early);
    const sentence = await text('#sentence');
    const before = await pictures();
    await panel.send({ type: 'change', change: { progress: { ...early.progress!, secondsLeft: 61 } } });
    await panel.settled();
    expect(await panel.page.locator('header').innerText()).toContain('about 1 min 1 s left');
    expect(await text('#sentence')).toBe(sentence);
    expect(await pictures()).toEqual(before);
    const { results } = widerRun();
    await panel.send({ type: 'change', change: { results } });
    await panel.settled();
    expect(await text('#sentence')).toBe(judge(results, early.terms).verdict.sentence);
    expect(await text('#sentence')).not.toBe(sentence);
    expect(await pictures()).not.toEqual(before);
  });

  test('tells what measuring takes part by part, and what this panel takes while the run goes on', async () => {
    const run = earlyRun();
    const part = (cpuPercent: number, joules: number) => ({ cpuPercent, joules });
    run.report.run.ownCost = {
      ...{ ...part(0.6, 1.68), cpuSeconds: 0.048, watts: 0.42, energyPercent: 0.7 },
      editor: null,
      parts: { engine: part(0.4, 1.12), sampler: part(0.1, 0.28), watchdog: part(0.1, 0.28) },
    };
    await open(run);
    const how = () => panel.page.locator('[data-key=how]').innerText();
    const foot = () => text('footer');
    await panel.page.evaluate(`document.querySelector('[data-key=how]').open = true`);
    expect(await how()).toContain(
      "Measuring itself took 0.60 % of the machine's CPU time in the windows (engine 0.40 %, sampler 0.10 %, the trials' watchdog 0.10 %): about 1.7 J, 0.42 W, 0.70 % of the energy.",
    );
    expect(await how()).not.toContain('This panel');
    expect(await foot()).toContain('own cost 0.60 % of the CPU time, 0.70 % of the energy');
    expect(await foot()).not.toContain('this panel');
    const panelCost = { cpuSeconds: 0.96, seconds: 120, cpuPercent: 0.4, hostCpuPercent: 1.2, isPageHere: false };
    await panel.send({ type: 'change', change: { panelCost } });
    await panel.settled();
    // At 35 J a second of CPU time, as all else.
    expect(await how()).toMatch(
      /This panel\s+0\.40 % of the machine’s CPU time \(960 ms in 120 s\), about 34 J; with all else that its extension host did 1\.2 %; a part of/,
    );
    expect(await foot()).toContain('this panel 0.40 % of the CPU time');
    await panel.send({ type: 'change', change: { panelCost: { ...panelCost, isPageHere: true } } });
    await panel.settled();
    expect(await how()).toContain(
      'host did 1.2 %; without the drawing of this page, which is on the same machine; a part of',
    );
    // A run that is opened when it is over has none.
    await panel.send({ type: 'change', change: { panelCost: null } });
    await panel.settled();
    expect(await how()).not.toContain('This panel');
  });

  test('appends power that comes after the history, drawn or not', async () => {
    await open(widerRun());
    const part = (first: number) => [powerColumns(100, { first })];
    await panel.send({ type: 'power', mode: 'replace', decimated: false, columns: part(0) });
    await panel.send({ type: 'power', mode: 'more', decimated: true, columns: part(100) });
    await panel.send({ type: 'power', mode: 'more', decimated: false, columns: part(200) });
    await panel.settled();
    expect(await panel.page.locator('footer').innerText()).toContain('power plot thinned out');
    await panel.send({ type: 'power', mode: 'replace', decimated: false, columns: part(0) });
    await panel.send({ type: 'change', change: { bands: [] } });
    await panel.settled();
    expect(await panel.page.locator('footer').innerText()).not.toContain('power plot thinned out');
  });

  test('shows the verdict of the analysis, the source and every configuration', async () => {
    const run = sweepRun();
    await open(run);
    expect(await text('#sentence')).toBe(judge(run.results, run.terms).verdict.sentence);
    expect(await text('#source')).toBe('MEASURED powercap · 1 package + 1 dram');
    expect(await panel.page.locator('main > section table tbody tr').count()).toBe(3);
    for (const picture of await pictures()) expect(picture.length).toBeGreaterThan(3000);
  });

  test('says of estimated joules everywhere that they are', async () => {
    await open(sweepRun(false));
    expect(await text('#source')).toContain('ESTIMATED');
    expect(await text('#face-estimate')).toContain('estimated, not measured');
    expect(await text('#sentence')).toMatch(/^Estimated from CPU time/);
  });

  test('names no winner while it is too early, and sends what its buttons say', async () => {
    await open(earlyRun());
    expect(await text('#sentence')).toContain('Too early: 2 of at least 5 blocks');
    expect(await text('header')).toMatch(
      /Running[\s\S]*block 3[\s\S]*7 min 1 s left[\s\S]*W now[\s\S]*31\.2 kJ so far/,
    );
    expect(await panel.page.locator('[data-key=apply]').count()).toBe(0);
    await panel.page.locator('[data-key=stop]').click();
    await panel.send({ type: 'run', run: widerRun() });
    await panel.settled();
    for (const key of ['apply', 'copy', 'export-csv', 'export-json', 'energy-png', 'power-svg', 'energy-csv']) {
      await panel.page.locator(`[data-key=${key}]`).click();
    }
    const sent = await commands();
    expect(sent.map((c) => c.command)).toEqual([
      'stop',
      'apply',
      'copy',
      'export',
      'export',
      'saveChart',
      'saveChart',
      'saveChart',
    ]);
    expect(sent[1]).toMatchObject({ configuration: 'yolov7-tiny b8' });
    expect(sent[2]).toMatchObject({ text: expect.stringContaining('MEASURED powercap') });
    expect(sent.slice(3, 5)).toMatchObject([{ format: 'csv' }, { format: 'json' }]);
    const contents = sent.slice(5).map((c) => ('content' in c ? c : null)!);
    expect(contents.map((c) => c.name)).toEqual([
      'yolov7-tiny-sweep-energy.png',
      'yolov7-tiny-sweep-power.svg',
      'yolov7-tiny-sweep-energy.csv',
    ]);
    expect(Buffer.from(contents[0]!.content, 'base64').subarray(1, 4).toString()).toBe('PNG');
    expect(contents[1]!.content).toMatch(/^<svg [\s\S]*package-0[\s\S]*<\/svg>$/);
    // The lines of four domains are in it, not only the frame.
    expect(contents[1]!.content.length).toBeGreaterThan(20_000);
    const drawn = await panel.page.evaluate<string>(
      `(() => { const d = new DOMParser().parseFromString(${JSON.stringify(contents[1]!.content)}, 'image/svg+xml'); return d.documentElement.tagName; })()`,
    );
    expect(drawn).toBe('svg');
    // It names its source and what its numbers rest on: a picture is handed on without its page.
    const words = [...contents[1]!.content.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, word]) => word).join(' ');
    expect(words).toMatch(/Source: run \S+ · MEASURED powercap/);
    expect(words).toMatch(/n = \d+ (to \d+ )?trials each/);
    expect(contents[1]!.content).toMatch(/<title>Power over time<\/title>/);
  });

  test('shows what is known until a judgement comes, says that it waits, and asks one question at a time', async () => {
    await open(widerRun());
    const sentence = await text('#sentence');
    const busy = () => panel.page.locator('[aria-busy=true]').count();
    const asked = async () => (await panel.received()).filter((m) => m.type === 'judge').map(({ id }) => id);
    const before = (await asked()).length;
    expect(await busy()).toBe(0);
    const release = panel.holdAnswers();
    await panel.page.locator('#limit').focus();
    for (let i = 0; i < 60; i++) await panel.page.keyboard.press('ArrowLeft');
    // Verdict, replayed requests, results, carbon and cost, charts.
    await expect.poll(busy).toBe(5);
    // The last step of the slider is drawn.
    await panel.page.waitForTimeout(300);
    expect(await text('#sentence')).toBe(sentence);
    expect(await panel.page.locator('#limit').getAttribute('aria-valuetext')).not.toBe('900 ms');
    // What is shown is by the file's limit still.
    expect(await panel.page.locator('#differs').count()).toBe(0);
    expect(await asked()).toHaveLength(before + 1);
    release();
    await panel.settled();
    expect(await asked()).toEqual(Array.from({ length: before + 2 }, (_, i) => i + 1));
    expect(await busy()).toBe(0);
    expect(await text('#sentence')).not.toBe(sentence);
    expect(await text('#differs')).toContain('instead of 900 ms');
  });

  test('a slider that is moved within a block judges the blocks that have ended', async () => {
    const whole = widerRun();
    const report = { ...whole.report, run: { ...whole.report.run, status: 'running' as const, blocks: 5 } };
    // Of the block that is being measured the first configurations are there, and look much better than before.
    const results = whole.results.map((result, i) =>
      i > 2
        ? result
        : { ...result, trials: [...result.trials, { ...result.trials[0]!, block: 6, joulesPerUnit: 0.1 }] },
    );
    await open({ ...whole, report, results });
    const shown = await text('#sentence');
    expect(shown).toContain('Batch 8 is greenest');
    await panel.page.locator('#limit').focus();
    await panel.page.keyboard.press('ArrowRight');
    await panel.settled();
    const terms = (await panel.received()).findLast((m) => m.type === 'judge')!.terms;
    expect(terms).not.toBeNull();
    expect(await text('#sentence')).toBe(judge(whole.results, { ...whole.terms, ...terms }).verdict.sentence);
  });

  test('says why there is no judgement', async () => {
    await open(widerRun());
    const release = panel.holdAnswers();
    await panel.send({ type: 'change', change: { results: earlyRun().results } });
    await expect.poll(async () => (await panel.received()).at(-1)?.type).toBe('judge');
    const { id } = (await panel.received()).at(-1) as { id: number };
    await panel.send({ type: 'unjudged', id, problem: 'out of memory' });
    release();
    await panel.settled();
    expect(await text('#face-unanalysed')).toContain('out of memory');
  });

  test('sliders change the verdict, and command nothing', async () => {
    await open(widerRun());
    expect(await text('#sentence')).toContain('Batch 8 is greenest');
    const others = async () => (await panel.received()).filter((m) => m.type !== 'judge').length;
    const before = await others();
    await panel.page.locator('#limit').focus();
    for (let i = 0; i < 60; i++) await panel.page.keyboard.press('ArrowLeft');
    await panel.settled();
    expect(await text('#sentence')).not.toContain('Batch 8 is greenest');
    expect(await text('#differs')).toContain('instead of 900 ms');
    expect(await text('.sliders summary')).toContain('differs from the experiment file');
    await panel.page.locator('[data-key=reset]').click();
    await panel.settled();
    expect(await text('#sentence')).toContain('Batch 8 is greenest');
    expect(await panel.page.locator('#differs').count()).toBe(0);
    expect(await others()).toBe(before);
  });

  test('another batching of the server is judged, said, and taken back', async () => {
    await open(widerRun());
    const asked = async () =>
      (await panel.received()).filter((m) => m.type === 'judge').at(-1) as { terms: { sla: object } };
    expect(await panel.page.locator('#delay').isDisabled()).toBe(true);
    await panel.page.selectOption('#batching', 'when-free');
    await panel.settled();
    expect((await asked()).terms.sla).toMatchObject({ batching: 'when-free', batchTimeoutMs: 0 });
    expect(await text('#differs')).toContain('as in Triton, without waiting for more requests');
    await panel.page.locator('#delay').focus();
    await panel.page.keyboard.press('End');
    await panel.settled();
    expect(await text('#differs')).toContain('waiting at most 900 ms');
    await panel.page.selectOption('#batching', 'full');
    await panel.settled();
    // The file's own again.
    expect((await asked()).terms).toBeNull();
    expect(await panel.page.locator('#differs').count()).toBe(0);
  });

  test('an infeasible limit says which, and offers the nearest one that holds', async () => {
    const run = widerRun();
    run.terms = { ...run.terms, sla: { requestLatencyMs: 30, percentile: 95, arrivalRate: 20 } };
    await open(run);
    expect(await text('#face-infeasible')).toContain('request p95');
    await panel.page.locator('#face-infeasible vscode-button').first().click();
    await panel.settled();
    expect(await panel.page.locator('#face-infeasible').count()).toBe(0);
  });

  test('a verdict that is withheld for what the machine did names nothing and has nothing to apply', async () => {
    const run = widerRun();
    const condition = {
      code: 'other-load',
      message: 'Others took most.',
      clause: 'others took most: end them',
    } as const;
    await open({ ...run, terms: { ...run.terms, conditions: [{ ...condition, effect: 'withholds' }] } });
    expect(await text('#sentence')).toBe('No verdict: others took most: end them.');
    expect(await text('#face-withheld')).toContain('not of the work alone');
    expect(await panel.page.locator('[data-key=apply]').count()).toBe(0);
    expect(await panel.page.locator('#face-unresolved').count()).toBe(0);
    await open({ ...run, terms: { ...run.terms, conditions: [{ ...condition, effect: 'qualifies' }] } });
    expect(await text('#sentence')).toContain('; but others took most: end them.');
    expect(await panel.page.locator('#face-withheld').count()).toBe(0);
  });

  test('a run that does not decide it offers more blocks, by mouse and by keyboard, where it was measured', async () => {
    const run = widerRun();
    const { repeats } = run.terms.measure;
    run.terms = { ...run.terms, measure: { ...run.terms.measure, repeats: { ...repeats, min: 8, max: 8 } } };
    await open(run);
    expect(await text('#face-unresolved')).toContain('A verdict takes at least 3 blocks more.');
    const button = panel.page.locator('#face-unresolved vscode-button').first();
    expect(await button.innerText()).toBe('Measure 3 more blocks');
    await button.click();
    await button.focus();
    await panel.page.keyboard.press('Enter');
    const asked = { type: 'command', command: 'addBlocks', blocks: 3 };
    expect(await commands()).toEqual([asked, asked]);
    expect(await text('#blocks')).toBe('');

    const send = async (change: Partial<PanelRun>) => {
      await panel.send({ type: 'change', change });
      await panel.settled();
    };
    await send({ isMeasuredHere: false });
    expect(await button.innerText()).not.toContain('Measure');
    expect(await text('#face-unresolved')).toContain('on the machine that measured it');
    // While they are measured there is nothing to add, and the header says how many they are.
    const running = structuredClone(run.report);
    Object.assign(running.run, { status: 'running', blocks: 7, addedBlocks: { afterBlock: 5, upToBlock: 8 } });
    const progress = { doing: 'block 8 of at most 8', done: 4, least: 6, mayEndSooner: true, secondsLeft: 60 };
    await send({ isMeasuredHere: true, report: running, progress: { ...progress, joulesSoFar: null } });
    expect(await panel.page.locator('#face-unresolved').count()).toBe(0);
    expect(await text('#blocks')).toBe('5 + 2 blocks');
    expect(await panel.page.locator('progress').getAttribute('title')).toBe('4 of at most 6 repeats');
    expect(await text('#left')).toContain('at most about');
  });

  test('every state has its face', async () => {
    const run = widerRun();
    run.stale = true;
    run.report.run.status = 'interrupted';
    run.report.run.failedTrials = [
      {
        ...{ trial: 3, configuration: run.results[0]!.id, block: 2, reason: 'signal' },
        ...{ code: 'signal', message: 'killed by SIGSEGV', fix: null },
      },
    ];
    await open(run);
    expect(await text('#face-interrupted')).toContain('Resume');
    expect(await text('#face-stale')).toContain('changed since this run');
    expect(await text('#face-failed')).toContain('killed by SIGSEGV');
    expect(await text('#face-skipped')).toContain('186 GB are available');
    const failed = structuredClone(run);
    Object.assign(failed.report, { source: null });
    Object.assign(failed.report.run, {
      status: 'failed',
      failure: { code: 'source-permission', message: 'RAPL cannot be used.', fix: 'sudo chmod a+r x' },
    });
    failed.results = failed.results.map((r) => ({ ...r, trials: [] }));
    await panel.send({ type: 'run', run: failed });
    await panel.settled();
    expect(await text('#face-permission pre')).toBe('sudo chmod a+r x');
    await panel.page.locator('[data-key=permission-0]').click();
    expect(await commands()).toEqual([{ type: 'command', command: 'doctor' }]);
  });

  test('leaves out beside the verdict what was skipped, and nothing whose words are like it', async () => {
    const run = widerRun();
    const skipped = run.results.at(-1)!.skipped!;
    run.report.source = { ...run.report.source!, measured: false };
    run.terms = { ...run.terms, estimated: true };
    // Words of the other qualification: it was left out with this one when texts were compared.
    skipped.message = 'not measured';
    await open(run);
    const said = await text('.verdict ul');
    expect(said).toContain('Estimated from CPU time, not measured');
    expect(said).not.toContain('Batch 1024');
    expect(await text('#face-skipped')).toContain('Batch 1024: not measured');
  });

  test('says wherever it says what joules are of which domains are missing', async () => {
    const run = widerRun();
    run.report.source = { ...run.report.source!, missing: ['dram-1'] };
    run.terms = { ...run.terms, missing: ['dram-1'] };
    await open(run);
    expect(await text('#face-missing-domains')).toContain('not of the whole machine: without dram-1');
    for (const place of ['.badge', '#sentence', '.verdict ul', 'footer'])
      expect(await text(place), place).toContain('without dram-1');
    await panel.page.locator('[data-key=how] summary').click();
    expect(await text('[data-key=how]')).toContain('dram-1 (missing)');
  });

  test('says of a second instrument what it says, and nothing where there is none', async () => {
    const run = widerRun();
    await open(run);
    await panel.page.locator('[data-key=how] summary').click();
    expect(await text('[data-key=how]')).not.toContain('Second instrument');
    const sentence = 'powercap and perf agree within 0.03 % (package-0, over 5.0 s)';
    run.report.run.agreement = { seconds: 5, withinPercent: 0.5, domains: [], sentence };
    await panel.send({ type: 'run', run });
    await panel.settled();
    expect(await text('[data-key=how]')).toMatch(/Second instrument\s*powercap and perf agree within 0\.03 %/);
  });

  test('says whether the counters are filtered, and nothing where the log does not say', async () => {
    const run = widerRun();
    await open(run);
    await panel.page.locator('[data-key=how] summary').click();
    expect(await text('[data-key=how]')).not.toContain('RAPL filtering');
    run.report.run.filtering = { state: 'unknown', by: null, because: 'only root may read it' };
    await panel.send({ type: 'run', run });
    await panel.settled();
    expect(await text('[data-key=how]')).toMatch(/RAPL filtering\s*unknown: only root may read it/);
  });

  test('names the node of a testbed beside the processor', async () => {
    const run = widerRun();
    Object.assign(run.report.run.environment, {
      nodeType: 'compute_cascadelake_r_ib',
      nodeUuid: '89e4',
      site: 'CHI@UC',
    });
    await open(run);
    expect(await text('header')).toContain('Gold 6240R ×2 · compute_cascadelake_r_ib');
    await panel.page.locator('[data-key=how] summary').click();
    expect(await text('[data-key=how]')).toMatch(
      /Type of node\s*compute_cascadelake_r_ib\s*Node\s*89e4\s*Site\s*CHI@UC/,
    );
  });

  test('shows of a failed run its reason first, and nothing that is empty or cannot help', async () => {
    const run = widerRun();
    run.results = run.results.map((r) => ({ ...r, trials: [] }));
    Object.assign(run.report.run, {
      status: 'failed',
      failure: { code: 'model', message: 'yolo.onnx cannot be run here: it takes 320×320 only', fix: null },
    });
    await open(run);
    expect(await panel.page.locator('main > :not([hidden])').first().innerText()).toContain('takes 320×320 only');
    expect(await panel.page.getByText('Resume').count()).toBe(0);
    expect(await panel.page.locator('main pre').count()).toBe(0);
    expect(await panel.page.getByText('Why?').count()).toBe(0);
    expect(await panel.page.locator('.grid, #sentence, canvas').filter({ visible: true }).count()).toBe(0);
    run.report.run.failure = { code: 'disk-full', message: 'the disk is full', fix: null };
    await panel.send({ type: 'run', run });
    await panel.settled();
    expect(await panel.page.locator('vscode-button').filter({ hasText: 'Resume' }).count()).toBe(2);
  });

  test('names the machine that measures where it is another one, and offers no Stop that would not reach it', async () => {
    const run = earlyRun();
    await open(run);
    const stop = panel.page.locator('header vscode-button').filter({ hasText: 'Stop' });
    expect([await text('#status'), await stop.count()]).toEqual(['Running', 1]);
    run.report.run.host = 'node-17';
    await panel.send({ type: 'run', run });
    await panel.settled();
    expect([await text('#status'), await stop.count()]).toEqual(['Running on node-17', 0]);
  });

  test('says that nobody is there after five seconds, and that somebody is again', async () => {
    await open(earlyRun());
    await panel.page.locator('#face-disconnected').waitFor({ timeout: 8000 });
    expect(await text('#status')).toContain('Disconnected');
    await panel.send({ type: 'alive' });
    await panel.page.locator('#face-disconnected').waitFor({ state: 'detached', timeout: 2000 });
    expect(await text('#status')).toContain('Running');
  });

  test('a theme that changes recolours every chart, also when only a variable does', async () => {
    await open(widerRun());
    let before = await pictures();
    for (const name of ['light', 'hc'] as const) {
      await panel.setTheme(name);
      const after = await pictures();
      after.forEach((picture, i) => expect(picture, `${charts[i]} in ${name}`).not.toBe(before[i]));
      before = after;
    }
    await panel.page.evaluate(`document.documentElement.style.setProperty('--vscode-charts-blue', '#123456')`);
    await panel.settled();
    (await pictures()).forEach((picture, i) => expect(picture, charts[i]).not.toBe(before[i]));
  });

  test.each(themeNames)('axe finds nothing in %s, with details open and tables shown', async (theme) => {
    const run = widerRun();
    run.stale = true;
    await open(run, { theme });
    await panel.send({ type: 'findings', findings: [findingsOf(comparisonAnalysis, [sweepRun(), sweepRun()])] });
    await panel.page.locator('#findings table').waitFor();
    await panel.page.screenshot({ path: `test/artefacts/panel-${theme}.png`, fullPage: true });
    await panel.page.evaluate(`document.querySelectorAll('details').forEach((d) => (d.open = true))`);
    await panel.page.evaluate(axe);
    const check = () =>
      panel.page.evaluate<string[]>(
        `axe.run(document).then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target + ' ' + n.failureSummary)))`,
      );
    expect(await check()).toEqual([]);
    for (const name of charts) await panel.page.locator(`[data-key=${name}-toggle]`).click();
    await panel.settled();
    expect(await check()).toEqual([]);
  });

  test.each(themeNames)('shows what each model gets right, in %s', async (theme) => {
    const { run, accuracies } = accurateRun();
    await open(run, { theme, height: 3200 });
    expect(await panel.page.locator('#f1-chart').isVisible()).toBe(false);
    await panel.send({ type: 'accuracy', accuracies });
    await panel.settled();
    expect(await text('#models-accuracy-title')).toBe('Accuracy');
    const { coco, yolov7 } = accuracies[0]!.accuracy!;
    const row = await panel.page.locator('section[aria-labelledby=models-accuracy-title] tbody tr').first().innerText();
    for (const value of [coco.stats[0]!, yolov7!.F1])
      expect(row).toContain(value.toPrecision(3).replace(/^0+(?=0\.)/, ''));
    const { low, high } = accuracies[0]!.accuracyInterval!;
    expect(row).toContain(`${low!.toFixed(3)}–${high!.toFixed(3)}`);
    expect(await text('section[aria-labelledby=models-accuracy-title]')).toContain('its weights are random');
    for (const name of ['accuracy', 'precision', 'f1']) {
      const picture = await panel.page.evaluate<string>(`document.querySelector('#${name}-chart canvas').toDataURL()`);
      expect(picture.length, name).toBeGreaterThan(3000);
    }
    await panel.page.evaluate(`document.querySelectorAll('details').forEach((d) => (d.open = true))`);
    await panel.page.screenshot({ path: `test/artefacts/panel-accuracy-${theme}.png`, fullPage: true });
    await panel.page.evaluate(axe);
    const found = await panel.page.evaluate<string[]>(
      `axe.run(document).then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target)))`,
    );
    expect(found).toEqual([]);
  });

  test.each(themeNames)('tells carbon and cost once they are set, in %s', async (theme) => {
    await open(widerRun(), { theme, height: 3200 });
    const card = panel.page.locator('#footprint');
    expect(await card.isVisible()).toBe(false);
    const set = (footprint: Extract<ToPanel, { type: 'settings' }>['footprint']) =>
      panel.send({ type: 'settings', framesPerSecond: 10, strings: {}, ...(footprint && { footprint }) });
    const price = { perKilowattHour: 0.3, currency: 'EUR' };
    await set({ terms: { grid: hoursOfDay(), price, pue: 1.2 } });
    await panel.settled();
    expect(await text('#footprint h2')).toBe('Carbon and cost');
    expect(await text('#footprint p')).toMatch(/^Batch \d+: .* g CO₂e and .* EUR per million images; at .* a year\.$/);
    expect(await card.locator('table').first().locator('tbody tr').count()).toBe(8);
    expect(await card.locator('table').nth(1).locator('tbody tr').count()).toBe(24);
    expect(await text('#footprint ul')).toContain('embodied emissions M are left out');
    const sentence = await text('#sentence');
    await panel.page.screenshot({ path: `test/artefacts/panel-footprint-${theme}.png`, fullPage: true });
    await panel.page.evaluate(axe);
    const found = await panel.page.evaluate<string[]>(
      `axe.run(document).then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target)))`,
    );
    expect(found).toEqual([]);
    await set({ problem: 'greenbatch.footprint.gridIntensity: "XX" is no region of the table' });
    await panel.settled();
    expect(await card.innerText()).toContain('cannot be told: greenbatch.footprint.gridIntensity: "XX" is no region');
    await set(undefined);
    await panel.settled();
    expect(await card.isVisible()).toBe(false);
    expect(await text('#sentence')).toBe(sentence);
  });

  test.each(themeNames)(
    'tells what replayed requests measured, and what is modelled beside it, in %s',
    async (theme) => {
      await open(pacedRun(), { theme, height: 3200 });
      const card = panel.page.locator('#paced');
      expect(await text('#paced h2')).toBe('Replayed requests');
      expect(await text('#sentence')).toMatch(
        /measured with replayed requests, .* less than batch 1, which you run today \(.*modelled: .*\)/,
      );
      expect(await text('.saving')).toMatch(/energy per request against today, with replayed requests/);
      expect(await card.locator('tbody tr').count()).toBe(2);
      expect(await card.locator('thead').innerText()).toMatch(
        /J\/request\s+J\/request modelled\s+p50 ms\s+p95 ms\s+p99 ms/,
      );
      expect(await card.innerText()).toContain('This confirms the verdict.');
      const heads = await panel.page.locator('#results-title ~ * thead').first().innerText();
      expect(heads).toContain('J/request (modelled)');
      await panel.page.screenshot({ path: `test/artefacts/panel-paced-${theme}.png`, fullPage: true });
      await panel.page.evaluate(axe);
      const found = await panel.page.evaluate<string[]>(
        `axe.run(document).then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target)))`,
      );
      expect(found).toEqual([]);
      // At another rate nothing was replayed.
      const rate = panel.page.locator('#arrivals');
      await rate.focus();
      await panel.page.keyboard.press('ArrowRight');
      await panel.settled();
      await panel.page.waitForFunction(`document.querySelector('#paced').hidden`);
      expect(await text('#sentence')).toMatch(/J\/request modelled at /);
      expect(await text('.saving')).toContain('modelled energy per request against today');
    },
  );

  test('says first what replayed requests contradict', async () => {
    await open(pacedRun(1.02));
    expect(await text('#sentence')).toMatch(
      /^Replayed requests contradict this: batch 4 takes .* more .* by the model batch 4 is greenest/,
    );
    expect(await text('#paced')).toContain('This contradicts the verdict.');
    await panel.page.screenshot({ path: 'test/artefacts/panel-paced-contradicts.png', fullPage: true });
  });

  test('shows what the split of the cores is worth before what the batch size is', async () => {
    await open(splitRun());
    const titles = await panel.page.locator('.grid .card:not([hidden]) h2').allInnerTexts();
    expect(titles).toEqual([
      'Energy by split of the cores',
      'Latency by split of the cores',
      'Energy per image by batch size',
      'Latency by batch size',
      'Energy against latency',
      'Power against utilisation',
    ]);
    expect(await panel.page.locator('.lever').allInnerTexts()).toEqual(
      judge(splitRun().results, splitRun().terms).verdict.levers.map(({ sentence }) => sentence),
    );
    await panel.page.locator('#energy-split-chart .plot').focus();
    await panel.page.keyboard.press('ArrowRight');
    expect(await text('#announce')).toMatch(
      /^batch 1 as 1 × 16 threads \(spinning\), 1 process of 16 threads, 5\.\d+ J\/image, 95 % interval/,
    );
    await panel.page.keyboard.press('End');
    expect(await text('#announce')).toMatch(/^batch 1 as 16 × 1 thread \(spinning\), 16 processes of 1 thread each, /);
    await panel.page.keyboard.press('ArrowDown');
    expect(await text('#announce')).toMatch(/^batch 4 as 16 × 1 thread \(spinning\)/);
    await panel.page.locator('[data-key=energy-svg]').click();
    const [saved] = (await commands()) as { content: string }[];
    for (const name of ['1 × 16 threads', '16 × 1 thread', 'not spinning']) expect(saved!.content).toContain(name);
    // One batch size has nothing along it; one split has no charts of its own.
    await panel.send({ type: 'run', run: splitRun({ batchSizes: [1] }) });
    await panel.settled();
    expect(await panel.page.locator('#energy-chart').isVisible()).toBe(false);
    expect(await panel.page.locator('#energy-split-chart').isVisible()).toBe(true);
    await panel.send({ type: 'run', run: widerRun() });
    await panel.settled();
    expect(await panel.page.locator('#energy-chart').isVisible()).toBe(true);
    expect(await panel.page.locator('#energy-split-chart').isVisible()).toBe(false);
  });

  test.each(themeNames)('draws twelve splits with eight batch sizes, in %s, and axe finds nothing', async (theme) => {
    const splits = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60];
    const run = splitRun({ cores: 60, splits, batchSizes: [1, 2, 4, 8, 16, 32, 64, 128] });
    expect(run.results).toHaveLength(192);
    await open(run, { theme });
    await panel.page.screenshot({ path: `test/artefacts/panel-splits-${theme}.png`, fullPage: true });
    for (const picture of await pictures()) expect(picture.length).toBeGreaterThan(3000);
    await panel.page.evaluate(axe);
    const found = await panel.page.evaluate<string[]>(
      `axe.run(document).then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target)))`,
    );
    expect(found).toEqual([]);
    const wide = await panel.page.evaluate<number>('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(1200);
  });

  test('moves nothing by itself where less motion is asked for', async () => {
    await open(earlyRun(), { reducedMotion: true });
    const moving = await panel.page.evaluate<string[]>(
      `document.getAnimations().filter((a) => a.playState === 'running').map((a) => String(a.animationName ?? a.transitionProperty))`,
    );
    expect(moving).toEqual([]);
    const watts = () => text('header');
    const power = (first: number) =>
      panel.send({ type: 'power', mode: 'more', decimated: false, columns: [powerColumns(20, { first })] });
    // The first figure does not wait.
    expect(await watts()).toContain('W now');
    const first = await watts();
    let next = 1600;
    const more = async () => {
      await power((next += 20));
      return watts();
    };
    await expect.poll(more).not.toBe(first);
    const before = await watts();
    for (let i = 0; i < 3; i++) await more();
    // Figures change once a second at most.
    expect(await watts()).toBe(before);
  });

  test('the arrow keys walk the points and read them out; T shows the table', async () => {
    await open(widerRun());
    const plot = panel.page.locator('#energy-chart .plot');
    await plot.focus();
    await panel.page.keyboard.press('ArrowRight');
    expect(await text('#announce')).toMatch(/^batch 1, 3\.\d+ J\/image, 95 % interval .* n = 5 · MEASURED powercap/);
    await panel.page.keyboard.press('ArrowRight');
    expect(await text('#announce')).toMatch(/^batch 2,/);
    await panel.page.keyboard.press('End');
    expect(await text('#announce')).toMatch(/^batch 64,.*outside your limit/);
    await panel.page.keyboard.press('t');
    expect(await panel.page.locator('#energy-chart table').isVisible()).toBe(true);
    expect(await plot.isVisible()).toBe(false);
    await panel.page.keyboard.press('t');
    expect(await plot.isVisible()).toBe(true);
    await panel.page.locator('#power-chart .plot').focus();
    await panel.page.keyboard.press('ArrowRight');
    await panel.page.keyboard.press('ArrowDown');
    expect(await text('#announce')).toMatch(/package-1: .* W/);
  });

  test('keeps what a person chose, and no data', async () => {
    await open(widerRun());
    await panel.page.locator('[data-key=latency-toggle]').click();
    await panel.page.locator('#limit').focus();
    await panel.page.keyboard.press('ArrowLeft');
    await panel.page.waitForTimeout(400);
    const state = await panel.page.evaluate<Record<string, unknown>>('window.hostState');
    expect(JSON.stringify(state).length).toBeLessThan(500);
    expect(state).toMatchObject({ runId: 'test-run', tables: ['latency'] });
    await panel.page.context().close();
    await open(widerRun(), { state });
    expect(await panel.page.locator('#latency-chart table').isVisible()).toBe(true);
    expect(await panel.page.locator('#differs').count()).toBe(1);
  });

  test('reflows at 300 pixels: nothing but tables scrolls sideways', async () => {
    for (const width of [300, 320, 700]) {
      await open(width === 320 ? splitRun() : widerRun(), { width });
      const wide = await panel.page.evaluate<number>('document.documentElement.scrollWidth');
      expect(wide).toBeLessThanOrEqual(width);
      if (width === 320) await panel.page.screenshot({ path: 'test/artefacts/panel-narrow.png', fullPage: true });
      if (width < 700) expect(await panel.page.locator('.sliders').getAttribute('open')).toBeNull();
      if (width !== 700) await panel.page.context().close();
    }
  });

  test('whatever names a run has, nothing throws and nothing becomes markup', async () => {
    const { run, accuracies } = accurateRun();
    const messages = [
      { type: 'settings', framesPerSecond: 10, strings: { Stop: 'Halt' } },
      { type: 'run', run: { ...run, report: { ...run.report, run: { ...run.report.run, status: 'failed' } } } },
      { type: 'accuracy', accuracies },
      { type: 'findings', findings: [findingsOf(comparisonAnalysis, [sweepRun(), run])] },
      { type: 'power', mode: 'replace', decimated: false, columns: [powerColumns(20)] },
    ].map((message) => toPanelSchema.parse(asMarkup(message)));
    await open(widerRun());
    for (const message of messages) await panel.send(message);
    await panel.settled();
    expect(await text('main')).toContain('<b>');
    expect(await text('#findings')).toContain('<b>');
    expect(await panel.page.locator('img, b, script:not([nonce])').count()).toBe(0);
  });

  test('ten hours of power are shown whole', async () => {
    await open(widerRun());
    const columns = Array.from({ length: 10 }, (_, i) => powerColumns(36_000, { first: 36_000 * i }));
    for (const [i, part] of columns.entries()) {
      await panel.send({ type: 'power', mode: i ? 'more' : 'replace', decimated: false, columns: [part] });
    }
    await panel.settled();
    await panel.page.locator('#power-chart .plot').focus();
    await panel.page.keyboard.press('End');
    expect(await text('#announce')).toContain('9 h 59 min since the start');
  });
});

/** The same with a tag around every text that may be any; equal texts stay equal. */
function asMarkup(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return fixedTexts.has(key) ? value : `<b>${value}</b>`;
  if (Array.isArray(value)) return value.map((item) => asMarkup(item, key));
  if (typeof value !== 'object' || value === null || value instanceof ArrayBuffer) return value;
  const byName = key === 'percent' || key === 'verdictByModel';
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [byName ? `<b>${name}</b>` : name, asMarkup(item, byName ? '' : name)]),
  );
}
const fixedTexts = new Set(
  'type mode kind status metric energy relation feasible constraint openBecause of percentile scope pin'.split(' '),
);
