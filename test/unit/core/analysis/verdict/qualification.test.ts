import { expect, it } from 'vitest';
import { judge } from '../../../../../src/core/analysis/verdict/judge';
import { qualifications } from '../../../../../src/core/analysis/verdict/qualification';
import { verdictSentence } from '../../../../../src/core/analysis/verdict/sentence';
import { emptyResult, termsOf, trialOf } from '../../../../support/simulatedSweep';

const measured = (batchSize: number, joules: number) =>
  emptyResult(batchSize, {
    trials: [1, 2, 3, 4, 5, 6].map((block) => trialOf(block, joules * (1 + 0.002 * Math.sin(2.4 * block + batchSize)))),
  });
const { verdict, configurations } = judge([measured(4, 2.31), measured(8, 2.62)], termsOf());
const told = (more: Partial<typeof verdict>) => qualifications({ ...verdict, ...more }, configurations, termsOf(), []);
const stray = (block: number, percent: number) => ({ configuration: 'b8', block, trial: block, percent });

it('names trials that stray, the furthest three, and counts the others', () => {
  expect(told({})).toEqual([]);
  expect(told({ outliers: [stray(3, 5.2)] })).toEqual([
    {
      ...{ code: 'outliers', configuration: null },
      message:
        'Batch 8 in block 3 (+5.2 %) strays from what the other trials make likely: compared with a bounded weight, counted in full in the means.',
    },
  ]);
  const many = told({ outliers: [stray(1, 2), stray(2, -9), stray(3, 5), stray(4, 7), stray(5, 1)] });
  expect(many[0]!.message).toMatch(
    /^Batch 8 in block 2 \(−9\.0 %\), batch 8 in block 4 \(\+7\.0 %\), batch 8 in block 3 \(\+5\.0 %\) and 2 more trials stray /,
  );
});

it('says, as the sentence does, on which trial alone the verdict rests', () => {
  const decisiveTrial = { configuration: 'b8', block: 3 };
  expect(told({ decisiveTrial })).toEqual([
    {
      ...{ code: 'one-trial', configuration: 'b8' },
      message:
        'The verdict rests on one trial, that of batch 8 in block 3: without that block it would be another one, or none.',
    },
  ]);
  const sentence = verdictSentence({ ...verdict, decisiveTrial }, configurations, termsOf());
  expect(sentence).toMatch(/^Batch 4 is greenest: .*; all of it rests on one trial, that of batch 8 in block 3\.$/);
  expect(verdictSentence(verdict, configurations, termsOf())).not.toContain('rests on one trial');
});

it('says which server requests are modelled for, and where another number of instances was measured', () => {
  const messages = (sla: object) => {
    const t = { ...termsOf(), sla: { requestLatencyMs: 900, percentile: 95, arrivalRate: 4, ...sla } };
    const both = [measured(4, 2.31), measured(8, 2.62)];
    return judge(both, t)
      .verdict.qualification.filter(({ code }) => ['batching', 'batch-timeout', 'other-instances'].includes(code))
      .map(({ code, message }) => `${code}: ${message}`);
  };
  expect(messages({})).toEqual([
    'batching: Requests are modelled as their server batches them: a batch waits until it is full.',
  ]);
  expect(messages({ batchTimeoutMs: 40 })).toEqual([
    'batch-timeout: Batches that the timeout closes before they are full are costed between the measured batch sizes.',
  ]);
  expect(messages({ batching: 'when-free', batchTimeoutMs: 5, instances: 3 })).toEqual([
    'batching: Requests are modelled as their server batches them: batches form when an instance is free, as in Triton, waiting at most 5 ms; one that is not full is costed between the measured sizes.',
    'other-instances: Requests are modelled for 3 instances by batches that were measured with 1 at work: what 3 take from each other (caches, memory, clock) was not measured.',
  ]);
});
