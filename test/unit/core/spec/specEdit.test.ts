import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { specSchema } from '../../../../src/core/spec/spec';
import { setCurrent, setInSpec } from '../../../../src/core/spec/specEdit';
import { parseSpec } from '../../../../src/core/spec/specText';
import { writeSpec } from '../../../../src/core/spec/specWrite';
import { readSpecYaml } from '../../../../src/core/spec/specYaml';
import { isSameData, withValue, type YamlValue, yamlFlow } from '../../../../src/core/spec/yamlValue';
import { repeats } from '../../../support/repeats';

const dataOf = (text: string) => readSpecYaml(text.replace(/^\uFEFF/, '')).value;
const commentLines = (text: string) => text.split(/\r?\n/).filter((line) => /^\s*#/.test(line));

describe('setting today’s batch size', () => {
  test.each([
    [
      'in flow style',
      'a: 1\ncurrent: { batchSize: 16 } # today\n# x\n',
      'a: 1\ncurrent: { batchSize: 8 } # today\n# x\n',
    ],
    [
      'in block style',
      'current:\n  # now\n  batchSize: 16 # today\nb: 1\n',
      'current:\n  # now\n  batchSize: 8 # today\nb: 1\n',
    ],
    ['where it is missing', 'a: 1\n\n# end\n', 'a: 1\ncurrent: { batchSize: 8 }\n\n# end\n'],
    ['without a last line end', 'a: 1', 'a: 1\ncurrent: { batchSize: 8 }'],
    ['in an empty file', '', 'current: { batchSize: 8 }\n'],
    ['in a file of comments', '# c\n', '# c\ncurrent: { batchSize: 8 }\n'],
    ['where it is empty', 'current: # c\nb: 1\n', 'current: { batchSize: 8 } # c\nb: 1\n'],
    ['where it is commented out', 'current:\n  # batchSize: 16\n', 'current: { batchSize: 8 }\n  # batchSize: 16\n'],
    ['where it is null', 'current: ~\n', 'current: { batchSize: 8 }\n'],
    ['where it is {}', 'current: {}\n', 'current: { batchSize: 8 }\n'],
    ['in JSON', '{"a": 1}', '{"a": 1, "current": { "batchSize": 8 }}'],
    [
      'in JSON on several lines',
      '{\n  "a": 1,\n  "b": [2]\n}\n',
      '{\n  "a": 1,\n  "b": [2],\n  "current": { "batchSize": 8 }\n}\n',
    ],
    ['after a trailing comma', '{ a: 1, # c\n }', '{ a: 1, current: { batchSize: 8 } # c\n }'],
    ['with CRLF', 'a:\r\n  b: 1 # c\r\n  # d\r\n', 'a:\r\n  b: 1 # c\r\n  # d\r\ncurrent: { batchSize: 8 }\r\n'],
    ['after a byte order mark', '\uFEFFa: 1\n', '\uFEFFa: 1\ncurrent: { batchSize: 8 }\n'],
    ['between document marks', '---\na: 1\n...\n', '---\na: 1\ncurrent: { batchSize: 8 }\n...\n'],
    ['after a list that is not indented', 'a:\n- 1\n- 2\n', 'a:\n- 1\n- 2\ncurrent: { batchSize: 8 }\n'],
    ['after a block of text', 'a: |\n  x\n  y\n', 'a: |\n  x\n  y\ncurrent: { batchSize: 8 }\n'],
    [
      'in the place of an alias',
      'a: &c {batchSize: 2}\ncurrent: *c\n',
      'a: &c {batchSize: 2}\ncurrent: { batchSize: 8 }\n',
    ],
  ])('%s', (_, before, after) => {
    expect(setCurrent(before, { batchSize: 8 })).toBe(after);
  });

  test.each([
    ['a: [\n', 'Line 1 cannot be read: [ is not closed. Mend it, or set current.batchSize to 8 by hand.'],
    ['current: &c {batchSize: 2}\nother: *c\n', 'current.batchSize cannot be changed without rewriting the file'],
    ['- 1\n', 'set current.batchSize to 8 by hand'],
    ['hello\n', 'set current.batchSize to 8 by hand'],
    ['current: [1]\n', 'set current.batchSize to 8 by hand'],
  ])('of %j is refused with a reason', (text, reason) => {
    expect(() => setCurrent(text, { batchSize: 8 })).toThrow(reason);
  });
});

describe('setting any value', () => {
  test.each<[string, (string | number)[], YamlValue, string]>([
    ['batchSizes: [1, 2, 4] # x\n', ['batchSizes', 1], 3, 'batchSizes: [1, 3, 4] # x\n'],
    [
      'batchSizes: # c\n  # small\n  - 1 # one\n  # tail\n  - 2\nb: 1\n',
      ['batchSizes'],
      [4],
      'batchSizes: [4] # c\n  # small\n  # tail\nb: 1\n',
    ],
    ['b: [ # all\n  1,\n  # keep\n  2 ]\nx: 1\n', ['b'], [4], '  # keep\nb: [4]\nx: 1\n'],
    ['m:\n  r:\n    min: 5\n  seed: 2\n', ['m', 'r', 'max'], 9, 'm:\n  r:\n    min: 5\n    max: 9\n  seed: 2\n'],
    ['a: 1\n', ['name'], 'it’s: "x" # y', 'a: 1\nname: "it’s: \\"x\\" # y"\n'],
    ['a: "1" # q\n', ['a'], 'yes', 'a: "yes" # q\n'],
    ['a: |\n  long\n  text\nb: 1\n', ['a'], 'short', 'a: short\nb: 1\n'],
  ])('%j %j', (before, path, value, after) => {
    expect(setInSpec(before, path, value)).toBe(after);
  });

  test('refuses places in a list that are not there', () => {
    expect(() => setInSpec('batchSizes: [1]\n', ['batchSizes', 4], 3)).toThrow('set batchSizes[4] to 3 by hand');
  });

  test('writes every text so that it reads the same', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('yes', '1', '-', '~', '.inf', '# a', 'a: b')),
        (text) => {
          expect(dataOf(`a: ${yamlFlow(text)}\n`)).toEqual({ a: text });
          expect(JSON.parse(yamlFlow(text, 'json'))).toEqual(text);
        },
      ),
    );
  });
});

/** Files as people write them: keys in any order and style, comments and blank lines anywhere. */
const fileText = fc
  .record({
    parts: fc.shuffledSubarray([
      'name: small sweep # free text',
      'models: [yolov7-tiny]\t# tab',
      'models2:\n  - a.onnx # first\n  # between\n  - "b.pt"',
      'batchSizes:\n- 1\n# odd\n- 2',
      'imageSize: [640,\n  320] # two lines',
      'images: { generated: { count: 64 } }',
      'measure:\n  # inside\n  seed: 1\n  repeats:\n    min: 5 # deep\n    # tail',
      "note: 'single\n  quoted'",
      'text: |\n  # not a comment\n  line',
      'threads:',
    ]),
    current: fc.constantFrom(
      null,
      'current: { batchSize: 16 }',
      'current: {batchSize: 16} # today',
      'current:\n  batchSize: 16',
      'current:\n    # four\n    batchSize: 0x10 # hex',
      'current: # nothing yet',
      'current: {}',
      'current: {\n  # in flow\n  batchSize: 16, # trailing\n  }',
      '"current":\n  "batchSize": 16',
    ),
    at: fc.nat(10),
    comments: fc.array(fc.constantFrom('# comment', '', '  # indented', '#'), { maxLength: 6 }),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    closed: fc.boolean(),
  })
  .map(({ parts, current, at, comments, lineEnd, closed }) => {
    const pieces = [...parts];
    if (current !== null) pieces.splice(at % (pieces.length + 1), 0, current);
    const lines = pieces.flatMap((piece, i) => (comments[i] === undefined ? [piece] : [comments[i], piece]));
    return lines.join('\n').replaceAll('\n', lineEnd) + (closed ? lineEnd : '');
  });

test('any file keeps its comments and every other line, and says the new value', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(fileText, fc.integer({ min: 1, max: 65_536 }), (before, batchSize) => {
      const data = dataOf(before);
      const after = setCurrent(before, { batchSize });
      expect(isSameData(dataOf(after), withValue(data, ['current', 'batchSize'], batchSize))).toBe(true);
      expect(commentLines(after)).toEqual(commentLines(before));
      const [old, now] = [before.split('\n'), after.split('\n')];
      // At most one line is added; where none is, exactly one has changed (or none, when the value was the same).
      expect(now.length - old.length).toBeGreaterThanOrEqual(0);
      expect(now.length - old.length).toBeLessThanOrEqual(1);
      const gone = old.filter((line) => !now.includes(line) && !now.includes(`${line}\r`));
      expect(gone.length).toBeLessThanOrEqual(now.length === old.length ? 1 : 0);
      expect(setCurrent(after, { batchSize })).toBe(after);
    }),
    { numRuns: repeats(300, 5000) },
  );
});

test('an edit of any file either holds or is refused with a reason; it never spoils', { timeout: 300_000 }, () => {
  const value: fc.Arbitrary<YamlValue> = fc.oneof(
    fc.integer(),
    fc.string(),
    fc.boolean(),
    fc.array(fc.integer(), { maxLength: 3 }),
  );
  const path = fc.constantFrom<(string | number)[][]>(
    ['name'],
    ['models2'],
    ['models2', 1],
    ['batchSizes'],
    ['imageSize', 0],
    ['measure', 'repeats'],
    ['measure', 'repeats', 'max'],
    ['images', 'generated', 'seed'],
    ['text'],
    ['note'],
    ['sla', 'percentile'],
    ['threads', 0],
  ); // prettier-ignore
  fc.assert(
    fc.property(fileText, path, value, (before, where, written) => {
      let after: string;
      try {
        after = setInSpec(before, where, written);
      } catch (error) {
        expect((error as Error).message).toMatch(/by hand/);
        return;
      }
      expect(isSameData(dataOf(after), withValue(dataOf(before), where, written))).toBe(true);
      // What looks like a comment inside a block of text is text, and goes with it.
      if (where[0] !== 'text') expect(commentLines(after).sort()).toEqual(commentLines(before).sort());
    }),
    { numRuns: repeats(300, 5000) },
  );
});

describe('a new file', () => {
  const input = {
    name: 'my sweep',
    models: ['yolov7-tiny', './a b.onnx'],
    batchSizes: [1, 8],
    imageSize: [320, 640] as [number, number],
    images: { folder: './images' },
    current: { batchSize: 8 },
    measure: { windowSeconds: 2, repeats: { min: 5, max: 6 } },
    sla: { requestLatencyMs: 2000, arrivalRate: 4 },
  };

  test('says what was given, and has a comment on every key', () => {
    const text = writeSpec(input);
    const parsed = parseSpec(text);
    expect(parsed.ok && parsed.spec).toEqual(specSchema.parse(input));
    for (const key of Object.keys(specSchema.shape).filter((k) => !['settings', 'reproduces', 'split'].includes(k)))
      expect(text).toMatch(new RegExp(`^(# )?${key}:`, 'm'));
    // Which keys another workload has of its own is not known here.
    expect(text).not.toMatch(/settings:/);
    const command = { command: ['make', 'all'] };
    const other = writeSpec({ ...input, workload: 'program', settings: command });
    expect(other).toContain(':\n  command: [make, all]\n');
    const read = parseSpec(other);
    expect(read.ok && read.spec.settings).toEqual(command);
  });

  test('stays valid when all that stands in comments is uncommented', () => {
    const text = writeSpec({ models: ['yolov7-tiny'], batchSizes: [1, 16] }).replace(/^# (\w+:)/gm, '$1');
    const parsed = parseSpec(text);
    expect(parsed.ok && parsed.warnings).toEqual([]);
    expect(parsed.ok && parsed.spec.threads).toEqual([4]);
  });

  test('is refused for an invalid input', () => {
    expect(() => writeSpec({ models: [], batchSizes: [0] })).toThrow('models: is empty; batchSizes[0]: 0 is too small');
  });
});

describe('what runs today', () => {
  test('is written as one stretch, with the model and threads where they are needed, and read back', () => {
    const text = 'models: [a.onnx, b.onnx]\nbatchSizes: [1, 8]\nthreads: [2, 4]\ncurrent: { batchSize: 1 } # today\n';
    const after = setCurrent(text, { batchSize: 8, model: 'b.onnx', threads: 4 });
    expect(after).toBe(text.replace('{ batchSize: 1 }', '{ batchSize: 8, model: b.onnx, threads: 4 }'));
    const parsed = parseSpec(after);
    expect(parsed.ok && parsed.spec.current).toEqual({ batchSize: 8, model: 'b.onnx', threads: 4 });
    expect(parsed.ok && parsed.warnings).toEqual([]);
  });

  test('is warned of where it fits several configurations, or none', () => {
    const warnings = (current: string) => {
      const parsed = parseSpec(`models: [a.onnx, b.onnx]\nbatchSizes: [1, 8]\nspinning: [true]\ncurrent: ${current}\n`);
      return parsed.ok ? parsed.warnings.map((w) => `${w.path}: ${w.message}`) : parsed.problems;
    };
    expect(warnings('{ batchSize: 8 }')).toEqual([
      'current: several configurations have batch size 8, so it is not known which one runs today and no saving can be stated',
    ]);
    expect(warnings('{ batchSize: 8, model: c.onnx }')).toEqual([
      'current.model: "c.onnx" is not measured, so there is nothing to state savings against',
    ]);
    expect(warnings('{ batchSize: 8, model: a.onnx, spinning: false }')).toEqual([
      'current.spinning: false is not measured, so there is nothing to state savings against',
    ]);
    expect(warnings('{ batchSize: 8, model: b.onnx }')).toEqual([]);
  });
});
