import { expect, it } from 'vitest';
import type { Diagnosis, SourceDiagnosis } from '../../../../src/core/energy/diagnosis';
import { diagnosisText, fixOf } from '../../../../src/core/energy/diagnosisText';

function diagnosis(help: Pick<SourceDiagnosis, 'advice' | 'fix'>, usable = false): Diagnosis {
  const powercap = { kind: 'powercap', usable, readable: usable, measured: true, counters: 'below /r' } as const;
  return {
    root: '/r',
    sources: [{ ...powercap, code: usable ? null : 'source-absent', reason: 'because', ...help }],
    domains: [],
    machine: { kind: 'vm', vendor: 'intel', sockets: [0], filtering: { state: 'off', because: 'no SGX' } },
    notes: ['A note'],
  };
}

it('prints advice and commands alike, but only commands are a fix', () => {
  const driver = diagnosis({ advice: 'Look at dmesg', fix: 'sudo a <<EOF\n  x\nEOF' });
  expect(diagnosisText(driver)).toContain('To measure\n  Look at dmesg\n  sudo a <<EOF\n    x\n  EOF\n\nA note');
  expect(fixOf(driver)).toBe('sudo a <<EOF\n  x\nEOF');
  const virtual = diagnosis({ advice: 'A virtual machine has no energy counters', fix: null });
  expect(diagnosisText(virtual)).toContain('To measure\n  A virtual machine has no energy counters');
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
