import { seededNormal } from '../../src/core/statistics/random';
import { powerChangePercent } from '../../src/core/energy/powerChange';
import type { Reading } from '../../src/core/energy/source';
import { blockOrder } from '../../src/core/run/plan';
import { mean } from '../../src/core/statistics/statistics';
import { watchLimits } from '../../src/engine/trial/limitWatch';
import { isWarm } from '../../src/engine/trial/warmup';
import { powerSamples } from './powerSamples';
import { source } from './runEvents';

/**
 * A machine whose power limit holds a running average (time constant τ) below a limit: above it, it draws what the work demands until the
 * average has come up to the limit, then the limit. A joule does less there: joules an image go with the square root of the power, as
 * they do where power goes with the square of the clock. So all batches cost the same where the average is at its limit.
 */
export type PowerLimit = {
  /** Time constant of the running average, seconds. */
  tau: number;
  /** What the work would draw, over the limit. */
  demand: number;
  /** How long nothing works between two trials (a process ends, the next one loads the model), seconds, and what is drawn then over the limit. */
  gapSeconds: number;
  gapPower: number;
  /** Standard deviation of the mean power over a second, as the counters show it, percent: a limit is not kept to the last tenth. */
  noisePercent: number;
};

const restPower = 0.25;
const limitWatts = 100;

type Segment = { seconds: number; power: number };

function createMachine({ tau, demand, noisePercent }: PowerLimit, seed: number) {
  const normal = seededNormal(seed);
  // It has rested for long.
  let average = restPower;
  const [clock, meter] = [{ seconds: 0 }, { joules: 0 }];
  const rest = (seconds: number, power: number) => {
    average = power + (average - power) * Math.exp(-seconds / tau);
    clock.seconds += seconds;
    meter.joules += seconds * power * limitWatts;
  };
  // Two readings make a difference.
  const jitter = ((noisePercent / 100) * limitWatts) / Math.SQRT2;
  return {
    rest,
    nowMs: () => 1000 * clock.seconds,
    read: (): Reading => ({
      ...{ monotonicMs: 1000 * clock.seconds, counters: [Math.round((meter.joules + jitter * normal()) * 1e6), 0] },
      ...{ busySeconds: 0, totalSeconds: 0 },
    }),
    /** Does so much work: one is what is done in a second at the limit. */
    work(amount: number): Segment[] {
      const segments: Segment[] = [];
      const lasting = (power: number, most: number) => {
        // joules an image ∝ √power, so work a second ∝ √power.
        const rate = Math.sqrt(power);
        const seconds = Math.min(most, amount / rate);
        segments.push({ seconds, power });
        amount = seconds < most ? 0 : amount - seconds * rate;
        rest(seconds, power);
      };
      if (demand <= 1) lasting(demand, Number.POSITIVE_INFINITY);
      else if (average < 1) lasting(demand, tau * Math.log((demand - average) / (demand - 1)));
      if (amount > 0) lasting(1, Number.POSITIVE_INFINITY);
      return segments;
    },
  };
}

const secondsOf = (segments: readonly Segment[]) => segments.reduce((sum, s) => sum + s.seconds, 0);
const joulesOf = (segments: readonly Segment[]) => segments.reduce((sum, s) => sum + s.seconds * s.power, 0);

export type Schedule = {
  restSeconds: number;
  idleSeconds: number;
  heatSeconds: number;
  /** Of a trial: how long it warms up, and how many batches at least. */
  warmup: { seconds: number; batches: number };
  windowSeconds: number;
  /** Whether a warm-up waits for the limit, and how long at most. */
  waitsSeconds: number | null;
};

/** Watts at a time of a window. */
function wattsOf(segments: readonly Segment[]): (at: number) => number {
  let [index, end] = [0, segments[0]!.seconds];
  return (at) => {
    while (at > end && index < segments.length - 1) end += segments[++index]!.seconds;
    return segments[index]!.power * limitWatts;
  };
}

/**
 * Joules an image of each batch, mean over the blocks, over what they are where the average is at its limit.
 *
 * @param batchSeconds how long a batch lasts at the limit
 */
export function simulatePowerLimit(
  machine: PowerLimit,
  schedule: Schedule,
  batchSeconds: readonly number[],
  blocks: number,
  seed: number,
) {
  const { rest, work, read, nowMs } = createMachine(machine, seed);
  const ids = batchSeconds.map((_, i) => String(i));
  const values = batchSeconds.map(() => [] as number[]);
  let repeated = 0;
  const warmups: number[] = [];
  const trial = (batch: number) => {
    rest(machine.gapSeconds, machine.gapPower);
    const times: number[] = [];
    let warmed = 0;
    const { waitsSeconds } = schedule;
    const areHeld = watchLimits({ read }, source.parts, waitsSeconds === null ? {} : { 'package-0': limitWatts });
    for (
      let isHeld = false;
      !isHeld || times.length < schedule.warmup.batches || !isWarm(times, warmed, schedule.warmup.seconds);
    ) {
      const seconds = secondsOf(work(batch));
      times.push(1000 * seconds);
      warmed += seconds;
      isHeld = areHeld(nowMs()) || warmed >= waitsSeconds!;
    }
    warmups.push(warmed);
    const window: Segment[] = [];
    let batches = 0;
    for (; batches === 0 || secondsOf(window) < schedule.windowSeconds; batches++) window.push(...work(batch));
    const toMs = 1000 * secondsOf(window);
    const change = powerChangePercent(source, powerSamples(toMs / 1000, wattsOf(window)), {
      fromMs: 0,
      toMs,
      batchMs: toMs / batches,
    });
    return { joules: joulesOf(window) / (batches * batch), isUnsettled: change !== null };
  };
  for (let block = 1; block <= blocks; block++) {
    rest(schedule.restSeconds + schedule.idleSeconds, restPower);
    if (schedule.heatSeconds > 0) work(schedule.heatSeconds);
    for (const id of blockOrder(ids, seed, block, 'shuffled')) {
      const batch = batchSeconds[Number(id)]!;
      const first = trial(batch);
      if (first.isUnsettled) repeated++;
      values[Number(id)]!.push((first.isUnsettled ? trial(batch) : first).joules);
    }
  }
  const over = values.map(mean);
  return {
    over,
    /** Largest less smallest, in percent. */
    favourPercent: 100 * (Math.max(...over) - Math.min(...over)),
    repeated: repeated / (blocks * ids.length),
    meanWarmupSeconds: mean(warmups),
  };
}

/** What a window's power does, and how it is looked at. */
export type WindowPower = {
  seconds: number;
  batchSeconds: number;
  /** Standard deviation of a sample, percent, and the correlation with the one before it. */
  noisePercent: number;
  correlation: number;
  /** It falls by so many percent after this share of the window. */
  drop: { percent: number; after: number };
};

/** Share of windows that are marked as of no one state. */
export function markedWindows(power: WindowPower, windows: number, seed: number): number {
  const normal = seededNormal(seed);
  const { seconds, batchSeconds, noisePercent, correlation, drop } = power;
  let marked = 0;
  for (let i = 0; i < windows; i++) {
    let deviation = normal();
    const samples = powerSamples(seconds, (at) => {
      deviation = correlation * deviation + Math.sqrt(1 - correlation ** 2) * normal();
      const level = at > drop.after * seconds ? 1 - drop.percent / 100 : 1;
      return limitWatts * level * (1 + (noisePercent / 100) * deviation);
    });
    if (powerChangePercent(source, samples, { fromMs: 0, toMs: 1000 * seconds, batchMs: 1000 * batchSeconds }) !== null)
      marked++;
  }
  return marked / windows;
}
