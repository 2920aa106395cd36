import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { applyEdits, type ConfigKind } from '../../../../src/core/configFiles/configFile';
import { identityOf, recogniseConfig, suggestEdit } from '../../../../src/core/configFiles/recognise';
import { seededRandom } from '../../../../src/core/statistics/random';
import { repeats } from '../../../support/repeats';

const properties = `# the gate
inference_address=http://0.0.0.0:8080
default_workers_per_model=2
models={\\
  "yolov7": {\\
    "1.0": {\\
        "defaultVersion": true,\\
        "marName": "yolov7.mar",\\
        "minWorkers": 1,\\
        "maxWorkers": 1,\\
        "batchSize": 4,\\
        "maxBatchDelay": 100\\
    }\\
  }\\
}
job_queue_size=100
`;
const yaml = `# frontend
minWorkers: 1 # one
maxWorkers: 1
batchSize: 4
maxBatchDelay: 100
deviceType: "cpu"
handler:
  batchSize: 99
`;
const use = { batchSize: 8, instances: 4 };

const suggest = (kind: ConfigKind, text: string, wanted: Parameters<typeof suggestEdit>[1] = use) =>
  suggestEdit({ kind, text }, wanted);
const apply = (kind: ConfigKind, text: string, wanted = use) => {
  const suggestion = suggest(kind, text, wanted);
  if ('refused' in suggestion) throw new Error(suggestion.refused);
  return applyEdits(text, suggestion.edits);
};
const refusal = (kind: ConfigKind, text: string) => {
  const suggestion = suggest(kind, text);
  return 'refused' in suggestion ? suggestion.refused : '';
};

describe('TorchServe’s config.properties', () => {
  it('is known by its models, or by its number of workers', () => {
    expect(recogniseConfig('ts/config.properties', properties)).toMatchObject({
      kind: 'torchserve',
      today: { batchSize: 4, instances: 1 },
      places: [{ field: 'models', line: 4, column: 1, length: 6 }],
    });
    expect(recogniseConfig('config.properties', 'default_workers_per_model: 3\n')?.today).toEqual({ instances: 3 });
    // A model that names no workers has the usual number.
    const unnamed = properties.replace(/.*Workers":.*\n/g, '');
    expect(recogniseConfig('config.properties', unnamed)?.today).toEqual({ batchSize: 4, instances: 2 });
    for (const other of [
      'server.port=8080\n',
      'models={"a": {"1.0": {}}}',
      '# default_workers_per_model=2',
      'x=\\\nmodels={"minWorkers"',
    ])
      expect(recogniseConfig('config.properties', other), other).toBeNull();
    expect(recogniseConfig('gradle.properties', properties)).toBeNull();
  });

  it('gets batch size and workers of its one model, and nothing else', () => {
    const after = apply('torchserve', properties);
    expect(after).toBe(properties.replaceAll('Workers": 1', 'Workers": 4').replace('"batchSize": 4', '"batchSize": 8'));
    expect(apply('torchserve', properties, { batchSize: 8 } as typeof use)).toBe(
      properties.replace('"batchSize": 4', '"batchSize": 8'),
    );
    const identity = (text: string) => identityOf({ kind: 'torchserve', text });
    expect(identity(after)).toBe(identity(properties));
    expect(identity(properties.replace('yolov7.mar', 'other.mar'))).not.toBe(identity(properties));
    expect(identity(properties.replace('queue_size=100', 'queue_size=9'))).not.toBe(identity(properties));
  });

  it('gets what is missing in lines of its own, each continued', () => {
    const bare = properties.replace(/ *"(min|max)Workers.*\n/g, '').replace(/,\\\n *"batchSize.*\n.*Delay.*\n/, '\\\n');
    expect(bare).not.toMatch(/Workers"|batchSize/);
    const after = apply('torchserve', bare);
    expect(after).toContain(
      '"marName": "yolov7.mar",\\\n        "batchSize": 8,\\\n        "minWorkers": 4,\\\n        "maxWorkers": 4\\\n    }',
    );
    expect(recogniseConfig('config.properties', after)?.today).toEqual(use);
    expect(identityOf({ kind: 'torchserve', text: after })).toBe(identityOf({ kind: 'torchserve', text: bare }));
    const note = suggest('torchserve', bare);
    expect('note' in note && note.note).toMatch(/maxBatchDelay .* goes before this file/);
    expect(apply('torchserve', 'models={"a": {"1": {}}}')).toBe(
      'models={"a": {"1": {"batchSize": 8, "minWorkers": 4, "maxWorkers": 4}}}',
    );
  });

  it('with workers for all models alone gets their number, and is told about the batch', () => {
    expect(apply('torchserve', 'a=1\ndefault_workers_per_model = 2 \nb=2')).toBe(
      'a=1\ndefault_workers_per_model = 4 \nb=2',
    );
    const note = suggest('torchserve', 'default_workers_per_model=2', { ...use, threads: 2, spinning: true });
    expect('note' in note && note.note).toMatch(/^Set batchSize to 8 in .* set 2 where its session .* to "1"/);
    expect(refusal('torchserve', 'default_workers_per_model=many')).toMatch(/does not stand here once/);
  });

  test.each([
    [properties.replace('\n}\njob', ',\\\n"b": {} }\njob').replace('  }\\,', '  },'), /does not name one model/],
    [properties.replace('"1.0": {', '"0.9": {}, "1.0": {'), /does not name one version/],
    [`${properties}models={}`, /does not stand here once/],
    [properties.replace('"minWorkers": 1', '"minWorkers": {}'), /"minWorkers" is not a number/],
    [properties.replace('"minWorkers": 1', '"minWorkers": 1, "minWorkers": 1'), /more than once/],
    [properties.replace('"marName": "yolov7.mar",', '"marName" "yolov7.mar",'), /cannot be read as JSON/],
    ['models={', /Line 1 cannot be read as JSON/],
  ])('is refused where it is not clear what is meant (%#)', (text, reason) =>
    expect(refusal('torchserve', text)).toMatch(reason),
  );
});

describe('TorchServe’s model-config.yaml', () => {
  it('is known by its keys, and read', () => {
    expect(recogniseConfig('any.yaml', yaml)).toMatchObject({
      kind: 'torchserve-model',
      today: { batchSize: 4, instances: 1 },
      places: [{ field: 'batchSize', line: 4, column: 1 }],
    });
    expect(recogniseConfig('a.yaml', 'minWorkers: 1\nmaxWorkers: 1\n')?.today).toEqual({ instances: 1 });
    for (const other of ['minWorkers: 1\n', 'x:\n  minWorkers: 1\n  batchSize: 2\n', 'batchSize: 1\n'])
      expect(recogniseConfig('a.yaml', other), other).toBeNull();
  });

  it('gets batch size and workers, with comments and layout as they were', () => {
    const after = apply('torchserve-model', yaml);
    expect(after).toBe(yaml.replace(/Workers: 1/g, 'Workers: 4').replace('batchSize: 4', 'batchSize: 8'));
    expect(suggest('torchserve-model', after)).toEqual({ edits: [], note: null });
    const identity = (text: string) => identityOf({ kind: 'torchserve-model', text });
    expect(identity(after)).toBe(identity(yaml));
    expect(identity(yaml.replace('99', '1'))).not.toBe(identity(yaml));
    const note = suggest('torchserve-model', 'minWorkers: 1\nmaxWorkers: 1\n');
    expect('note' in note && note.note).toMatch(/maxBatchDelay .* uses a GPU where it finds one/);
    expect(apply('torchserve-model', 'minWorkers: 1\nmaxWorkers: 1\n')).toContain('batchSize: 8');
  });

  it('of a GPU says so, and is refused', () => {
    const gpu = yaml.replace('"cpu"', '"gpu"');
    expect(recogniseConfig('a.yaml', gpu)?.onGpu).toMatch(/runs on GPUs/);
    expect(refusal('torchserve-model', gpu)).toMatch(/runs on GPUs/);
    expect(refusal('torchserve-model', `${yaml}\n- x`)).toMatch(/by hand/);
  });
});

describe('any text', () => {
  const files = [
    { kind: 'torchserve' as const, name: 'config.properties', text: properties },
    { kind: 'torchserve-model' as const, name: 'model-config.yaml', text: yaml },
  ];

  it('says what was applied, and changes numbers alone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.integer({ min: 1, max: 65_536 }),
        fc.integer({ min: 1, max: 1024 }),
        fc.boolean(),
        ({ kind, name, text }, batchSize, instances, crlf) => {
          const before = crlf ? text.replaceAll('\n', '\r\n') : text;
          const after = apply(kind, before, { batchSize, instances });
          expect(recogniseConfig(name, after)?.today).toEqual({ batchSize, instances });
          expect(after.replace(/\d/g, '')).toBe(before.replace(/\d/g, ''));
          expect(apply(kind, after, { batchSize, instances })).toBe(after);
          expect(identityOf({ kind, text: after })).toBe(identityOf({ kind, text: before }));
        },
      ),
      { numRuns: 200 },
    );
  });

  const runs = repeats(500, 20_000);
  it(`mutated ${runs} times is read or passed over, and never thrown at`, { timeout: 300_000 }, () => {
    const random = seededRandom(11);
    const pieces = [
      '{',
      '}',
      '\\',
      '\\\n',
      '"',
      ':',
      '=',
      ',',
      '#',
      '\n',
      '\r\n',
      '//',
      '9'.repeat(30),
      'models={',
      '\0',
    ];
    const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
    for (let i = 0; i < runs; i++) {
      const { name, kind, text } = files[i % files.length]!;
      let mutated = text;
      for (let k = 0; k <= random() * 4; k++) {
        const at = Math.floor(random() * mutated.length);
        const length = random() < 0.5 ? 0 : Math.floor(random() * 20);
        const piece = random() < 0.5 ? pick(pieces) : mutated.slice(at, at + Math.floor(random() * 30));
        mutated = mutated.slice(0, at) + piece + mutated.slice(at + length);
      }
      const config = recogniseConfig(name, mutated);
      for (const { offset, length, field } of config?.places ?? [])
        expect(mutated.slice(offset, offset + length)).toBe(field);
      const suggestion = suggest(config?.kind ?? kind, mutated);
      if ('refused' in suggestion) continue;
      const after = applyEdits(mutated, suggestion.edits);
      expect(suggest(config?.kind ?? kind, after), JSON.stringify(mutated)).toMatchObject({ edits: [] });
    }
  });

  it('is bounded when huge or hostile', () => {
    for (const unit of ['models={', 'models={\\\n', '"minWorkers":', '\\\n', 'minWorkers: 1\n', 'x=\\\\', ' ']) {
      for (const { name } of files) {
        const text = `${unit.repeat(Math.ceil(250_000 / unit.length))}`;
        const start = performance.now();
        recogniseConfig(name, text);
        expect(performance.now() - start, `${name} ${unit}`).toBeLessThan(500);
      }
    }
  });
});
