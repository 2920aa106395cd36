import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Footprint } from '../../src/core/footprint/footprintSchema';
import { judgeRun } from '../../src/core/analysis/verdict/judgeRun';
import { reportHtml } from '../../src/core/panel/page/reportPage';
import { exportText } from '../support/exportText';
import { reportFile } from '../../src/runs/export/reportFile';
import { hoursOfDay } from '../support/footprints';
import { writeRun } from '../support/runFolders';
import { chromiumPath, launchChromium } from './harness/panelPage';
import { accurateRun, powerColumns } from './harness/runs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A run as one file, opened from the disk in a browser that has nothing else. */
describe.skipIf(!chromiumPath)('the report in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-report-'));
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(html: string, colorScheme: 'light' | 'dark' = 'light'): Promise<{ page: Page; said: string[] }> {
    const file = join(folder, 'report.html');
    writeFileSync(file, html);
    const page = await (await browser.newContext({ colorScheme, acceptDownloads: true })).newPage();
    const said: string[] = [];
    page.on('pageerror', (error) => said.push(String(error.stack)));
    page.on('console', (message) => said.push(message.text()));
    page.on('request', (request) => {
      if (!/^(file|data|blob):/.test(request.url())) said.push(`asked for ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    await page
      .locator('#sentence')
      .filter({ hasNotText: /Waiting|Judging/ })
      .waitFor();
    return { page, said };
  }

  test('shows a run without a host: verdict, charts and table, and no button that needs one', async () => {
    const text = 'models: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\ncurrent: { batchSize: 1 }\n';
    const run = await writeRun(folder, '20261123-000000-report-0000', join(folder, 'a.energy.yaml'), text);
    const { page, said } = await open(reportFile([run], 'dist', { keepsPlaces: true }));
    expect(await page.locator('#sentence').innerText()).toMatch(/^Batch 4 is greenest/);
    expect(await page.locator('#source').innerText()).toBe('MEASURED powercap · 1 package + 1 dram');
    for (const key of ['apply', 'stop', 'resume', 'unresolved-0', 'log', 'experiment']) {
      expect(await page.locator(`[data-key=${key}]`).count(), key).toBe(0);
    }
    for (const format of ['csv', 'json'] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator(`[data-key=export-${format}]`).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`20261123-000000-report-0000.${format}`);
      const [saved, wanted] = [
        readFileSync(await download.path(), 'utf8'),
        exportText(run, format, { pageFolder: 'dist' }),
      ];
      expect(saved).toBe(wanted);
    }
    await page.waitForTimeout(6000);
    expect(await page.locator('body').innerText()).not.toContain('Disconnected');
    expect(said).toEqual([]);
  });

  test('tells carbon and cost where they were asked for, in the JSON it saves too; else has no place for them', async () => {
    const text = 'models: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\ncurrent: { batchSize: 1 }\n';
    const run = await writeRun(folder, 'carbon', join(folder, 'carbon.energy.yaml'), text);
    const footprint = { grid: hoursOfDay(), price: { perKilowattHour: 0.3, currency: 'EUR' }, pue: null };
    const { page, said } = await open(reportFile([run], 'dist', { footprint, keepsPlaces: true }));
    const json = exportText(run, 'json', { pageFolder: 'dist', footprint });
    const { gramsCo2e } = (JSON.parse(json) as { footprint: Footprint }).footprint.configurations[2]!;
    const sentence = await page.locator('#footprint > p').innerText();
    expect(sentence).toMatch(/^Batch 4: \d+ g CO₂e and [\d.]+ EUR per million images\.$/);
    expect(sentence).toContain(`: ${gramsCo2e!.mean.toFixed(0)} g`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('[data-key=export-json]').click(),
    ]);
    expect(readFileSync(await download.path(), 'utf8')).toBe(json);
    expect(said).toEqual([]);
    const without = await open(reportFile([run], 'dist'));
    expect(await without.page.locator('#footprint').isVisible()).toBe(false);
    expect(await without.page.locator('body').innerText()).not.toContain('CO₂');
  });

  test('weighs anew by itself without a service level; with one nothing can be moved, and it says why', async () => {
    const spec = 'models: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\ncurrent: { batchSize: 1 }\n';
    const sla = 'sla: { requestLatencyMs: 900, arrivalRate: 2 }\n';
    const runs = [
      await writeRun(folder, 'free', join(folder, 'free.energy.yaml'), spec),
      await writeRun(folder, 'limited', join(folder, 'limited.energy.yaml'), spec + sla),
    ];
    const { page, said } = await open(reportFile(runs, 'dist'));
    const disabled = () =>
      page.evaluate<string[]>(`[...document.querySelectorAll('#sliders input:disabled')].map((e) => e.id)`);
    expect(await disabled()).toEqual(['limit-on', 'limit', 'arrivals', 'delay', 'weight-accuracy']);
    await page.locator('#weight-latency').fill('400');
    await page.locator('#differs').filter({ hasText: 'weight of latency' }).waitFor();
    await page.locator('#run-choice').selectOption('1');
    await page.locator('#fixed').filter({ hasText: 'other limits, arrivals and weights' }).waitFor();
    expect(await page.locator('#sliders input:not([disabled])').count()).toBe(0);
    expect(await page.locator('#limit').getAttribute('aria-valuetext')).toBe('900 ms');
    const { verdict } = JSON.parse(exportText(runs[1]!, 'json', { pageFolder: 'dist' })) as {
      verdict: { sentence: string };
    };
    await expect.poll(() => page.locator('#sentence').innerText()).toBe(verdict.sentence);
    expect(said).toEqual([]);
  });

  test('shows a run of another workload in its unit, and nowhere a word of images', async () => {
    const text = 'workload: tokens\nmodels: [small]\nbatchSizes: [1, 2, 4]\ncurrent: { batchSize: 1 }\n';
    const workload = { name: 'tokens', unit: 'token', phases: [] };
    const run = await writeRun(folder, 'tokens', join(folder, 'tokens.energy.yaml'), text, { workload });
    const { page, said } = await open(reportFile([run], 'dist'));
    expect(await page.locator('#sentence').innerText()).toMatch(/^Batch 4 is greenest.*J\/token/);
    for (const part of await page.locator('details').all()) await part.evaluate((e) => e.setAttribute('open', ''));
    const shown = await page.locator('body').innerText();
    for (const words of ['J/token', 'tokens/s', 'gross, the whole work']) expect(shown).toContain(words);
    expect(shown.match(/.*(image|inference|NMS).*/i)).toBeNull();
    expect(said).toEqual([]);
  });

  test('judges two runs by equal ones of other days beside them', async () => {
    const text = 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\ncurrent: { batchSize: 1 }\n';
    const runs: string[] = [];
    for (const [day, off] of [0, 0.003, -0.002, 0.001, -0.05].entries()) {
      const at = Date.parse('2026-11-01T08:00:00Z') + day * 24 * 3_600_000;
      const rest = { at, environment: { cpuModel: 'A' }, factors: { 2: 1 + off } };
      runs.push(await writeRun(folder, `day-${day}`, join(folder, 'days.energy.yaml'), text, rest));
    }
    const { page, said } = await open(reportFile(runs.slice(3), 'dist'));
    const card = await page.locator('#findings section').innerText();
    expect(card).toMatch(/takes less energy per image relative to batch 1 \(in use\): .* 3 runs of 3 days show/);
    expect(card).toMatch(/from day to day a ratio differs by .* day-2, day-1, day-0/);
    expect(card).toMatch(/first: test · day-3[^]*second: test · day-4/);
    expect(said).toEqual([]);
  });

  test('shows several runs: each to choose, and compared with the first', async () => {
    const text = (current: number) =>
      `models: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\ncurrent: { batchSize: ${current} }\n`;
    const write = (id: string, current: number, measured = true) =>
      writeRun(folder, id, join(folder, `${id}.energy.yaml`), text(current), { measured });
    const runs = [await write('one', 1), await write('two', 4), await write('three', 1, false)];
    const { page, said } = await open(reportFile(runs, 'dist'));
    const cards = page.locator('#findings section');
    expect(await cards.count()).toBe(2);
    expect(await cards.nth(0).innerText()).toMatch(
      /Comparison of two runs[^]*relative to batch 1 \(in use\) differs by no more than[^]*first: test · one/,
    );
    expect(await cards.nth(0).locator('tbody tr').count()).toBe(3);
    expect(await cards.nth(1).innerText()).toMatch(/Not compared: one was measured, three is estimated/);
    expect(await cards.nth(1).locator('table').count()).toBe(0);
    const sentence = page.locator('#sentence');
    expect(await sentence.innerText()).toMatch(/less than batch 1, which you run today/);
    await page.locator('#run-choice').selectOption('1');
    await sentence.filter({ hasText: 'Batch 4, which you run today' }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('[data-key=export-json]').click(),
    ]);
    expect(download.suggestedFilename()).toBe('two.json');
    await page.locator('#run-choice').selectOption('2');
    await page.locator('#source').filter({ hasText: 'ESTIMATED' }).waitFor();
    // What was found in all of them stays, whichever is shown.
    expect(await cards.count()).toBe(2);
    await page.screenshot({ path: 'test/artefacts/report-several.png', fullPage: true });
    expect(said).toEqual([]);
  });

  const paperSpec = 'models: [yolov7-e6e]\nbatchSizes: [1, 2, 4]\nreproduces: paper-exp2\ncurrent: { batchSize: 1 }\n';
  const violations = async (page: Page) => {
    await page.evaluate(axe);
    return page.evaluate<string[]>(
      `axe.run(document).then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target + ' ' + n.failureSummary)))`,
    );
  };

  test('names neither the machine nor its folders, unless it is told to', async () => {
    const spec = 'models: [/data/models/private/a.onnx]\nbatchSizes: [1, 2, 4]\n';
    const run = await writeRun(folder, 'placeless', join(folder, 'places.energy.yaml'), spec);
    const html = reportFile([run], 'dist');
    const data = html.slice(html.indexOf('report-messages'), html.indexOf('</script>'));
    expect(data).toContain('…/a.onnx');
    for (const place of [folder, '/data/models', hostname()]) expect(data, place).not.toContain(place);
    expect(reportFile([run], 'dist', { keepsPlaces: true })).toContain(folder);
    const { page, said } = await open(html);
    expect(await page.locator('footer').innerText()).toContain('.greenbatch/runs/placeless');
    expect(said).toEqual([]);
  });

  test.each(['light', 'dark'] as const)(
    'shows how all was measured, how to cite it, and figures; axe finds nothing (%s)',
    async (scheme) => {
      const runs = [
        await writeRun(folder, 'paper-one', join(folder, 'one.energy.yaml'), paperSpec),
        await writeRun(folder, 'paper-two', join(folder, 'two.energy.yaml'), paperSpec),
      ];
      const html = reportFile(runs, 'dist');
      expect(Buffer.byteLength(html)).toBeLessThan(1e6);
      const { page, said } = await open(html, scheme);
      expect(await page.locator('section:has(#methods-title)').innerText()).toMatch(
        /n = 5 trials of each of 3 configurations/,
      );
      expect(await page.locator('pre').allInnerTexts()).toEqual([
        expect.stringContaining('@software{greenbatch'),
        expect.stringContaining('Towards Sustainable {AI} with {IPA}'),
      ]);
      // Nothing of the figures is drawn before somebody opens them.
      expect(await page.locator('#figures canvas').count()).toBe(0);
      await page.locator('#figures > summary').click();
      await page.locator('#figure-paper-figure-3-chart canvas').waitFor();
      expect(await page.locator('#figures > summary').innerText()).toContain('The paper');
      for (const part of await page.locator('details').all()) await part.evaluate((e) => e.setAttribute('open', ''));
      expect(await violations(page)).toEqual([]);
      await page.screenshot({ path: `test/artefacts/report-figures-${scheme}.png`, fullPage: true });
      expect(said).toEqual([]);
    },
  );

  test('switches the layers of a figure by the keyboard; layers with other axes replace each other', async () => {
    const run = await writeRun(folder, 'paper-keys', join(folder, 'keys.energy.yaml'), paperSpec);
    const { page, said } = await open(reportFile([run], 'dist'));
    await page.locator('#figures > summary').click();
    const box = (layer: string) => page.locator(`[data-key="layer-paper-figure-4-${layer}"]`);
    const shown = () =>
      page.evaluate<string[]>(
        `[...document.querySelectorAll('#figure-paper-figure-4-chart input:checked')].map((e) => e.dataset.key.slice(21))`,
      );
    await box('published').waitFor();
    expect(await shown()).toEqual(['published', 'yours']);
    await box('yours').focus();
    await page.keyboard.press('Space');
    await expect.poll(shown).toEqual(['published']);
    // The box that was pressed keeps the focus, though the boxes were drawn anew.
    expect(await page.evaluate(`document.activeElement?.getAttribute('data-key')`)).toBe('layer-paper-figure-4-yours');
    await box('corrected').focus();
    await page.keyboard.press('Space');
    await expect.poll(shown).toEqual(['corrected']);
    await page.locator('[data-key="figure-paper-figure-4-toggle"]').click();
    const rows = page.locator('#figure-paper-figure-4-chart tbody tr');
    expect(await rows.count()).toBe(11);
    expect(await rows.first().innerText()).toMatch(/51\.\d/);
    expect(said).toEqual([]);
  });

  test('prints without buttons, with everything unfolded, charts as drawings, and all of its runs', async () => {
    const runs = [
      await writeRun(folder, 'print-one', join(folder, 'p1.energy.yaml'), paperSpec),
      await writeRun(
        folder,
        'print-two',
        join(folder, 'p2.energy.yaml'),
        paperSpec.replace('reproduces: paper-exp2\n', ''),
      ),
    ];
    const { page, said } = await open(reportFile(runs, 'dist'), 'dark');
    await page.emulateMedia({ media: 'print' });
    await page.locator('.printed-run').waitFor();
    const visible = (selector: string) =>
      page.evaluate<string[]>(
        `[...document.querySelectorAll('${selector}')].filter((e) => e.checkVisibility() && e.getClientRects().length > 0).map((e) => e.tagName + ' in ' + (e.closest('[id]')?.id ?? ''))`,
      );
    expect(await visible('vscode-button, select, input, canvas')).toEqual([]);
    expect(await page.locator('details:not([open])').count()).toBe(0);
    expect((await visible('.dashboard .chart .picture')).length).toBeGreaterThanOrEqual(6);
    expect(await page.locator('.printed-run').innerText()).toMatch(/print-two[^]*How this was measured/);
    const [paper, ink] = await page.evaluate<string[]>(
      `[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]`,
    );
    expect([paper, ink]).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    await page.screenshot({ path: 'test/artefacts/report-print.png', fullPage: true });
    await page.emulateMedia({ media: 'screen' });
    await expect.poll(() => page.locator('.printed-run').count()).toBe(0);
    expect((await visible('.dashboard .chart canvas')).length).toBeGreaterThanOrEqual(4);
    expect(await page.locator('#figures[open]').count()).toBe(0);
    expect(said).toEqual([]);
  });

  test('holds whatever names a run has as text, and its power and accuracies whole', async () => {
    const { run, accuracies } = accurateRun();
    const name = `</script><img src=x onerror="document.title='hit'"> <!-- ]]> \u2028`;
    const named = { ...run, report: { ...run.report, run: { ...run.report.run, name } } };
    const html = reportHtml({
      nonce: 'abcdefghijklmnop',
      script: readFileSync('dist/report.js', 'utf8'),
      style: readFileSync('dist/report.css', 'utf8'),
      messages: [
        { type: 'run', run: named },
        { type: 'judgement', id: 0, judgement: judgeRun(run.results, run.terms) },
        { type: 'accuracy', accuracies },
        { type: 'power', mode: 'replace', decimated: false, columns: [powerColumns(1600)] },
      ],
      title: name,
    });
    const { page, said } = await open(html, 'dark');
    expect(await page.title()).toContain('</script><img src=x');
    expect(await page.locator('header').innerText()).toContain('</script><img');
    expect(await page.locator('img').count()).toBe(0);
    await page.locator('#f1-chart canvas').waitFor();
    await page.locator('[data-key=power-toggle]').click();
    expect(await page.locator('#power-chart tbody tr').count()).toBeGreaterThan(3);
    await page.screenshot({ path: 'test/artefacts/report-dark.png', fullPage: true });
    expect(said).toEqual([]);
  });
});
