import { describe, expect, it } from 'vitest';
import { kindIssues } from '../../../src/energy/askedKinds';
import type { EnergySource } from '../../../src/energy/source';

const sourceOf = (kind: string, measured: boolean, covers: string): EnergySource => {
  const refuse = () => Promise.reject(new Error('not asked'));
  return { kind, measured, covers, describe: refuse, open: () => ({ read: () => 1, close() {} }), diagnose: refuse };
};
const sources = [
  sourceOf('powercap', true, 'cpu'),
  sourceOf('meter', true, 'gpu'),
  sourceOf('guess', false, 'gpu'),
  sourceOf('estimate', false, 'cpu'),
  sourceOf('perf', true, 'cpu'),
];

describe('the kinds that an experiment asks for', () => {
  it('are fine where each is there and covers something of its own', () => {
    for (const asked of ['auto', 'meter', ['meter', 'powercap'], ['powercap', 'estimate', 'guess']]) {
      expect(kindIssues(asked, sources)).toEqual([]);
    }
  });

  it('are told where there are none, with those that there are', () => {
    const allowed = 'auto, powercap, meter, guess, estimate or perf';
    expect(kindIssues('powrcap', sources)).toEqual([
      {
        ...{ path: ['measure', 'source'], at: 'value', allowed },
        message: 'there is no energy source "powrcap": did you mean powercap?',
      },
    ]);
    expect(kindIssues(['meter', 'constructor', 'nvml'], sources)).toMatchObject([
      { path: ['measure', 'source', 1], message: 'there is no energy source "constructor"' },
      { path: ['measure', 'source', 2], allowed: 'powercap, meter, guess, estimate or perf' },
    ]);
  });

  it('may not measure the same twice, nor estimate it twice', () => {
    expect(kindIssues(['perf', 'meter', 'powercap'], sources)).toMatchObject([
      {
        path: ['measure', 'source', 2],
        message: 'powercap and perf are both of the cpu: together they would count it twice',
      },
    ]);
  });
});
