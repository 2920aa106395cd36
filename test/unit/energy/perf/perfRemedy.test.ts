import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../../src/core/energy/diagnosis';
import { absenceRemedy, explainProblem, paranoidFix, problemRemedy } from '../../../../src/energy/perf/perfRemedy';
import { absenceRemedy as powercapAbsence } from '../../../../src/energy/powercap/powercapRemedy';
import { cpus, machineWith } from '../../../support/machines';

const missing = { folder: '/sys/bus/event_source/devices/power', code: 'ENOENT', type: 0, events: [], cpus: [] };
const absent = (other: Partial<Machine>, pmu = missing) => absenceRemedy(pmu, machineWith(other));
const rights = (paranoid: number | null, perfmon = false, sysAdmin = false) => ({ paranoid, perfmon, sysAdmin });
const container = machineWith({ kind: 'container', container: true });

describe('a PMU that is not there', () => {
  it('asks for the module of its CPU and its kernel', () => {
    expect(absent(cpus.sapphireRapids).fix).toBe('sudo modprobe rapl');
    expect(absent({ kernel: '5.4.0-190-generic' }).fix).toBe('sudo modprobe intel_rapl_perf');
    expect(absent(cpus.milan).fix).toBe('sudo modprobe rapl');
    expect(absent({ ...cpus.rome, kernel: '5.4.0-190-generic' }).advice).toContain('Linux 5.8 is the first');
    expect(absent(cpus.graniteRapids)).toEqual({
      advice: expect.stringMatching(/^Load the driver of the events\n.*linux-modules-extra.*\n.*No such device/),
      fix: 'sudo modprobe intel_rapl_tpmi',
    });
    expect(absent(cpus.sierraForest).advice).toContain('Linux 6.10 is the first');
  });

  it('has no command where none would help, and in a virtual machine one word for all sources', () => {
    const vm = machineWith({ kind: 'vm' });
    const tree = {
      root: '/sys/class/powercap',
      isKernels: true,
      code: null,
      zones: [],
      isMasked: false,
      otherTypes: [],
    };
    expect(absent({ kind: 'vm' })).toEqual(powercapAbsence(tree, vm));
    expect(absent({ kind: 'container', container: true })).toMatchObject({
      advice: expect.stringContaining('on the host: sudo modprobe rapl'),
      fix: null,
    });
    expect(absent({}, { ...missing, folder: '/tmp/power' }).advice).toContain('GREENBATCH_PERF_ROOT');
  });
});

describe('an event that cannot be opened', () => {
  it('names the level that is set, and who may count at it', () => {
    expect(explainProblem('EACCES', rights(2))).toMatch(/paranoid is 2, and above 0 root and CAP_PERFMON/);
    for (const level of [3, 4])
      expect(explainProblem('EACCES', rights(level))).toMatch(
        new RegExp(`paranoid is ${level}, and above 2 \\(Debian, Ubuntu\\) root may`),
      );
    expect(explainProblem('EACCES', rights(4, true))).toContain('CAP_PERFMON does not suffice');
    expect(explainProblem('EACCES', rights(2, true))).toContain('user namespace');
    expect(explainProblem('EACCES', rights(4, true, true))).toContain('user namespace');
    expect(explainProblem('EACCES', rights(0))).toContain('security module');
    expect(explainProblem('EPERM', rights(2))).toContain('seccomp');
  });

  it('is opened on the machine by the setting, in a container by a capability where that is enough', () => {
    expect(problemRemedy('EACCES', machineWith(), rights(4)).fix).toBe(paranoidFix);
    expect(problemRemedy('EACCES', machineWith(), rights(0))).toEqual({ advice: null, fix: null });
    const asked = (code: string, paranoid: number, perfmon = false) => {
      const { advice, fix } = problemRemedy(code, container, rights(paranoid, perfmon));
      expect(fix).toBeNull();
      return advice;
    };
    expect(asked('EACCES', 2)).toMatch(/--cap-add PERFMON\n.*\nOn the host, instead:\n {2}echo/);
    for (const text of [asked('EACCES', 4), asked('EACCES', 2, true)]) {
      expect(text).toMatch(/^On the host:\n {2}echo/);
      expect(text).not.toContain('PERFMON');
    }
    expect(asked('EPERM', 2)).toMatch(/--cap-add PERFMON\nKubernetes/);
    expect(problemRemedy('EPERM', machineWith(), rights(2)).advice).toContain('sandbox');
  });

  it('needs the package that asks the kernel', () => {
    expect(explainProblem('NO_KOFFI')).toContain('koffi');
    expect(problemRemedy('NO_KOFFI', machineWith(), rights(2))).toMatchObject({
      advice: expect.stringContaining('optional packages'),
      fix: null,
    });
  });
});
