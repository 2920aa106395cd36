import type { AnalysedRun } from '../../src/core/analysis/analysis';
import type { Configuration } from '../../src/core/configuration/configuration';
import type { Random } from '../../src/core/statistics/random';
import { configurationId } from '../../src/core/configuration/factors';
import { zonePart } from './runEvents';
import { runOfDay } from './simulatedRuns';
import { emptyResult, termsOf, trialOf } from './simulatedSweep';

/** A machine whose power is known, and runs measured on it: idle watts, and so many for each core at work. */
export type MachineTruth = {
  cores: number;
  idleWatts: number;
  wattsPerCore: number;
  /** By how much trials, and the idle watts that they take off, scatter (as a share). */
  scatter?: number;
};

/** What one thread of a variant does alone: requests a second. */
export type VariantTruth = { model: string; requestsPerSecond: number };

type Measured = Pick<Configuration, 'batchSize' | 'instances' | 'threads'>;

/** One run of a variant in some configurations, five repeats each. */
export function measuredOn(
  machine: MachineTruth,
  { model, requestsPerSecond }: VariantTruth,
  configurations: readonly Measured[],
  random: Random,
): AnalysedRun {
  const { cores, idleWatts, wattsPerCore, scatter = 0 } = machine;
  const about = (value: number) => value * (1 + scatter * (2 * random() - 1));
  const results = configurations.map(({ batchSize, instances, threads }) => {
    const same = { model, batchSize, instances, threads, spinning: false };
    return emptyResult(batchSize, {
      ...{ id: configurationId(same, model), ...same, accuracy: 0.4 },
      trials: [1, 2, 3, 4, 5].map((block) => {
        const unitsPerSecond = about(requestsPerSecond * instances * threads);
        const watts = about(idleWatts + wattsPerCore * Math.min(cores, instances * threads));
        return trialOf(block, watts / unitsPerSecond, {
          ...{ watts, unitsPerSecond, idleWatts: about(idleWatts) },
          batchMs: Array.from({ length: 30 }, () => about((1000 * batchSize * instances) / unitsPerSecond)),
        });
      }),
    });
  });
  const environment = {
    cpuModel: 'A',
    machineId: 'a',
    physicalCores: cores,
    logicalCpus: cores,
    availableParallelism: cores,
  };
  const run = runOfDay(0, results, environment, termsOf({ min: 5, max: 5 }));
  const all = results.flatMap(({ trials }) => trials.map((trial) => trial.idleWatts!));
  const idle = all.reduce((sum, watts) => sum + watts, 0) / all.length;
  return {
    ...run,
    report: {
      run: { ...run.report.run, idleWatts: idle },
      source: { parts: [zonePart('package-0'), zonePart('dram-0')] },
    },
  };
}
