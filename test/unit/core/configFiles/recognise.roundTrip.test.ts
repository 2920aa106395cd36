import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { applyEdits, type ConfigKind } from '../../../../src/core/configFiles/configFile';
import { identityOf, recogniseConfig, suggestEdit } from '../../../../src/core/configFiles/recognise';
import type { JudgedPolicy } from '../../../../src/core/configFiles/serverPolicy';

/** A file of a server in one of the ways that people write it, the numbers in it where `§` stands. */
type Variant = { kind: ConfigKind; name: string; text: string };

const spaces = fc.constantFrom('', ' ', '  ');
const comment = fc.constantFrom('', ' # kept', ' # batch 4: { value: 9 }');
const number = (most: number) => fc.integer({ min: 1, max: most });

const triton: fc.Arbitrary<Variant> = fc
  .record({
    head: fc.constantFrom('', '# the gate\n', 'name: "yolov7"\n'),
    max: number(64),
    colon: spaces,
    preferred: fc.option(fc.array(number(64), { minLength: 1, maxLength: 3 })),
    delay: fc.option(number(100_000)),
    isOneLine: fc.boolean(),
    hasBatching: fc.boolean(),
    group: fc.constantFrom(
      '',
      'instance_group [ { count: 2 kind: KIND_CPU } ]\n',
      'instance_group { kind: KIND_CPU }\n',
    ),
    threads: fc.constantFrom('', 'parameters { key: "intra_op_thread_count" value { string_value: "3" } }\n'),
    note: comment,
  })
  .map(({ head, max, colon, preferred, delay, isOneLine, hasBatching, group, threads, note }) => {
    const fields = [
      ...(preferred ? [`preferred_batch_size:${colon}[ ${preferred.join(', ')} ]`] : []),
      ...(delay ? [`max_queue_delay_microseconds:${colon}${delay}`] : []),
      'preserve_ordering: true',
    ];
    const batching = isOneLine
      ? `dynamic_batching { ${fields.join(', ')} }${note}\n`
      : `dynamic_batching {${note}\n${fields.map((f) => `    ${f}${note}\n`).join('')}}\n`;
    const text = `${head}backend: "onnxruntime"${note}\nmax_batch_size:${colon}${max}\n${hasBatching ? batching : ''}${group}${threads}`;
    return { kind: 'triton', name: 'config.pbtxt', text };
  });

const mlserver: fc.Arbitrary<Variant> = fc
  .record({
    size: fc.option(number(64)),
    seconds: fc.option(fc.constantFrom('0.05', '1', '0.0010', '2e-3', '0')),
    isOneLine: fc.boolean(),
    isFirst: fc.boolean(),
    note: fc.constantFrom('', ' /* kept */', ' // kept'),
    comma: fc.boolean(),
  })
  .map(({ size, seconds, isOneLine, isFirst, note, comma }) => {
    const mark = isOneLine && note.includes('//') ? '' : note;
    const batch = [
      ...(size ? [`"max_batch_size": ${size}`] : []),
      ...(seconds ? [`"max_batch_time" : ${seconds}`] : []),
    ];
    const other = ['"name": "yolov7"', '"parameters": { "uri": "./m.onnx", "max_batch_time": 9 }'];
    const all = isFirst ? [...batch, ...other] : [...other, ...batch];
    const text = isOneLine
      ? `{${all.join(', ')}${comma ? ',' : ''}${mark}}`
      : `{${mark}\n  ${all.join(`,${mark}\n  `)}${comma ? ',' : ''}${mark}\n}\n`;
    return { kind: 'mlserver', name: 'model-settings.json', text };
  });

const torchserve: fc.Arbitrary<Variant> = fc
  .record({
    size: fc.option(number(64)),
    delay: fc.option(fc.integer({ min: 0, max: 5000 })),
    workers: number(8),
    isOneLine: fc.boolean(),
  })
  .map(({ size, delay, workers, isOneLine }) => {
    const keys = [
      '"marName": "a.mar"',
      `"minWorkers": ${workers}`,
      `"maxWorkers": ${workers}`,
      ...(size ? [`"batchSize": ${size}`] : []),
      ...(delay === null ? [] : [`"maxBatchDelay": ${delay}`]),
    ];
    const models = isOneLine
      ? `models={"a": {"1.0": {${keys.join(', ')}}}}`
      : `models={\\\n  "a": {\\\n    "1.0": {\\\n        ${keys.join(',\\\n        ')}\\\n    }\\\n  }\\\n}`;
    return {
      kind: 'torchserve',
      name: 'config.properties',
      text: `# kept\nload_models=a.mar\n${models}\njob_queue_size=10\n`,
    };
  });

const torchserveModel: fc.Arbitrary<Variant> = fc
  .record({ size: fc.option(number(64)), delay: fc.option(fc.integer({ min: 0, max: 5000 })), note: comment })
  .map(({ size, delay, note }) => {
    const lines = [
      '# frontend',
      `minWorkers: 1${note}`,
      'maxWorkers: 1',
      ...(size ? [`batchSize: ${size}${note}`] : []),
      ...(delay === null ? [] : [`maxBatchDelay: ${delay}${note}`]),
      'deviceType: "cpu"',
      'handler:',
      '  maxBatchDelay: 77',
    ];
    return { kind: 'torchserve-model', name: 'model-config.yaml', text: `${lines.join('\n')}\n` };
  });

const tensorflow: fc.Arbitrary<Variant> = fc
  .record({
    size: number(64),
    micros: fc.option(fc.integer({ min: 0, max: 900_000 })),
    threads: fc.option(number(16)),
    open: fc.constantFrom('{ value: ', '< value:', '{\n  value : '),
    note: comment,
    isClosed: fc.boolean(),
  })
  .map(({ size, micros, threads, open, note, isClosed }) => {
    const close = open.startsWith('<') ? '>' : '}';
    const field = (key: string, value: number) => `${key} ${open}${value} ${close}${note}\n`;
    const text = `# tuned\n${micros === null ? '' : field('batch_timeout_micros', micros)}${field('max_batch_size', size)}${threads ? field('num_batch_threads', threads) : ''}max_enqueued_batches { value: 100 }${isClosed ? '\n' : ''}`;
    return { kind: 'tensorflow-serving', name: 'batching.pbtxt', text };
  });

const formats = { triton, mlserver, torchserve, torchserveModel, tensorflow };
const does = (kind: ConfigKind): JudgedPolicy['batching'] => (kind === 'mlserver' ? 'timeout' : 'when-free');
/** Everything that an edit may not touch: no numbers, no keys of batching, no signs around them. */
const kept = (text: string) =>
  text.match(/#.*|\/\*.*?\*\/|\/\/ kept|[\w.]+/g)!.filter((word) => !/^\d|^(true|value)$/.test(word));

describe.each(Object.keys(formats) as (keyof typeof formats)[])('a policy written into a file of %s', (format) => {
  it('is read again as what was asked, keeps all else, and is there already the second time', () => {
    fc.assert(
      fc.property(
        formats[format],
        fc.constantFrom('\n', '\r\n'),
        number(64),
        // What every unit can say.
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 1, max: 8 }),
        (variant, end, batchSize, timeoutMs, processes) => {
          const { kind, name } = variant;
          const before = variant.text.replaceAll('\n', end);
          const policy: JudgedPolicy = { batching: does(kind), timeoutMs, processes, threads: 3 };
          const suggest = (text: string) => suggestEdit({ kind, text }, { batchSize }, policy);
          const suggestion = suggest(before);
          if ('refused' in suggestion) throw new Error(`${suggestion.refused}\n${before}`);
          const after = applyEdits(before, suggestion.edits);
          const read = recogniseConfig(name, after)!;
          // MLServer forms no batches of one, and its delay then says nothing.
          if (kind !== 'mlserver' || batchSize > 1) {
            expect(read.today.batchSize, after).toBe(batchSize);
            expect(read.policy, after).toMatchObject({ batching: does(kind), batchTimeoutMs: timeoutMs });
            expect(read.policy!.noBatches, after).toBeUndefined();
          }
          if (kind !== 'mlserver') expect(read.policy!.instances, after).toBe(processes);
          expect(suggest(after)).toMatchObject({ edits: [] });
          expect(identityOf({ kind, text: after })).toBe(identityOf({ kind, text: before }));
          const words = kept(after);
          // In order: what was there is there still.
          let at = 0;
          for (const word of kept(before)) {
            at = words.indexOf(word, at) + 1;
            expect(at, `${word} of\n${before}\nin\n${after}`).toBeGreaterThan(0);
          }
          if (end === '\r\n') expect(after.replaceAll('\r\n', '')).not.toContain('\n');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is refused or read, and never thrown at, where the file is torn', () => {
    fc.assert(
      fc.property(
        formats[format],
        fc.nat(),
        fc.nat(20),
        fc.string({ maxLength: 3 }),
        ({ kind, name, text }, at, gone, put) => {
          const from = at % (text.length + 1);
          const torn = text.slice(0, from) + put + text.slice(from + gone);
          const config = recogniseConfig(name, torn);
          if (!config || config.kind !== kind) return;
          const policy: JudgedPolicy = { batching: does(kind), timeoutMs: 7, processes: 2, threads: 2 };
          const suggestion = suggestEdit(config, { batchSize: 8 }, policy);
          if ('refused' in suggestion) {
            expect(suggestion.refused).toMatch(/[.]$/);
            return;
          }
          const after = recogniseConfig(name, applyEdits(torn, suggestion.edits));
          expect(after?.today.batchSize, torn).toBe(8);
          expect(after?.policy?.batchTimeoutMs, torn).toBe(7);
        },
      ),
      { numRuns: 500 },
    );
  });
});

const asked = (kind: ConfigKind, text: string, policy: Partial<JudgedPolicy>, batchSize = 8) =>
  suggestEdit(
    { kind, text },
    { batchSize },
    { batching: does(kind), timeoutMs: 0, processes: 1, threads: 4, ...policy },
  );
const written = (kind: ConfigKind, text: string, policy: Partial<JudgedPolicy>, batchSize = 8) => {
  const suggestion = asked(kind, text, policy, batchSize);
  if ('refused' in suggestion) throw new Error(suggestion.refused);
  return { after: applyEdits(text, suggestion.edits), note: suggestion.note ?? '' };
};
const refused = (kind: ConfigKind, text: string, policy: Partial<JudgedPolicy>, batchSize = 8) => {
  const suggestion = asked(kind, text, policy, batchSize);
  return 'refused' in suggestion ? suggestion.refused : '';
};
const count = 'instance_group [ { count: 1 kind: KIND_CPU } ]\n';
const gate = `backend: "onnxruntime"\nmax_batch_size: 8\ndynamic_batching { preferred_batch_size: [ 8 ] }\n${count}`;
const yaml = 'minWorkers: 1\nmaxWorkers: 1\nbatchSize: 8\ndeviceType: cpu\n';
const properties = 'models={"a": {"1.0": {"minWorkers": 1, "maxWorkers": 1, "batchSize": 8}}}\n';
const settings = '{ "name": "a", "max_batch_size": 8, "max_batch_time": 0.05 }';

describe('the units of a delay', () => {
  test.each<[ConfigKind, string, number, RegExp]>([
    ['triton', gate, 2.5, /max_queue_delay_microseconds: 2500[ ,]/],
    ['tensorflow-serving', 'max_batch_size { value: 8 }\n', 0.05, /^batch_timeout_micros \{ value: 50 \}$/m],
    ['mlserver', settings, 0.25, /"max_batch_time": 0.00025 /],
    ['torchserve', properties, 3, /"maxBatchDelay": 3\}/],
    ['torchserve-model', yaml, 3, /^maxBatchDelay: 3$/m],
    ['triton', gate, 86_400_000, /max_queue_delay_microseconds: 86400000000[ ,]/],
  ])('of %s are right', (kind, text, timeoutMs, said) => {
    const { after, note } = written(kind, text, { timeoutMs });
    expect(after).toMatch(said);
    expect(note).not.toMatch(/is written as/);
  });

  test.each<[ConfigKind, string, number, RegExp, RegExp]>([
    ['triton', gate, 0.0014, /microseconds: 1[ ,]/, /The delay of 0\.0014 ms is written as 1 microsecond:/],
    ['tensorflow-serving', 'max_batch_size { value: 8 }', 0.0026, /value: 3 /, /written as 3 microseconds:/],
    ['torchserve', properties, 2.4, /"maxBatchDelay": 2\}/, /written as 2 milliseconds:/],
    ['torchserve-model', yaml, 2.6, /^maxBatchDelay: 3$/m, /written as 3 milliseconds:/],
    // At 0 a worker takes two requests, however many wait.
    ['torchserve', properties, 0, /"maxBatchDelay": 1\}/, /1 millisecond, the least/],
    ['torchserve-model', `${yaml}maxBatchDelay: 0\n`, 0.3, /^maxBatchDelay: 1$/m, /1 millisecond, the least/],
  ])('of %s are rounded, which is told', (kind, text, timeoutMs, said, told) => {
    const { after, note } = written(kind, text, { timeoutMs });
    expect(after).toMatch(said);
    expect(note).toMatch(told);
  });

  test.each<[ConfigKind, string, number]>([
    ['triton', gate, 0],
    ['tensorflow-serving', 'max_batch_size { value: 8 }\nnum_batch_threads { value: 1 }\n', 0],
    ['torchserve', properties, 100],
    ['torchserve-model', yaml, 100],
    ['mlserver', settings.replace('0.05', '5.0e-2'), 50],
  ])('of %s are left out where the server does that by itself', (kind, text, timeoutMs) => {
    expect(written(kind, text, { timeoutMs }).after).toBe(text);
  });
});

describe('what a file says of its server', () => {
  test.each<[string, string, object | undefined]>([
    ['config.pbtxt', gate, { batching: 'when-free', batchTimeoutMs: 0, instances: 1 }],
    [
      'config.pbtxt',
      gate.replace('{ preferred', '{ max_queue_delay_microseconds: 100 preferred'),
      { batching: 'when-free', batchTimeoutMs: 0.1, instances: 1 },
    ],
    [
      'config.pbtxt',
      gate.replace(/dynamic_batching.*/, ''),
      {
        ...{ batching: 'when-free', batchTimeoutMs: 0, instances: 1 },
        noBatches: 'There is no dynamic_batching, so each request is run as its client sends it.',
      },
    ],
    // Two of ONNX Runtime, where there is no count.
    ['config.pbtxt', gate.replace(count, ''), { batching: 'when-free', batchTimeoutMs: 0, instances: 2 }],
    ['config.pbtxt', `${gate}sequence_batching {}`, undefined],
    ['config.pbtxt', gate.replace('{ pref', '{ max_queue_delay_microseconds: x pref'), { instances: 1 }],
    ['config.pbtxt', `${gate}dynamic_batching {`, undefined],
    ['model-settings.json', settings, { batching: 'timeout', batchTimeoutMs: 50 }],
    [
      'model-settings.json',
      settings.replace('0.05', '0'),
      { noBatches: 'There is no "max_batch_time" above 0, so MLServer runs each request as its client sends it.' },
    ],
    [
      'model-settings.json',
      '{ "name": "a" }',
      {
        noBatches:
          'There is no "max_batch_size" above 1 and no "max_batch_time" above 0, so MLServer runs each request as its client sends it.',
      },
    ],
    ['model-settings.json', settings.replace(' }', ''), undefined],
    ['settings.json', '{ "parallel_workers": 3 }', { instances: 3 }],
    ['config.properties', properties, { batching: 'when-free', batchTimeoutMs: 100, instances: 1 }],
    ['config.properties', 'default_workers_per_model=4\n', { instances: 4 }],
    ['model-config.yaml', yaml, { batching: 'when-free', batchTimeoutMs: 100, instances: 1 }],
    // There 0 is no value (ModelManager.java).
    ['model-config.yaml', `${yaml}maxBatchDelay: 0`, { batching: 'when-free', batchTimeoutMs: 100, instances: 1 }],
    ['model-config.yaml', `${yaml}maxBatchDelay: [1]`, { instances: 1 }],
    ['b.pbtxt', 'max_batch_size { value: 8 }', { batching: 'when-free', batchTimeoutMs: 0 }],
    [
      'b.pbtxt',
      'max_batch_size { value: 8 } batch_timeout_micros { value: 1500 } num_batch_threads { value: 4 }',
      { batching: 'when-free', batchTimeoutMs: 1.5, instances: 4 },
    ],
    ['b.pbtxt', 'max_batch_size { value: 8 } batch_timeout_micros { value: -1 }', {}],
    ['a.energy.yaml', 'models: [a.onnx]\nbatchSizes: [1]\n', undefined],
  ])('%s: %j', (name, text, policy) => {
    expect(recogniseConfig(name, text)?.policy).toEqual(policy);
  });
});

describe('a policy that a server does not have', () => {
  test.each<[ConfigKind, string, Partial<JudgedPolicy>, RegExp]>([
    [
      'triton',
      gate,
      { batching: 'full', timeoutMs: null },
      /a batch waits until it is full, and Triton does not .*Not changed\.$/,
    ],
    ['triton', gate, { batching: 'timeout', timeoutMs: 5 }, /first request has waited 5 ms, and Triton/],
    ['torchserve', properties, { batching: 'timeout', timeoutMs: 5 }, /TorchServe does not form batches so/],
    ['torchserve-model', yaml, { batching: 'full', timeoutMs: null }, /TorchServe does not form batches so/],
    [
      'tensorflow-serving',
      'max_batch_size { value: 8 }',
      { batching: 'full', timeoutMs: null },
      /TensorFlow Serving does not/,
    ],
    [
      'mlserver',
      settings,
      { batching: 'when-free', timeoutMs: 5 },
      /takes what waits, or waits for more at most 5 ms, and MLServer/,
    ],
    ['mlserver', settings, { batching: 'full', timeoutMs: null }, /set "max_batch_time" \(seconds\)/],
    ['mlserver', settings, { batching: 'timeout', timeoutMs: 0 }, /forms none where "max_batch_time" is 0/],
  ])('is refused by %s', (kind, text, policy, reason) => {
    expect(refused(kind, text, policy)).toMatch(reason);
    // Of one request at a time all are the same.
    expect(refused(kind, text, policy, 1)).toBe('');
  });

  it('and a key that stands twice or is no number is left to the person', () => {
    expect(
      refused('triton', gate.replace('{ pref', '{ max_queue_delay_microseconds: x pref'), { timeoutMs: 2 }),
    ).toMatch(/max_queue_delay_microseconds is not a whole number: set max_queue_delay_microseconds to 2000 by hand/);
    const twice = gate.replace('{ pref', '{ max_queue_delay_microseconds: 1 max_queue_delay_microseconds: 2 pref');
    expect(refused('triton', twice, {})).toMatch(/more than once/);
    const frozen = 'max_batch_size { value: 8 } batch_timeout_micros { value: -1 }';
    expect(refused('tensorflow-serving', frozen, {})).toMatch(/batch_timeout_micros does not stand here once/);
    expect(refused('mlserver', settings.replace('0.05', '"x"'), { timeoutMs: 5 })).toMatch(
      /"max_batch_time" is not a number/,
    );
  });
});

describe('what goes with a delay', () => {
  it('in Triton is a limit above the preferred size, and threads only where the file has them', () => {
    const wide = gate.replace('max_batch_size: 8', 'max_batch_size: 16');
    expect(written('triton', wide, { timeoutMs: 5 }).note).toMatch(
      /fills a batch up to max_batch_size, which is 16: lower it to 8/,
    );
    expect(written('triton', wide, { timeoutMs: 0 }).note).toBe('');
    expect(written('triton', gate, { timeoutMs: 5 }).after).not.toContain('intra_op_thread_count');
    const threads = 'parameters { key: "intra_op_thread_count" value { string_value: "16" } }\n';
    expect(written('triton', `${gate}${threads}`, {}).after).toContain('string_value: "4"');
    expect(written('triton', gate, { instances: 3 }).after).toContain('count: 3');
  });

  it('is told of an MLServer whose processes stand in another file', () => {
    expect(written('mlserver', settings, { timeoutMs: 50 }).note).toBe('');
    expect(written('mlserver', settings, { timeoutMs: 50, instances: 2 }).note).toMatch(
      /"parallel_workers" to 2 in settings\.json/,
    );
    const pool = '{ "parallel_workers": 1 }';
    const { after, note } = written('mlserver-settings', pool, { batching: 'timeout', timeoutMs: 50, processes: 2 });
    expect(after).toBe('{ "parallel_workers": 2 }');
    expect(note).toMatch(/"max_batch_size" to 8 and "max_batch_time" to 0\.05 in the model/);
  });

  it('in an experiment is written where it says nothing of that, and nowhere else', () => {
    const text =
      'models: [yolov7-tiny]\nbatchSizes: [1, 8]\ncurrent: { batchSize: 8 }\nsla: # ours\n  requestLatencyMs: 100\n  arrivalRate: 4\n';
    const policy = { batching: 'when-free', timeoutMs: 5 } as const;
    expect(written('experiment', text, policy).after).toBe(`${text}  batching: when-free\n  batchTimeoutMs: 5\n`);
    expect(written('experiment', text, { ...policy, instances: 2 }).after).toContain('  instances: 2\n');
    const again = written('experiment', text, policy).after;
    expect(written('experiment', again, { batching: 'when-free', timeoutMs: 9 }).after).toBe(again);
    expect(written('experiment', text, { batching: 'full', timeoutMs: null }).after).toBe(text);
    const without = text.slice(0, text.indexOf('sla'));
    expect(written('experiment', without, policy).after).toBe(without);
  });
});
