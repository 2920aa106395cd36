import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { stringify } from 'yaml';
import { quickSpec } from '../support/greenbatch';
import { makePowercapTree } from '../support/powercapTree';
import { writeRun } from '../support/runFolders';
import { type Editor, startEditor } from './editor';

const isMissing = inject('e2e').missing !== null;
const text = '# mine\nmodels: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\ncurrent: { batchSize: 1 } # today\n';

describe.skipIf(isMissing)('without permission to read the energy counters', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'greenbatch-denied-'));
  const tree = makePowercapTree();
  let editor: Editor;
  beforeAll(async () => {
    for (const zone of tree.zones) chmodSync(zone.file, 0);
    const spec = (source: 'auto' | 'powercap') => stringify(quickSpec({ name: `by ${source}` }, { source }));
    writeFileSync(join(workspace, 'must.energy.yaml'), spec('powercap'));
    writeFileSync(join(workspace, 'may.energy.yaml'), spec('auto'));
    editor = await startEditor({
      workspace,
      args: ['--disable-workspace-trust'],
      settings: { 'greenbatch.powercapRoot': tree.root, 'greenbatch.notifyWhenDone': 'never' },
      // Root reads everything, but not without this capability.
      wrapper: process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : [],
    });
    await editor.open();
  });
  afterEach((context) => editor.shotOfFailure(context));
  afterAll(async () => {
    await editor?.close();
    tree.remove();
    rmSync(workspace, { recursive: true, force: true });
  });

  it('a run that must measure is refused with the reason, and the check says of every counter why', async () => {
    await editor.openFile('must.energy.yaml');
    await editor.profileFromLens(editor.toast('No energy source'));
    await editor.shot('denied');
    await editor.toast('No energy source').getByText('Check Energy Access').click();
    await editor.page.locator('.tab', { hasText: 'Energy Access' }).waitFor();
    // A made-up tree's links may lead anywhere: no command is offered that would open what they point to.
    await editor.toast('No energy counters can be read here').waitFor();
    expect(await editor.page.getByText('Copy the Fix').count()).toBe(0);
    await editor.page
      .locator('.view-line', { hasText: /dram-1\s+unreadable/ })
      .first()
      .waitFor();
    await editor.shot('energy-access');
  });

  it('a run that may estimate does, says so, and why', async () => {
    const { panel } = editor;
    await editor.openFile('may.energy.yaml');
    await editor.profileFromLens(panel.locator('#source', { hasText: 'ESTIMATED' }));
    await panel.locator('#face-estimate', { hasText: 'estimated, not measured' }).waitFor();
    await panel.locator('#status', { hasText: 'Complete' }).waitFor({ timeout: 120_000 });
    await editor.lens(/^estimated: no verdict yet/).waitFor();
    await editor.shot('estimated');
    expect(await panel.locator('#face-estimate').innerText()).toMatch(/unreadable|permission|only root/i);
  });
});

describe.skipIf(isMissing)('an estimated result', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'greenbatch-estimated-'));
  const file = join(workspace, 'mine.energy.yaml');
  let editor: Editor;
  beforeAll(async () => {
    writeFileSync(file, text);
    await writeRun(workspace, '20261123-000000-mine-0000', file, text, { measured: false });
    editor = await startEditor({ workspace, args: ['--disable-workspace-trust'] });
    await editor.open();
  });
  afterEach((context) => editor.shotOfFailure(context));
  afterAll(async () => {
    await editor?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  it('is shown as such above its file, and asks before it is applied', async () => {
    const { panel } = editor;
    await editor.openFile('mine.energy.yaml');
    await editor.lens(/^estimated: greenest batch 4/).click();
    await panel.locator('[data-key=apply]').click();
    const question = editor.dialog('estimated, not measured');
    await question.waitFor();
    await editor.shot('apply-estimate');
    await question.getByText('Cancel').click();
    expect(readFileSync(file, 'utf8')).toBe(text);
    await panel.locator('[data-key=apply]').click();
    await question.getByText('Apply Anyway').click();
    await panel.getByText('Batch 4 is in use: nothing to apply.').waitFor();
    expect(readFileSync(file, 'utf8')).toBe(text.replace('batchSize: 1', 'batchSize: 4'));
  });
});

describe.skipIf(isMissing)('a workspace that is not trusted', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'greenbatch-untrusted-'));
  const file = join(workspace, 'mine.energy.yaml');
  let editor: Editor;
  beforeAll(async () => {
    writeFileSync(file, text);
    await writeRun(workspace, '20261123-000000-mine-0000', file, text);
    editor = await startEditor({ workspace });
    await editor.open();
  });
  afterEach((context) => editor.shotOfFailure(context));
  afterAll(async () => {
    await editor?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  it('shows results, and measures nothing but says why', async () => {
    const { page, panel } = editor;
    await editor.openFile('mine.energy.yaml');
    await editor.lens(/^greenest batch 4/).click();
    await panel.locator('#sentence', { hasText: 'Batch 4 is greenest' }).waitFor();
    await editor.profileFromLens(editor.toast('This workspace is not trusted, so nothing is measured in it.'));
    await editor.shot('untrusted');
    expect(await page.locator('.statusbar-item', { hasText: ' W' }).count()).toBe(0);
  });
});
