import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../src/core/pipeline/evaluate';
import { idleOnceNotes, withIdleOnce } from '../../../../src/core/pipeline/idleOnce';
import { problemSchema } from '../../../../src/core/pipeline/problem';

const option = (variant: string, more: object) => ({
  ...{ variant, batch: 1, accuracy: 0.5, cores: 2, latencySeconds: 0.1, throughput: 10, joulesPerRequest: 2 },
  ...more,
});
const problemOf = (first: object, second: object) =>
  problemSchema.parse({
    ...{ load: 10, slaSeconds: 1 },
    stages: [
      { name: 'detect', options: [option('a', first)] },
      { name: 'classify', options: [option('b', second)] },
    ],
  });
const choice = [0, 0].map(() => ({ option: 0, replicas: 1 }));

describe('idle power', () => {
  it('is charged for no stage beside one whose joules are gross: both on one machine never come to more than it draws', () => {
    // A machine of 4 cores that draws 8 W at rest: 2 J a request and 20 W of work in each stage; the first one's joules are gross.
    const idleWatts = 8;
    const given = problemOf(
      { joulesPerRequest: 2 + idleWatts / 10, energyIncludesIdle: true },
      { idleWattsPerCore: 2 },
    );
    expect(evaluate(given, choice).watts).toBeGreaterThan(40 + idleWatts);
    expect(evaluate(withIdleOnce(given), choice).watts).toBeCloseTo(40 + idleWatts, 12);
    expect(idleOnceNotes(given)).toEqual([
      'Energy is gross in detect, with idle power as it was when it was measured: none is charged beside it, in any stage, and at part load there is more than is told.',
    ]);
  });

  it('of options of one stage that are gross and net is told: they do not compare', () => {
    const { stages, ...terms } = problemOf({ idleWattsPerCore: 2 }, { idleWattsPerCore: 2 });
    const options = [...stages[0]!.options, { ...stages[0]!.options[0]!, batch: 2, energyIncludesIdle: true }];
    expect(idleOnceNotes({ ...terms, stages: [{ ...stages[0]!, options }, stages[1]!] })).toContain(
      'detect: some of its options hold idle power and some do not, so their joules do not compare.',
    );
  });

  it('is charged as given where all joules are net', () => {
    const given = problemOf({ idleWattsPerCore: 2 }, { idleWattsPerCore: 2, energyIncludesIdle: false });
    expect(withIdleOnce(given)).toBe(given);
    expect(evaluate(given, choice).watts).toBeCloseTo(40 + 8, 12);
    expect(idleOnceNotes(given)).toEqual([]);
  });
});
