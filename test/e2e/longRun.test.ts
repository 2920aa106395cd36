import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { stringify } from 'yaml';
import { createPowerHistory } from '../../src/core/panel/series/powerHistory';
import { followPower } from '../../src/runs/store/followPower';
import { powerFile } from '../../src/runs/store/folders';
import { listRunFolders, loadRun } from '../../src/runs/store/runFolder';
import { quickSpec, until } from '../support/greenbatch';
import { startPowercapDriver } from '../support/powercapTree';
import { type Editor, startEditor } from './editor';

/** A run that is longer than a window: hidden, reloaded, stopped, resumed. */
describe.skipIf(inject('e2e').missing !== null)('a long run', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'greenbatch-long-'));
  let editor: Editor;
  let counters: Awaited<ReturnType<typeof startPowercapDriver>>;
  beforeAll(async () => {
    writeFileSync(
      join(workspace, 'long.energy.yaml'),
      stringify(quickSpec({ name: 'long sweep' }, { source: 'powercap', repeats: { min: 500, max: 500 } })),
    );
    writeFileSync(join(workspace, 'notes.txt'), 'something else to look at\n');
    counters = await startPowercapDriver();
    editor = await startEditor({
      workspace,
      args: ['--disable-workspace-trust'],
      settings: { 'greenbatch.powercapRoot': counters.root },
    });
    await editor.open();
  });
  afterEach((context) => editor.shotOfFailure(context));
  afterAll(async () => {
    await editor?.close();
    await counters?.stop();
    rmSync(workspace, { recursive: true, force: true });
  });

  let exports = 0;
  const folder = () => listRunFolders(workspace)[0]!;
  const status = (text: string) =>
    editor.panel.locator('#status', { hasText: text }).waitFor({ state: 'visible', timeout: 60_000 });
  /** Times of the samples on the disk, of those that have a power: seconds since the first one of their session. */
  const secondsOnDisk = () => {
    const history = createPowerHistory();
    const { source } = loadRun(folder()).run;
    for (const record of followPower(powerFile(folder())).poll().records) {
      if ('header' in record) history.begin(record.header, source);
      else history.add(record.sample);
    }
    return history.columns(0, Number.MAX_SAFE_INTEGER).flatMap((c) => [...new Float64Array(c.buffer, 0, c.count)]);
  };
  /** The power plot's samples, exported as a person does. */
  const secondsInPanel = async () => {
    const file = join(workspace, `power-${exports++}.csv`);
    await editor.panel.locator('[data-key=power-csv]').click();
    await editor.saveAs(file);
    await until(() => existsSync(file) && readFileSync(file, 'utf8').length > 0);
    const [, ...rows] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
    return rows.map((row) => Number(row.split(',')[0]));
  };
  const panelTab = () => editor.page.locator('.tab', { hasText: 'Energy: long sweep' });

  it('is started from the lens above its file', async () => {
    await editor.openFile('long.energy.yaml');
    await editor.profileFromLens(panelTab());
    await status('Running');
    await until(() => loadRun(folder()).run.trials.length > 1);
    expect(listRunFolders(workspace)).toHaveLength(1);
  });

  it('goes on while its panel is hidden, and the panel then has all of it', async () => {
    const { page } = editor;
    await panelTab().click();
    await editor.openFile('notes.txt');
    await panelTab().and(page.locator('.active')).waitFor({ state: 'detached' });
    const before = secondsOnDisk().length;
    await page.waitForTimeout(4000);
    await panelTab().click();
    await status('Running');
    const onDisk = secondsOnDisk();
    expect(onDisk.length).toBeGreaterThan(before + 20);
    await page.waitForTimeout(1000);
    const shown = await secondsInPanel();
    expect(shown.slice(0, onDisk.length)).toEqual(onDisk.map((s) => expect.closeTo(s, 2)));
  });

  it('is found again after the window was reloaded in the middle, with its panel and without a lost sample', async () => {
    const { page } = editor;
    const [trials, samples] = [loadRun(folder()).run.trials.length, secondsOnDisk().length];
    await page.reload();
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 90_000 });
    await panelTab().waitFor({ timeout: 60_000 });
    await status('Running');
    await page.locator('.statusbar-item', { hasText: 'long sweep' }).waitFor({ timeout: 60_000 });
    await until(() => loadRun(folder()).run.trials.length > trials + 2);
    const onDisk = secondsOnDisk();
    expect(onDisk.length).toBeGreaterThan(samples);
    await page.waitForTimeout(1000);
    const shown = await secondsInPanel();
    expect(shown.slice(0, onDisk.length)).toEqual(onDisk.map((s) => expect.closeTo(s, 2)));
    expect(listRunFolders(workspace)).toHaveLength(1);
  });

  it('is stopped with the button, keeps what it has, and is resumed with the button', async () => {
    const { panel } = editor;
    await panel.locator('[data-key=stop]').click();
    await status('Interrupted');
    await panel.locator('#face-interrupted', { hasText: 'Every finished repeat is kept' }).waitFor();
    const kept = loadRun(folder()).run.trials.filter((t) => t.state === 'finished').length;
    expect(kept).toBeGreaterThan(2);
    await editor.page.waitForTimeout(1000);
    expect(await secondsInPanel()).toHaveLength(secondsOnDisk().length);
    await panel.locator('[data-key=resume]').first().click();
    await status('Running');
    await until(() => loadRun(folder()).run.trials.filter((t) => t.state === 'finished').length > kept);
    expect(loadRun(folder()).run.sessions).toHaveLength(2);
  });

  it('stands in the list of runs, and is stopped from the palette', async () => {
    const { page } = editor;
    await editor.palette('Focus on Energy Runs View');
    await page.locator('.monaco-list-row', { hasText: 'long sweep' }).filter({ hasText: 'running' }).waitFor();
    await editor.palette('Greenbatch: Stop');
    await status('Interrupted');
    await page.locator('.monaco-list-row', { hasText: 'long sweep' }).filter({ hasText: 'interrupted' }).waitFor();
    await editor.shot('runs-tree');
    // What a resumed session measured is kept with the rest.
    expect(loadRun(folder()).run.sessions).toHaveLength(2);
    expect(loadRun(folder()).status).toBe('interrupted');
  });
});
