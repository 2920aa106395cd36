import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { budgetJsonSchema, parseBudget } from '../../../../src/core/budget/budgetText';
import { limitedNames, metricNamed } from '../../../../src/core/budget/limitedMetrics';
import { repeats } from '../../../support/repeats';

const minimal = 'experiment: a.energy.yaml\nlimits:\n  - { metric: joulesPerUnit, max: 2.5 }\n';
const problemsOf = (text: string) => {
  const parsed = parseBudget(text);
  return parsed.ok ? [] : parsed.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`);
};

describe('parsing a budget', () => {
  it('reads limits of values and of increases, of some configurations or of all', () => {
    const text = `${minimal}  - { metric: batchLatencyMs.p95, batchSize: 8, model: ./m.onnx, threads: 2, maxIncreasePercent: 5 }\nbaseline: main.json\n`;
    expect(parseBudget(text)).toEqual({
      ok: true,
      budget: {
        experiment: 'a.energy.yaml',
        baseline: 'main.json',
        limits: [
          { metric: 'joulesPerUnit', max: 2.5 },
          { metric: 'batchLatencyMs.p95', batchSize: 8, model: './m.onnx', threads: 2, maxIncreasePercent: 5 },
        ],
      },
    });
  });

  test.each([
    ['', ' the file is empty: it needs at least experiment and limits'],
    [
      minimal.replace('joulesPerUnit', 'joulePerUnit'),
      'limits[0].metric: "joulePerUnit" is none of the values: did you mean joulesPerUnit?',
    ],
    [minimal.replace('max:', 'maximum:'), 'unknown key'],
    [minimal.replace(', max: 2.5', ''), 'limits nothing: give max, maxIncreasePercent or both'],
    [minimal.replace('experiment', 'experimnt'), 'unknown key: did you mean experiment?'],
    [minimal.replace('a.energy.yaml', '//host/a.yaml'), 'is a place in a network'],
    [minimal.replace('max: 2.5', 'maxIncreasePercent: -1'), '-1 is too small'],
    [minimal.replace('2.5', '.nan'), 'limits[0].max'],
    ['experiment: a\nlimits: []\n', 'limits: is empty'],
  ])('says what is wrong with %j, and where', (text, message) => {
    expect(problemsOf(text).join('\n')).toContain(message);
  });

  it('knows a metric of images by both of its names, and none of which more is better', () => {
    expect(metricNamed('joulesPerImage').key).toBe('joulesPerUnit');
    expect(limitedNames).toEqual(
      expect.arrayContaining(['joulesPerUnit', 'batchLatencyMs.p99', 'requestLatencyMs.p95']),
    );
    for (const name of ['unitsPerSecond', 'unitsPerJoule', 'accuracy', 'idleWatts', 'batchLatencyMs.max'])
      expect(limitedNames).not.toContain(name);
  });

  it('never throws, whatever stands in the file', () => {
    const bit = fc.constantFrom(
      'limits',
      'metric',
      'max',
      ': ',
      '- ',
      '\n',
      '{',
      '[',
      '"',
      '&a',
      '*a',
      '\u0000',
      '1e999',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(bit, fc.string({ maxLength: 6 })), { maxLength: 30 }), (bits) => {
        expect(parseBudget(bits.join('')).ok).toBeTypeOf('boolean');
      }),
      { numRuns: repeats(200, 5000) },
    );
  });
});

describe('media/budget.schema.json', () => {
  const ajv = new Ajv({ strictSchema: true, strictTypes: false, strictRequired: false });

  it('is draft 7, describes every key, and docs/ci.md has each', () => {
    const schema = budgetJsonSchema();
    expect(ajv.validateSchema(schema)).toBe(true);
    const docs = readFileSync(new URL('../../../../docs/ci.md', import.meta.url), 'utf8');
    const items = schema.properties!.limits!.items as typeof schema;
    for (const [path, node] of [
      ...Object.entries(schema.properties!),
      ...Object.entries(items.properties!).map(([key, node]) => [`limits[].${key}`, node] as const),
    ]) {
      expect(node.description, path).toMatch(/\w/);
      expect(docs).toContain(`| \`${path}\` |`);
    }
    for (const name of limitedNames) expect(docs, name).toContain(`\`${name}\``);
  });

  it('takes and refuses what the program does', () => {
    const validate = ajv.compile(budgetJsonSchema());
    const limit = { metric: 'joulesPerUnit', max: 1 };
    expect(validate({ experiment: 'a', limits: [limit] })).toBe(true);
    for (const wrong of [{ metric: 'joulesPerUnit' }, { ...limit, more: 1 }, { ...limit, metric: 'joules' }])
      expect(validate({ experiment: 'a', limits: [wrong] })).toBe(false);
  });
});
