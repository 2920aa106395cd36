import { writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunReport } from '../../src/core/report/report';
import { makeBench, quickSpec, runFolderIn } from '../support/greenbatch';

/** Runs that the program measured itself, as the stages of a pipeline that it solves. */

let bench: ReturnType<typeof makeBench>;
beforeAll(() => {
  bench = makeBench();
});
afterAll(() => bench.remove());

type Solved = {
  status: string;
  stages: { name: string; variant: string; batch: number; cores: number; replicas: number }[];
  [key: string]: unknown;
};

async function measured(name: string, imageSize: number) {
  const spec = quickSpec({ name, imageSize }, { source: 'estimate' });
  const run = await bench.run(['run', bench.writeSpec(spec, `${name}.energy.yaml`)]);
  expect(run.code, run.stderr).toBe(0);
  const folder = runFolderIn(run.stdout);
  const shown = await bench.run(['show', folder, '--json']);
  return { folder, report: JSON.parse(shown.stdout) as RunReport };
}

it('two measured runs become a pipeline that is solved, with their own numbers', { timeout: 180_000 }, async () => {
  const first = await measured('find', 64);
  const second = await measured('look', 96);
  const file = join(bench.folder, 'two.pipeline.yaml');
  const stage = (name: string, run: string) =>
    `  - { name: ${name}, profiles: [{ run: ${run} }], accuracies: { yolov7-tiny: 0.374 } }\n`;
  const write = (more: string) =>
    writeFileSync(
      file,
      `load: 5\nslaSeconds: 60\nweights: { alpha: 1, beta: 0, delta: 1 }\n${more}stages:\n${stage('find', basename(first.folder))}${stage('look', 'latest')}`,
    );
  write('');
  const solved = await bench.run(['pipeline', 'solve', file, '--json']);
  expect(solved.code, solved.stderr).toBe(0);
  const answer = JSON.parse(solved.stdout) as Solved;
  expect(answer).toMatchObject({ status: 'optimal', accuracy: expect.closeTo(0.748, 9) });
  // Of each stage the batch of least energy, for nothing else is weighed: net joules and the idle power of its core; gross where the machine, busy with
  // other tests, drew more at rest than at work.
  const costs = [first, second].map(({ report: { run, configurations } }) => {
    const isNet = configurations.every(({ netJoulesPerUnit }) => netJoulesPerUnit!.mean >= 0);
    const wattsPerCore = run.idleWatts! / Number(run.environment.physicalCores);
    return configurations.map(({ batchSize, joulesPerUnit, netJoulesPerUnit, unitsPerSecond }) => ({
      batch: batchSize,
      joules: isNet
        ? netJoulesPerUnit!.mean + (wattsPerCore * Math.ceil(5 / unitsPerSecond!)) / 5
        : joulesPerUnit!.mean,
    }));
  });
  const least = costs.map((stageCosts) => stageCosts.reduce((a, b) => (b.joules < a.joules ? b : a)));
  expect(answer.stages.map(({ batch }) => batch)).toEqual(least.map(({ batch }) => batch));
  const total = least.reduce((sum, { joules }) => sum + joules, 0);
  expect(Math.abs((answer.joulesPerRequest as number) / total - 1)).toBeLessThan(0.01);
  expect(answer.stages).toMatchObject([
    { name: 'find', variant: 'yolov7-tiny', cores: 1 },
    { name: 'look', variant: 'yolov7-tiny', cores: 1 },
  ]);
  // A profile that is missing is named with its line, and nothing is solved.
  write('');
  writeFileSync(file, `load: 5\nslaSeconds: 60\nstages:\n${stage('find', 'latest')}  - name: later\n`);
  const missing = await bench.run(['pipeline', 'solve', file, '--json']);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain(`${file}:5 later: it has no profile`);
});

it('recorded runs are solved three ways, each the best in what it is for', { timeout: 60_000 }, async () => {
  const file = resolve('test/fixtures/pipeline/two-stages.pipeline.yaml');
  const solved = await bench.run(['pipeline', 'solve', file, '--json']);
  expect(solved.code, solved.stderr).toBe(0);
  type Figures = { accuracy: number; cores: number; joulesPerRequest: number; latencySeconds: number };
  const { ways } = JSON.parse(solved.stdout) as { ways: { name: string; answer: Figures }[] };
  const way = (name: string) => ways.find((one) => one.name === name)!.answer;
  const [accurate, balanced, frugal] = ['accuracy-first', 'balanced', 'energy-first'].map(way) as [
    Figures,
    Figures,
    Figures,
  ];
  // yolov7 is the more accurate one of the second stage, and takes five times as much.
  expect(accurate.accuracy).toBeCloseTo(0.374 + 0.514, 9);
  expect(frugal.joulesPerRequest).toBeLessThan(accurate.joulesPerRequest / 2);
  expect(balanced.accuracy).toBeLessThanOrEqual(accurate.accuracy);
  expect(balanced.joulesPerRequest).toBeGreaterThanOrEqual(frugal.joulesPerRequest);
  for (const { latencySeconds } of [accurate, balanced, frugal]) expect(latencySeconds).toBeLessThanOrEqual(1);
});
