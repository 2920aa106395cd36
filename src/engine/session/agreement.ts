import { setTimeout as sleep } from 'node:timers/promises';
import { agreementOf, disagreementText } from '../../core/energy/agreement';
import type { Reading } from '../../core/energy/source';
import { noted } from '../../core/run/conditions';
import type { Instruments } from '../../energy/instruments';
import type { Measuring } from './measuring';

/** Told where a rest of the machine begins and ends, each time that it does. */
export type Edges = { begin(): void; end(): void };

/** Below this the edges, which are known to a tick of the counters (1 ms), weigh too much. */
const shortestMs = 1000;
/** How many readings lie between the edges at most; they are there for wraps. */
const mostBetween = 60;

/**
 * Reads both instruments where both can be read: at the edges of the machine's rest where that is long enough, else over a
 * second of its own; records it, and says where they do not agree.
 *
 * @param all the runs whose instruments they are: each log has it
 * @param rest measures the machine at rest, or does nothing
 */
export async function compareInstruments(
  all: readonly Measuring[],
  open: () => Promise<Instruments | null>,
  rest: (edges: Edges) => Promise<void>,
): Promise<void> {
  const { run, stop } = all[0]!;
  const instruments = await open();
  if (instruments === null) return rest({ begin: () => undefined, end: () => undefined });
  const { parts, reader } = instruments;
  const everyMs = Math.max(shortestMs, (run.spec.measure.idleSeconds * 1000) / mostBetween);
  let readings: Reading[] = [];
  let timer: NodeJS.Timeout | undefined;
  const edges: Edges = {
    begin() {
      clearInterval(timer);
      readings = [reader.read()];
      timer = setInterval(() => readings.push(reader.read()), everyMs);
    },
    end() {
      clearInterval(timer);
      readings.push(reader.read());
    },
  };
  try {
    await rest(edges);
    if (!isLongEnough(readings) && !stop.aborted) {
      for (const { record } of all) record({ type: 'step', step: 'instruments', detail: `${shortestMs / 1000} s` });
      edges.begin();
      await sleep(shortestMs, null, { signal: stop }).catch(() => undefined);
      edges.end();
    }
    if (stop.aborted) return;
    const why = disagreementText(agreementOf(parts, readings));
    for (const { record } of all) {
      record({ type: 'instruments.compared', parts, readings });
      if (why !== null) record({ type: 'warning', ...noted.instruments(why) });
    }
  } finally {
    clearInterval(timer);
    reader.close();
  }
}

function isLongEnough(readings: readonly Reading[]): boolean {
  const [first, last] = [readings[0], readings.at(-1)];
  return first !== undefined && last !== undefined && last.monotonicMs - first.monotonicMs >= shortestMs;
}
