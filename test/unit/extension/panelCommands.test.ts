import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reportSchema } from '../../../src/core/run/reportSchema';
import type { LiveRun } from '../../../src/extension/liveRun';
import { runPanelCommand } from '../../../src/extension/panelCommands';
import { exportText } from '../../../src/runs/exportText';
import { editor, Uri } from '../../support/fakeEditor';
import { writeRun } from '../../support/runFolders';

vi.mock('vscode', () => import('../../support/fakeEditor'));

let workspace: string;
let folder: string;
beforeEach(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-panel-'));
  editor.written.clear();
  editor.said = [];
  folder = await writeRun(
    workspace,
    'one',
    join(workspace, 'a.energy.yaml'),
    'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n',
  );
});
afterEach(() => rmSync(workspace, { recursive: true }));

const extension = Uri.file('/extension') as never;
const live = () => ({ folder, run: () => null }) as unknown as LiveRun;

describe('an export from the panel', () => {
  it('as JSON is what `show --json` prints, and fits its schema', async () => {
    await runPanelCommand({ command: 'export', format: 'json' }, live(), extension);
    const text = editor.written.get('/workspace/one.json')!;
    expect(reportSchema.parse(JSON.parse(text)).accuracies).toEqual([]);
    expect(text).toBe(exportText(folder, 'json', { pageFolder: '' }));
    expect(editor.said).toEqual(['Saved one.json']);
  });

  it('as CSV is what `export --format csv` prints', async () => {
    await runPanelCommand({ command: 'export', format: 'csv' }, live(), extension);
    expect(editor.written.get('/workspace/one.csv')).toBe(exportText(folder, 'csv', { pageFolder: '' }));
  });

  it('writes the picture of a chart', async () => {
    const content = Buffer.from('PNG').toString('base64');
    await runPanelCommand({ command: 'saveChart', format: 'png', name: 'energy', content }, live(), extension);
    expect(editor.written.get('/workspace/energy.png')).toBe('PNG');
  });
});
