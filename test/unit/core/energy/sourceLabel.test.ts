import { expect, it } from 'vitest';
import {
  basisText,
  countedIds,
  energyBoundary,
  sourceLabel,
  withoutText,
} from '../../../../src/core/energy/sourceLabel';
import type { Part } from '../../../../src/core/energy/source';
import { zonePart } from '../../../support/runEvents';

const zones = ['package-0', 'dram-0', 'package-1', 'dram-1', 'psys'].map((id) => zonePart(id));
const machine = zonePart('machine', { source: 'estimate', measured: false, added: true });
const gpus = [0, 1].map((number) => zonePart(`gpu-${number}`, { source: 'nvml', added: true }));
const guess = zonePart('gpu-0', { source: 'guess', measured: false, added: true });

it.each<[string, Part[], string, string]>([
  [
    'powercap',
    zones,
    'MEASURED powercap · 2 package + 2 dram',
    'gross energy of package-0 + dram-0 + package-1 + dram-1',
  ],
  [
    'the estimate',
    [machine],
    'ESTIMATED from CPU time',
    'gross energy of all packages, from CPU utilisation and a power curve',
  ],
  [
    'two that measure',
    [...gpus, zones[1]!, zones[0]!],
    'MEASURED nvml + powercap · 1 package + 1 dram + 2 gpu',
    'gross energy of gpu-0 + gpu-1 + dram-0 + package-0',
  ],
  [
    'an estimate beside',
    [zones[0]!, guess],
    'MEASURED powercap · 1 package; beside it ESTIMATED by guess · 1 gpu',
    'gross energy of package-0, measured; gpu-0 is estimated and only in the total that says PARTLY ESTIMATED',
  ],
  [
    'the estimate of the CPU beside a measured accelerator',
    [gpus[0]!, machine],
    'MEASURED nvml · 1 gpu; beside it ESTIMATED from CPU time · 1 machine',
    'gross energy of gpu-0, measured; machine is estimated and only in the total that says PARTLY ESTIMATED',
  ],
  ['two estimates', [machine, guess], 'ESTIMATED by estimate + guess', 'gross energy of machine + gpu-0, estimated'],
])('says of %s what is measured, and what is not', (_, parts, label, boundary) => {
  expect(sourceLabel({ parts })).toBe(label);
  expect(energyBoundary({ parts })).toBe(boundary);
});

it('says wherever it says anything which domains are missing', () => {
  const half = { parts: zones.slice(0, 3), missing: ['dram-1'] };
  expect(sourceLabel(half)).toBe('MEASURED powercap · 2 package + 1 dram, without dram-1');
  expect(energyBoundary(half)).toBe('gross energy of package-0 + dram-0 + package-1, without dram-1');
  const beside = { parts: [zones[0]!, guess], missing: ['package-1', 'dram-0'] };
  expect(sourceLabel(beside)).toBe(
    'MEASURED powercap · 1 package, without package-1 + dram-0; beside it ESTIMATED by guess · 1 gpu',
  );
  expect(energyBoundary(beside)).toMatch(/^gross energy of package-0, without package-1 \+ dram-0, measured; gpu-0 is/);
  expect(withoutText({ missing: [] })).toBeNull();
  expect(withoutText({})).toBeNull();
});

it('says before a claim what it rests on, unless that is all that was asked for', () => {
  expect(basisText({ estimated: true, missing: [] })).toBe('Estimated from CPU time');
  expect(basisText({ estimated: false, missing: ['dram-0', 'dram-1'] })).toBe('Measured without dram-0 + dram-1');
  expect(basisText({ estimated: false, missing: [] })).toBeNull();
});

it('names as counted what joules are of, and no estimate beside it', () => {
  expect(countedIds({ parts: [...zones, guess] })).toEqual(['package-0', 'dram-0', 'package-1', 'dram-1']);
  expect(countedIds({ parts: [guess] })).toEqual(['gpu-0']);
});
