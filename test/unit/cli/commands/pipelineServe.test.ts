import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { rereader, servePipeline } from '../../../../src/cli/commands/pipelineServe';
import { ExpectedError } from '../../../../src/core/failure/expectedError';
import type { LoadedPipeline } from '../../../../src/core/pipeline/loaded';
import type { PipelineServed } from '../../../../src/core/pipeline/view';
import { problemOf, solveByTrying, video } from '../../../support/pipelineProblems';

const problem = problemOf(video);
const { weights, slaSeconds, load, accuracyMethod, normalizeAccuracy } = problem;
const loaded: LoadedPipeline = {
  ...{
    name: 'video\u2028',
    problem,
    terms: { weights, slaSeconds, load, accuracyMethod, normalizeAccuracy },
    stages: [],
    notes: [],
  },
  load: { kind: 'constant', requestsPerSecond: load },
};
const ask = (id: number, more: object = {}) =>
  `${JSON.stringify({ id, weights, slaSeconds, load, axes: ['cores', 'accuracy'], ...more })}\n`;

/** Serves; `onLine` hears each answer while the next one is not made yet. */
async function serve(onLine: (input: PassThrough, served: PipelineServed, n: number) => void, read = () => loaded) {
  const input = new PassThrough();
  const lines: string[] = [];
  await servePipeline({
    ...{ read, solve: solveByTrying, input },
    say(line) {
      lines.push(line);
      onLine(input, JSON.parse(line) as PipelineServed, lines.length);
      return Promise.resolve();
    },
  });
  return lines.map((line) => {
    const served = JSON.parse(line) as PipelineServed;
    return 'view' in served ? served.view.id : [served.id, served.problem];
  });
}

describe('the resident solver', () => {
  it('tells the file’s own view unasked, and ends with its input', async () => {
    expect(await serve((input) => void input.end())).toEqual([0]);
  });

  it('answers each question that comes while nothing waits', async () => {
    const asked = await serve((input, _, n) => void (n < 4 ? input.write(ask(n)) : input.end()));
    expect(asked).toEqual([0, 1, 2, 3]);
  });

  it('answers of those that wait only the newest, also where the input has ended', async () => {
    const asked = await serve((input, _, n) => {
      if (n === 1) input.write(ask(1) + ask(2) + ask(3));
      if (n === 2) {
        input.write(ask(4));
        input.end(ask(5));
      }
    });
    expect(asked).toEqual([0, 3, 5]);
  });

  it('tells what is wrong with a line, and answers the others', async () => {
    const lines = [
      'nonsense\n',
      '\n',
      '{"id": 4}\n',
      ask(5, { axes: ['cores', 'cores'] }),
      `${'x'.repeat(20_000)}\n`,
      ask(6),
    ];
    const asked = await serve((input, _, n) => void (n === 1 && input.end(lines.join(''))));
    expect(asked).toEqual([
      0,
      [-1, expect.stringMatching(/^this is not JSON/)],
      [4, expect.stringContaining('slaSeconds: ')],
      [5, 'axes: a front is over two objectives: name two'],
      [-1, 'a line is longer than 10000 characters'],
      6,
    ]);
  });

  it('tells why there is no view of the file, and answers again once there is', async () => {
    let reads = 0;
    const read = () => {
      if (reads++ === 0) throw new ExpectedError('usage', 'the file is not valid');
      return loaded;
    };
    const asked = await serve((input, _, n) => void (n === 1 ? input.write(ask(1)) : input.end()), read);
    expect(asked).toEqual([[0, 'the file is not valid'], 1]);
  });

  it('reads the file anew where a table that it names is another one, and not where all is as it was', () => {
    const folder = mkdtempSync(join(tmpdir(), 'greenbatch-serve-'));
    const table = (variant: string) =>
      `variant,batch,accuracy,cores,latencySeconds,throughput,joulesPerRequest\n${variant},1,1,1,0.1,9,1\n`;
    try {
      const file = join(folder, 'one.pipeline.yaml');
      writeFileSync(join(folder, 'a.csv'), table('v'));
      writeFileSync(file, 'load: 1\nslaSeconds: 2\nstages: [{ name: a, profiles: [{ table: a.csv }] }]\n');
      const read = rereader(file);
      const before = read();
      expect(read()).toBe(before);
      writeFileSync(join(folder, 'a.csv'), table('other'));
      expect(read().stages[0]!.variants[0]!.variant).toBe('other');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('fails of what is no failure of the file', async () => {
    const read = () => {
      throw new TypeError('a bug');
    };
    await expect(serve(() => undefined, read)).rejects.toThrow('a bug');
  });

  it('writes one line for all readers', async () => {
    const input = new PassThrough();
    let line = '';
    await servePipeline({
      ...{ read: () => loaded, solve: solveByTrying, input },
      say: (text) => {
        line = text;
        input.end();
        return Promise.resolve();
      },
    });
    expect(line).not.toMatch(/[\n\r\u2028\u2029]/);
    expect((JSON.parse(line) as { view: { name: string } }).view.name).toBe('video\u2028');
  });
});
