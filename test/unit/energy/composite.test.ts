import { describe, expect, it } from 'vitest';
import { composite } from '../../../src/energy/composite';
import type { EnergySource } from '../../../src/energy/source';
import type { Part } from '../../../src/core/energy/source';
import { zonePart } from '../../support/runEvents';

const sourceOf = (kind: string, measured: boolean, covers: string, parts: Part[], reason: string | null = null) => {
  const record = { parts, reason };
  const refuse = () => Promise.reject(new Error('not asked'));
  const open = () => ({ read: () => 1, close() {} });
  return { source: { kind, measured, covers, describe: refuse, open, diagnose: refuse } as EnergySource, record };
};
const powercap = sourceOf('powercap', true, 'cpu', [zonePart('package-0'), zonePart('psys')], 'no dram');
const meter = sourceOf('meter', true, 'gpu', [zonePart('gpu-0', { source: 'meter', added: true })]);
const guess = sourceOf('guess', false, 'gpu', [zonePart('gpu-0', { source: 'guess', measured: false, added: true })]);
const estimate = sourceOf('estimate', false, 'cpu', [
  zonePart('machine', { source: 'estimate', measured: false, added: true }),
]);

describe('several sources as one', () => {
  it('have the parts of all, in the order that they were asked for, and all that qualifies them', () => {
    const { parts, reason } = composite([meter, powercap]);
    expect(parts).toEqual([...meter.record.parts, ...powercap.record.parts]);
    expect(reason).toBe('no dram');
    expect(composite([meter, estimate]).reason).toBeNull();
  });

  it('do not add an estimate of what another one measures, and say so; of something else they do', () => {
    const { parts, reason } = composite([powercap, estimate]);
    expect(parts.map((part) => [part.id, part.added])).toEqual([
      ['package-0', true],
      ['psys', false],
      ['machine', false],
    ]);
    expect(reason).toBe('no dram; estimate is of what powercap measures: it is recorded and not added');
    expect(composite([estimate, powercap]).parts[0]).toMatchObject({ id: 'machine', added: false });
    expect(composite([powercap, guess]).parts.at(-1)).toEqual(guess.record.parts[0]);
  });

  it('refuse what pauses its count beside another measured one', () => {
    const printed = { form: 'json', control: true, everyMs: 100, resolution: 1 };
    const slow = sourceOf('perf', true, 'cpu', [zonePart('package-0', { source: 'perf', way: 'program', printed })]);
    expect(() => composite([slow, meter])).toThrow('perf program pauses its count while it is read');
    expect(composite([slow, estimate]).parts).toHaveLength(2);
  });

  it('say what is missing of any', () => {
    const half = { ...powercap, record: { ...powercap.record, missing: ['dram-1'] } };
    expect(composite([meter, half]).missing).toEqual(['dram-1']);
    expect(composite([meter, powercap])).not.toHaveProperty('missing');
  });

  it('say of the one that counts in the processor whether it is filtered', () => {
    const filtering = { state: 'on' as const, by: 'msr', because: 'bit 0 is set' };
    const filtered = { ...powercap, record: { ...powercap.record, filtering } };
    expect(composite([meter, filtered]).filtering).toEqual(filtering);
    expect(composite([meter, powercap])).not.toHaveProperty('filtering');
  });

  it('keep ids apart that two kinds share', () => {
    const { parts } = composite([meter, guess, powercap]);
    expect(parts.map((part) => part.id)).toEqual(['meter:gpu-0', 'guess:gpu-0', 'package-0', 'psys']);
  });

  it('are refused where two measure the same piece of the machine, whatever they say they cover', () => {
    const other = (id: string, more: Partial<Part> = {}) =>
      sourceOf('board', true, 'board', [zonePart(id, { source: 'board', added: true, ...more })]);
    expect(() => composite([powercap, other('package-0')])).toThrow(/package-0 of powercap and package-0 of board/);
    expect(() => composite([powercap, other('package-1')])).not.toThrow();
    expect(() => composite([powercap, other('package-0', { added: false })])).not.toThrow();
    expect(() => composite([powercap, other('package-0', { measured: false })])).not.toThrow();
  });
});
