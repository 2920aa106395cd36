import { describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../../src/core/statistics/random';
import { judge } from '../../../../../src/core/analysis/verdict/judge';
import type { ConfigurationResult } from '../../../../../src/core/values/result';
import { emptyResult, termsOf, trialOf } from '../../../../support/simulatedSweep';

const arrivalRate = 15;
const sla = { requestLatencyMs: 60_000, percentile: 95, arrivalRate };
const idleWatts = 110;

/** A configuration of this throughput with this true J/request, whose idle watts are known to `u` (standard uncertainty). */
function at(
  batchSize: number,
  unitsPerSecond: number,
  joulesPerRequest: number,
  u: number,
  n = 6,
): ConfigurationResult {
  const noise = seededNormal(batchSize);
  const gross = joulesPerRequest - idleWatts / arrivalRate + idleWatts / unitsPerSecond;
  const trials = Array.from({ length: n }, (_, i) =>
    trialOf(i + 1, gross * (1 + 0.001 * noise()), {
      ...{ unitsPerSecond, idleWatts, edgeIdleWatts: 0.02 * idleWatts, standardIdleWatts: u },
      batchMs: new Array<number>(40).fill((1000 * batchSize) / unitsPerSecond),
    }),
  );
  return emptyResult(batchSize, { trials });
}
const judged = (results: ConfigurationResult[], rest = {}) => judge(results, { ...termsOf(), sla, ...rest }).verdict;
const codesOf = ({ qualification }: ReturnType<typeof judged>) => qualification.map(({ code }) => code);

describe('what is not known of the idle watts', () => {
  it('has the ranking go by J/image where it alone moves two against each other by more than the margin, and says so', () => {
    // 1.96 × (1/20 − 1/40) × 2.6 W ÷ 12 J = 1.06 %.
    const verdict = judged([at(1, 20, 12, 2.6), at(2, 40, 12, 2.6)]);
    expect(verdict.energy).toBe('joulesPerUnit');
    const [note] = verdict.qualification.filter(({ code }) => code === 'idle-uncertain');
    expect(note!.message).toContain('Idle power is known to 110 ± 5.1 W');
    expect(note!.message).toContain('by ± 1.1 % against each other, more than the margin of 1 %');
    // 2 W: .82 %.
    expect(judged([at(1, 20, 12, 2), at(2, 40, 12, 2)]).energy).toBe('joulesPerRequest');
    // Throughputs that are nearer to each other.
    expect(judged([at(1, 30, 12, 2.6), at(2, 40, 12, 2.6)]).energy).toBe('joulesPerRequest');
  });

  it('leaves the ranking alone where the difference is larger than all that is not known', () => {
    const verdict = judged([at(1, 20, 15, 2.6), at(2, 40, 12, 2.6)]);
    expect(verdict).toMatchObject({ kind: 'greenest', energy: 'joulesPerRequest', winner: 'b2' });
    expect(codesOf(verdict)).not.toContain('idle-uncertain');
  });

  it('is not looked at below five blocks', () => {
    expect(judged([at(1, 20, 12, 9, 4), at(2, 40, 12, 9, 4)]).energy).toBe('joulesPerRequest');
  });

  it('decides once: what the log has decided stands, either way', () => {
    const results = [at(1, 20, 12, 2.6), at(2, 40, 12, 2.6)];
    const message = 'Decided before.';
    expect(judged(results, { ranking: { energy: 'joulesPerRequest', message: null } }).energy).toBe('joulesPerRequest');
    const certain = [at(1, 20, 12, 0), at(2, 40, 12, 0)];
    const verdict = judged(certain, { ranking: { energy: 'joulesPerUnit', message } });
    expect(verdict.energy).toBe('joulesPerUnit');
    expect(verdict.qualification).toContainEqual({ code: 'idle-uncertain', configuration: null, message });
  });

  it('moves two configurations together: their difference is open by what it does to them unlike', () => {
    // The same throughput: whatever the machine at rest draws, one takes 2 % more than the other.
    const alike = judged([at(1, 30, 12.24, 9), at(2, 30.001, 12, 9)]);
    expect(alike).toMatchObject({ kind: 'greenest', winner: 'b2', energy: 'joulesPerRequest' });
    const [comparison] = alike.comparisons;
    expect(comparison!.high! - comparison!.low!).toBeLessThan(1);
    // Unlike ones, to both sides.
    const open = (u: number, edgeIdleWatts: number) => {
      const results = [at(1, 20, 13, u), at(2, 40, 12, u)].map((r) => ({
        ...r,
        trials: r.trials.map((t) => ({ ...t, edgeIdleWatts })),
      }));
      const [c] = judged(results).comparisons;
      return c!.high! - c!.low!;
    };
    expect(open(1, 2.2) - open(1, 0)).toBeCloseTo(2 * sharedPercent(), 1);
  });
});

/** Of ln J/request of the two above, 2.2 W more at rest: (1/15 − 1/20) ÷ 13 against (1/15 − 1/40) ÷ 12. */
function sharedPercent(): number {
  const watts = 2.2;
  const shift = (throughput: number, joules: number) =>
    Math.log1p((watts * (1 / arrivalRate - 1 / throughput)) / joules);
  return (100 * Math.abs(shift(20, 13) - shift(40, 12)) * 13) / 12;
}
