import { describe, expect, test } from 'vitest';
import { editDistance, nearestName } from '../../../../src/core/spec/nearestName';
import { specSchema } from '../../../../src/core/spec/spec';
import { formatProblems, parseSpec } from '../../../../src/core/spec/specText';

/** The problems of a text as `line:column field: message (allowed: …)`. */
function problemsOf(text: string): string[] {
  const parsed = parseSpec(text);
  if (parsed.ok) throw new Error('expected problems');
  return formatProblems('f', parsed.problems)
    .split('\n')
    .map((line) => line.slice(2));
}

function specOf(text: string) {
  const parsed = parseSpec(text);
  if (!parsed.ok) throw new Error(formatProblems('f', parsed.problems));
  return parsed;
}

const minimal = 'models: [yolov7-tiny]\nbatchSizes: [1, 8]\n';

describe('a valid file', () => {
  test('gets all defaults', () => {
    const { spec, warnings } = specOf(minimal);
    expect(warnings).toEqual([]);
    expect(spec).toEqual(specSchema.parse({ models: ['yolov7-tiny'], batchSizes: [1, 8] }));
    expect(spec.measure.repeats).toEqual({ min: 5, max: 12, intervalPercent: 2 });
    expect(spec.images).toEqual({ generated: { count: 64, seed: 1 } });
  });

  test.each([
    ['JSON', '{"models": ["yolov7-tiny"], "batchSizes": [1, 8]}'],
    ['CRLF', 'models: [yolov7-tiny]\r\nbatchSizes:\r\n  - 1\r\n  - 8\r\n'],
    ['a byte order mark', `\uFEFF${minimal}`],
    ['a document start', `# hello\n---\n${minimal}...\n`],
    ['block lists', 'models:\n- yolov7-tiny\nbatchSizes:\n- 1\n- 8'],
    ['a closing bracket that is not indented', 'models: [\n  yolov7-tiny\n]\nbatchSizes: [1, 8]\n'],
    ['other ways to write numbers', 'models: [yolov7-tiny]\nbatchSizes: [0x1, 8e0]\n'],
    ['YAML 1.1', `%YAML 1.1\n---\n${minimal}`],
  ])('may be %s', (_, text) => {
    expect(specOf(text).spec).toEqual(specOf(minimal).spec);
  });

  test('may use anchors and aliases', () => {
    const { spec } = specOf('models: [yolov7-tiny]\nbatchSizes: &sizes [1, 2]\nthreads: *sizes\n');
    expect(spec.threads).toEqual([1, 2]);
  });

  test('keeps batch sizes in the order of the file', () => {
    expect(specOf('models: [yolov7]\nbatchSizes: [16, 1, 4]\n').spec.batchSizes).toEqual([16, 1, 4]);
  });
});

describe('windows that are whole processes', () => {
  const scope = 'measure: { scope: process }\n';

  test('may be asked for of one process', () => {
    expect(specOf(minimal + scope).spec.measure.scope).toBe('process');
    expect(specOf(`${minimal}instances: [1]\n${scope}`).warnings).toEqual([]);
    expect(problemsOf(`${minimal}sla: { requestLatencyMs: 9, arrivalRate: 1 }\n${scope}`)).toEqual([
      expect.stringMatching(/^3:\d+ sla: .* no server does for its requests.*end-to-end/),
    ]);
  });

  test.each([
    ['instances: [1, 2]', 'instances'],
    ['split: auto', 'split'],
  ])('hold one process at once, not %s', (line, field) => {
    expect(problemsOf(`${minimal}${line}\n${scope}`)).toEqual([
      expect.stringMatching(
        new RegExp(`^3:\\d+ ${field}: with measure.scope: process a window is one process.*end-to-end`),
      ),
    ]);
  });
});

describe('rectangular batches', () => {
  test('go with windows of the whole work', () => {
    for (const scope of ['end-to-end', 'process'])
      expect(
        specOf(`${minimal}images: { generated: {}, rect: true }\nmeasure: { scope: ${scope} }\n`).spec.images.rect,
      ).toBe(true);
  });

  test('are refused where windows run one fixed shape, and of an input that is no square', () => {
    expect(problemsOf(`${minimal}imageSize: [320, 640]\nimages: { generated: {}, rect: true }\n`)).toEqual([
      expect.stringMatching(/^3:\d+ imageSize: with images.rect one number/),
      expect.stringMatching(/^4:\d+ images.rect: windows of inference alone run batches of one fixed shape/),
    ]);
    expect(specOf(`${minimal}images: { generated: {}, rect: false }\n`).warnings).toEqual([]);
  });
});

describe('problems', () => {
  test('are told all at once, each with line, column, field and what is allowed', () => {
    const text = [
      'name: 2024', // 1
      'batchSizes: ["8", 2.5, 0, 8, 8]',
      'batch_sizes: [1]',
      'models: [yolov7-tinny, 3]',
      'windowSeconds: 4', // 5
      'measure:',
      '  warmup_seconds: 2',
      '  windowSeconds: 5s',
      '  source: RAPL counters',
      '  repeats: { min: 20 }', // 10
      'spinning: yes',
      'images:',
      '  generated: { cont: 3 }',
      '  folder: x',
      'sla: { percentile: 0.95, minAccuracy: 37 }', // 15
      'threads:',
      'current: {}',
      '',
    ].join('\n');
    const told = problemsOf(text).map((line) => line.replace(/ \(allowed: ([^)]{0,44}).*$/, ' | $1'));
    expect(told).toMatchInlineSnapshot(`
      [
        "1:7 name: 2024 is not text: put it in quotes | text",
        "2:14 batchSizes[0]: "8" is text: take the quotes away (8) | whole number from 1 to 65536",
        "2:19 batchSizes[1]: 2.5 is not a whole number | whole number from 1 to 65536",
        "2:24 batchSizes[2]: 0 is too small | whole number from 1 to 65536",
        "3:1 batch_sizes: unknown key: did you mean batchSizes? | name, reproduces, workload, settings, models",
        "4:10 models[0]: "yolov7-tinny" is neither a built-in model nor a model file: did you mean yolov7-tiny? | built-in name (yolov7-tiny, yolov7, yolov7x,",
        "4:24 models[1]: 3 is not text: put it in quotes | text",
        "5:1 windowSeconds: unknown key; it belongs at measure.windowSeconds | name, reproduces, workload, settings, models",
        "7:3 measure.warmup_seconds: unknown key: did you mean warmupSeconds? | source, perf, domains, allowMissing, powerca",
        "8:18 measure.windowSeconds: "5s" is text: write the number alone, the unit is in the key's name | number from 0.2 to 3600",
        "9:11 measure.source: "RAPL counters" is no kind of source: one word in small letters | auto, kind of source (powercap, perf, estima",
        "10:3 measure.repeats.max: max (12) is below min (20); without a value of their own max is 12 and min is 5 | whole number from 1 to 1000",
        "11:11 spinning: "yes" is not a list: write [true] | list, each: true or false",
        "13:3 images: give exactly one of generated, folder, coco | keys generated, folder, labels, coco, count,",
        "13:16 images.generated.cont: unknown key: did you mean count? | count, seed",
        "15:1 sla.requestLatencyMs: is missing | number from 0.1 to 86400000",
        "15:1 sla.arrivalRate: is missing | number from 0.000001 to 1000000",
        "15:20 sla.percentile: 0.95 is too small (in percent: 95, not 0.95) | number from 1 to 99.9",
        "15:39 sla.minAccuracy: 37 is too large (a fraction: 0.37, not 37) | number from 0 to 1",
        "16:1 threads: has no value: give one, or take the key out | list, each: whole number from 1 to 4096",
        "17:1 current.batchSize: is missing | whole number from 1 to 65536",
      ]
    `);
  });

  test.each([
    ['', '1:1 the file is empty: it needs at least models and batchSizes'],
    ['# only a comment\n', '1:1 the file is empty'],
    ['hello', '1:1 must be a group of keys, not "hello"'],
    ['- 1\n', '1:1 must be a group of keys, not a list'],
    [`${minimal}---\nb: 1\n`, '3:1 a second YAML document begins here (allowed: one document in a file)'],
    [`${minimal}models: [yolov7]\n`, '3:1 models: stands twice, first in line 1 (allowed: each key once)'],
    [`${minimal}measure:\n\tseed: 1\n`, '4:1 a tab indents this line (allowed: spaces)'],
    [`${minimal}name: "x\n`, '3:7 " is not closed'],
    [`${minimal}threads: [1, 2\nimageSize: 320\n`, '3:10 [ is not closed'],
    [`${minimal}threads: !!set {1}\n`, '3:10 Unresolved tag: !!set (allowed: values without tags (!))'],
    [`${minimal}name: a: b\n`, '3:7 a key stands where a value was begun'],
    [`${minimal}? [a]\n: 1\n`, '3:3 a key is not plain text (allowed: keys such as name)'],
    [
      `${minimal}current: *c\n`,
      '3:10 current: *c refers to nothing (allowed: an alias of an anchor (&name) before it)',
    ],
    [`${minimal}threads: &t [*t]\n`, '3:14 threads[0]: *t stands inside of what it refers to'],
    [`${minimal}sla: { <<: { arrivalRate: 1 } }\n`, 'merge keys are not supported: write the keys out'],
    [`${minimal}workload: Two words\n`, '3:11 workload: "Two words" is no word of small letters, digits and hyphens'],
    [
      `${minimal}__proto__: { a: 1 }\n`,
      '3:1 __proto__: unknown key (allowed: name, reproduces, workload, settings, models,',
    ],
    [`${minimal}constructor: 1\n`, '3:1 constructor: unknown key'],
    [`${minimal}threads: [.inf]\n`, '3:11 threads[0]: must be a whole number, not Infinity'],
    [`${minimal}threads: [.nan]\n`, '3:11 threads[0]: must be a whole number, not NaN'],
    [`${minimal}threads: []\n`, '3:10 threads: is empty (allowed: list, each: whole number from 1 to 4096)'],
    [`${minimal}threads: 4\n`, '3:10 threads: 4 is not a list: write [4]'],
    [`${minimal}spinning: [yes]\n`, '3:12 spinning[0]: "yes" is text: write true (allowed: true or false)'],
    [`${minimal}name: "a\\0b"\n`, '3:7 name: "a\\u0000b" holds a control character'],
    [
      `${minimal}measure: { domains: [package, package] }\n`,
      '3:31 measure.domains[1]: package stands in the list twice',
    ],
    [
      `${minimal}measure: { allowMissing: [dram-1] }\n`,
      '3:12 measure.allowMissing: nothing is demanded with source: auto, which takes the estimate where a domain is missing (allowed: only with a measured source: measure.source: powercap or perf)',
    ],
    [
      `${minimal}measure: { source: estimate, allowMissing: [dram-1] }\n`,
      '3:30 measure.allowMissing: the estimate has no domains that could be missing',
    ],
    [
      `${minimal}measure: { source: powercap, allowMissing: [dram1] }\n`,
      '3:45 measure.allowMissing[0]: "dram1" is no domain such as dram-1',
    ],
    [
      `${minimal}measure: { source: powercap, domains: [package], allowMissing: [package-1, dram-1] }\n`,
      '3:76 measure.allowMissing[1]: dram-1 is not asked for: dram is not among measure.domains (allowed: domains of package)',
    ],
    [
      `${minimal}measure: { source: powercap, allowMissing: dram-1 }\n`,
      '3:44 measure.allowMissing: "dram-1" is not a list: write [dram-1]',
    ],
    [
      `${minimal}measure: { powerCurve: { idleWatts: 9, maxWatts: 5 } }\n`,
      '3:50 measure.powerCurve.maxWatts: maxWatts must be',
    ],
    [`${minimal}preferences: { energy: 0 }\n`, '3:14 preferences: at least one weight must be above 0'],
    [`${minimal}measure: { repeats: { max: 3 } }\n`, '3:28 measure.repeats.max: max (3) is below min (5)'],
    [`${minimal}imageSize: [320]\n`, '3:12 imageSize: has 1 value (allowed: whole number from 32 to 8192 or ['],
    [
      `${minimal}imageSize: [320, x]\n`,
      '3:18 imageSize[1]: must be a whole number, not "x" (allowed: whole number from 32',
    ],
    [`${minimal}imageSize: big\n`, '3:12 imageSize: must be a whole number or a list, not "big"'],
    [
      'models: [yolov7, yolov7-e6]\nbatchSizes: [1]\nimageSize: 352\n',
      'the largest stride of yolov7-e6; nearest: 320, 384 (',
    ],
    ['models: [yolov7]\nbatchSizes: [1]\nimageSize: [640, 650]\n', '3:18 imageSize[1]: 650 is not a multiple of 32'],
    [
      'models: [yolo7]\nbatchSizes: [1]\n',
      '1:10 models[0]: "yolo7" is neither a built-in model nor a model file: did you mean',
    ],
    ['\u0000\u0001\u007fELF', '1:1 this is not a text file: it holds the control character U+0000'],
    ['{a: '.repeat(25) + '}'.repeat(25), 'nested too deeply (allowed: at most 20 levels)'],
    [`\uFEFFmodels: [x.onnx]\r\nbatchSizes: [a]\r\n`, '2:14 batchSizes[0]: must be a whole number, not "a"'],
  ])('%j', (text, expected) => {
    expect(
      problemsOf(text).some((line) => line.includes(expected)),
      problemsOf(text).join('\n'),
    ).toBe(true);
  });

  test('of a name that is right elsewhere, and nearly right here, name both', () => {
    const [, told] = problemsOf('models: [yolov7]\nbatchSize: [1]\n');
    expect(told).toMatch(
      /^2:1 batchSize: unknown key: did you mean batchSizes\? \(batchSize is a key of current\) \(allowed/,
    );
    expect(problemsOf(`${minimal}measure: { batchSize: 1 }\n`)[0]).toContain(
      'unknown key; it belongs at current.batchSize',
    );
  });

  test('with a likely mend go away by it', () => {
    const text = [
      'modles: [yolov7]',
      'name: 2024',
      'batchSizes: ["8", yolo]',
      'models: [yolov7-tinny]',
      'threads: 4',
      'spinning: off',
      'measure: { windowsSeconds: 5, scope: infrence, restSeconds: 10s }',
    ].join('\n');
    const parsed = parseSpec(text);
    const mendable = parsed.ok ? [] : parsed.problems.filter(({ instead }) => instead !== undefined);
    expect(mendable.map(({ instead }) => instead)).toEqual([
      'models',
      '"2024"',
      '8',
      'yolov7-tiny',
      '[4]',
      '[false]',
      'windowSeconds',
      'inference',
      '10',
    ]);
    for (const { line, column, endColumn, instead, path } of mendable) {
      const lines = text.split('\n');
      const before = lines[line - 1]!;
      lines[line - 1] = before.slice(0, column - 1) + instead + before.slice(endColumn! - 1);
      // What was misspelt may now stand there twice.
      const left = problemsOf(lines.join('\n')).filter((told) => told.startsWith(`${line}:${column} ${path}:`));
      expect(left, `${path}: ${instead}`).toEqual([]);
    }
  });

  test('that no JSON schema tells are marked, for editors that go by one', () => {
    const parsed = parseSpec(`${minimal.replace('yolov7', 'yolo7')}batchSise: 1\nmeasure: { repeats: { max: 3 } }\n`);
    const marks = parsed.ok ? [] : parsed.problems.map(({ path, isBeyondSchema = false }) => [path, isBeyondSchema]);
    expect(Object.fromEntries(marks)).toMatchObject({ batchSise: false, 'measure.repeats.max': true });
  });

  test('of size', () => {
    expect(problemsOf('['.repeat(60_000))).toEqual([expect.stringContaining('nested too deeply (allowed: at most 20')]);
    expect(problemsOf('#'.repeat(1_000_000))).toEqual([
      '1:1 the file has 1000000 characters (allowed: at most 65536 characters)',
    ]);
    expect(problemsOf(`${minimal}name: ${'x'.repeat(201)}`)).toEqual([
      '3:7 name: is too long (201 characters) (allowed: text)',
    ]);
  });

  test('of data stand beside those of syntax, without guesses at what the syntax error hides', () => {
    expect(problemsOf('modles: [yolov7]\nbatchSizes: [1, 2\n\nimageSize: 31\nsla: {}\n')).toEqual([
      expect.stringMatching(/^1:1 modles: unknown key: did you mean models\?/),
      '2:13 [ is not closed',
      expect.stringMatching(/^4:12 imageSize: 31 is too small/),
    ]);
  });

  test('of an alias bomb are told at once', () => {
    const levels = 'abcdefgh'.split('');
    const line = (name: string, i: number) =>
      `${name}: &${name} [${Array(9)
        .fill(i ? `*${levels[i - 1]}` : 'x')
        .join(',')}]`;
    expect(problemsOf(levels.map(line).join('\n'))).toEqual([expect.stringContaining('beyond all bounds')]);
  });

  test('point at the key where a value is missing, and mark the whole value elsewhere', () => {
    const parsed = parseSpec(`${minimal}sla:\n  arrivalRate: -1.25\nthreads:\n`);
    expect(parsed.ok ? [] : parsed.problems).toMatchObject([
      { path: 'sla.requestLatencyMs', line: 3, column: 1, endLine: 3, endColumn: 4 },
      { path: 'sla.arrivalRate', line: 4, column: 16, endLine: 4, endColumn: 21 },
      { path: 'threads', line: 5, column: 1, endLine: 5, endColumn: 8 },
    ]);
  });

  test('beyond a hundred are summed up', () => {
    const keys = Array.from({ length: 5000 }, (_, i) => `k${i}: 1`).join('\n');
    const told = problemsOf(keys);
    expect(told).toHaveLength(101);
    expect(told.at(-1)).toContain('and more problems from here on');
  });
});

describe('the number of configurations', () => {
  const list = (n: number, prefix = '') =>
    JSON.stringify(Array.from({ length: n }, (_, i) => `${prefix}${i + 1}`)).replace(prefix ? '' : /"/g, '');
  const models = (n: number) => list(n, 'm').replace(/"(m\d+)"/g, '"$1.onnx"');

  test('is bounded, and said before anything is made of them', () => {
    const start = performance.now();
    expect(problemsOf(`models: ${models(3000)}\nbatchSizes: ${list(2999)}\n`)).toEqual([
      expect.stringMatching(
        /models: makes 8997000 configurations \(3000 models × 2999 batchSizes\) \(allowed: at most 2000 configurations in all\)$/,
      ),
    ]);
    expect(performance.now() - start).toBeLessThan(4000);
    const tooMany = problemsOf(`models: [a.onnx]\nbatchSizes: ${list(1001)}\nspinning: [true, false]\n`);
    expect(tooMany).toEqual([expect.stringContaining('batchSizes: makes 2002 configurations')]);
  });

  test('may be 2,000', () => {
    const { spec } = specOf(`models: [a.onnx]\nbatchSizes: ${list(500)}\nthreads: [1, 2]\nspinning: [true, false]\n`);
    expect(spec.batchSizes).toHaveLength(500);
  });
});

describe('warnings', () => {
  test('name what is permitted and probably not meant', () => {
    const { warnings } = specOf(
      `${minimal}current: { batchSize: 16 }\nmeasure: { repeats: { min: 1, max: 3 } }\n` +
        'sla: { requestLatencyMs: 10, arrivalRate: 2, batchTimeoutMs: 20 }\n',
    );
    expect(formatProblems('f', warnings).split('\n')).toEqual([
      'f:3:23 current.batchSize: 16 is not measured, so there is nothing to state savings against (allowed: one of batchSizes: 1, 8)',
      'f:4:36 measure.repeats.max: with 3 repeats no verdict is given (allowed: 5 or more)',
      expect.stringMatching(/^f:5:62 sla.batchTimeoutMs: a request may wait/),
    ]);
    const weights = (models: string) =>
      specOf(`models: ${models}\nbatchSizes: [1]\nweightsFile: best.pt\n`).warnings.map(({ message }) => message);
    expect(weights('[own.pt, other.ONNX]')).toEqual([
      'no model takes these weights: .onnx and .pt files have their own',
    ]);
    expect(weights('[own.pt, yolov7]')).toEqual([]);
    expect(weights('[own.yaml]')).toEqual([]);
  });
});

describe('the nearest name', () => {
  test('is found within a third of the length, not minding case and separators', () => {
    expect(nearestName('batch_sizes', ['batchSizes', 'imageSize'])).toBe('batchSizes');
    expect(nearestName('colour', ['color', 'count'])).toBe('color');
    expect(nearestName('foo', ['bar', 'models'])).toBeUndefined();
    expect(nearestName('x'.repeat(100_000), ['x'])).toBeUndefined();
  });

  test('uses the Levenshtein distance', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('flaw', 'lawn')).toBe(2);
  });
});
