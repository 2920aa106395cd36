import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { createRunsView } from '../../../../src/extension/commands/runsView';
import type { Session } from '../../../../src/extension/session/session';
import { peekRun } from '../../../../src/runs/index/peekRun';
import { eventsFile } from '../../../../src/runs/store/folders';
import { foreignLease, writeLease } from '../../../support/foreignLease';
import { created, sessionStarted, toLines } from '../../../support/runEvents';

vi.mock('vscode', () => import('../../../support/fakeEditor'));

const parent = mkdtempSync(join(tmpdir(), 'greenbatch-view-'));
afterAll(() => rmSync(parent, { recursive: true }));

it('shows a run of another machine with its name, and offers neither to stop nor to resume or delete it', async () => {
  const folder = join(parent, '20260101-000000-run');
  mkdirSync(folder);
  writeFileSync(eventsFile(folder), toLines([created(), ...sessionStarted()]));
  const session = { runs: { peek: (of: string) => peekRun(of) } } as unknown as Session;
  const view = createRunsView(
    async () => session,
    () => undefined,
  );
  expect((await view.treeItem({ folder })).contextValue).toBe('run.stopped.resumable');
  writeLease(folder, foreignLease());
  const item = await view.treeItem({ folder });
  expect(item.description).toMatch(/^running on node-17 · /);
  expect(item.accessibilityInformation?.label).toContain('running on node-17');
  // `when` of the menus: package.json.
  expect(item.contextValue).toBe('run.elsewhere');
});
