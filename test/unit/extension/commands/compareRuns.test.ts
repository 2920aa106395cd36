import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { compareRuns } from '../../../../src/extension/commands/compareRuns';
import { writeRun } from '../../../support/runFolders';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-compare-'));
});
afterEach(() => rmSync(workspace, { recursive: true }));

const run = (id: string, measured = true) =>
  writeRun(workspace, id, join(workspace, 'a.energy.yaml'), 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n', {
    measured,
  });

/** What a panel is asked to show. */
async function shown(one: string, other: string) {
  const showFindings = vi.fn();
  await compareRuns({ panels: { showFindings } as never }, one, other);
  expect(showFindings).toHaveBeenCalledOnce();
  const [folder, [findings]] = showFindings.mock.calls[0]!;
  return { folder, findings };
}

it('shows the later run, compared with the earlier one, in whichever order they were chosen', async () => {
  const [early, late] = [await run('20261123-080000-a'), await run('20261124-080000-b')];
  for (const [one, other] of [
    [early, late],
    [late, early],
  ] as const) {
    const { folder, findings } = await shown(one, other);
    expect(folder).toBe(late);
    expect(findings.runs.map((r: { id: string }) => r.id)).toEqual(['20261123-080000-a', '20261124-080000-b']);
    expect(findings.sentence).toMatch(/^Between 20261123-080000-a and 20261124-080000-b, energy per image /);
    expect(findings.table.rows).toHaveLength(2);
  }
});

it('shows why two runs are not compared', async () => {
  const { findings } = await shown(await run('20261123-080000-a'), await run('20261124-080000-b', false));
  expect(findings.sentence).toMatch(/^Not compared: .* was measured/);
  expect(findings.table.rows).toEqual([]);
});

it('says which run is not there', async () => {
  await expect(shown(await run('20261123-080000-a'), join(workspace, 'gone'))).rejects.toThrow(/gone holds no run/);
});
