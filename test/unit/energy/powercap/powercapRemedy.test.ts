import { expect, it } from 'vitest';
import type { Machine } from '../../../../src/core/energy/diagnosis';
import type { PowercapTree } from '../../../../src/energy/powercap/powercap';
import { absenceRemedy, driverRemedy, permissionRemedy } from '../../../../src/energy/powercap/powercapRemedy';
import { cpus, machineWith } from '../../../support/machines';

const empty: PowercapTree = {
  ...{ root: '/sys/class/powercap', isKernels: true, code: null, zones: [], isMasked: false, otherTypes: [] },
};
const absent = (other: Partial<Machine>, tree = empty) => absenceRemedy(tree, machineWith(other));

it('loads the driver of the CPU, for TPMI another than for MSR, and says where a kernel may be too old for it', () => {
  expect(absent(cpus.sapphireRapids).fix).toBe('sudo modprobe intel_rapl_msr');
  for (const cpu of [cpus.graniteRapids, cpus.sierraForest, cpus.clearwaterForest])
    expect(absent(cpu)).toEqual({
      advice: expect.stringMatching(/^Load the driver\. .*linux-modules-extra/),
      fix: 'sudo modprobe intel_rapl_tpmi',
    });
  expect(absent({ ...cpus.sierraForest, kernel: '5.15.0-118-generic' }).advice).toMatch(
    /Linux 6\.5 .*this is 5\.15\.0-118/,
  );
  expect(absent(cpus.milan)).toEqual({
    advice: expect.not.stringContaining('first'),
    fix: 'sudo modprobe intel_rapl_msr',
  });
  expect(absent({ ...cpus.rome, kernel: '5.4.0-190-generic' }).advice).toContain('Linux 5.11 is the first');
  expect(absent({ ...cpus.turin, kernel: '6.8.0-45-generic' }).advice).toContain('unless your distribution added it');
});

it('has no command where none on this machine would help', () => {
  expect(absent({ kind: 'vm', container: true })).toMatchObject({
    advice: expect.stringContaining('bare metal'),
    fix: null,
  });
  expect(absent({ vendor: 'other' }).fix).toBeNull();
  const container = absent({ ...cpus.graniteRapids, kind: 'container', container: true });
  expect(container.fix).toBeNull();
  expect(container.advice).toMatch(/on the host.*sudo modprobe intel_rapl_tpmi[^]*GREENBATCH_POWERCAP_ROOT=\/powercap/);
  expect(absent({}, { ...empty, isKernels: false }).advice).toContain('Check measure.powercapRoot');
});

it('loads again what is loaded', () => {
  expect(driverRemedy(machineWith(cpus.sierraForest)).fix).toBe(
    'sudo modprobe -r intel_rapl_tpmi && sudo modprobe intel_rapl_tpmi',
  );
  expect(driverRemedy(machineWith(cpus.rome)).fix).toBe(
    'sudo modprobe -r intel_rapl_msr && sudo modprobe intel_rapl_msr',
  );
});

it('leaves group and rule to the host of a container', () => {
  const files = ['/sys/class/powercap/intel-rapl:0/energy_uj'];
  expect(permissionRemedy(empty, machineWith(), files).fix).toContain('udevadm');
  const { advice, fix } = permissionRemedy(empty, machineWith({ container: true }), files);
  expect(fix).toBeNull();
  expect(advice).toMatch(/on its host.*\n {2}--group-add/);
  expect(permissionRemedy({ ...empty, isKernels: false }, machineWith(), files).fix).toBeNull();
});
