import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type SpecInput, specSchema } from '../../../src/core/spec/spec';
import { checkExperiment, settingsIssues } from '../../../src/workloads/checkExperiment';
import { formatProblems, parseSpec, placeIssues } from '../../../src/core/spec/specText';
import { detection } from '../../../src/workloads/detection/detection';
import type { Workload } from '../../../src/workloads/workload';
import { writeConstantModel } from '../../support/constantModel';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-check-'));
afterAll(() => rmSync(folder, { recursive: true }));
const outputs = { output: { dims: [2, 1], data: new Float32Array(2) } };
writeConstantModel(join(folder, 'two.onnx'), { inputDims: [2, 3, 64, 96], outputs });

const check = (spec: Partial<SpecInput>) =>
  checkExperiment(specSchema.parse({ models: ['two.onnx'], batchSizes: [2], ...spec }), folder);

it('is content with what can be measured', () => {
  expect(check({ spinning: [false, true], threads: [1, 2] })).toEqual({ errors: [], warnings: [] });
});

it('says that there is no such workload, and which there are', () => {
  expect(check({ workload: 'detecton' })).toEqual({
    warnings: [],
    errors: [
      {
        ...{ path: ['workload'], at: 'value', allowed: 'detection' },
        message: 'there is no workload "detecton": did you mean detection?',
      },
    ],
  });
});

it('asks the workload what a look beyond the text finds', () => {
  const { errors, warnings } = check({ imageSize: 128, batchSizes: [1, 2] });
  expect(errors.map((e) => e.path)).toEqual([['imageSize']]);
  expect(warnings.map((e) => e.message)).toEqual([expect.stringContaining('two.onnx takes batches of 2 only')]);
});

describe('the settings of a workload', () => {
  const program: Workload = {
    ...{ ...detection, name: 'program' },
    settings: z.strictObject({
      command: z.array(z.string()).min(1),
      retries: z.int().min(0).max(9).default(0),
      until: z.strictObject({ state: z.enum(['ready', 'done']) }).optional(),
    }),
  };
  const told = (settings: string, workload = program) => {
    const text = `workload: program\nmodels: [a]\nbatchSizes: [1]\n${settings}`;
    const parsed = parseSpec(text);
    if (!parsed.ok) return formatProblems('f', parsed.problems);
    return formatProblems('f', placeIssues(text, settingsIssues(workload, parsed.spec)));
  };

  it.each([
    'settings: { command: [make, -j] }',
    'settings:\n  command: [make]\n  retries: 9\n  until: { state: done }\n',
  ])('are taken as it says: %j', (text) => expect(told(text)).toBe(''));

  it.each([
    [
      'settings: { command: [a], retries: 10 }',
      'f:4:36 settings.retries: 10 is too large (allowed: whole number from 0 to 9)',
    ],
    [
      'settings: { command: [a], retries: "2" }',
      'f:4:36 settings.retries: "2" is text: take the quotes away (2) (allowed: whole number from 0 to 9)',
    ],
    [
      'settings: { command: make }',
      'f:4:22 settings.command: "make" is not a list: write [make] (allowed: list, each: text)',
    ],
    [
      'settings: { command: [a], until: { state: redy } }',
      'f:4:43 settings.until.state: "redy" is none of the values: did you mean ready? (allowed: ready or done)',
    ],
    [
      'settings: { command: [a], state: done }',
      'f:4:27 settings.state: unknown key; it belongs at settings.until.state (allowed: command, retries, until)',
    ],
    ['settings: {}', 'f:4:1 settings.command: is missing (allowed: list, each: text)'],
    ['', 'f:1:1 settings.command: is missing (allowed: list, each: text)'],
    [
      'settings: { command: [a], retries: .inf }',
      'f:4:36 settings.retries: holds what JSON has not, such as .inf and .nan',
    ],
    ['settings: [a]', 'f:4:11 settings: must be a group of keys, not a list (allowed: a group of keys)'],
  ])('are refused with their place: %j', (text, said) => expect(told(text)).toBe(said));

  it('are none where it has none, as detection', () => {
    for (const settings of ['settings: { command: [a] }', 'settings: {}'])
      expect(told(settings, detection)).toBe('f:4:1 settings: the workload detection has none');
    expect(told('', detection)).toBe('');
    // Beside what else is wrong.
    const { errors } = check({ settings: { command: 'a' }, imageSize: 128 });
    expect(errors.map(({ path }) => path[0])).toEqual(['settings', 'imageSize']);
    expect(check({ settings: { command: 'a' } }).errors).toEqual([
      { path: ['settings'], at: 'key', message: 'the workload detection has none', allowed: null },
    ]);
  });
});

it('reads a trace of arrivals before a run is made, and names what is wrong with it', () => {
  const sla = { requestLatencyMs: 1000, arrivalRate: 10 };
  const problem = (text: string | null) => {
    if (text !== null) writeFileSync(join(folder, 'arrivals.csv'), text);
    const trace = text === null ? './absent.csv' : './arrivals.csv';
    return check({ sla, measure: { paced: { trace } } }).errors.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  };
  expect(problem('0\n6.5\n')).toEqual([]);
  expect(problem('0\n6\n5\n')).toEqual([
    expect.stringMatching(/^measure\.paced\.trace: \.\/arrivals\.csv: line 3: second 5/),
  ]);
  expect(problem(null)).toEqual([expect.stringContaining('./absent.csv cannot be read')]);
});
