import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { perfProgram } from '../../../src/machine/perfProgram';
import { machineFiles } from '../../support/machineFiles';

it('tells a program from a script without its tools, from one that fails, and from none', () => {
  const root = machineFiles({
    real: '#!/bin/sh\necho "perf version 6.8.12"\n',
    ubuntu: '#!/bin/sh\necho "WARNING: perf not found for kernel 6.8.0-45" >&2\nexit 2\n',
    debian: '#!/bin/sh\necho "E: linux-perf-5.10 is not installed." >&2\nexit 1\n',
    broken: '#!/bin/sh\necho "perf: error while loading shared libraries" >&2\nexit 127\n',
  });
  const of = (name: string) => {
    chmodSync(join(root, name), 0o755);
    return perfProgram(join(root, name));
  };
  expect(of('real')).toBe('there');
  expect(of('ubuntu')).toBe('no-tools');
  expect(of('debian')).toBe('no-tools');
  expect(of('broken')).toBe('broken');
  expect(perfProgram(join(root, 'none'))).toBe('missing');
});
