import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import * as eventLog from '../../../../src/runs/store/eventLog';
import { importRun } from '../../../../src/runs/store/importRun';
import { created } from '../../../support/runEvents';

vi.mock('../../../../src/runs/store/eventLog', { spy: true });
const place = mkdtempSync(join(tmpdir(), 'greenbatch-imported-'));
afterAll(() => rmSync(place, { recursive: true }));

it.each([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EIO', 'run-folder'],
])('a write that fails with %s is told as %s, and leaves nothing behind', (code, told) => {
  const folder = join(place, code);
  vi.mocked(eventLog.openEventLog).mockReturnValueOnce({
    append() {
      throw Object.assign(new Error(`${code}: so it is`), { code });
    },
    close: () => undefined,
  } as never);
  expect(() => importRun(folder, [created()])).toThrow(expect.objectContaining({ code: told }));
  expect([existsSync(folder), readdirSync(place)]).toEqual([false, []]);
});
