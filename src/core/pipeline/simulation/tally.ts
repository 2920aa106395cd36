import {
  addLatencies,
  emptyDistribution,
  type LatencyDistribution,
  mixturePercentile,
} from '../../latency/latencyDistribution';
import { fewestForPercentile, percentile } from '../../statistics/statistics';
import type { SimulatedAll, SimulatedInterval } from './simulationSchema';

/** Counts of an interval that is not over. */
type Counts = Pick<SimulatedInterval, 'startSeconds' | 'arrived' | 'violations'>;

/** Moments are sums of many numbers: what lies beyond a limit by a billionth of it is rounding. */
export const beyond = (limit: number) => limit * (1 + 1e-9);

/**
 * Counts what happens to requests, for each interval and in all. Served and dropped ones, joules and latencies are of the interval in
 * which they are served, dropped, or their batch starts; violations are of the interval in which the request arrived, so that their share is
 * of what arrived.
 */
export class Tally {
  /** The one that is going on is the last. */
  private readonly counts: Counts[] = [];
  private readonly over: SimulatedInterval[] = [];
  private readonly distribution: LatencyDistribution;
  private latencyMs = new Float64Array(1024);
  private served = 0;
  private servedLate = 0;
  private dropped = 0;
  private batchJoules = 0;
  private accuracy = 0;
  private latencySeconds = 0;
  private waiting = 0;
  private readonly lateFrom: number;

  /** @param leastSeconds nothing is served faster */
  constructor(slaSeconds: number, leastSeconds: number) {
    this.lateFrom = beyond(slaSeconds);
    // Buckets reach 24 octaves up.
    this.distribution = emptyDistribution(Math.min(1, Math.max(0.1, 1000 * leastSeconds)));
    this.begin(0);
  }

  /** @returns the number of the interval, for `serve` and `drop` */
  arrive(): number {
    const interval = this.counts.length - 1;
    this.counts[interval]!.arrived++;
    this.waiting++;
    return interval;
  }

  serve(interval: number, seconds: number, accuracy: number): void {
    if (this.served === this.latencyMs.length) {
      const longer = new Float64Array(2 * this.served);
      longer.set(this.latencyMs);
      this.latencyMs = longer;
    }
    this.latencyMs[this.served++] = 1000 * seconds;
    this.accuracy += accuracy;
    this.latencySeconds += seconds;
    this.waiting--;
    if (seconds > this.lateFrom) {
      this.servedLate++;
      this.counts[interval]!.violations++;
    }
  }

  drop(interval: number): void {
    this.dropped++;
    this.waiting--;
    this.counts[interval]!.violations++;
  }

  /** A request still waits at the end, for so long. */
  leave(interval: number, seconds: number): void {
    if (seconds > this.lateFrom) this.counts[interval]!.violations++;
  }

  startBatch(joules: number): void {
    this.batchJoules += joules;
  }

  /** Ends the interval that is going on. @returns requests per second that arrived in it */
  end(now: number, held: { coreSeconds: number; idleJoules: number }): number {
    const counts = this.counts.at(-1)!;
    const seconds = now - counts.startSeconds;
    const { served } = this;
    addLatencies(this.distribution, this.latencyMs, served);
    const sorted = this.latencyMs.subarray(0, served).sort();
    const inSeconds = (percent: number) => {
      const ms = percentile(sorted, percent);
      return ms === null ? null : ms / 1000;
    };
    const joules = this.batchJoules + held.idleJoules;
    this.over.push({
      ...counts,
      seconds,
      served,
      servedLate: this.servedLate,
      dropped: this.dropped,
      waiting: this.waiting,
      meanSeconds: served === 0 ? null : this.latencySeconds / served,
      p50Seconds: inSeconds(50),
      p95Seconds: inSeconds(95),
      p99Seconds: inSeconds(99),
      joules,
      idleJoules: held.idleJoules,
      joulesPerRequest: served === 0 ? null : joules / served,
      meanCores: held.coreSeconds / seconds,
      accuracy: served === 0 ? null : this.accuracy / served,
    });
    this.served = 0;
    this.servedLate = 0;
    this.dropped = 0;
    this.batchJoules = 0;
    this.accuracy = 0;
    this.latencySeconds = 0;
    return counts.arrived / seconds;
  }

  begin(now: number): void {
    this.counts.push({ startSeconds: now, arrived: 0, violations: 0 });
  }

  intervals(): SimulatedInterval[] {
    // A request that arrived in an interval may have missed the limit long after it was over.
    return this.over.map((interval, i) => ({ ...interval, violations: this.counts[i]!.violations }));
  }

  all(): SimulatedAll {
    const intervals = this.intervals();
    const sum = (value: (one: SimulatedInterval) => number) => intervals.reduce((total, one) => total + value(one), 0);
    const [arrived, served] = [sum((one) => one.arrived), sum((one) => one.served)];
    const [violations, servedLate] = [sum((one) => one.violations), sum((one) => one.servedLate)];
    const [seconds, joules] = [sum((one) => one.seconds), sum((one) => one.joules)];
    const inSeconds = (percent: number) =>
      served < fewestForPercentile(percent) ? null : mixturePercentile([this.distribution], percent) / 1000;
    const perServed = (value: number) => (served === 0 ? null : value / served);
    return {
      seconds,
      arrived,
      served,
      servedLate,
      dropped: sum((one) => one.dropped),
      waiting: this.waiting,
      violations,
      violationShareOfArrived: arrived === 0 ? null : violations / arrived,
      lateShareOfServed: perServed(servedLate),
      meanSeconds: perServed(sum((one) => (one.meanSeconds ?? 0) * one.served)),
      p50Seconds: inSeconds(50),
      p95Seconds: inSeconds(95),
      p99Seconds: inSeconds(99),
      joules,
      idleJoules: sum((one) => one.idleJoules),
      joulesPerRequest: perServed(joules),
      meanCores: sum((one) => one.meanCores * one.seconds) / seconds,
      accuracy: perServed(sum((one) => (one.accuracy ?? 0) * one.served)),
    };
  }
}
