import { afterEach, expect, it, vi } from 'vitest';
import { tellFailure } from '../../../../src/extension/runs/notify';
import { window } from '../../../support/fakeEditor';

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
