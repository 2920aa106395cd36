import { describe, expect, test } from 'vitest';
import type { AnalysedRun } from '../../../../../src/core/analysis/analysis';
import { summarise } from '../../../../../src/core/analysis/verdict/summary';
import { evaluate, replicasFor } from '../../../../../src/core/pipeline/evaluate';
import { type PipelineOption, problemSchema } from '../../../../../src/core/pipeline/problem';
import { runProfile } from '../../../../../src/core/pipeline/profile/runProfile';
import type { StageProfile } from '../../../../../src/core/pipeline/profile/stageProfile';
import { analysedRun } from '../../../../../src/core/report/report';
import { foldRun } from '../../../../../src/core/run/fold';
import { type Random, seededRandom } from '../../../../../src/core/statistics/random';
import { sweep } from '../../../../support/runEvents';
import { measuredOn } from '../../../../support/simulatedMachine';

const profileOf = (run: AnalysedRun): StageProfile => {
  const found = runProfile(run);
  if ('problem' in found) throw new Error(found.problem);
  return found;
};
const logged = (measured = true) =>
  analysedRun(foldRun(sweep(measured)), () => [], { folder: '/runs/one', status: 'complete' });
const machine = { cores: 8, idleWatts: 40, wattsPerCore: 6 };
const variant = { model: 'yolov7-tiny', requestsPerSecond: 5 };
const threads = (count: number) => ({ batchSize: 4, instances: 8 / count, threads: count });

describe('the profile of a measured run', () => {
  test('has an option for each configuration, in the units of a problem', () => {
    const run = logged();
    const { options, source } = profileOf({
      ...run,
      report: { ...run.report, run: { ...run.report.run, environment: { physicalCores: 4 } } },
    });
    // 10 images of 2 s at 110 W + 10 W; at rest 25 W of 4 cores.
    expect(options).toHaveLength(3);
    expect(options[0]).toMatchObject({ variant: 'yolov7-tiny', batch: 1, cores: 2, latencySeconds: 1, throughput: 5 });
    expect(options[0]!.idleWattsPerCore).toBeCloseTo(25 / 4, 9);
    const { netJoulesPerUnit } = summarise(
      { result: run.results[0]!, requests: [] },
      { repeats: run.terms.measure.repeats, unit: 'image' },
    );
    expect(options[0]!.joulesPerRequest).toBe(netJoulesPerUnit!.mean);
    expect(options[0]!.accuracy).toBeNull();
    expect(source).toBe('measured: run test-run, powercap of package-0 + dram-0');
  });

  test('of several processes is that of one of them', () => {
    const run = measuredOn(machine, variant, [threads(8), threads(2)], seededRandom(1));
    const { options } = profileOf(run);
    expect(options.map(({ cores, throughput }) => [cores, throughput])).toEqual([
      [8, 40],
      [2, 10],
    ]);
    expect(options[1]!.idleWattsPerCore).toBeCloseTo(5, 9);
    expect(options[1]!.joulesPerRequest).toBeCloseTo((8 * 6) / 40, 9);
  });

  test('takes the most processes of those that differ in their number alone, and says so', () => {
    const few = { batchSize: 4, instances: 1, threads: 2 };
    const { options, notes } = profileOf(measuredOn(machine, variant, [few, threads(2)], seededRandom(1)));
    expect(options).toHaveLength(1);
    expect(options[0]!.throughput).toBe(10);
    expect(notes.join()).toContain('1 configuration with fewer processes at once is left out');
  });

  test('of threads beyond the cores holds no more than the machine has', () => {
    const run = measuredOn(machine, variant, [{ batchSize: 1, instances: 2, threads: 8 }], seededRandom(1));
    expect(profileOf(run).options[0]!.cores).toBe(4);
  });

  test('of threads beyond the cores gives way to one with fewer, which holds as many, and says so', () => {
    const measured = [16, 8, 4].map((count) => ({ batchSize: 4, instances: 1, threads: count }));
    const { options, notes } = profileOf(measuredOn(machine, variant, measured, seededRandom(1)));
    expect(options.map((option) => [option.cores, option.throughput])).toEqual([
      [8, 40],
      [4, 20],
    ]);
    expect(notes.join()).toMatch(/\(16 threads\) is left out: a replica with more threads than cores/);
    const [, , four] = measured;
    const crowded = { batchSize: 4, instances: 2, threads: 8 };
    const beside = profileOf(measuredOn(machine, variant, [crowded, four!], seededRandom(1)));
    expect(beside.options.map((option) => option.throughput)).toEqual([20]);
  });

  test('charges one idle power for all of a run, never more than was taken off of any of its options', () => {
    const sizes = [1, 4, 8].map((batchSize) => ({ batchSize, instances: 1, threads: 8 }));
    const run = measuredOn({ ...machine, scatter: 0.1 }, variant, sizes, seededRandom(3));
    const { options } = profileOf(run);
    expect(new Set(options.map((option) => option.idleWattsPerCore)).size).toBe(1);
    options.forEach(({ idleWattsPerCore, cores, throughput, joulesPerRequest }, i) => {
      const { joulesPerUnit } = summarise(
        { result: run.results[i]!, requests: [] },
        { repeats: run.terms.measure.repeats, unit: 'image' },
      );
      const full = joulesPerRequest + (idleWattsPerCore! * cores) / throughput;
      expect(full).toBeLessThanOrEqual(joulesPerUnit!.mean * (1 + 1e-12));
    });
  });

  test('takes the 99th percentile of a hundred batches, and of fewer the longest, saying so', () => {
    const run = measuredOn({ ...machine, scatter: 0.2 }, variant, [threads(2)], seededRandom(2));
    const all = run.results[0]!.trials.flatMap(({ batchMs }) => batchMs).sort((a, b) => a - b);
    expect(profileOf(run).options[0]!.latencySeconds).toBeLessThan(all.at(-1)! / 1000);
    expect(profileOf(run).notes.join()).not.toContain('longest batch');
    const [result] = run.results;
    const short = { ...run, results: [{ ...result!, trials: result!.trials.slice(0, 2) }] };
    const own = short.results[0]!.trials.flatMap(({ batchMs }) => batchMs);
    expect(profileOf(short).options[0]!.latencySeconds).toBe(Math.max(...own) / 1000);
    expect(profileOf(short).notes.join()).toMatch(/longest batch: fewer than 100.*rest on fewer than 5 repeats/);
  });

  test('names spinning only where the run has both', () => {
    const run = measuredOn(machine, variant, [threads(2)], seededRandom(1));
    const [result] = run.results;
    const both = { ...run, results: [result!, { ...result!, id: 'spin', spinning: true }] };
    expect(profileOf(both).options.map((option) => option.variant)).toEqual([
      'yolov7-tiny not spinning',
      'yolov7-tiny spinning',
    ]);
  });

  test('without an idle baseline is gross, and charges no idle power', () => {
    const run = measuredOn(machine, variant, [threads(2)], seededRandom(1));
    const results = run.results.map((r) => ({ ...r, trials: r.trials.map((t) => ({ ...t, idleWatts: null })) }));
    const { options, notes } = profileOf({ ...run, results });
    expect(options[0]).toMatchObject({ energyIncludesIdle: true, joulesPerRequest: (40 + 48) / 40 });
    expect(options[0]).not.toHaveProperty('idleWattsPerCore');
    expect(notes.join()).toContain(
      'its energy is gross, and no idle power is charged for the cores held: not all of it has',
    );
  });

  test('of a machine that does not tell its cores is gross', () => {
    const run = measuredOn(machine, variant, [threads(2)], seededRandom(1));
    const environment = {};
    const { options, notes } = profileOf({
      ...run,
      report: { ...run.report, run: { ...run.report.run, environment } },
    });
    expect(options[0]!.energyIncludesIdle).toBe(true);
    expect(notes.join()).toContain('the machine does not tell how many cores it has');
  });

  test('whose machine drew more at rest than at work is gross as a whole', () => {
    const run = measuredOn(machine, variant, [threads(2), threads(8)], seededRandom(1));
    const [first, second] = run.results;
    const trials = first!.trials.map((t) => ({ ...t, idleWatts: 100 }));
    const { options, notes } = profileOf({ ...run, results: [{ ...first!, trials }, second!] });
    expect(options.map(({ cores, energyIncludesIdle }) => [cores, energyIncludesIdle])).toEqual([
      [2, true],
      [8, true],
    ]);
    expect(notes.join()).toMatch(/at rest it drew more than at work \(batch 4 as 4 × 2 threads\)/);
  });

  test('says that joules are estimated, and what its machine did', () => {
    const { source, notes, basis } = profileOf(logged(false));
    expect(source).toBe('estimated: run test-run, from CPU time');
    expect(basis).toMatchObject({ measured: false, kinds: 'estimate' });
    expect(notes).toContain('run test-run: its joules are estimated from CPU time, not measured.');
  });
});

describe('no profile', () => {
  const run = measuredOn(machine, variant, [threads(2)], seededRandom(1));
  const facts = run.report.run;
  test.each<[string, AnalysedRun, RegExp]>([
    ['no repeat', { ...run, results: run.results.map((r) => ({ ...r, trials: [] })) }, /no finished repeat: resume/],
    ['no source', { ...run, report: { ...run.report, source: null } }, /no finished repeat/],
    ['processes', { ...run, report: { ...run.report, run: { ...facts, scope: 'process' } } }, /Measure the stage with/],
    ['unknown threads', { ...run, results: run.results.map((r) => ({ ...r, threads: 0 })) }, /was imported/],
    [
      'no time of a batch',
      { ...run, results: run.results.map((r) => ({ ...r, trials: r.trials.map((t) => ({ ...t, batchMs: [] })) })) },
      /tells the time of no batch/,
    ],
  ])('%s', (_, of, problem) => {
    const found = runProfile(of);
    expect('problem' in found && found.problem).toMatch(problem);
  });
});

/** Stages of options that fill a machine, or a part of it, at the largest load that they keep up with. */
function fullPipeline(options: readonly PipelineOption[], replicas: readonly number[]) {
  const load = Math.min(...options.map((option, i) => option.throughput * replicas[i]!));
  const stages = options.map((option, i) => ({ name: `s${i}`, options: [option], replicas: replicas[i]! }));
  const problem = problemSchema.parse({ load, slaSeconds: 1e6, stages });
  const choice = replicas.map((n) => ({ option: 0, replicas: n }));
  return { load, problem, found: evaluate(problem, choice) };
}

/** Shares of a machine's cores, none of them below one. */
function shares(cores: number, stages: number, random: Random): number[] {
  const counts = Array.from({ length: stages }, () => 1);
  for (let left = Math.floor(random() * (cores - stages + 1)); left > 0; left--)
    counts[Math.floor(random() * stages)]!++;
  return counts;
}

describe('the stages of one node never add up to more than the machine’s measured energy', () => {
  const cores = 16;
  const withAccuracy = (options: StageProfile['options']): PipelineOption[] =>
    options.map(({ model: _, ...option }) => ({ ...option, accuracy: 0.4 }));

  test('where each was measured with all cores: at most the largest gross power of their runs', () => {
    const random = seededRandom(20_261_128);
    for (let i = 0; i < 300; i++) {
      const stages = 1 + Math.floor(random() * 4);
      const truth = { cores, idleWatts: 100 * random(), wattsPerCore: 1 + 9 * random(), scatter: 0.1 * random() };
      const runs = Array.from({ length: stages }, (_, s) =>
        measuredOn(
          { ...truth, wattsPerCore: truth.wattsPerCore * (1 + random()) },
          { model: `m${s}`, requestsPerSecond: 0.1 + 50 * random() },
          [{ batchSize: 1, instances: cores, threads: 1 }],
          random,
        ),
      );
      const options = withAccuracy(runs.flatMap((run) => profileOf(run).options));
      const { found } = fullPipeline(options, shares(cores, stages, random));
      expect(found.cores).toBeLessThanOrEqual(cores);
      // What `show` says of each run: gross joules of a unit × units a second.
      const measured = runs.map((run) => {
        const { joulesPerUnit, unitsPerSecond } = summarise(
          { result: run.results[0]!, requests: [] },
          { repeats: run.terms.measure.repeats, unit: 'image' },
        );
        return joulesPerUnit!.mean * unitsPerSecond!;
      });
      expect(found.watts).toBeLessThanOrEqual(Math.max(...measured) * (1 + 1e-12));
    }
  });

  test('of parts of a machine: at most what it draws with all of them at once, and just that where they fill it', () => {
    const random = seededRandom(7);
    for (let i = 0; i < 300; i++) {
      const stages = 1 + Math.floor(random() * 4);
      const truth = { cores, idleWatts: 100 * random(), wattsPerCore: 1 + 9 * random() };
      const counts = shares(cores, stages, random);
      const options = withAccuracy(
        counts.flatMap((_, s) => {
          const of = { model: `m${s}`, requestsPerSecond: 0.1 + 50 * random() };
          const instances = 1 + Math.floor(random() * cores);
          return profileOf(measuredOn(truth, of, [{ batchSize: 1, instances, threads: 1 }], random)).options;
        }),
      );
      const { load, found } = fullPipeline(options, counts);
      const busy = options.reduce((sum, option, s) => sum + (counts[s]! * load) / (option.throughput * counts[s]!), 0);
      const truly = truth.idleWatts + truth.wattsPerCore * busy;
      expect(found.watts).toBeLessThanOrEqual(truly * (1 + 1e-12));
      expect(truly - found.watts).toBeCloseTo(truth.idleWatts * (1 - found.cores / cores), 6);
      expect(options.every((option, s) => replicasFor(option.throughput, load) <= counts[s]!)).toBe(true);
    }
  });
});
