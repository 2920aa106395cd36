import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { applyEdits, type ConfigKind } from '../../../../src/core/configFiles/configFile';
import { mlserverModel } from '../../../../src/core/configFiles/mlserver';
import { identityOf, recogniseConfig, suggestEdit } from '../../../../src/core/configFiles/recognise';
import { readTextProto } from '../../../../src/core/configFiles/textProto';
import { seededRandom } from '../../../../src/core/statistics/random';
import { cfgText } from '../../../../src/models/yolo/builtIn';
import { repeats } from '../../../support/repeats';

const triton = `# YOLOv7 for the gate camera
name: "yolov7"
platform: 'onnxruntime_onnx' # CPU build
max_batch_size: 16
input [ { name: "images" data_type: TYPE_FP32 dims: [ 3, 640, 640 ] } ]
output [ { name: "output", data_type: TYPE_FP32, dims: [ -1, 85 ] } ]
instance_group [ { count: 1, kind: KIND_CPU } ]
dynamic_batching {
  preferred_batch_size: [ 4, 16 ] # tried in May
  max_queue_delay_microseconds: 100
}
`;
const parameter = 'parameters { key: "intra_op_thread_count" value { string_value: "4" } }\n';
const mlserver = `{
  // the detector
  "name": "yolov7",
  "implementation": "mlserver_onnx.Runtime",
  "max_batch_size": 4, /* was 2 */
  "max_batch_time": 0.05,
  "parameters": { "uri": "./model.onnx", "max_batch_size": 99 }
}
`;
const experiment = `models: [yolov7-tiny]\nbatchSizes: [1, 2] # two\ncurrent: { batchSize: 2 } # today\n`;
const cfg = cfgText('yolov7-tiny');

const apply = (kind: ConfigKind, text: string, batchSize = 8): string => {
  const suggestion = suggestEdit({ kind, text }, { batchSize });
  if ('refused' in suggestion) throw new Error(suggestion.refused);
  return applyEdits(text, suggestion.edits);
};
const refusal = (kind: ConfigKind, text: string, batchSize = 8) => {
  const suggestion = suggestEdit({ kind, text }, { batchSize });
  return 'refused' in suggestion ? suggestion.refused : null;
};
const note = (kind: ConfigKind, text: string, batchSize = 8) => {
  const suggestion = suggestEdit({ kind, text }, { batchSize });
  return 'refused' in suggestion ? null : suggestion.note;
};

describe('recognising a config', () => {
  it('knows a YOLOv7 cfg by what it says, in both styles of rows', () => {
    expect(recogniseConfig('whatever.yaml', cfg)).toMatchObject({ kind: 'yolov7-cfg', today: {} });
    const nested =
      '# parameters\nnc: 80\ndepth_multiple: 1.0\nanchors:\n  - [1,2]\nbackbone:\n  # [from, number, module, args]\n  [[-1, 1, Conv, [32, 3, 1]],\n  ]\nhead:\n  [[[75,88,101], 1, IDetect, [nc, anchors]],\n  ]\n';
    expect(recogniseConfig('/x/a.yml', nested)?.places).toEqual([
      { field: 'nc', offset: 13, length: 2, line: 2, column: 1 },
    ]);
  });

  test.each([
    ['a.yaml', 'backbone: resnet\nhead: x\nnc: 3\nanchors: 1\n'],
    ['a.yaml', cfg.replace('anchors:', 'anchor:')],
    ['a.yaml', cfg.replaceAll(/^(?=\S)/gm, '# ')],
    ['a.txt', cfg],
    ['labels.pbtxt', 'item { name: "cat" id: 1 }\n'],
    ['graph.pbtxt', 'node { name: "a" op: "Const" }\n'],
    ['config.pbtxt', '# nothing\n'],
    ['settings.json', mlserver],
    ['model-settings.json', '[1]'],
    ['model-settings.json', '{"other": 1}'],
    ['a.yaml', ' '.repeat(1 << 20)],
    ['config.pbtxt', 'backend: "onnxruntime"\nmax_batch_size: ${max_batch_size}\n'],
    ['config.pbtxt', triton.replace('name: "yolov7"', 'name: "{{ .Values.model }}"')],
    ['model-settings.json', mlserver.replace('4', '{{batch}}')],
  ])('passes over %s that is another thing (%#)', (name, text) => expect(recogniseConfig(name, text)).toBeNull());

  it('finds the fields of serving configs', () => {
    expect(recogniseConfig('m/config.pbtxt', triton)).toMatchObject({
      kind: 'triton',
      today: { batchSize: 16, instances: 1, spinning: true },
      places: [
        { field: 'max_batch_size', line: 4, column: 1 },
        { field: 'preferred_batch_size', line: 9, column: 3 },
      ],
    });
    expect(recogniseConfig('model-settings.json', mlserver)).toMatchObject({
      kind: 'mlserver',
      today: { batchSize: 4 },
      places: [{ field: 'max_batch_size', line: 5, column: 3 }],
    });
    expect(mlserverModel(mlserver)).toBe('./model.onnx');
  });

  test.each([
    ['dynamic_batching {} max_batch_size: 8', 8],
    ['max_batch_size: 8', undefined],
    ['max_batch_size: 8 dynamic_batching { preferred_batch_size: 2 preferred_batch_size: 4 }', 4],
    ['max_batch_size: x dynamic_batching { }', undefined],
  ])('reads the batch size that Triton forms from %s', (text, batchSize) =>
    expect(recogniseConfig('config.pbtxt', text)?.today.batchSize).toBe(batchSize),
  );

  test.each([
    ['current: { batchSize: 16 }', 16],
    ['current:\n  # now\n  batchSize: 16 # x', 16],
    ['current:\nbatchSize: 16', undefined],
    ['# current: { batchSize: 16 }', undefined],
  ])('reads today’s batch size of an experiment from %j', (text, batchSize) =>
    expect(recogniseConfig('x.energy.yaml', `batchSizes: [1]\n${text}\n`)).toMatchObject({
      today: batchSize === undefined ? {} : { batchSize },
      places: [{ field: 'batchSizes', line: 1, column: 1 }],
    }),
  );
});

describe('setting a batch size', () => {
  it('in Triton sets one preferred size and leaves the rest', () => {
    expect(apply('triton', triton)).toBe(triton.replace('[ 4, 16 ]', '[ 8 ]'));
    expect(apply('triton', triton, 32)).toBe(triton.replace('[ 4, 16 ]', '[ 32 ]').replace('size: 16', 'size: 32'));
    expect(note('triton', triton)).toBeNull();
    expect(note('triton', triton, 32)).toMatch(/max_batch_size was 16/);
    expect(suggestEdit({ kind: 'triton', text: triton.replace('[ 4, 16 ]', '[8]') }, { batchSize: 8 })).toEqual({
      edits: [],
      note: null,
    });
  });

  test.each([
    ['max_batch_size: 8 dynamic_batching { }', 'max_batch_size: 8 dynamic_batching { preferred_batch_size: [ 8 ] }'],
    ['max_batch_size: 8 dynamic_batching {}', 'max_batch_size: 8 dynamic_batching { preferred_batch_size: [ 8 ]}'],
    [
      'max_batch_size: 9\ndynamic_batching: < # why\n    preserve_ordering: true\n>',
      'max_batch_size: 9\ndynamic_batching: < # why\n    preferred_batch_size: [ 8 ]\n    preserve_ordering: true\n>',
    ],
    ['max_batch_size: 9\r\n', 'max_batch_size: 9\r\ndynamic_batching {\r\n  preferred_batch_size: [ 8 ]\r\n}\r\n'],
    [
      'backend: "onnxruntime"',
      'backend: "onnxruntime"\nmax_batch_size: 8\ndynamic_batching {\n  preferred_batch_size: [ 8 ]\n}\n',
    ],
    [
      'max_batch_size: 9 dynamic_batching { preferred_batch_size: 4 }',
      'max_batch_size: 9 dynamic_batching { preferred_batch_size: 8 }',
    ],
    [
      'max_batch_size: 9 dynamic_batching { preferred_batch_size: [1, # one, really\n 2, 4] }',
      'max_batch_size: 9 dynamic_batching { preferred_batch_size: [8 # one, really\n ] }',
    ],
    [
      'max_batch_size: 9 dynamic_batching { preferred_batch_size: [] }',
      'max_batch_size: 9 dynamic_batching { preferred_batch_size: [ 8] }',
    ],
  ])('in Triton: %s', (before, after) => {
    expect(apply('triton', before)).toBe(after);
    expect(readTextProto(after).problem).toBeNull();
    expect(apply('triton', after)).toBe(after);
  });

  test.each([
    ['max_batch_size: 8 instance_group [ { kind: KIND_GPU } ]', /instance_group runs on GPUs/],
    ['max_batch_size: 8 instance_group { kind: KIND_CPU } instance_group { gpus: [0] }', /GPUs/],
    ['max_batch_size: 8 platform: "tensorrt_plan"', /tensorrt_plan runs on GPUs/],
    ['max_batch_size: 0', /without a batch axis/],
    ['backend: "x" input { name: "a" dims: 3 }', /not set, which means 0/],
    ['max_batch_size: 8 sequence_batching { }', /sequence_batching/],
    ['max_batch_size: 8 max_batch_size: 9', /more than once/],
    ['max_batch_size: 8\ndynamic_batching {', /Line 2 cannot be read \(} is missing\)/],
    ['max_batch_size: "8"', /not a whole number/],
  ])('in Triton is refused for %s', (text, reason) => expect(refusal('triton', text)).toMatch(reason));

  test.each([
    ['backend: "tensorrtllm"', /^tensorrtllm runs on GPUs alone/],
    ['backend: "vllm"', /^vllm runs on GPUs alone/],
    ['platform: "tensorrt_plan"', /^tensorrt_plan runs on GPUs alone/],
    [
      'backend: "onnxruntime" optimization { execution_accelerators { gpu_execution_accelerator: [ { name: "tensorrt" } ] } }',
      /execution accelerator \(tensorrt\)/,
    ],
    ['backend: "python" instance_group [ { kind: KIND_GPU } ]', /instance_group runs on GPUs/],
  ])('in Triton is no matter of the CPU for %s, although an instance is of KIND_CPU', (engine, reason) => {
    const text = `max_batch_size: 4 instance_group [ { count: 1 kind: KIND_CPU } ] ${engine}`;
    expect(recogniseConfig('config.pbtxt', text)?.onGpu).toMatch(reason);
    expect(refusal('triton', text)).toMatch(reason);
    const onCpu =
      'backend: "python" optimization { execution_accelerators { cpu_execution_accelerator { name: "openvino" } } }';
    expect(recogniseConfig('config.pbtxt', `max_batch_size: 4 ${onCpu}`)).not.toHaveProperty('onGpu');
  });

  it('a comment that shows a template makes none', () => {
    expect(recogniseConfig('config.pbtxt', `# max_batch_size: \${n}\n${triton} # {{x}}`)?.kind).toBe('triton');
  });

  it('in TensorFlow Serving’s batching parameters sets the value of max_batch_size', () => {
    const text = '# tuned\nmax_batch_size { value: 64 } # of May\nbatch_timeout_micros { value: 2000 }\n';
    expect(recogniseConfig('batching_config.pbtxt', text)).toMatchObject({
      kind: 'tensorflow-serving',
      today: { batchSize: 64 },
      places: [{ field: 'max_batch_size', line: 2 }],
    });
    expect(apply('tensorflow-serving', text)).toBe(text.replace('64', '8'));
    expect(note('tensorflow-serving', text)).toMatch(/--enable_batching/);
    const same = (value: string) => identityOf({ kind: 'tensorflow-serving', text: value });
    expect(same(text.replace('64', '8'))).toBe(same(text));
    expect(same(text.replace('2000', '1'))).toBe(same(text));
    expect(same(`${text}max_enqueued_batches { value: 9 }`)).not.toBe(same(text));
    expect(recogniseConfig('b.pbtxt', 'num_batch_threads < value: 4 >')).toMatchObject({ today: {} });
    expect(refusal('tensorflow-serving', 'num_batch_threads { value: 4 }')).toMatch(/does not stand here once/);
    expect(refusal('tensorflow-serving', `${text}allowed_batch_sizes: 4 allowed_batch_sizes: 64`)).toMatch(
      /set both by hand/,
    );
    expect(refusal('tensorflow-serving', 'max_batch_size { value: 64 } max_batch_size { value: 4 }')).toMatch(/once/);
    expect(refusal('tensorflow-serving', 'max_batch_size { value: 64')).toMatch(/Line 1 cannot be read/);
  });

  it('says where Triton may use a GPU', () => {
    expect(note('triton', 'max_batch_size: 8 dynamic_batching { }')).toMatch(/GPU here where it finds one/);
  });

  test.each([
    [mlserver, mlserver.replace('"max_batch_size": 4', '"max_batch_size": 8')],
    ['{}', '{"max_batch_size": 8}'],
    ['{"name": "a"}', '{"name": "a", "max_batch_size": 8}'],
    ['{\r\n\t"name": "a" // b\r\n}', '{\r\n\t"name": "a",\r\n\t"max_batch_size": 8 // b\r\n}'],
    ['{\n  "name": "a",\n}', '{\n  "name": "a",\n  "max_batch_size": 8\n}'],
    ['\uFEFF{ "max_batch_size" : 1 }', '\uFEFF{ "max_batch_size" : 8 }'],
  ])('in MLServer: %j', (before, after) => {
    expect(apply('mlserver', before)).toBe(after);
    expect(apply('mlserver', after)).toBe(after);
  });

  it('in MLServer says that a waiting time is needed, and refuses what it cannot read', () => {
    expect(note('mlserver', mlserver)).toBeNull();
    expect(note('mlserver', '{"name": "a"}')).toMatch(/max_batch_time/);
    for (const text of ['{', '{"a": 1}}', '[]', '', '{"a": [}', '{"a" 1}'])
      expect(refusal('mlserver', text), text).toMatch(/cannot be read as JSON/);
    expect(refusal('mlserver', '{"max_batch_size": {}}')).toMatch(/not a number/);
  });

  it('in an experiment sets current.batchSize', () => {
    expect(apply('experiment', experiment)).toBe(experiment.replace('batchSize: 2', 'batchSize: 8'));
    expect(suggestEdit({ kind: 'experiment', text: experiment }, { batchSize: 8 })).toMatchObject({
      edits: [{ length: 1, newText: '8' }],
    });
    expect(apply('experiment', 'a: 1')).toBe('a: 1\ncurrent: { batchSize: 8 }');
    expect(refusal('experiment', 'a: [\n')).toMatch(/by hand/);
  });

  it('is refused in a YOLOv7 cfg, and for what is no batch size', () => {
    expect(refusal('yolov7-cfg', cfg)).toMatch(/no batch size/);
    for (const n of [0, -1, 1.5, Number.NaN, 1e9]) expect(refusal('triton', triton, n)).toMatch(/whole number/);
  });
});

const files: { kind: ConfigKind; name: string; text: string }[] = [
  { kind: 'triton', name: 'config.pbtxt', text: triton },
  { kind: 'mlserver', name: 'model-settings.json', text: mlserver },
  { kind: 'experiment', name: 'a.energy.yaml', text: experiment },
];
const comments = (text: string) => text.match(/#.*|\/\/.*|\/\*.*?\*\//g) ?? [];

describe('any text', () => {
  it('keeps comments, says the new size, and changes nothing else', () => {
    const comment = fc.stringMatching(/^[ a-z0-9:,{}[\]'"]{0,12}$/);
    fc.assert(
      fc.property(
        fc.constantFrom(...files.filter((f) => f.kind !== 'mlserver')),
        fc.array(fc.tuple(fc.nat(), comment), { maxLength: 4 }),
        fc.integer({ min: 1, max: 64 }),
        fc.boolean(),
        ({ kind, name, text }, added, batchSize, crlf) => {
          const lines = text.split('\n');
          for (const [at, words] of added) lines[at % lines.length] += ` # ${words}`;
          const before = lines.join(crlf ? '\r\n' : '\n');
          const after = apply(kind, before, batchSize);
          expect(comments(after)).toEqual(comments(before));
          expect(recogniseConfig(name, after)?.today.batchSize).toBe(batchSize);
          const digits = (s: string) => s.replace(/[\d\s,]/g, '');
          expect(digits(after)).toBe(digits(before));
          expect(apply(kind, after, batchSize)).toBe(after);
          if (kind !== 'experiment') {
            expect(identityOf({ kind, text: after })).toBe(identityOf({ kind, text: before }));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of JSON stays JSON with one value changed', () => {
    const key = fc.string({ maxLength: 6 }).filter((k) => k !== 'max_batch_size' && k !== '__proto__');
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 }),
        fc.option(fc.integer({ min: 0, max: 99 })),
        fc.constantFrom(undefined, 2, '\t'),
        fc.integer({ min: 1, max: 65_536 }),
        (rest, old, indent, batchSize) => {
          const data = old === null ? rest : { ...rest, max_batch_size: old };
          const before = JSON.stringify(data, null, indent);
          const after = apply('mlserver', before, batchSize);
          expect(JSON.parse(after)).toEqual({ ...JSON.parse(before), max_batch_size: batchSize });
          expect(identityOf({ kind: 'mlserver', text: after })).toBe(identityOf({ kind: 'mlserver', text: before }));
        },
      ),
      { numRuns: 300 },
    );
  });

  const runs = repeats(500, 20_000);
  it(`mutated ${runs} times is read or passed over, and never thrown at`, { timeout: 300_000 }, () => {
    const random = seededRandom(7);
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      '<',
      '"',
      "'",
      '#',
      ':',
      ',',
      '/*',
      '//',
      '\\',
      '\0',
      '\uD800',
      '9'.repeat(30),
      '\n',
    ];
    const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
    const all = [
      ...files,
      { kind: 'triton' as const, name: 'config.pbtxt', text: `${triton}${parameter}` },
      { kind: 'yolov7-cfg' as const, name: 'm.yaml', text: cfg.slice(0, 1500) + cfg.slice(-600) },
    ];
    for (let i = 0; i < runs; i++) {
      const { name, kind, text } = all[i % all.length]!;
      let mutated = text;
      for (let k = 0; k <= random() * 4; k++) {
        const at = Math.floor(random() * mutated.length);
        const length = random() < 0.5 ? 0 : Math.floor(random() * 20);
        const piece = random() < 0.5 ? pick(pieces) : mutated.slice(at, at + Math.floor(random() * 30));
        mutated = mutated.slice(0, at) + piece + mutated.slice(at + length);
      }
      const config = recogniseConfig(name, mutated);
      for (const { offset, length, field } of config?.places ?? []) {
        const marked = mutated.slice(offset, offset + length);
        if (!marked.includes('\\')) expect(marked).toContain(field);
      }
      if (kind === 'experiment' && i % 8 !== 2) continue;
      const use = i % 2 === 0 ? { batchSize: 8 } : { batchSize: 8, instances: 4, threads: 2 };
      const suggestion = suggestEdit(config ?? { kind, text: mutated }, use);
      if ('refused' in suggestion) continue;
      const after = applyEdits(mutated, suggestion.edits);
      // What was applied is applied: a second time there is nothing to do.
      expect(suggestEdit({ kind, text: after }, use), JSON.stringify(mutated)).toMatchObject({
        edits: [],
      });
    }
  });

  it('is recognised in well under a millisecond, and bounded when huge or hostile', () => {
    // CPU time: what else runs on this machine takes none of it.
    const milliseconds = (name: string, text: string, times: number) => {
      recogniseConfig(name, text);
      const start = process.cpuUsage();
      for (let i = 0; i < times; i++) recogniseConfig(name, text);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000 / times;
    };
    for (const { name, text } of files) expect(milliseconds(name, text, 50)).toBeLessThan(1);
    expect(milliseconds('a.yaml', cfg, 50)).toBeLessThan(1);
    const filled = (unit: string, length: number) => unit.repeat(Math.ceil(length / unit.length));
    const names = ['a.yaml', 'config.pbtxt', 'model-settings.json', 'a.energy.yaml'];
    for (const unit of [
      '[',
      '{',
      'a{',
      '"',
      '{"a":',
      'a: ',
      'nc: [-1, ',
      'backbone:\n',
      "'\\",
      '/*',
      ' ',
      'current:\n ',
    ]) {
      for (const name of names) {
        for (const length of [60_000, 250_000, 1 << 20])
          expect(milliseconds(name, filled(unit, length), 1), `${name} ${unit}`).toBeLessThan(500);
      }
    }
  });
});
