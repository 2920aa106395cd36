import type { Part, Reading } from '../../core/energy/source';
import type { CpuTime } from '../../machine/cpuTime';
import { monotonicMs } from '../../machine/clock';
import type { SlowInstrument } from '../source';
import {
  everyMs,
  type PerfProcess,
  type PerfStartProblem,
  type PrintedTick,
  startPerf,
  tickDelayMs,
} from './perfProcess';
import type { Counted } from './perfTicks';

/** The event of a recorded part, as perf names it. */
const countedOf = ({ path, scope }: Part): Counted => ({
  event: `power/${path?.slice(path.lastIndexOf('/') + 1) ?? ''}/`,
  place: `S${scope.number ?? 0}`,
  unit: 'Joules',
});

/** The parts as perf's program counts them; in microjoules since it was started. */
export function openProgram(
  parts: readonly Part[],
  use: 'edges' | 'series',
  env: NodeJS.ProcessEnv = process.env,
): SlowInstrument | PerfStartProblem {
  const { form = 'json', control = false } = parts[0]?.printed ?? {};
  const isControlled = control && use === 'edges';
  const perf = startPerf(parts.map(countedOf), { form, control: isControlled }, env);
  if ('said' in perf) return perf;
  if (use === 'series') return followSeries(perf);
  return isControlled ? stopAtEdges(perf) : readBetweenTicks(perf);
}

/** The same; one that cannot be started is never read. */
export function openProgramReader(parts: readonly Part[], use: 'edges' | 'series'): SlowInstrument {
  const opened = openProgram(parts, use);
  return 'said' in opened ? { read: () => null, close: () => undefined } : opened;
}

/**
 * Counting is stopped, the interval that holds the stop is waited for, and counting goes on: between stop and going on nothing is
 * counted, and each lies between the moments at which it was told and acknowledged.
 */
export function stopAtEdges(perf: PerfProcess): SlowInstrument {
  return {
    read(cpuTime) {
      // Till all is read that it has to say it may be blocked, and would not listen.
      if (perf.printed() === null) return null;
      const stopped = perf.command('disable');
      // Of what was printed when it acknowledged, some may be of before.
      if (stopped === null || perf.printed() === null) return null;
      const atStop = cpuTime();
      const tick = perf.next();
      if (tick === null) return null;
      const counters = tick.counts;
      const beforeStart = cpuTime();
      const resumed = perf.command('enable');
      if (resumed === null) return null;
      return { ...between(stopped), ...atStop, counters, resumed: { ...between(resumed), ...beforeStart, counters } };
    },
    close: () => perf.close(),
  };
}

function between({ fromMs, toMs }: { fromMs: number; toMs: number }) {
  return { monotonicMs: rounded((fromMs + toMs) / 2), uncertainMs: rounded((toMs - fromMs) / 2) };
}

/** Intervals are printed whether anybody reads or not: so often what was printed is taken in, or the pipe would be full. */
const takeInEveryMs = 1000;

/**
 * perf before 5.10 cannot be stopped. At a moment it has counted something between what it prints before and after: the middle
 * of the two is off by half an interval's joules at most. A window that starts here starts with the interval after.
 */
function readBetweenTicks(perf: PerfProcess): SlowInstrument {
  let before: PrintedTick | null = null;
  const takeIn = () => {
    before = perf.printed()?.at(-1) ?? before;
  };
  const timer = setInterval(takeIn, takeInEveryMs);
  timer.unref();
  return {
    read(cpuTime) {
      takeIn();
      const nowMs = monotonicMs();
      const atStop = cpuTime();
      let after: PrintedTick | null;
      for (;;) {
        after = perf.next();
        if (after === null) return null;
        if (before !== null && after.monotonicMs() >= nowMs) break;
        before = after;
      }
      const [low, high] = [before, after];
      before = after;
      const middle = low.counts.map((sum, i) => {
        const end = high.counts[i] ?? null;
        return sum === null || end === null ? null : Math.round((sum + end) / 2);
      });
      const halfMs = rounded((high.monotonicMs() - low.monotonicMs()) / 2 + tickDelayMs);
      return {
        ...{ monotonicMs: nowMs, uncertainMs: halfMs, counters: middle, ...atStop },
        resumed: {
          monotonicMs: rounded(high.monotonicMs()),
          uncertainMs: tickDelayMs,
          counters: high.counts,
          ...cpuTime(),
        },
      };
    },
    close() {
      clearInterval(timer);
      perf.close();
    },
  };
}

/** A perf that has printed nothing for so long does not count any more. */
const silentMs = 10 * everyMs;

/** The newest interval that was printed, by its own end; between two of them the same reading again. */
function followSeries(perf: PerfProcess): SlowInstrument {
  let newest: { tick: PrintedTick; cpu: CpuTime } | null = null;
  const first = perf.next();
  return {
    read(cpuTime): Reading | null {
      const tick = perf.printed()?.at(-1) ?? (newest === null ? first : null);
      if (tick) newest = { tick, cpu: cpuTime() };
      if (newest === null || monotonicMs() - newest.tick.monotonicMs() > silentMs) return null;
      const { counts } = newest.tick;
      return { monotonicMs: rounded(newest.tick.monotonicMs()), counters: counts, ...newest.cpu };
    },
    close: () => perf.close(),
  };
}

/** As the clock is read: microseconds. */
const rounded = (ms: number) => Math.round(ms * 1000) / 1000;
