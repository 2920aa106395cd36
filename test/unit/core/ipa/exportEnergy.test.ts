import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { energyText } from '../../../../src/core/ipa/exportEnergy';
import { energyOf, readEnergyUsages } from '../../../../src/core/ipa/energyUsages';
import type { IpaPipeline } from '../../../../src/core/ipa/ipaPipeline';
import { valueOf } from '../../../support/ipaFiles';

const option = { cores: 2, accuracy: null, latencySeconds: 0.1 };
const pipeline: IpaPipeline = {
  name: 'video',
  load: 20,
  stages: [
    {
      name: 'crop',
      options: [
        { ...option, variant: 'a', batch: 4, throughput: 20, joulesPerRequest: 1, idleWattsPerCore: 3 },
        { ...option, variant: 'a', batch: 2, throughput: 10, joulesPerRequest: 2, idleWattsPerCore: 3 },
        { ...option, variant: 'b', batch: 1, throughput: 5, joulesPerRequest: 7, energyIncludesIdle: true },
        { ...option, variant: 'c', batch: 1, throughput: 5, joulesPerRequest: 0.25 },
        { ...option, variant: 'c', batch: 1, cores: 4, throughput: 9, joulesPerRequest: 0.2 },
      ],
    },
  ],
};

describe('energy_usages.yaml', () => {
  it('is plain for the fork: one number a variant, with the idle share at full load', () => {
    const plain = parse(energyText(pipeline)) as Record<string, unknown>;
    // a: 2 J + 3 W × 2 cores ÷ 10 requests/s
    expect(plain.video).toEqual({ crop: { a: 2.6, b: 7, c: 0.25 } });
    expect(Object.keys(plain)).toEqual(['video', 'per_batch']);
  });

  it('has by batch size what was exported, unit and normalisation said', () => {
    const text = energyText(pipeline);
    expect(text).toMatch(/^# Energy of a request in joules/);
    expect(text).toMatch(/net_of_idle: what the work took above the machine at rest/);
    const usages = valueOf(readEnergyUsages(text));
    const at = (variant: string, batch: number, cores = 2) =>
      energyOf(usages, { pipeline: 'video', task: 'crop', variant, batch, cores });
    expect(at('a', 4)).toEqual({ joulesPerRequest: 1, idleWattsPerCore: 3, isPerVariant: false });
    expect(at('b', 1)).toEqual({ joulesPerRequest: 7, energyIncludesIdle: true, isPerVariant: false });
    expect([at('c', 1), at('c', 1, 4)]).toEqual(
      [0.25, 0.2].map((joulesPerRequest) => ({ joulesPerRequest, isPerVariant: false })),
    );
  });

  it('comes back where core counts of a batch size were measured differently', () => {
    const options = [
      { ...option, variant: 'a', batch: 1, cores: 1, throughput: 5, joulesPerRequest: 4 },
      { ...option, variant: 'a', batch: 1, cores: 4, throughput: 9, joulesPerRequest: 5, energyIncludesIdle: true },
    ];
    const usages = valueOf(readEnergyUsages(energyText({ ...pipeline, stages: [{ name: 'crop', options }] })));
    const joules = (cores: number) =>
      energyOf(usages, { pipeline: 'video', task: 'crop', variant: 'a', batch: 1, cores })!.joulesPerRequest;
    expect([joules(1), joules(4)]).toEqual([4, 5]);
  });

  it('cannot be of a pipeline that is called as its own key', () => {
    expect(() => energyText({ ...pipeline, name: 'per_batch' })).toThrow(/rename it/);
  });
});
