import { expect, it, vi } from 'vitest';
import { foldRun } from '../../../../src/core/run/fold';
import type { LiveRun } from '../../../../src/extension/runs/liveRun';
import { createStatusBar } from '../../../../src/extension/runs/statusBar';
import { editor } from '../../../support/fakeEditor';
import { sweep } from '../../../support/runEvents';

vi.mock('vscode', () => import('../../../support/fakeEditor'));

const live = (folder: string, host: string | null) =>
  ({
    ...{ folder, host: () => host, power: { wattsNow: () => null } },
    run: () => foldRun(sweep().slice(0, -1)),
  }) as unknown as LiveRun;
function itemFor(...running: LiveRun[]) {
  editor.statusItems = [];
  createStatusBar({ running: () => running, onDidChange: () => ({ dispose() {} }) } as never).dispose();
  return editor.statusItems[0]!;
}

it('names another machine that measures, and rather shows what this one does', () => {
  const there = itemFor(live('/there', 'node-17'));
  expect(there.text).toContain('test · on node-17 · ');
  expect(there.tooltip).toContain('test is running on node-17');
  const here = itemFor(live('/there', 'node-17'), live('/here', null));
  expect(here.text).not.toContain('node-17');
  expect(here).toMatchObject({ command: { arguments: ['/here'] } });
});
