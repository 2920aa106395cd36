import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reportJsonSchema } from '../../../../src/core/export/reportJsonSchema';
import type { LiveRun } from '../../../../src/extension/runs/liveRun';
import { runPanelCommand } from '../../../../src/extension/panel/panelCommands';
import { exportText } from '../../../support/exportText';
import { documentOf, editor, Uri, workspace as open } from '../../../support/fakeEditor';
import { source } from '../../../support/runEvents';
import { writeRun } from '../../../support/runFolders';

vi.mock('vscode', () => import('../../../support/fakeEditor'));

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
    expect(reportJsonSchema.parse(JSON.parse(text)).accuracies).toEqual([]);
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

describe('Apply', () => {
  const text = 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n';
  /** The panel's run, which says that its experiment lies there. */
  async function apply(specFile: string, opened = join(workspace, 'ws')) {
    Object.assign(open, { workspaceFolders: [{ uri: Uri.file(opened) }], getWorkspaceFolder: () => undefined });
    const document = documentOf(specFile, text);
    editor.documents = [document];
    const configuration = {
      id: 'yolov7-tiny b2 t2',
      model: 'yolov7-tiny',
      batchSize: 2,
      instances: 1,
      threads: 2,
      spinning: false,
    };
    const run = { created: { specFile }, configurations: [configuration], pacedTrials: [], spec: {}, source };
    const of = { folder, run: () => run } as unknown as LiveRun;
    await runPanelCommand({ command: 'apply', configuration: configuration.id }, of, extension);
    return document.text;
  }
  beforeEach(() => {
    for (const name of ['ws', 'outside']) {
      mkdirSync(join(workspace, name));
      writeFileSync(join(workspace, name, 'a.energy.yaml'), text);
    }
    open.isTrusted = true;
  });

  it('writes into the experiment, where the folder is open by a link too', async () => {
    symlinkSync(join(workspace, 'ws'), join(workspace, 'link'));
    const written = `${text}current: { batchSize: 2 }\n`;
    expect(await apply(join(workspace, 'ws/a.energy.yaml'))).toBe(written);
    expect(await apply(join(workspace, 'ws/a.energy.yaml'), join(workspace, 'link'))).toBe(written);
  });

  it('leaves the folder neither by .. nor by a link', async () => {
    symlinkSync(join(workspace, 'outside'), join(workspace, 'ws/link'));
    symlinkSync(join(workspace, 'outside/a.energy.yaml'), join(workspace, 'ws/b.energy.yaml'));
    for (const path of [
      'ws/../outside/a.energy.yaml',
      'ws/link/a.energy.yaml',
      'ws/b.energy.yaml',
      'ws/none.energy.yaml',
    ]) {
      expect(await apply(`${workspace}/${path}`), path).toBe(text);
      expect(editor.said.at(-1)).toContain('lies outside the open folders');
    }
  });

  it('changes nothing in a workspace that is not trusted, nor for a configuration that the run has not', async () => {
    open.isTrusted = false;
    expect(await apply(join(workspace, 'ws/a.energy.yaml'))).toBe(text);
    expect(editor.said.at(-1)).toContain('not trusted');
  });
});
