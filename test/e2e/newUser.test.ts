import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { listRunFolders } from '../../src/runs/store/runFolder';
import { startCounters } from './counters';
import { type Editor, startEditor } from './editor';

/** From an empty folder to an applied suggestion, as a person does it who has never seen the extension. */
describe.skipIf(inject('e2e').missing !== null)('a new user, in an empty folder, with energy counters', () => {
  let editor: Editor;
  let counters: Awaited<ReturnType<typeof startCounters>>;
  beforeAll(async () => {
    // Batch 1 draws so much more that nothing else which goes on here decides the verdict.
    counters = await startCounters(() => editor?.workspace ?? '', { 1: 3 });
    editor = await startEditor({ settings: { 'greenbatch.powercapRoot': counters.root } });
    await editor.open();
  });
  afterEach((context) => editor.shotOfFailure(context));
  afterAll(async () => {
    await editor?.close();
    await counters?.stop();
  });
  const pictures = () =>
    editor.panel
      .locator('#power-chart canvas')
      .evaluate((canvas: { toDataURL?(): string }) => canvas.toDataURL?.() ?? '');

  it('is told why nothing is measured in a folder that is not trusted yet, and how to trust it', async () => {
    const { page } = editor;
    await editor.palette('Profile Energy');
    await editor.toast('not trusted').getByText('Manage Workspace Trust').click();
    await page.locator('.workspace-trust-editor').getByText('Trust', { exact: true }).first().click();
    await page.locator('.workspace-trust-editor').getByText('You trust this folder').waitFor();
    await page.keyboard.press('Escape');
    expect(listRunFolders(editor.workspace)).toEqual([]);
  });

  it('answers seven questions by keyboard, and sees the measurement begin', async () => {
    await editor.palette('Profile Energy');
    await editor.pick('What is to be measured?', 'yolov7-tiny');
    await editor.answer('batch sizes', '1, 2');
    await editor.pick('in use today', 'Batch 1');
    await editor.pick('processes today', '1 process of');
    await editor.pick('images', 'Drawn by Greenbatch');
    await editor.pick('latency limit', 'No limit');
    await editor.pick('how thorough', 'Quick look');
    await editor.pick('experiment file', 'Write yolov7-tiny.energy.yaml');
    await editor.panel.locator('#status', { hasText: 'Running' }).waitFor({ timeout: 60_000 });
    await editor.panel.locator('#source', { hasText: 'MEASURED powercap · 2 package + 2 dram' }).waitFor();
    await editor.lens('not measured yet').waitFor();
    expect(listRunFolders(editor.workspace)).toHaveLength(1);
  });

  it('sees the panel move: watts, joules, the repeat at hand and the power plot', async () => {
    const { panel, page } = editor;
    await panel.locator('#watts', { hasText: /^\d+ W now$/ }).waitFor();
    const before = [await pictures(), await panel.locator('#joules').innerText()];
    await panel.locator('#doing', { hasText: /block \d+ · batch/ }).waitFor({ timeout: 60_000 });
    await page.waitForTimeout(1500);
    const after = [await pictures(), await panel.locator('#joules').innerText()];
    after.forEach((now, i) => expect(now).not.toBe(before[i]));
    await page.locator('.statusbar-item', { hasText: /yolov7-tiny sweep · \d+ % · \d+ W/ }).waitFor();
  });

  it('reads a verdict, and applies it to the file', async () => {
    const { panel } = editor;
    await panel.locator('#status', { hasText: 'Complete' }).waitFor({ timeout: 400_000 });
    // The judgement follows the run's end.
    await expect
      .poll(() => panel.locator('#sentence').innerText())
      .toMatch(/^Batch 2 is greenest: .* J\/image, .* less than batch 1, which you run today/);
    await editor.lens(/^greenest batch 2: .* against 1(?:; qualified by .*)?$/).waitFor();
    await panel.locator('[data-key=apply]').click();
    await panel.getByText('Batch 2 is in use: nothing to apply.').waitFor();
    expect(readFileSync(join(editor.workspace, 'yolov7-tiny.energy.yaml'), 'utf8')).toMatch(
      /^current: \{ batchSize: 2\b|^current:\n +batchSize: 2\b/m,
    );
    // Applying a suggestion makes no result old.
    expect(await panel.locator('#face-stale').count()).toBe(0);
    await editor.lens(/^greenest batch 2/).waitFor();
    await editor.shot('new-user');
  }, 420_000);
});
