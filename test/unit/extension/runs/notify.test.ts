import { afterEach, expect, it, vi } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveRun } from '../../../../src/extension/runs/liveRun';
import { tellEnd, tellFailure } from '../../../../src/extension/runs/notify';
import { loadRun } from '../../../../src/runs/store/runFolder';
import { window } from '../../../support/fakeEditor';
import { writeRun } from '../../../support/runFolders';

vi.mock('vscode', () => import('../../../support/fakeEditor'));
afterEach(() => vi.restoreAllMocks());

async function offered(code: string, fix: string | null): Promise<string[]> {
  const show = vi.spyOn(window, 'showErrorMessage');
  await tellFailure({ code, message: 'Run sudo modprobe intel_rapl_msr, then try again', fix });
  return show.mock.calls.at(-1)!.slice(1);
}

it.each(['source-absent', 'model', 'nothing-measured', 'unexpected'])(
  'offers no advice as a fix (%s)',
  async (code) => {
    expect(await offered(code, null)).not.toContain('Copy the Fix');
    expect(await offered(code, null)).toContain(code === 'source-absent' ? 'Check Energy Access' : 'Open Log');
  },
);

it('offers a command as a fix', async () => {
  expect(await offered('source-permission', 'sudo a')).toEqual(['Check Energy Access', 'Copy the Fix']);
  expect(await offered('disk-full', 'rm a')).toContain('Copy the Fix');
});

it('says the verdict, and offers more blocks where a run has ended without a verdict, and no more where there is one', async () => {
  const show = vi.spyOn(window, 'showInformationMessage').mockResolvedValue(undefined);
  const workspace = mkdtempSync(join(tmpdir(), 'greenbatch-notify-'));
  const told = async (text: string, id: string) => {
    const { run, samples } = loadRun(await writeRun(workspace, id, join(workspace, 'a.energy.yaml'), text));
    const live = { folder: id, run: () => run, problem: () => null, status: () => 'complete', host: () => null };
    await tellEnd({ ...live, power: { samples } } as unknown as LiveRun, false);
    return show.mock.calls.at(-1);
  };
  try {
    const sweep = 'models: [yolov7-tiny]\nbatchSizes: [1, 4]\n';
    expect(await told(sweep, 'r1')).toEqual([expect.stringMatching(/^test: Batch 4 .*21\.8 J\/image/), 'Open Results']);
    expect(await told(`${sweep}measure: { repeats: { min: 8, max: 8 } }\n`, 'r2')).toEqual([
      ...[expect.stringMatching(/^test: (No verdict|Too early)/), 'Open Results', 'Measure 3 More Blocks'],
    ]);
  } finally {
    rmSync(workspace, { recursive: true });
  }
});
