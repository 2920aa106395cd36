import { expect, test } from 'vitest';
import { parsePipeline } from '../../../../../src/core/pipeline/file/pipelineText';
import { seededRandom } from '../../../../../src/core/statistics/random';
import { mutatedText } from '../../../../support/mutateText';
import { repeats } from '../../../../support/repeats';

const runs = repeats(500, 20_000);
const seeds = [
  'name: two stages\nload: { steps: [{ seconds: 60, requestsPerSecond: 10 }, { seconds: 1, requestsPerSecond: 0 }] }\n' +
    'slaSeconds: 2.5\nweights: { alpha: 2, beta: 1, gamma: 1e-6, delta: 0.1 }\nlimits: { watts: 300 }\nstages:\n' +
    '  - name: crop # first\n    profiles: [{ run: latest }]\n    accuracies: { yolov7-tiny: 0.374 }\n' +
    '  - { name: classify, profiles: [{ table: ./a.csv }, { run: ../b }], variant: resnet18, replicas: 2 }\n',
  'load: { trace: day.csv }\nslaSeconds: 1\nscalingCap: 8\nbatchingCap: 4\naccuracyMethod: multiply\nnormalizeAccuracy: true\n' +
    'queueing: as-published\nstages:\n  - name: "a"\n    experiment: a.energy.yaml\n    profiles:\n      - options:\n' +
    '          - { variant: v, batch: 1, accuracy: 1, cores: 1, latencySeconds: 0.1, throughput: 9, joulesPerRequest: 1 }\n',
  '{"load": 20, "slaSeconds": 2, "stages": [{"name": "one", "profiles": [{"run": "2026"}]}, {"name": "two"}]}',
];

test(
  `${runs} mutated files: always an answer, never an exception, every place inside the text`,
  { timeout: 300_000 },
  () => {
    const random = seededRandom(20_261_128);
    let valid = 0;
    for (let i = 0; i < runs; i++) {
      const text = mutatedText(seeds[i % seeds.length]!, seeds, random);
      const parsed = parsePipeline(text);
      const lines = text.replace(/^\uFEFF/, '').split('\n');
      if (parsed.ok) {
        valid++;
        if (
          parsed.stageLines.length !== parsed.file.stages.length ||
          parsed.stageLines.some((line) => !(line in lines))
        )
          throw new Error(`lines ${parsed.stageLines.join()} of ${JSON.stringify(text)}`);
        continue;
      }
      if (parsed.problems.length === 0) throw new Error(`no reason given for ${JSON.stringify(text)}`);
      for (const { line, column, endLine = line, endColumn = column, message } of parsed.problems) {
        const isInside = (l: number, c: number) =>
          l in [null, ...lines] && c >= 1 && c <= (lines[l - 1] ?? '').length + 1;
        if (!isInside(line, column) || !isInside(endLine, endColumn) || message === '')
          throw new Error(`${line}:${column}-${endLine}:${endColumn} "${message}" is not in ${JSON.stringify(text)}`);
      }
    }
    // The mutator must reach both sides.
    expect(valid).toBeGreaterThan(runs / 50);
    expect(valid).toBeLessThan(runs / 1.25);
  },
);
