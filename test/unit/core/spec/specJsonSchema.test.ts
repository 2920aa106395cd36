import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { estimateSeconds } from '../../../../src/core/run/duration';
import { configurationsOf } from '../../../../src/core/run/plan';
import { builtinModelStrides, builtinModels } from '../../../../src/core/spec/builtinModels';
import { specSchema } from '../../../../src/core/spec/spec';
import { allowedAt, type SchemaNode, specJsonSchema } from '../../../../src/core/spec/specJsonSchema';
import { formatProblems, parseSpec } from '../../../../src/core/spec/specText';
import { builtInArchitecture } from '../../../../src/models/yolo/builtIn';
import { builtInModels, isBuiltIn } from '../../../../src/models/yolo/family';
import { sizeMultiple } from '../../../../src/models/yolo/layers';

const read = (file: string) => readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
const doc = read('docs/experiment-file.md');
const example = read('media/example/first-sweep.energy.yaml');

/** Unknown keywords are errors; how keywords are spread over subschemas is a matter of style. */
const ajvOptions = { strictSchema: true, strictTypes: false, strictRequired: false };

/** Every key that holds a value, with its schema; groups of keys are gone through. */
function leaves(node: SchemaNode, prefix = ''): [path: string, node: SchemaNode][] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    child.properties ? leaves(child, `${prefix}${name}.`) : [[`${prefix}${name}`, child] as [string, SchemaNode]],
  );
}

describe('media/energy.schema.json', () => {
  test('is draft 7, and describes every key', () => {
    const ajv = new Ajv(ajvOptions);
    expect(ajv.validateSchema(specJsonSchema())).toBe(true);
    for (const [path, node] of leaves(specJsonSchema())) expect(node.description, path).toMatch(/\w/);
  });
});

const base = { models: ['yolov7-tiny'], batchSizes: [1, 8] };
const good: [string, object][] = [
  ['minimal', base],
  ['paths', { models: ['./a.onnx', 'b/c.YAML', 'x.yml', 'y.pt'], batchSizes: [65_536] }],
  ['rectangle', { ...base, imageSize: [320, 640] }],
  ['empty groups', { ...base, measure: {}, preferences: {}, images: { generated: {} } }],
  ['folder', { ...base, images: { folder: './x', count: 3 } }],
  ['coco', { ...base, images: { coco: { images: 'a', annotations: 'b.json' } } }],
  ['limits', { ...base, measure: { windowSeconds: 0.2, seed: 4294967295, equivalencePercent: 0.01 } }],
  ['weights', { ...base, preferences: { energy: 0, latency: 1 } }],
  ['sla', { ...base, sla: { requestLatencyMs: 0.1, arrivalRate: 0.000001, minAccuracy: 0 } }],
  ['another workload, whose models are its own', { ...base, workload: 'tokens', models: ['a loop'], imageSize: 330 }],
  ['what a workload alone knows', { ...base, workload: 'tokens', settings: { command: ['a', { b: null }], c: 1.5 } }],
  ['the usual workload', { ...base, workload: 'detection' }],
  ['a kind of source that only another program may have', { ...base, measure: { source: 'nvml' } }],
  ['several sources', { ...base, measure: { source: ['powercap', 'nvml'] } }],
  ['missing domains', { ...base, measure: { source: 'powercap', allowMissing: ['dram-1', 'package-1-die-0'] } }],
  ['curve', { ...base, measure: { powerCurve: { idleWatts: 0, maxWatts: 1 } } }],
];
const bad: [string, unknown][] = [
  ['nothing', {}],
  ['a list', []],
  ['text', 'x'],
  ['null', null],
  ['unknown model of the usual workload', { ...base, workload: 'detection', models: ['a loop'] }],
  ['workload in capitals', { ...base, workload: 'Tokens' }],
  ['settings that are a list', { ...base, workload: 'tokens', settings: ['a'] }],
  ['settings that are text', { ...base, workload: 'tokens', settings: 'a' }],
  ['number as workload', { ...base, workload: 7 }],
  ['no models', { batchSizes: [1] }],
  ['empty models', { ...base, models: [] }],
  ['unknown model', { ...base, models: ['yolov8'] }],
  ['number as model', { ...base, models: [7] }],
  ['control character', { ...base, models: ['a\u0000.onnx'] }],
  ['line end in a name', { ...base, name: 'a\nb' }],
  ['empty name', { ...base, name: '' }],
  ['long name', { ...base, name: 'x'.repeat(201) }],
  ['batch 0', { ...base, batchSizes: [0] }],
  ['batch too large', { ...base, batchSizes: [65_537] }],
  ['batch fraction', { ...base, batchSizes: [1.5] }],
  ['batch text', { ...base, batchSizes: ['8'] }],
  ['batch twice', { ...base, batchSizes: [8, 8] }],
  ['one batch', { ...base, batchSizes: 8 }],
  ['unknown key', { ...base, batchsizes: [1] }],
  ['unknown inner key', { ...base, measure: { repeats: { mean: 1 } } }],
  ['no images', { ...base, images: {} }],
  ['two images', { ...base, images: { folder: 'a', generated: {} } }],
  ['half of coco', { ...base, images: { coco: { images: 'a' } } }],
  ['three sides', { ...base, imageSize: [320, 320, 320] }],
  ['one side', { ...base, imageSize: [320] }],
  ['small side', { ...base, imageSize: [320, 16] }],
  ['threads null', { ...base, threads: null }],
  ['spinning text', { ...base, spinning: ['yes'] }],
  ['spinning twice', { ...base, spinning: [true, true] }],
  ['current empty', { ...base, current: {} }],
  ['source', { ...base, measure: { source: 'RAPL counters' } }],
  ['sources twice', { ...base, measure: { source: ['powercap', 'powercap'] } }],
  ['auto in a list', { ...base, measure: { source: ['powercap', 'auto'] } }],
  ['no source', { ...base, measure: { source: [] } }],
  ['domains twice', { ...base, measure: { domains: ['dram', 'dram'] } }],
  ['domains empty', { ...base, measure: { domains: [] } }],
  ['no missing domain', { ...base, measure: { source: 'powercap', allowMissing: [] } }],
  ['a missing domain twice', { ...base, measure: { source: 'powercap', allowMissing: ['dram-1', 'dram-1'] } }],
  ['a kind as missing', { ...base, measure: { source: 'powercap', allowMissing: ['dram'] } }],
  ['psys as missing', { ...base, measure: { source: 'powercap', allowMissing: ['psys-0'] } }],
  ['short window', { ...base, measure: { windowSeconds: 0.1 } }],
  ['negative idle', { ...base, measure: { idleSeconds: -1 } }],
  ['percentile', { ...base, sla: { requestLatencyMs: 1, arrivalRate: 1, percentile: 100 } }],
  ['sla without rate', { ...base, sla: { requestLatencyMs: 1 } }],
  ['no weight', { ...base, preferences: { energy: 0 } }],
  ['no weight at all', { ...base, preferences: { energy: 0, latency: 0, accuracy: 0 } }],
];
/** What JSON Schema cannot say: comparisons between fields. The program alone refuses these. */
const beyondSchema: [string, object][] = [
  ['max below min', { ...base, measure: { repeats: { min: 6, max: 5 } } }],
  ['curve that falls', { ...base, measure: { powerCurve: { idleWatts: 9, maxWatts: 5 } } }],
  ['missing domains of auto', { ...base, measure: { allowMissing: ['dram-1'] } }],
  ['missing domains of the estimate', { ...base, measure: { source: ['estimate'], allowMissing: ['dram-1'] } }],
  [
    'missing domains of a kind that is not asked for',
    { ...base, measure: { source: 'powercap', domains: ['package'], allowMissing: ['dram-1'] } },
  ],
  ['no multiple of the stride', { ...base, imageSize: 330 }],
];

describe('the editor’s schema and the program', () => {
  const validate = new Ajv(ajvOptions).compile(specJsonSchema());
  test.each(good)('both accept: %s', (_, spec) => {
    expect(validate(spec), JSON.stringify(validate.errors)).toBe(true);
    const parsed = parseSpec(JSON.stringify(spec));
    expect(parsed.ok, parsed.ok ? '' : formatProblems('f', parsed.problems)).toBe(true);
  });

  test.each(bad)('both refuse: %s', (_, spec) => {
    expect(validate(spec)).toBe(false);
    expect(parseSpec(JSON.stringify(spec)).ok).toBe(false);
  });

  test.each(beyondSchema)('the program refuses besides: %s', (_, spec) => {
    expect(validate(spec)).toBe(true);
    expect(parseSpec(JSON.stringify(spec)).ok).toBe(false);
  });

  test('agree at the limits of every number', () => {
    const within = (path: string[], value: number): unknown => {
      const [key = '', ...rest] = path;
      return { [key]: rest.length ? within(rest, value) : value };
    };
    const merged = (extra: object) => ({
      ...base,
      ...extra,
      ...('sla' in extra ? { sla: { requestLatencyMs: 5, arrivalRate: 1, ...(extra.sla as object) } } : {}),
    });
    let tried = 0;
    for (const [path, node] of leaves(specJsonSchema())) {
      if (node.type !== 'number' && node.type !== 'integer') continue;
      for (const limit of [node.minimum, node.maximum]) {
        if (limit === undefined) continue;
        for (const step of [-1, 0, 1]) {
          const spec = merged(within(path.split('.'), limit + step) as object);
          tried++;
          const program = specSchema.safeParse(spec);
          const ownRules = !program.success && program.error.issues.every((issue) => issue.code === 'custom');
          expect(program.success || ownRules, `${path}: ${limit + step}`).toBe(validate(spec) === true || ownRules);
        }
      }
    }
    expect(tried).toBeGreaterThan(80);
  });
});

describe('docs/experiment-file.md', () => {
  const rows = new Map(
    [...doc.matchAll(/^\| `([\w.]+)` \| (.*?) \| (.*?) \| (.+) \|$/gm)].map(([, key, allowed, fallback]) => [
      key,
      { allowed: allowed ?? '', fallback: fallback ?? '' },
    ]),
  );

  test('has a row for every key, and no other', () => {
    const keys = leaves(specJsonSchema()).map(([path]) => path);
    expect([...rows.keys()].filter((key) => key !== 'images')).toEqual(keys);
  });

  test.each(leaves(specJsonSchema()))('states limits and default of %s', (path, node) => {
    const row = rows.get(path);
    for (const limit of [node.minimum, node.maximum]) {
      const digits = limit === undefined ? '' : limit === 0.000001 ? '0.000001' : String(limit);
      expect(row?.allowed).toContain(digits);
    }
    for (const word of node.enum ?? []) expect(row?.allowed).toContain(`\`${word}\``);
    const needed = /^(models|batchSizes|sla\.requestLatencyMs|sla\.arrivalRate)$/.test(path);
    if (needed) expect(row?.fallback).toMatch(/^needed/);
    else if (node.default === undefined) expect(row?.fallback).not.toMatch(/^`\d/);
    else expect(parse((row?.fallback ?? '').replaceAll('`', ''))).toEqual(node.default);
  });

  test('has an example of every key, which is valid', () => {
    const examples = [...doc.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
    const whole = examples.find((text) => text.includes('nightly sweep')) ?? '';
    const parsed = parseSpec(whole);
    expect(parsed.ok ? parsed.warnings : formatProblems('doc', parsed.problems)).toEqual([]);
    const data = parse(whole) as object;
    for (const [path] of leaves(specJsonSchema())) {
      const others = ['images.folder', 'images.labels', 'reproduces', 'settings', 'split'];
      if (path.startsWith('images.generated') || others.includes(path)) continue;
      const value = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], data);
      expect(value, path).toBeDefined();
    }
  });

  test('allows the same in words as errors do', () => {
    expect(allowedAt(['measure', 'source'])).toBe(
      'auto, kind of source (powercap, perf, estimate) or list, each: kind of source (powercap, perf, estimate)',
    );
    expect(allowedAt(['imageSize', 1])).toBe('whole number from 32 to 8192');
    expect(allowedAt(['nowhere'])).toBeNull();
  });
});

describe('media/example/first-sweep.energy.yaml', () => {
  const parsed = parseSpec(example);

  test('is valid without a warning', () => {
    expect(parsed.ok ? parsed.warnings : formatProblems('example', parsed.problems)).toEqual([]);
  });

  test('stays below five minutes, set-up included, where an image takes 25 ms', () => {
    if (!parsed.ok) throw new Error('invalid');
    const configurations = configurationsOf(parsed.spec, { cores: 2 });
    const { measure } = parsed.spec;
    const allBlocks = { ...measure, repeats: { ...measure.repeats, min: measure.repeats.max } };
    const seconds = (m: typeof measure) =>
      estimateSeconds({ measure: m }, configurations, { secondsPerUnit: () => 0.025 }).leastSeconds;
    expect(seconds(measure)).toBeGreaterThan(120);
    expect(seconds(allBlocks)).toBeLessThan(280);
  });
});

test('names and strides of the built-in models are those of the networks', () => {
  expect([...builtinModels].sort()).toEqual([...builtInModels].sort());
  for (const name of builtinModels) {
    if (!isBuiltIn(name)) throw new Error(name);
    expect(builtinModelStrides[name]).toBe(sizeMultiple(builtInArchitecture(name)));
  }
});
