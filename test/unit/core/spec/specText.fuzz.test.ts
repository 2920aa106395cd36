import { expect, test } from 'vitest';
import { seededRandom } from '../../../../src/core/statistics/random';
import { parseSpec } from '../../../../src/core/spec/specText';
import { mutatedText } from '../../../support/mutateText';
import { repeats } from '../../../support/repeats';

const runs = repeats(500, 20_000);
const seeds = [
  'name: small sweep\nmodels: [yolov7-tiny] # built-in\nbatchSizes: [1, 2, 4, 8, 16]\nimageSize: 320\n' +
    'images: { generated: { count: 64, seed: 1 } }\nthreads: [2]\ncurrent: { batchSize: 16 }\n' +
    'measure: { source: auto, windowSeconds: 5, warmupSeconds: 2, repeats: { min: 5, max: 12, intervalPercent: 2 } }\n' +
    'sla: { requestLatencyMs: 2000, percentile: 95, arrivalRate: 4 }\n',
  'models:\n  - ./a/best.onnx\n  - "b.pt"\nbatchSizes: &b\n  - 1\n  - 8\nthreads: *b\nimages:\n  coco:\n' +
    "    images: './val'\n    annotations: >-\n      a.json\n  count: 500\nmeasure:\n  repeats:\n    min: 5\n",
  '{"models": ["yolov7-w6"], "batchSizes": [1], "imageSize": [640, 1280], "spinning": [true, false]}',
];

test(
  `${runs} mutated files: always an answer, never an exception or a hang, every place inside the text`,
  { timeout: 300_000 },
  () => {
    const random = seededRandom(20_240_607);
    let valid = 0;
    let slowestMs = 0;
    for (let i = 0; i < runs; i++) {
      const text = mutatedText(seeds[i % seeds.length] ?? '', seeds, random);
      const start = performance.now();
      let parsed: ReturnType<typeof parseSpec>;
      try {
        parsed = parseSpec(text);
      } catch (error) {
        throw new Error(`threw on ${JSON.stringify(text)}`, { cause: error });
      }
      slowestMs = Math.max(slowestMs, performance.now() - start);
      if (parsed.ok) {
        valid++;
        continue;
      }
      const lines = text.replace(/^\uFEFF/, '').split('\n');
      if (parsed.problems.length === 0) throw new Error(`no reason given for ${JSON.stringify(text)}`);
      for (const { line, column, endLine = line, endColumn = column, message } of parsed.problems) {
        const isInside = (l: number, c: number) =>
          l >= 1 && l <= lines.length && c >= 1 && c <= (lines[l - 1] ?? '').length + 1;
        if (!isInside(line, column) || !isInside(endLine, endColumn) || message === '') {
          throw new Error(`${line}:${column}-${endLine}:${endColumn} "${message}" is not in ${JSON.stringify(text)}`);
        }
      }
    }
    // The mutator must reach both sides.
    expect(valid).toBeGreaterThan(runs / 50);
    expect(valid).toBeLessThan(runs / 1.25);
    expect(slowestMs).toBeLessThan(2000);
  },
);

test('large and deep files are answered within seconds', () => {
  const large = [
    'a:\n'.repeat(21_000),
    Array.from({ length: 7_000 }, (_, i) => `k${i}: 1`).join('\n'),
    `models: [x.onnx]\nbatchSizes: [${Array.from({ length: 11_000 }, (_, i) => i + 1).join(',')}]`,
    '"'.repeat(65_000),
    '&a '.repeat(21_000),
    '*a '.repeat(21_000),
    '- '.repeat(32_000),
    '? '.repeat(32_000),
    '{a: '.repeat(16_000),
    '[,'.repeat(32_000),
    `a: [${'*a,'.repeat(21_000)}]`,
    `a: &a [${'x,'.repeat(30_000)}]\nb: [${'*a,'.repeat(90)}]`,
    ' '.repeat(65_000),
    Array.from({ length: 500 }, (_, i) => `${' '.repeat(i % 250)}a:`).join('\n'),
  ];
  for (const text of large) {
    const start = performance.now();
    parseSpec(text);
    expect(performance.now() - start, text.slice(0, 20)).toBeLessThan(4000);
  }
});
