import { describe, expect, it } from 'vitest';
import { configFiles } from '../../../../src/core/ipa/exportConfig';
import { energyText } from '../../../../src/core/ipa/exportEnergy';
import { rebuiltMeta, seriesFiles } from '../../../../src/core/ipa/exportSeries';
import { readEnergyUsages } from '../../../../src/core/ipa/energyUsages';
import { importProblem } from '../../../../src/core/ipa/importProblem';
import { asIpaPipeline, type IpaPipeline } from '../../../../src/core/ipa/ipaPipeline';
import {
  type LatencyReference,
  latencyReferences,
  type ProfileRow,
  throughputReferences,
} from '../../../../src/core/ipa/profileRow';
import { readAccuracies } from '../../../../src/core/ipa/accuracies';
import { mapperColumns, readExperimentFile, readSeriesExperiments } from '../../../../src/core/ipa/profilingSeries';
import { readRunConfig } from '../../../../src/core/ipa/runConfig';
import { type PipelineProblem, problemSchema } from '../../../../src/core/pipeline/problem';
import { type Random, seededRandom } from '../../../../src/core/statistics/random';
import { hasIpaData, ipaFile, valueOf } from '../../../support/ipaFiles';
import { readProfileTable } from '../../../../src/core/ipa/profileTable';

/** Problems that IPA's rules allow: one number of cores in a stage, every variant quick enough at batch 1. */
function randomProblem(random: Random): PipelineProblem {
  const whole = (most: number) => 1 + Math.floor(random() * most);
  const stages = Array.from({ length: whole(4) }, (_, s) => {
    const cores = whole(8);
    return {
      name: `stage ${s}`,
      options: Array.from({ length: whole(4) }, (_unused, v) => {
        const accuracy = random();
        const isGross = random() < 0.3;
        return [1, 2, 4, 8].slice(0, whole(4)).map((batch) => ({
          ...{ variant: `model-${'abcd'[v]}`, batch, accuracy, cores },
          ...{ latencySeconds: 0.05 * (1 + random()) * batch ** 0.8, throughput: 100 * random() + 1 },
          joulesPerRequest: 10 * random(),
          ...(isGross ? { energyIncludesIdle: true } : { idleWattsPerCore: random() }),
        }));
      }).flat(),
    };
  });
  return problemSchema.parse({
    ...{ load: random() < 0.5 ? whole(50) : 50 * random() + 0.1, slaSeconds: 2 + random(), scalingCap: whole(100) },
    ...{
      weights: { alpha: 10 * random(), beta: random(), gamma: 1e-6, delta: random() },
      accuracyMethod: 'multiply',
      stages,
    },
  });
}

/** Reads the series of all stages again, as a folder would be. */
function readSeries(files: readonly { name: string; text: string }[]): ProfileRow[] {
  const text = (name: string) => files.find((file) => file.name === name)!.text;
  return files
    .filter(({ name }) => name.endsWith('key_config_mapper.csv'))
    .flatMap(({ name, text: list }) =>
      valueOf(readSeriesExperiments(list)).map(({ id, line, ...experiment }) => {
        const measured = valueOf(
          readExperimentFile(text(name.replace('key_config_mapper.csv', `${id}.json`)), experiment.node),
        );
        return { ...experiment, ...measured, place: `${name}:${line}` };
      }),
    );
}

describe('a profiling series that is made of a profile', () => {
  it('gives back each latency and throughput to the last bit, whatever of them is taken, and is labelled', () => {
    const random = seededRandom(5);
    for (let i = 0; i < 20; i++) {
      const problem = randomProblem(random);
      const files = seriesFiles(asIpaPipeline('video', problem), 40);
      const rows = readSeries(files);
      expect(rows).toHaveLength(problem.stages.flatMap(({ options }) => options).length);
      problem.stages.forEach(({ name, options }, s) => {
        const own = rows.filter((row) => row.series === 40 + s);
        options.forEach((option, o) => {
          expect(own[o]).toMatchObject({
            node: name,
            variant: option.variant,
            cores: option.cores,
            batch: option.batch,
          });
          expect(own[o]!.load).toBe(problem.load);
          for (const reference of latencyReferences)
            expect(own[o]!.latencySeconds[reference]).toBe(option.latencySeconds);
          for (const reference of throughputReferences) expect(own[o]!.throughput[reference]).toBe(option.throughput);
        });
      });
      const list = files.find(({ name }) => name === '40/key_config_mapper.csv')!.text;
      expect(list.split('\n')[0]).toBe(mapperColumns.join());
      expect(list.split(rebuiltMeta)).toHaveLength(1 + problem.stages[0]!.options.length);
      expect(files.find(({ name }) => name === '40/0.yaml')!.text).toContain('rebuilt from aggregates');
    }
  });

  it('goes back with config, accuracies and energies into the same problem', () => {
    const random = seededRandom(6);
    for (let i = 0; i < 40; i++) {
      const problem = randomProblem(random);
      const pipeline = asIpaPipeline('video', problem);
      const chosen = problem.stages.map(({ name, options }) => ({ ...options[0]!, name, replicas: 1 }));
      const { config, accuracies } = configFiles('video', problem, chosen, 7);
      const again = importProblem(
        valueOf(readRunConfig(config.text)),
        valueOf(readAccuracies(accuracies)),
        valueOf(readEnergyUsages(energyText(pipeline))),
        readSeries(seriesFiles(pipeline, 7)),
        { load: null, slaSeconds: null, queueing: 'intended', addHundred: false },
      ).problem;
      const { slaSeconds, stages, ...rest } = problemSchema.parse(again);
      const { slaSeconds: before, stages: stagesBefore, ...restBefore } = problem;
      expect(rest).toEqual(restBefore);
      expect(slaSeconds / before).toBeCloseTo(1, 12);
      const byName = (options: PipelineProblem['stages'][number]['options']) =>
        [...options]
          .sort((a, b) => (a.variant < b.variant ? -1 : a.variant > b.variant ? 1 : a.batch - b.batch))
          // 100 × an accuracy ÷ 100 may miss it by the last bit.
          .map((option) => ({ ...option, accuracy: option.accuracy.toPrecision(15) }));
      stagesBefore.forEach((stage, s) => {
        expect(stages[s]!.name).toBe(stage.name);
        expect(byName(stages[s]!.options)).toEqual(byName(stage.options));
      });
    }
  });

  describe.skipIf(!hasIpaData)('of real and synthetic data (shared data, GREENBATCH_FIXTURES)', () => {
    const table = (name: string) => valueOf(readProfileTable(ipaFile(name), name));
    const synthetic = () =>
      valueOf(readSeriesExperiments(ipaFile('synthetic/series-900/key_config_mapper.csv'))).map(
        ({ id, ...experiment }) => ({
          ...experiment,
          ...valueOf(readExperimentFile(ipaFile(`synthetic/series-900/${id}.json`), experiment.node)),
          place: id,
        }),
      );
    it.each<[string, () => ProfileRow[], LatencyReference, number]>([
      ['series 85', () => table('profile-series85-audio.csv'), 'p99', 20],
      ['series 97 to 99', () => table('profile-series97-98-99-nlp-pipeline.csv'), 'avg', 56],
      ['series 73', () => table('profile-video-partial.csv').filter(({ series }) => series === 73), 'p99', 10],
      ['series 900', synthetic, 'p99', 8],
    ])('%s comes back row by row', (_, rowsOfIt, reference, count) => {
      const rows = rowsOfIt();
      expect(rows).toHaveLength(count);
      const nodes = [...new Set(rows.map(({ node }) => node))];
      const pipeline: IpaPipeline = {
        name: 'any',
        load: rows[0]!.load,
        stages: nodes.map((name) => ({
          name,
          options: rows
            .filter(({ node }) => node === name)
            .map(({ variant, cores, batch, latencySeconds, throughput }) => ({
              ...{ variant, cores, batch, accuracy: null, joulesPerRequest: 0 },
              ...{ latencySeconds: latencySeconds[reference]!, throughput: throughput.max! },
            })),
        })),
      };
      // A pipeline has one load, where IPA profiled its stages at several.
      const key = ({ node, variant, cores, batch, latencySeconds, throughput }: ProfileRow) =>
        JSON.stringify([node, variant, cores, batch, latencySeconds[reference], throughput.max]);
      expect(readSeries(seriesFiles(pipeline, 5)).map(key).sort()).toEqual(rows.map(key).sort());
    });
  });
});
