import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { accuraciesText, configText, tableText } from '../support/ipaFiles';
import { type Editor, startEditor } from './editor';

const isMissing = inject('e2e').missing !== null;

const option = (variant: string, numbers: string) => `          - { variant: ${variant}, batch: 1, ${numbers} }\n`;
const text = `# mine
load: 20
slaSeconds: 1
weights: { alpha: 1 }
stages:
  - name: detect
    profiles:
      - options:
${option('small', 'accuracy: 45, cores: 1, latencySeconds: 0.05, throughput: 25, joulesPerRequest: 2')}${option(
  'large',
  'accuracy: 65, cores: 4, latencySeconds: 0.2, throughput: 8, joulesPerRequest: 30',
)}  - name: classify
    profiles:
      - options:
${option('light', 'accuracy: 70, cores: 1, latencySeconds: 0.02, throughput: 40, joulesPerRequest: 1')}`;

/** Processes of this system that solve the file. */
const solvers = (file: string) =>
  readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(`pipeline\0serve\0${file}`);
    } catch {
      return false; // It has ended meanwhile.
    }
  });

describe.skipIf(isMissing)('the view of a pipeline', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'greenbatch-pipeline-'));
  const file = join(workspace, 'video.pipeline.yaml');
  let editor: Editor;
  const chosen = (variant: string) =>
    editor.panel.locator('li.stage', { hasText: 'detect' }).locator('.variant', { hasText: variant }).waitFor();
  beforeAll(async () => {
    writeFileSync(file, text);
    writeFileSync(join(workspace, 'config.yaml'), configText());
    writeFileSync(join(workspace, 'accuracies.yaml'), accuraciesText);
    writeFileSync(join(workspace, 'table.csv'), tableText);
    editor = await startEditor({ workspace, args: ['--disable-workspace-trust'] });
    await editor.open();
  });
  afterEach((context) => editor.shotOfFailure(context));
  afterAll(async () => {
    await editor?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  it('opens from above its file, and solves anew as a slider is moved by keyboard', async () => {
    const { panel } = editor;
    await editor.openFile('video.pipeline.yaml');
    await editor.lens(/^profiled: in the file, 2 options$/).waitFor();
    await editor.lens('Open pipeline view').click();
    await panel.locator('#status', { hasText: 'Solved in' }).waitFor();
    await chosen('large');
    await panel.locator('#delta').focus();
    for (let i = 0; i < 3; i++) await editor.page.keyboard.press('PageUp');
    await editor.page.keyboard.press('End');
    await chosen('small');
    await editor.shot('pipeline');
    await panel.locator('[data-key=reset]').click();
    await chosen('large');
    expect(solvers(file)).toHaveLength(1);
  });

  it('says that its solver was killed, and starts it again, with what the sliders said', async () => {
    const { panel } = editor;
    await panel.locator('#delta').focus();
    await editor.page.keyboard.press('End');
    await chosen('small');
    const [killed] = solvers(file);
    process.kill(Number(killed), 'SIGKILL');
    await panel.getByText('The solver had ended (SIGKILL) and was started again.').waitFor();
    await expect.poll(() => solvers(file).filter((pid) => pid !== killed)).toHaveLength(1);
    // The file's own view comes first, then the answer to what the sliders say: only then nothing moves any more.
    await editor.page.waitForTimeout(2000);
    await panel.locator('#status', { hasText: 'Solved in' }).waitFor();
    await chosen('small');
    await editor.shot('pipeline-restarted');
    await panel.locator('[data-key=reset]').click();
    await chosen('large');
  });

  it('follows its file, and ends its solver with the panel', async () => {
    writeFileSync(file, text.replace('alpha: 1', 'alpha: 1, delta: 5'));
    await chosen('small');
    await editor.page.locator('.tab', { hasText: 'Pipeline: video' }).locator('.action-label').first().click();
    await expect.poll(() => solvers(file), { timeout: 20_000 }).toEqual([]);
  });

  it('comes back after a reload of the window', async () => {
    await editor.openFile('video.pipeline.yaml');
    await editor.palette('Open Pipeline View');
    await chosen('small');
    // The window keeps what is open only now and then.
    await editor.page.waitForTimeout(8000);
    await editor.page.reload();
    await editor.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 90_000 });
    await editor.page.locator('.tab', { hasText: 'Pipeline: video' }).click();
    await chosen('small');
    await expect.poll(() => solvers(file), { timeout: 20_000 }).toHaveLength(1);
  });

  it('is of a run config of IPA, too, which is made a pipeline in a terminal', async () => {
    const { page } = editor;
    /** One dialog follows the other: each is known by its title. */
    const choose = async (title: string, name: string) => {
      const dialog = page.locator('.quick-input-widget:visible', { hasText: title });
      await dialog.waitFor({ timeout: 30_000 });
      await page.waitForTimeout(500);
      await page.keyboard.press('Control+A');
      await page.keyboard.type(join(workspace, name));
      for (let i = 0; i < 20 && (await dialog.isVisible()); i++) {
        await page.waitForTimeout(700);
        await page.keyboard.press('Enter');
        await page.waitForTimeout(300);
      }
    };
    await editor.openFile('config.yaml');
    await editor.lens('Import as pipeline').click();
    await editor.pick('Import as pipeline (1/3)', 'Profile tables');
    await choose('Import as pipeline (1/3)', 'table.csv');
    await choose('Import as pipeline (2/3)', 'accuracies.yaml');
    await choose('Import as pipeline (3/3)', 'made.pipeline.yaml');
    await page.locator('.tab', { hasText: 'made.pipeline.yaml' }).waitFor({ timeout: 60_000 });
    await editor.lens(/^profiled: /).waitFor();
    await editor.shot('pipeline-imported');
    expect(readFileSync(join(workspace, 'made.pipeline.yaml'), 'utf8')).toMatch(/^stages:$/m);
  });
});

describe.skipIf(isMissing)('the view of a pipeline in a workspace that is not trusted', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'greenbatch-untrusted-pipeline-'));
  const file = join(workspace, 'video.pipeline.yaml');
  let editor: Editor;
  beforeAll(async () => {
    writeFileSync(file, text);
    editor = await startEditor({ workspace });
    await editor.open();
  });
  afterEach((context) => editor.shotOfFailure(context));
  afterAll(async () => {
    await editor?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  it('is refused, with the way to trust', async () => {
    await editor.openFile('video.pipeline.yaml');
    await editor.lens('Open pipeline view').click();
    await editor.toast('This workspace is not trusted').getByText('Manage Workspace Trust').waitFor();
    expect(solvers(file)).toEqual([]);
  });
});
