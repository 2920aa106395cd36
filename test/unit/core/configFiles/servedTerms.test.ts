import { describe, expect, it, test } from 'vitest';
import { ownSla, servedTerms, withTaken } from '../../../../src/core/configFiles/servedTerms';
import { judgedPolicy, policyWords } from '../../../../src/core/configFiles/serverPolicy';
import type { Sla } from '../../../../src/core/spec/spec';

const sla: Sla = { requestLatencyMs: 100, percentile: 95, arrivalRate: 4 };
const file = (policy: Parameters<typeof servedTerms>[1]['policy']) => ({ name: 'config.pbtxt', policy });
const triton = { batching: 'when-free', batchTimeoutMs: 5, instances: 2 } as const;
const measured = (instances: number[], threads = 2, cores: number | null = 4) => ({
  configurations: instances.map((count) => ({ instances: count, threads })),
  cores,
});

describe('the service level of a run that is made for a serving config', () => {
  it('takes what the experiment does not say from the file, and tells so', () => {
    expect(servedTerms(sla, file(triton), measured([1]))).toEqual({
      sla: { ...sla, batching: 'when-free', batchTimeoutMs: 5, instances: 2 },
      taken: ['batching', 'batchTimeoutMs', 'instances'],
      sentence:
        'config.pbtxt says how batches are formed: an instance that is free takes what waits, or waits for more at most 5 ms; 2 at once.',
    });
  });

  test.each<[string, Partial<Sla>]>([
    ['batching', { batching: 'full' }],
    ['a timeout', { batchTimeoutMs: 20 }],
    ['when-free without a timeout', { batching: 'when-free' }],
  ])('takes neither batching nor delay where the experiment says %s', (_, own) => {
    const { sla: judged, taken, sentence } = servedTerms({ ...sla, ...own }, file(triton), measured([1]));
    expect(judged).toEqual({ ...sla, ...own, instances: 2 });
    expect(taken).toEqual(['instances']);
    expect(sentence).toMatch(/^The experiment says how batches are formed, before config\.pbtxt: /);
  });

  test.each<[string, ReturnType<typeof measured>, RegExp]>([
    ['they are measured', measured([2]), /as many at once as a configuration has processes\.$/],
    ['several numbers are measured', measured([1, 2, 4]), /as many at once as a configuration has processes\.$/],
    ['several others are measured', measured([1, 4]), /the file’s 2 at once were not measured/],
    [
      'they have no cores of their own',
      measured([1], 4),
      /the file’s 2 at once were not measured with cores of their own\)\.$/,
    ],
    ['the cores are not known', measured([1], 2, null), /the file’s 2 at once were not measured/],
    ['the threads are not known', measured([1], 0), /the file’s 2 at once were not measured/],
  ])('leaves the number of servers to the configurations where %s', (_, run, words) => {
    const { taken, sentence } = servedTerms(sla, file(triton), run);
    expect(taken).toEqual(['batching', 'batchTimeoutMs']);
    expect(sentence).toMatch(words);
  });

  it('keeps the experiment’s own number of servers', () => {
    const { sla: judged, taken, sentence } = servedTerms({ ...sla, instances: 3 }, file(triton), measured([1]));
    expect([judged.instances, taken]).toEqual([3, ['batching', 'batchTimeoutMs']]);
    expect(sentence).toMatch(/; 3 at once\.$/);
  });

  it('says where a server forms no batches, and where a file does not tell', () => {
    const off = { ...triton, noBatches: 'There is no dynamic_batching.' };
    expect(servedTerms(sla, file(off), measured([2])).sentence).toMatch(
      /\. There is no dynamic_batching\. The verdict is for the server once it forms them\.$/,
    );
    const silent = servedTerms(sla, { name: 'settings.json', policy: { instances: 1 } }, measured([1]));
    expect(silent).toMatchObject({ sla, taken: [] });
    expect(silent.sentence).toMatch(
      /^settings\.json does not say how long a request waits for its batch: a batch waits until it is full;/,
    );
  });
});

describe('what a run took of its serving config', () => {
  const judged = { ...sla, batching: 'when-free', batchTimeoutMs: 5, instances: 2 } as const;
  const run = { spec: { sla: judged }, servedBy: { taken: ['batching', 'batchTimeoutMs', 'instances'] } };

  it('is taken out to see what the experiment said', () => {
    expect(ownSla(run)).toEqual(sla);
    expect(ownSla({ ...run, servedBy: undefined })).toEqual(judged);
    expect(ownSla({ spec: { sla: undefined } })).toBeUndefined();
    // A log that somebody wrote.
    expect(ownSla({ ...run, servedBy: { taken: ['arrivalRate', '__proto__'] } })).toEqual(judged);
  });

  it('goes on to hold for the experiment until that says something of its own', () => {
    expect(withTaken({ ...sla, arrivalRate: 9 }, run)).toEqual({ ...judged, arrivalRate: 9 });
    expect(withTaken({ ...sla, batchTimeoutMs: 1 }, run)).toEqual({ ...sla, batchTimeoutMs: 1, instances: 2 });
    expect(withTaken({ ...sla, instances: 1 }, run)).toEqual({ ...judged, instances: 1 });
    expect(withTaken(undefined, run)).toBeUndefined();
    expect(withTaken(sla, { spec: { sla: judged } })).toEqual(sla);
  });
});

describe('the policy of a verdict', () => {
  it('is that of the service level, with the split that was measured', () => {
    const split = { instances: 4, threads: 2 };
    expect(judgedPolicy(sla, split)).toEqual({ batching: 'full', timeoutMs: null, processes: 4, threads: 2 });
    expect(judgedPolicy({ ...sla, batchTimeoutMs: 3, instances: 1 }, split)).toEqual({
      ...{ batching: 'timeout', timeoutMs: 3, instances: 1, processes: 4, threads: 2 },
    });
  });

  it('is said in words', () => {
    expect(policyWords({ batching: 'when-free', timeoutMs: 0 })).toBe(
      'an instance that is free takes what waits at once',
    );
    expect(policyWords({ batching: 'timeout', timeoutMs: 2 })).toMatch(/full or its first request has waited 2 ms$/);
  });
});
