import { execFileSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keptTo, requireAffinity } from '../../../src/machine/affinity';
import { allowedCpus, parseCpuList } from '../../../src/machine/topology';

const cpus = parseCpuList(allowedCpus() ?? '') ?? [];

describe.skipIf(process.platform !== 'linux')('a process that is kept to CPUs', () => {
  it('may use these alone; without a list it may run where we may', () => {
    const own = (list: number[] | null) =>
      execFileSync(...keptTo(list, 'sh', ['-c', 'grep Cpus_allowed_list /proc/self/status']), { encoding: 'utf8' });
    expect(own([cpus.at(-1)!]).split(/\s+/)[1]).toBe(String(cpus.at(-1)));
    expect(own(null).split(/\s+/)[1]).toBe(allowedCpus());
  });

  it('is refused before anything is measured, with the way out, where that cannot be', () => {
    expect(() => requireAffinity([cpus[0]!])).not.toThrow();
    expect(() => requireAffinity([99_999])).toThrow(
      /cannot be kept to CPUs of their own here: taskset.*instances: \[1\]/s,
    );
    const { PATH } = process.env;
    onTestFinished(() => void (process.env.PATH = PATH));
    process.env.PATH = '/nowhere';
    expect(() => requireAffinity([cpus[0]!])).toThrow(/taskset \(of util-linux\) is not installed/);
  });
});
