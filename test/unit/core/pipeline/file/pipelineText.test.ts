import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { pipelineFileSchema } from '../../../../../src/core/pipeline/file/pipelineFile';
import { parsePipeline, pipelineJsonSchema } from '../../../../../src/core/pipeline/file/pipelineText';
import type { SchemaNode } from '../../../../../src/core/spec/specJsonSchema';
import { formatProblems } from '../../../../../src/core/spec/specText';

const minimal = 'load: 20\nslaSeconds: 2\nstages:\n  - name: crop\n';
const option =
  '{ variant: v, batch: 1, accuracy: 1, cores: 1, latencySeconds: 0.1, throughput: 9, joulesPerRequest: 1 }';

/** The problems of a text as `line:column field: message (allowed: …)`. */
function problemsOf(text: string): string[] {
  const parsed = parsePipeline(text);
  if (parsed.ok) throw new Error('expected problems');
  return formatProblems('f', parsed.problems)
    .split('\n')
    .map((line) => line.slice(2));
}

describe('a pipeline file', () => {
  test('needs load, latency limit and stages, and gets all defaults', () => {
    const parsed = parsePipeline(minimal);
    expect(parsed).toEqual({
      ok: true,
      stageLines: [3],
      file: {
        ...{ load: 20, slaSeconds: 2, weights: { alpha: 1, beta: 0, gamma: 0, delta: 0 }, scalingCap: 100 },
        ...{ accuracyMethod: 'sum', normalizeAccuracy: false, queueing: 'intended' },
        stages: [{ name: 'crop', profiles: [] }],
      },
    });
  });

  test('says where each stage stands, also in JSON and behind a byte order mark', () => {
    const lines = (text: string) => {
      const parsed = parsePipeline(text);
      return parsed.ok ? parsed.stageLines : parsed.problems;
    };
    expect(
      lines(`\uFEFF# hello\r\nload: 1\r\nslaSeconds: 1\r\nstages:\r\n- name: a\r\n\r\n-\r\n  name: b\r\n`),
    ).toEqual([4, 7]);
    expect(lines('{"load":1,"slaSeconds":1,\n"stages":[{"name":"a"},\n{"name":"b"}]}')).toEqual([1, 2]);
    expect(lines('load: 1\nslaSeconds: 1\nstages: [&a { name: a }]\n')).toEqual([2]);
  });

  test.each([
    ['', '1:1 the file is empty: it needs at least load, slaSeconds and stages (allowed: keys name, load,'],
    ['load: 1\n', 'slaSeconds: is missing (allowed: number from 0.000001 to 1000000000000)'],
    [
      `${minimal}    profiles: [{ table: //host/a.csv }]\n`,
      'stages[0].profiles[0].table: is a place in a network: copy',
    ],
    [minimal.replace('20', "{ trace: '\\\\host\\a.csv' }"), 'load.trace: is a place in a network: copy'],
    [`${minimal}slaSecond: 1\n`, '5:1 slaSecond: unknown key: did you mean slaSeconds? (allowed: name, load,'],
    [`${minimal}    profile: []\n`, '5:5 stages[0].profile: unknown key: did you mean profiles?'],
    [`${minimal}delta: 1\n`, '5:1 delta: unknown key; it belongs at weights.delta'],
    [`${minimal}replicas: 1\n`, 'it belongs at stages[].replicas'],
    [`${minimal}    scalingCap: 1\n`, 'stages[0].scalingCap: unknown key; it belongs at scalingCap'],
    [minimal.replace('20', '"20"'), '1:7 load: "20" is text: take the quotes away (20)'],
    [
      minimal.replace('20', '0'),
      '1:7 load: 0 is too small (allowed: number from 0.000001 to 1000000 or keys steps, trace)',
    ],
    [minimal.replace('20', '{ step: [] }'), '1:9 load.step: unknown key: did you mean steps? (allowed: steps, trace)'],
    [minimal.replace('20', '{}'), '1:7 load: give exactly one of steps, trace; or a number of requests per second'],
    [
      minimal.replace('20', '{ trace: a.csv, steps: [{ seconds: 1, requestsPerSecond: 1 }] }'),
      '1:7 load: give exactly one of steps, trace',
    ],
    [
      minimal.replace('20', '{ steps: [{ seconds: 0, requestsPerSecond: 1 }] }'),
      '1:28 load.steps[0].seconds: 0 is too small (allowed: number from 0.001 to 604800)',
    ],
    [
      minimal.replace('20', '{ steps: [{ seconds: 9, requestsPerSecond: 0 }] }'),
      'load.steps: no step has a load above 0',
    ],
    [`${minimal}  - name: crop\n`, '5:11 stages[1].name: crop names two stages'],
    [`${minimal}    profiles: [{}]\n`, '5:16 stages[0].profiles[0]: give exactly one of run, table, options'],
    [
      `${minimal}    profiles: [{ run: a, table: b }]\n`,
      'stages[0].profiles[0]: give exactly one of run, table, options',
    ],
    [`${minimal}    profiles: { run: a }\n`, 'stages[0].profiles: must be a list, not a group of keys'],
    [
      `${minimal}    profiles: [{ options: [${option.replace('cores: 1', 'cores: 0')}] }]\n`,
      'stages[0].profiles[0].options[0].cores: 0 is too small (allowed: number above 0 up to 1000000000000)',
    ],
    [
      `${minimal}    accuracies: { a: high }\n`,
      '5:22 stages[0].accuracies.a: must be a number, not "high" (allowed: number from -1000000000000 to 1000000000000)',
    ],
    [`${minimal}    accuracies: { "a\\tb": 1 }\n`, 'stages[0].accuracies.a\tb: "a\\tb" holds a control character'],
    [`${minimal}queueing: intendet\n`, '5:11 queueing: "intendet" is none of the values: did you mean intended?'],
    [`${minimal}batchingCap: 0.5\n`, '5:14 batchingCap: 0.5 is not a whole number (allowed: whole number from 1'],
    [`${minimal}limits: { watts: 1W }\n`, '5:18 limits.watts: "1W" is text: write the number alone'],
    [`${minimal}name: "a\\0b"\n`, 'holds a control character'],
    ['load: 1\nslaSeconds: 1\nstages: []\n', '3:9 stages: is empty'],
    [
      `load: 1\nslaSeconds: 1\nstages: [${Array.from({ length: 10 }, (_, i) => `{ name: s${i} }`).join()}]\n`,
      'has 10 values',
    ],
    ['load: [1, 2\n', '1:7 [ is not closed'],
    [`${minimal}__proto__: { a: 1 }\n`, '5:1 __proto__: unknown key'],
  ])('%j is refused', (text, expected) => {
    const told = problemsOf(text);
    expect(
      told.some((line) => line.includes(expected)),
      told.join('\n'),
    ).toBe(true);
  });

  test('tells all problems at once, in the order of the file', () => {
    const told = problemsOf('stages:\n  - nam: a\nslaSeconds: -1\nload: x\n');
    expect(told.map((line) => line.split(' ')[0])).toEqual(['2:5', '2:5', '3:13', '4:7']);
  });
});

/** Every key that holds a value, with its schema; groups of keys and lists of them are gone through. */
function leaves(node: SchemaNode, prefix = ''): [path: string, node: SchemaNode][] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const path = `${prefix}${name}`;
    const items = Array.isArray(child.items) ? undefined : child.items;
    const inner = [child, ...(child.anyOf ?? [])].flatMap((one) => leaves(one, `${path}.`));
    return [[path, child] as [string, SchemaNode], ...inner, ...(items ? leaves(items, `${path}[].`) : [])];
  });
}

describe('media/pipeline.schema.json', () => {
  // Unknown keywords are errors; how keywords are spread over subschemas is a matter of style.
  const ajv = new Ajv({ strictSchema: true, strictTypes: false, strictRequired: false });

  test('is draft 7 and describes every key', () => {
    expect(ajv.validateSchema(pipelineJsonSchema())).toBe(true);
    for (const [path, node] of leaves(pipelineJsonSchema())) expect(node.description, path).toMatch(/\w/);
  });

  test('has each key in docs/pipeline.md', () => {
    const doc = readFileSync(new URL('../../../../../docs/pipeline.md', import.meta.url), 'utf8');
    for (const [path] of leaves(pipelineJsonSchema()).filter(([one]) => !one.includes('options[]')))
      expect(doc).toContain(`| \`${path}\` |`);
  });

  test.each([
    minimal,
    minimal.replace('20', '{ trace: a.csv }'),
    `${minimal}    profiles: [{ options: [${option}] }, { run: latest }]\n    accuracies: { a: 1, b: -2 }\n`,
    `${minimal}weights: {}\nlimits: {}\n`,
    minimal.replace('20', '{}'),
    minimal.replace('20', '-1'),
    `${minimal}    profiles: [{}]\n`,
    `${minimal}    profiles: [{ run: a, table: b }]\n`,
    `${minimal}    accuracies: { a: b }\n`,
    `${minimal}x: 1\n`,
    'load: 1\n',
  ])('agrees with the program on %j', (text) => {
    expect(ajv.validate(pipelineJsonSchema(), parse(text))).toBe(pipelineFileSchema.safeParse(parse(text)).success);
  });
});
