import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Current, currentSaidBy, isInUse } from '../../../../src/core/configuration/inUse';
import { applyEdits, type ConfigKind } from '../../../../src/core/configFiles/configFile';
import { identityOf, recogniseConfig, suggestEdit } from '../../../../src/core/configFiles/recognise';
import { configurationsOf } from '../../../../src/core/run/plan';

const apply = (kind: ConfigKind, text: string, use: Current): string => {
  const suggestion = suggestEdit({ kind, text }, use);
  if ('refused' in suggestion) throw new Error(suggestion.refused);
  return applyEdits(text, suggestion.edits);
};
const told = (kind: ConfigKind, text: string, use: Current) => {
  const suggestion = suggestEdit({ kind, text }, use);
  return 'refused' in suggestion ? suggestion.refused : (suggestion.note ?? '');
};
const today = (name: string, text: string) => recogniseConfig(name, text)?.today;

const ort = 'backend: "onnxruntime"\nmax_batch_size: 8\ndynamic_batching { preferred_batch_size: [ 8 ] }\n';
const split = { batchSize: 8, instances: 4, threads: 2 };
const count = (n: number) => `instance_group [ { kind: KIND_CPU count: ${n} } ]\n`;
const threads = (n: number | string) => `parameters { key: "intra_op_thread_count" value { string_value: "${n}" } }\n`;

describe('the split of the cores in Triton', () => {
  test.each<[string, Partial<Current>]>([
    [`${ort}${count(3)}${threads(4)}`, { batchSize: 8, instances: 3, threads: 4, spinning: true }],
    [
      `${ort}instance_group { count: 3 } instance_group [ { count: 1 }, { kind: KIND_CPU } ]`,
      { batchSize: 8, instances: 6, spinning: true },
    ],
    // Two, where ONNX Runtime is given no count.
    [ort, { batchSize: 8, instances: 2, spinning: true }],
    [`${ort}instance_group { kind: KIND_MODEL }`, { batchSize: 8, instances: 1, spinning: true }],
    ['platform: "onnxruntime_onnx" max_batch_size: 8', { instances: 2, spinning: true }],
    ['backend: "openvino" max_batch_size: 8', { instances: 1 }],
    ['backend: "tensorflow" max_batch_size: 8', { instances: 2 }],
    ['max_batch_size: 8', {}],
    [`max_batch_size: 8 ${count(2)}`, { instances: 2 }],
    [`${ort}${count(1)}${threads(0)}`, { batchSize: 8, instances: 1, spinning: true }],
    [`${ort}instance_group: 3`, { batchSize: 8, spinning: true }],
    // Threads of another engine.
    [`backend: "pytorch" max_batch_size: 8 ${threads(4)}`, { instances: 1 }],
    [
      `${ort}${threads(4)}optimization { execution_accelerators { cpu_execution_accelerator { name: "openvino" } } }`,
      { batchSize: 8, instances: 2 },
    ],
  ])('is read of %j', (text, said) => {
    expect(today('config.pbtxt', text)).toEqual(said);
  });

  test.each([
    [`${ort}${count(1)}${threads(16)}`, `${ort}${count(4)}${threads(2)}`],
    [
      ort,
      `${ort}instance_group [ { count: 4 } ]\nparameters { key: "intra_op_thread_count" value: { string_value: "2" } }\n`,
    ],
    [
      `${ort}instance_group {\n    kind: KIND_CPU # mine\n}\n${threads(2)}`,
      `${ort}instance_group {\n    count: 4\n    kind: KIND_CPU # mine\n}\n${threads(2)}`,
    ],
    [
      `${ort}${count(4)}parameters: [ { key: "execution_mode" value: { string_value: "0" } }, { key: 'intra_op_thread_count', value: < string_value: '0' > } ]`,
      `${ort}${count(4)}parameters: [ { key: "execution_mode" value: { string_value: "0" } }, { key: 'intra_op_thread_count', value: < string_value: "2" > } ]`,
    ],
    [
      `${ort.replaceAll('\n', '\r\n')}${count(4)}`,
      `${ort.replaceAll('\n', '\r\n')}${count(4)}parameters { key: "intra_op_thread_count" value: { string_value: "2" } }\r\n`,
    ],
  ])('is written into %j', (before, after) => {
    expect(apply('triton', before, split)).toBe(after);
    expect(today('config.pbtxt', after)).toEqual({ ...split, spinning: true });
    expect(suggestEdit({ kind: 'triton', text: after }, split)).toMatchObject({ edits: [] });
    const identity = (text: string) => identityOf({ kind: 'triton', text });
    expect(identity(after)).toBe(identity(before));
  });

  it('is left alone where the result does not name it, and keeps a model without a batch axis at batch 1', () => {
    expect(apply('triton', `${ort}${count(3)}`, { batchSize: 8 })).toBe(`${ort}${count(3)}`);
    const fixed = `backend: "onnxruntime"\nmax_batch_size: 0\n${count(1)}`;
    expect(apply('triton', fixed, { batchSize: 1, instances: 4 })).toBe(fixed.replace('count: 1', 'count: 4'));
  });

  test.each<[string, RegExp]>([
    [`${ort}instance_group [ { count: 1 }, { count: 2 } ]`, /several groups: let their counts add up to 4 by hand/],
    [`${ort}instance_group { count: 1 count: 2 }`, /count of instance_group does not stand here once/],
    [`${ort}instance_group { count: x }`, /count of instance_group does not stand here once/],
    [`${ort}instance_group: 3`, /not a group in braces/],
    [`${ort}${count(4)}${threads(1)}${threads(2)}`, /intra_op_thread_count stands here more than once: set it to "2"/],
    [`${ort}${count(4)}parameters { key: "intra_op_thread_count" }`, /has no string_value/],
    [`${ort}instance_group [ { count: 1 kind: KIND_GPU } ]`, /runs on GPUs/],
  ])('is refused in %j', (text, reason) => expect(told('triton', text, split)).toMatch(reason));

  it('tells what the file cannot say', () => {
    expect(told('triton', `${ort}${count(4)}${threads(2)}`, { ...split, spinning: false })).toMatch(
      /no parameter against spinning/,
    );
    expect(told('triton', `${ort}${count(4)}${threads(2)}`, { ...split, spinning: true })).toBe('');
    const pytorch = `${ort.replace('onnxruntime', 'pytorch')}${count(4)}`;
    expect(told('triton', pytorch, { ...split, spinning: false })).toMatch(
      /set 2 where its session.*allow_spinning to "0"/,
    );
    expect(told('triton', ort, { batchSize: 8, instances: 0 })).toMatch(/^0 is no number of processes/);
    expect(told('triton', ort, { batchSize: 8, threads: 1.5 })).toMatch(/^1.5 is no number of threads/);
  });

  it('makes a result old only where something else has changed', () => {
    const identity = (text: string) => identityOf({ kind: 'triton', text });
    const text = `${ort}${count(3)}${threads(4)}`;
    for (const same of [`${ort}${count(1)}`.replace('count: 1 ', ''), `${ort}${count(9)}`])
      expect(identity(same)).toBe(identity(text));
    for (const other of [
      text.replace('KIND_CPU', 'KIND_MODEL'),
      text.replace('kind:', 'host_policy: "numa_0" kind:'),
      `${text}parameters { key: "execution_mode" value: { string_value: "1" } }`,
    ])
      expect(identity(other), other).not.toBe(identity(text));
  });
});

describe('the split of the cores in other files', () => {
  it('is the whole server’s in MLServer, in settings.json', () => {
    const settings = '{\n  // the pool\n  "parallel_workers": 1,\n  "http_port": 8080\n}\n';
    expect(today('m/settings.json', settings)).toEqual({ instances: 1 });
    expect(today('settings.json', settings.replace('1,', '0,'))).toEqual({ instances: 1 });
    expect(recogniseConfig('.vscode/settings.json', '{ "editor.tabSize": 2 }')).toBeNull();
    expect(recogniseConfig('settings.json', '{ "a": { "parallel_workers": 2 } }')).toBeNull();
    expect(apply('mlserver-settings', settings, split)).toBe(settings.replace('1,', '4,'));
    expect(told('mlserver-settings', settings, split)).toMatch(/"max_batch_size" to 8 .* set 2 where its session/);
    expect(told('mlserver-settings', settings, { batchSize: 8 })).toMatch(/names no number of processes/);
    expect(told('mlserver-settings', '{ "parallel_workers": "x" }', split)).toMatch(/is not a number/);
    const identity = (text: string) => identityOf({ kind: 'mlserver-settings', text });
    expect(identity(settings.replace('1,', '4,'))).toBe(identity(settings));
    expect(identity(settings.replace('8080', '9090'))).not.toBe(identity(settings));
  });

  it('of a model in MLServer is told, and the batch size set', () => {
    const model = '{ "name": "a", "max_batch_size": 4, "max_batch_time": 1, "parallel_workers": 9 }';
    expect(today('model-settings.json', model)).toEqual({ batchSize: 4 });
    expect(apply('mlserver', model, split)).toBe(model.replace('4,', '8,'));
    expect(told('mlserver', model, split)).toMatch(/^Set "parallel_workers" to 4 in settings.json/);
  });

  it('is no batching parameter of TensorFlow Serving', () => {
    const text = 'max_batch_size { value: 8 }\nnum_batch_threads { value: 4 }\n';
    expect(today('b.pbtxt', text)).toEqual({ batchSize: 8 });
    expect(told('tensorflow-serving', text, split)).toMatch(/where the server is started, 4 processes, 2 threads\.$/);
  });

  it('is current of an experiment', () => {
    const text = 'models: [a.onnx]\nbatchSizes: [1, 8] # both\nsplit: auto\ncurrent: { batchSize: 1 } # today\n';
    const after = apply('experiment', text, { ...split, spinning: true });
    expect(after).toContain('current: { batchSize: 8, instances: 4, threads: 2, spinning: true } # today\n');
    expect(apply('experiment', after, { ...split, spinning: true })).toBe(after);
  });
});

describe('whatever is applied', () => {
  it('is read back as the one configuration in use, changes nothing else, and is there already the second time', () => {
    const files: [ConfigKind, string, string][] = [
      ['triton', 'config.pbtxt', `# gate\n${ort}${count(1)}`],
      ['triton', 'config.pbtxt', `${ort}${threads(3)}# end`],
      ['experiment', 'a.energy.yaml', 'models: [a.onnx] # m\nbatchSizes: [1, 8]\n\ncurrent: {batchSize: 1}\n'],
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.constantFrom(...configurationsOf(spec, { cores: 12 })),
        fc.constantFrom('\n', '\r\n'),
        ([kind, name, text], chosen, end) => {
          const before = text.replaceAll('\n', end);
          const { batchSize, instances, threads: each } = chosen;
          const use = { batchSize, instances, threads: each };
          const after = apply(kind, before, use);
          expect(apply(kind, after, use)).toBe(after);
          const plain = (s: string) => s.replace(/[\d\s]/g, '');
          expect(plain(after).startsWith(plain(before).slice(0, 20))).toBe(true);
          expect(after.match(/#.*/g)).toEqual(before.match(/#.*/g));
          if (kind === 'experiment') return;
          const said = currentSaidBy(today(name, after)!, undefined);
          expect(isInUse(chosen, configurationsOf(spec, { cores: 12 }), said)).toBe(true);
          expect(identityOf({ kind, text: after })).toBe(identityOf({ kind, text: before }));
        },
      ),
      { numRuns: 300 },
    );
  });
});

const spec = {
  models: ['a.onnx'],
  batchSizes: [1, 2, 8],
  instances: [1],
  threads: undefined,
  split: 'auto' as const,
  spinning: [true],
};
