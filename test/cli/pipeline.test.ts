import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { answerSchema } from '../../src/core/pipeline/answer';
import { evaluate } from '../../src/core/pipeline/evaluate';
import { choiceOf } from '../../src/core/pipeline/choice';
import { solvedSchema } from '../../src/core/pipeline/solvedPipeline';
import type { PipelineServed } from '../../src/core/pipeline/view';
import { finish, makeBench } from '../support/greenbatch';
import { problemOf, solveByTrying, video } from '../support/pipelineProblems';

const bench = makeBench();
afterAll(() => bench.remove());

function write(name: string, value: unknown): string {
  writeFileSync(join(bench.folder, name), typeof value === 'string' ? value : JSON.stringify(value));
  return name;
}
const solve = (...args: string[]) => bench.run(['pipeline', 'solve', ...args]);

describe('greenbatch pipeline solve', () => {
  it('answers a problem with what the issue names, and exit code 0', async () => {
    const result = await solve(write('video.json', video), '--json');
    expect([result.code, result.stderr]).toEqual([0, '']);
    await expect(result.stdout).toMatchFileSnapshot('../golden/pipeline-answer.json');
    const answer = answerSchema.parse(JSON.parse(result.stdout));
    const best = solveByTrying(problemOf(video));
    expect(answer.objective).toBeCloseTo(best.objective!, 9);
    expect(answer.stages).toEqual(best.stages);
  });

  it('answers what is infeasible with exit code 0, too: what binds, and what would help', async () => {
    const result = await solve(write('narrow.json', { ...video, slaSeconds: 0.1 }), '--json');
    expect([result.code, result.stderr]).toEqual([0, '']);
    await expect(result.stdout).toMatchFileSnapshot('../golden/pipeline-infeasible.json');
    const answer = answerSchema.parse(JSON.parse(result.stdout));
    expect(answer).toMatchObject({ status: 'infeasible', objective: null, stages: [] });
    const relaxed = { ...video, slaSeconds: answer.relaxation!.slaSeconds! };
    expect(solveByTrying(problemOf(relaxed)).status).toBe('optimal');
  });

  it('says the same for people, three ways and more side by side', async () => {
    const result = await solve(write('video.json', video), '--front', 'joulesPerRequest,accuracy');
    expect([result.code, result.stderr]).toEqual([0, '']);
    for (const text of ['detect', 'yolov5', 'accuracy-first', 'balanced', 'energy-first', 'cost-first', 'J/request'])
      expect(result.stdout).toContain(text);
    const narrow = await solve(write('narrow.json', { ...video, slaSeconds: 0.1 }));
    expect([narrow.code, narrow.stdout]).toEqual([0, expect.stringContaining('No choice keeps')]);
  });

  it('has of a pipeline file the ways, steps and alternatives besides', async () => {
    const { stages, ...terms } = video;
    const file = { ...terms, stages: stages.map(({ name, options }) => ({ name, profiles: [{ options }] })) };
    const result = await solve(write('video.pipeline.yaml', file), '--json', '--front', 'cores,accuracy');
    expect([result.code, result.stderr]).toEqual([0, '']);
    const found = solvedSchema.parse(JSON.parse(result.stdout));
    expect(found.ways!.map(({ name }) => name)).toEqual(['accuracy-first', 'balanced', 'energy-first', 'cost-first']);
    const problem = problemOf(video);
    for (const { answer } of found.ways!) {
      const own = evaluate(problem, choiceOf(problem, answer.stages)!);
      expect(answer.joulesPerRequest).toBeCloseTo(own.joulesPerRequest, 9);
    }
    expect(found.front!.points.length).toBeGreaterThan(1);
  });

  it('refuses a bad problem with code 2: every problem, its path and what is allowed', async () => {
    const file = write('wrong.json', { load: 0, slaSeconds: 1, stages: [{ name: 'a', options: [] }], more: 1 });
    const result = await solve(file, '--json');
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(result.stderr.split('\n')).toEqual([
      'greenbatch: wrong.json is not a valid problem:',
      '  load: 0 is too small (allowed: number from 0.000001 to 1000000000000)',
      expect.stringMatching(/^ {2}stages\[0\]\.options: is empty/),
      expect.stringMatching(/^ {2}more: unknown key \(allowed: load, slaSeconds, /),
      '',
    ]);
  });

  it('refuses what is no such file, and an unknown subcommand or axis, with code 2', async () => {
    write('deep.json', '['.repeat(100_000));
    const calls = [['none.json'], ['deep.json'], ['video.txt'], [], ['video.json', '--front', 'cores,watts']];
    for (const args of calls) expect((await solve(...args)).code, args.join(' ')).toBe(2);
    for (const args of [[], ['optimise']]) {
      const result = await bench.run(['pipeline', ...args]);
      expect([result.code, result.stderr]).toEqual([2, expect.stringContaining('solve')]);
    }
    const help = await bench.run(['pipeline', '--help']);
    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('greenbatch pipeline <subcommand>')]);
  });
});

describe('greenbatch pipeline serve', () => {
  it('tells the file’s view, answers, reads the file anew where it has changed, and ends with its input', async () => {
    const name = write('served.json', video);
    const child = bench.start(['pipeline', 'serve', name]);
    const ended = finish(child);
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value as string) as PipelineServed;
    const ask = (id: number) =>
      child.stdin!.write(
        `${JSON.stringify({ id, weights: { alpha: 1 }, slaSeconds: 1, load: 10, axes: ['cores', 'accuracy'] })}\n`,
      );
    const idOf = (served: PipelineServed) => ('view' in served ? served.view.id : served);
    const first = await next();
    expect(first).toMatchObject({ view: { id: 0, name: 'served', asked: { load: 20 } } });
    ask(1);
    expect(idOf(await next())).toBe(1);
    write(name, { ...video, stages: video.stages.slice(0, 1) });
    utimesSync(join(bench.folder, name), 1, 1);
    ask(2);
    expect(await next()).toMatchObject({ view: { id: 2, stages: [{ name: 'detect' }] } });
    write(name, '{');
    ask(3);
    expect(await next()).toMatchObject({
      id: 3,
      problem: expect.stringContaining('served.json is not a valid problem') as unknown,
    });
    child.stdin!.write('nonsense\n');
    expect(await next()).toMatchObject({ id: -1 });
    child.stdin!.end();
    expect((await ended).code).toBe(0);
  });

  it('ends soon after its input also while it solves what takes long', async () => {
    const options = (s: number) =>
      Array.from({ length: 300 }, (_, o) => {
        const quality = ((o * 7919 + s * 104_729) % 1009) / 1009;
        const scatter = ((o * 6007 + s * 331) % 997) / 997;
        return {
          ...{ variant: `v${o}`, batch: 1 + (o % 64), accuracy: 0.3 + 0.7 * quality, cores: 1 + (o % 5) },
          ...{ latencySeconds: 0.02 + quality * (0.3 + 0.3 * scatter), throughput: 5 + 40 * scatter },
          ...{ joulesPerRequest: 0.1 + quality * (3 - 2 * scatter), idleWattsPerCore: 1 },
        };
      });
    const hard = {
      ...{ load: 20, slaSeconds: 2.5, accuracyMethod: 'multiply', weights: { beta: 1e-4, delta: 1e-4 } },
      stages: Array.from({ length: 9 }, (_, s) => ({ name: `s${s}`, options: options(s) })),
      limits: { joulesPerRequest: 9.9 },
    };
    const child = bench.start(['pipeline', 'serve', write('hard.json', hard)]);
    const ended = finish(child);
    await sleep(2000);
    child.stdin!.end();
    const start = performance.now();
    expect(await ended).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
