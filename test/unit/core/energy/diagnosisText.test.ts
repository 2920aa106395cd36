import { expect, it } from 'vitest';
import type { Diagnosis, SourceDiagnosis } from '../../../../src/core/energy/diagnosis';
import { diagnosisText, fixOf } from '../../../../src/core/energy/diagnosisText';
import { machineWith } from '../../../support/machines';

function diagnosis(help: Pick<SourceDiagnosis, 'advice' | 'fix'>, usable = false): Diagnosis {
  const powercap = { kind: 'powercap', usable, readable: usable, measured: true, counters: 'below /r' } as const;
  return {
    root: '/r',
    sources: [{ ...powercap, code: usable ? null : 'source-absent', reason: 'because', ...help }],
    domains: [],
    machine: machineWith({ kind: 'vm' }),
    hazards: [],
    notes: ['A note'],
  };
}

it('prints advice and commands alike, but only commands are a fix', () => {
  const driver = diagnosis({ advice: 'Look at dmesg', fix: 'sudo a <<EOF\n  x\nEOF' });
  expect(diagnosisText(driver)).toContain(
    'To measure, with powercap\n  Look at dmesg\n  sudo a <<EOF\n    x\n  EOF\n\nCounters',
  );
  expect(fixOf(driver)).toBe('sudo a <<EOF\n  x\nEOF');
  const virtual = diagnosis({ advice: 'A virtual machine has no energy counters', fix: null });
  expect(diagnosisText(virtual)).toContain('To measure, with powercap\n  A virtual machine has no energy counters');
  expect(fixOf(virtual)).toBeNull();
});

it('lists the counters of each source that has any, under where they are', () => {
  const { sources, ...rest } = diagnosis({ advice: null, fix: null }, true);
  const domain = { kind: 'x', socket: null, readable: true, added: true, reason: null, advice: null, fix: null };
  const text = diagnosisText({
    ...rest,
    sources: [
      ...sources,
      { ...sources[0]!, kind: 'meter', counters: 'of the meter' },
      { ...sources[0]!, kind: 'guess', counters: null },
    ],
    domains: [
      { ...domain, source: 'meter', id: 'gpu-0', path: null, rangeMicrojoules: null, limitWatts: null },
      {
        ...domain,
        source: 'powercap',
        id: 'psys',
        path: '/p',
        added: false,
        reason: 'why',
        ...{ rangeMicrojoules: 1, limitWatts: 1 },
      },
    ],
  });
  expect(text).toContain(
    '\n\nCounters below /r\n  psys               not added   why · /p\n\nCounters of the meter\n  gpu-0',
  );
  expect(text.match(/Counters /g)).toHaveLength(2);
});

it('has nothing to fix where the source can be used', () => {
  const fine = diagnosis({ advice: null, fix: null }, true);
  expect(diagnosisText(fine)).not.toContain('To measure');
  expect(fixOf(fine)).toBeNull();
});

const perf = {
  kind: 'perf',
  usable: false,
  readable: false,
  measured: true,
  code: 'source-permission',
  counters: null,
};

it('names what takes the least first where nothing measures, and calls it a second opinion where something does', () => {
  const absent = diagnosis({ advice: 'Load the driver', fix: 'sudo modprobe x' });
  const locked = { ...perf, reason: 'locked', advice: null, fix: 'sudo sysctl y' };
  const both = { ...absent, sources: [...absent.sources, locked] };
  expect(diagnosisText(both)).toContain(
    '\n\nTo measure, with perf\n  sudo sysctl y\n\nOr with powercap\n  Load the driver\n  sudo modprobe x\n\n',
  );
  expect(fixOf(both)).toBe('sudo sysctl y');
  const open = diagnosis({ advice: null, fix: null }, true);
  const second = { ...open, sources: [...open.sources, locked] };
  expect(diagnosisText(second)).toContain('\n\nFor a second opinion, with perf\n  sudo sysctl y\n\n');
  expect(diagnosisText(second)).not.toContain('To measure');
  expect(fixOf(second)).toBeNull();
  const same = { ...absent, sources: [...absent.sources, { ...absent.sources[0]!, kind: 'perf' }] };
  expect(diagnosisText(same).match(/Load the driver/g)).toHaveLength(1);
});

it('says what may spoil or end a run, with what helps', () => {
  const hazard = { code: 'ended-at-logout', reason: 'It ends', advice: 'Linger', fix: 'sudo a\nsudo b' } as const;
  const text = diagnosisText({ ...diagnosis({ advice: null, fix: null }, true), hazards: [hazard] });
  expect(text).toContain('\n\nIt ends\n  Linger\n  sudo a\n  sudo b\n\nCounters');
});

it('breaks sentences at the width of a terminal, and no command', () => {
  const fix = `sudo ${'long '.repeat(20)}end`;
  const { domains: _, ...rest } = diagnosis({ advice: 'Words '.repeat(20).trim(), fix });
  const path = '/sys/class/powercap/intel-rapl:0/energy_uj';
  const domain = {
    source: 'powercap',
    id: 'package-0',
    kind: 'package',
    socket: 0,
    path,
    readable: false,
    added: false,
  };
  const text = diagnosisText(
    {
      ...rest,
      domains: [
        { ...domain, reason: 'it is locked', advice: null, fix: null, rangeMicrojoules: null, limitWatts: null },
      ],
    },
    60,
  );
  const lines = text.split('\n');
  expect(lines).toContain(`  ${fix}`);
  expect(lines.filter((line) => line.length > 60)).toEqual([`  ${fix}`]);
  expect(text).toContain(`\n  package-0          unreadable\n    it is locked\n    ${path}\n`);
});
