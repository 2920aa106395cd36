import { expect, it } from 'vitest';
import { measuredPart } from '../../../../src/core/configFiles/measuredPart';
import { type Spec, specSchema } from '../../../../src/core/spec/spec';

const partOf = (spec: Partial<Spec>) => measuredPart(spec as Spec, () => null);
const spec = specSchema.parse({ models: ['yolov7-tiny'], batchSizes: [1] });

it('of a log from before there were several workloads is that of detection, and of no other', () => {
  const { workload, ...before } = spec;
  expect(workload).toBe('detection');
  expect(partOf(before)).toBe(partOf(spec));
  expect(partOf({ ...spec, workload: 'tokens' })).not.toBe(partOf(spec));
});

it('of a log from before accuracy was measured, or models decided the size, is that of their defaults', () => {
  const { accuracy: _, ...before } = spec;
  expect(partOf({ ...before, imageSize: 640 })).toBe(partOf(spec));
});

it('counts what a workload is told by its own keys, in any order, and none as empty', () => {
  const told = (settings: Spec['settings']) => partOf({ ...spec, settings });
  expect(told({ command: 'a', depth: 2 })).toBe(told({ depth: 2, command: 'a' }));
  expect(told({ command: 'a' })).not.toBe(told({ command: 'b' }));
  expect(told({ command: 'a' })).not.toBe(partOf(spec));
  expect(told({})).toBe(partOf(spec));
});
