import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { policyNames, simulationSchema } from '../../src/core/pipeline/simulation/simulationSchema';
import { makeBench } from '../support/greenbatch';
import { optionOf } from '../support/pipelines';

const bench = makeBench();
afterAll(() => bench.remove());

/** The more accurate, the more cores; the middle one takes the least energy. */
const options = [1, 4].flatMap((batch) => [
  optionOf({ variant: 'small', batch, cores: 1, latencySeconds: 0.1 * batch ** 0.8, joulesPerRequest: 4 }),
  optionOf({ variant: 'middle', batch, accuracy: 0.6, cores: 2, latencySeconds: 0.12 * batch ** 0.8 }),
  optionOf({
    variant: 'large',
    batch,
    accuracy: 0.8,
    cores: 4,
    latencySeconds: 0.2 * batch ** 0.8,
    joulesPerRequest: 8,
  }),
]);
const written = (name: string, text: string) => {
  writeFileSync(join(bench.folder, name), text);
  return name;
};
const pipeline = (slaSeconds = 2) => ({
  slaSeconds,
  load: { steps: [4, 20].map((requestsPerSecond) => ({ seconds: 60, requestsPerSecond })) },
  weights: { alpha: 1, beta: 0.05, delta: 0.01 },
  stages: ['detect', 'classify'].map((name) => ({ name, profiles: [{ options }] })),
});
const file = written('camera.pipeline.yaml', stringify(pipeline()));

describe('greenbatch pipeline simulate', () => {
  it('prints a table of all policies that fits 60 columns, and says that it is simulated', async () => {
    const { code, stdout, stderr } = await bench.run(['pipeline', 'simulate', file, '--all']);
    expect([code, stderr]).toEqual([0, '']);
    const [head, , ...lines] = stdout.split('\n');
    expect(head).toContain('camera: simulated, not measured: 120 s');
    expect(lines.slice(0, 9).map((line) => line.split(/ +/)[0])).toEqual(['policy', ...policyNames]);
    for (const line of lines.slice(0, 9)) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('prints everything as JSON, and a row for each interval as CSV; the same by the same seed', async () => {
    const args = ['pipeline', 'simulate', file, '--policy', 'energy-first', '--policy', 'fixed-variant', '--json'];
    const more = ['--seconds', '60', '--interval', '5', '--seed', '3', '--predictor', 'max', '-o', 'series.csv'];
    const { code, stdout } = await bench.run([...args, ...more]);
    expect(code).toBe(0);
    const simulation = simulationSchema.parse(JSON.parse(stdout));
    expect(simulation).toMatchObject({ simulated: true, seconds: 60, seed: 3, intervalSeconds: 5, predictor: 'max' });
    for (const { all, intervals } of simulation.policies) {
      expect(all!.arrived).toBe(all!.served + all!.dropped + all!.waiting);
      expect(intervals).toHaveLength(12);
    }
    const csv = readFileSync(join(bench.folder, 'series.csv'), 'utf8').trimEnd().split('\r\n');
    expect(csv).toHaveLength(1 + 24);
    expect(csv[1]).toMatch(/^simulated,energy-first,0,5,/);
    const again = simulationSchema.parse(JSON.parse((await bench.run([...args, ...more])).stdout));
    const withoutTimes = ({ policies }: typeof simulation) =>
      policies.map(({ all, intervals }) => ({ all, intervals }));
    expect(withoutTimes(again)).toEqual(withoutTimes(simulation));
  });

  it('takes a problem file, whose load is constant', async () => {
    const problem = written(
      'problem.json',
      JSON.stringify({ load: 8, slaSeconds: 2, stages: [{ name: 'detect', options }] }),
    );
    const { code, stdout } = await bench.run(['pipeline', 'simulate', problem, '--even', '--seconds', '50', '--json']);
    expect(code).toBe(0);
    const { arrivals, policies } = simulationSchema.parse(JSON.parse(stdout));
    expect([arrivals, ...policies.map(({ all }) => all!.arrived)]).toEqual(['even', 400, 400]);
  });

  it('ends with 7 where there is nothing to begin with, and names the limit', async () => {
    const { code, stdout } = await bench.run([
      ...['pipeline', 'simulate', written('tight.pipeline.yaml', stringify(pipeline(0.01))), '--all'],
    ]);
    expect(code).toBe(7);
    expect(stdout).toContain('nothing is feasible at 4.00 requests/s. No choice keeps the latency limit of 10 ms.');
  });

  it.each([
    [['--policy', 'greedy'], '--policy greedy; allowed: energy-aware'],
    [['--all', '--policy', 'fixed'], '--all and --policy'],
    [['--interval', '0'], '--interval 0; allowed'],
    [['--seconds', 'a day'], '--seconds a day; allowed'],
    [['--seconds', '999999999', '--interval', '9999'], 'are to arrive'],
    [['-o', file], 'is what is read: name another file'],
    [['-o', 'nowhere/series.csv'], 'nowhere/series.csv cannot be written'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await bench.run(['pipeline', 'simulate', file, ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
