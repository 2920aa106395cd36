import { windowStart } from '../../src/core/energy/readings';
import type { Reading, SourceRecord } from '../../src/core/energy/source';
import { guestWatts } from './guest';

/** The exact energy of a guest's sockets over time, as its job logged it: `socket ns nJ(package) nJ(dram)` a line. */
export type EnergyTruth = { ms: number; package: number; dram: number }[][];
/** A counter was read not before `fromMs` and not after `toMs` (CLOCK_MONOTONIC). */
export type ReadBetween = { fromMs: number; toMs: number };

/** A reading names the middle of its counter reads, which take half a millisecond at most where it does not say more. */
export const readBetween = ({ monotonicMs, uncertainMs = 0.25 }: Reading): ReadBetween => ({
  fromMs: monotonicMs - uncertainMs,
  toMs: monotonicMs + uncertainMs,
});

/** The guest's counters stand still for so long after each step. */
const tickMs = 0.976;

/** Run by bash in the guest, in the background: no process is started for a line. */
export const truthLogger = `mkfifo /tmp/never; exec 9<>/tmp/never
log_truth() { while :; do mapfile -t rows < /proc/fakerapl_truth; printf '%s\\n' "\${rows[@]}"; read -t 0.02 -u 9; done > /tmp/truth; }
`;

export function readTruth(text: string): EnergyTruth {
  const truth: EnergyTruth = [];
  for (const [, socket, ns, packageNj, dramNj] of text.matchAll(/^(\d+) (\d+) (\d+) (\d+)\n/gm))
    (truth[Number(socket)] ??= []).push({
      ms: Number(ns) / 1e6,
      package: Number(packageNj) / 1e9,
      dram: Number(dramNj) / 1e9,
    });
  return truth;
}

/**
 * The least and the most joules that an exact counter of a socket can have counted from one reading to another. Between
 * two lines of the truth its power lies between those of a socket at rest and of a busy one.
 */
export function joulesAllowed(
  truth: EnergyTruth,
  { kind, socket }: { kind: string; socket: number },
  start: ReadBetween,
  end: ReadBetween,
): { low: number; high: number } {
  const lines = truth[socket]!;
  const domain = kind as keyof typeof guestWatts;
  const { idle, busy } = guestWatts[domain];
  const at = (ms: number) => {
    const next = lines.findIndex((line) => line.ms > ms);
    if (next < 1) throw new Error(`the truth of socket ${socket} was not logged at ${ms} ms`);
    const [before, after] = [lines[next - 1]!, lines[next]!];
    const [since, until] = [(ms - before.ms) / 1000, (after.ms - ms) / 1000];
    return {
      low: Math.max(before[domain] + idle * since, after[domain] - busy * until),
      high: Math.min(before[domain] + busy * since, after[domain] - idle * until),
    };
  };
  const counted = ({ fromMs, toMs }: ReadBetween) => ({ low: at(fromMs - tickMs).low, high: at(toMs).high });
  return { low: counted(end).low - counted(start).high, high: counted(end).high - counted(start).low };
}

/** The same for each part of a window, which begins where its first reading ends. */
export function windowAllowed(
  truth: EnergyTruth,
  source: SourceRecord,
  { start, end }: { start: Reading; end: Reading },
): { id: string; low: number; high: number }[] {
  const [from, to] = [readBetween(windowStart(start)), readBetween(end)];
  return source.parts.map(({ id, kind, scope }) => ({
    id,
    ...joulesAllowed(truth, { kind, socket: scope.number! }, from, to),
  }));
}
