import { expect, it, vi } from 'vitest';
import { foldRun } from '../../../../src/core/run/fold';
import type { LiveRun } from '../../../../src/extension/runs/liveRun';
import { createStatusBar } from '../../../../src/extension/runs/statusBar';
import { editor } from '../../../support/fakeEditor';
import { sweep } from '../../../support/runEvents';

vi.mock('vscode', () => import('../../../support/fakeEditor'));

const live = (folder: string, host: string | null, watts: number | null = null, missing: string[] = []) =>
  ({
    ...{ folder, host: () => host, power: { wattsNow: () => watts } },
    run: () => {
      const run = foldRun(sweep().slice(0, -1));
      return { ...run, source: { ...run.source!, missing } };
    },
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

it('says of the watts which domains they are without', () => {
  expect(itemFor(live('/here', null, 120)).text).toMatch(/ · 120 W( ·|$)/);
  expect(itemFor(live('/here', null, 120, ['dram-1'])).text).toContain('120 W (without dram-1)');
});
