import { describe, expect, test } from 'vitest';
import { basisNotes, refusedBases } from '../../../../../src/core/pipeline/profile/energyBases';
import type { EnergyBasis } from '../../../../../src/core/pipeline/profile/stageProfile';

const basis = (run: string, rest: Partial<EnergyBasis> = {}): EnergyBasis => ({
  ...{ run, measured: true, kinds: 'powercap', curve: '', domains: 'dram + package', machine: 'A' },
  ...{ scope: 'inference', ...rest },
});
const estimate = (run: string, curve = '5 to 50 W') =>
  basis(run, { measured: false, kinds: 'estimate', curve, domains: 'machine' });
const stage = (name: string, ...bases: EnergyBasis[]) => ({ stage: name, bases });

describe('joules of stages', () => {
  test('are added where all are measured, or all estimated alike; tables are as they are', () => {
    expect(refusedBases([stage('a', basis('r')), stage('b', basis('s')), stage('c')]).size).toBe(0);
    expect(refusedBases([stage('a', estimate('r')), stage('b', estimate('s'))]).size).toBe(0);
  });

  test('that are estimated are not added to measured ones, within a stage neither', () => {
    const refused = refusedBases([stage('a', estimate('r')), stage('b', basis('s')), stage('c', basis('t'))]);
    expect([...refused.keys()]).toEqual(['a']);
    expect(refused.get('a')).toBe(
      'its joules are estimated (r), those of b were measured (s): they are different things and are not added. Measure it with the same source (measure.source: powercap), or take the estimate for all stages.',
    );
    expect([...refusedBases([stage('a', estimate('r'), basis('s'))]).keys()]).toEqual(['a']);
  });

  test('that rest on other power curves are not added', () => {
    const refused = refusedBases([stage('a', estimate('r')), stage('b', estimate('s', '1 to 7 W'))]);
    expect(refused.get('b')).toMatch(
      /another power curve \(1 to 7 W\) than that of a \(r: 5 to 50 W\).*measure.powerCurve/,
    );
  });
});

describe('what is told', () => {
  test('is where machines, domains and windows differ', () => {
    const other = basis('s', { machine: null, domains: 'package', scope: 'end-to-end' });
    expect(basisNotes([stage('a', basis('r')), stage('b', other), stage('c', basis('t'))])).toEqual([
      'Stages differ in the machine that measured them (a, c: A; b: not known): cores, latencies and joules of one are not those of the other.',
      expect.stringContaining('what their joules hold (a, c: dram + package; b: package)'),
      expect.stringContaining('what their windows hold (a, c: measure.scope inference; b: measure.scope end-to-end)'),
    ]);
    expect(basisNotes([stage('a', basis('r')), stage('b', basis('s'))])).toEqual([]);
  });
});
