import type { Part, Reading, SourceRecord } from '../../src/core/energy/source';
import type { MachineLook } from '../../src/core/run/machineLook';
import type { MachineState } from '../../src/core/run/machineState';
import type { EventOf, NewEvent, PacedTrial, RunEvent, WorkloadRecord } from '../../src/core/run/events';
import { specSchema } from '../../src/core/spec/spec';

/** Event logs made by hand, for tests of readers and folds. */

/** Detection from end to end, as a log describes it. */
export const detection: WorkloadRecord = {
  name: 'detection',
  unit: 'image',
  phases: ['load', 'preprocess', 'inference', 'nms', 'evaluation'],
};

export const source: SourceRecord = {
  parts: [
    zonePart('package-0', { path: '/x', limitWatts: 165 }),
    zonePart('dram-0', { path: '/y', range: 65_712_999_613 }),
  ],
  reason: null,
};

/** The same counters, as an estimate. */
export const estimatedSource: SourceRecord = {
  ...source,
  parts: source.parts.map((part) => ({ ...part, source: 'estimate', measured: false })),
};

/** A part of powercap: `package-0`, `dram-1`, `psys`, of the socket that it is named after. */
export function zonePart(id: string, rest: Partial<Part> = {}): Part {
  const [kind, socket] = id.split('-') as [string, string | undefined];
  return {
    ...{ id, source: 'powercap', kind, measured: true, unit: 'microjoules', range: 262_143_328_850 },
    ...{ added: kind === 'package' || kind === 'dram', path: `/${id}`, limitWatts: null },
    scope: socket === undefined ? { of: 'machine', number: null } : { of: 'socket', number: Number(socket) },
    ...rest,
  };
}

/** A reading at `seconds` of a machine that draws these watts and is busy for half of its two CPUs' time. */
export function readingAt(seconds: number, packageWatts = 50, dramWatts = 10): Reading {
  return {
    monotonicMs: seconds * 1000,
    counters: [Math.round(seconds * packageWatts * 1e6), Math.round(seconds * dramWatts * 1e6)],
    busySeconds: seconds,
    totalSeconds: 2 * seconds,
  };
}

/** One socket at rest, of which nothing is to be told; with what a test wants told. */
export const machineState = (rest: Partial<MachineState> = {}): MachineState => ({
  packages: [{ package: 0, celsius: 50, coreThrottles: 0, packageThrottles: 0 }],
  frequency: { meanMhz: 2600, lowestMhz: 2600, highestMhz: 2600, cpus: 8 },
  ...{ stealSeconds: 0, guestSeconds: 0, runnable: 1 },
  ...rest,
});

/**
 * What both instruments say of a package and its memory over so many seconds, at watts that may differ from one to the other.
 */
export function comparedEvent(
  watts: { powercap: [number, number]; perf: [number, number] },
  seconds = 5,
): EventOf<'instruments.compared'> {
  const ids = ['package-0', 'dram-0'];
  const parts = [
    ...ids.map((id) => zonePart(id)),
    ...ids.map((id) => zonePart(id, { source: 'perf', way: 'event', range: null, cpu: 0, fromOpening: true })),
  ];
  const all = [...watts.powercap, ...watts.perf];
  const readings = [0, seconds].map((at) => ({
    ...readingAt(at),
    counters: all.map((one) => Math.round(at * one * 1e6)),
  }));
  return { type: 'instruments.compared', at: 4, parts, readings };
}

const process = { pid: 1, startTicks: 1, bootId: 'boot' };

export function created(batchSizes = [1, 2]): RunEvent {
  const spec = specSchema.parse({ models: ['yolov7-tiny'], batchSizes, imageSize: 64 });
  return {
    type: 'run.created',
    at: 1,
    version: 2,
    workload: detection,
    runId: 'test-run',
    name: 'test',
    specFile: null,
    specText: '',
    spec,
    configurations: batchSizes.map((batchSize) => ({
      id: `b${batchSize}`,
      model: 'yolov7-tiny',
      batchSize,
      instances: 1,
      threads: 2,
      spinning: false,
    })),
    program: 'greenbatch test',
  };
}

const stamp = (event: NewEvent, at: number): RunEvent => ({ ...event, at }) as RunEvent;

export function sessionStarted(session = 1): RunEvent[] {
  return [
    stamp({ type: 'session.started', version: 2, session, engine: process, monotonicMs: 0, environment: {} }, 2),
    stamp({ type: 'source.opened', source }, 3),
  ];
}

/** A look at a quiet machine before the first trial, with what a test wants seen. */
export const lookedAt = (rest: Partial<MachineLook> = {}): EventOf<'machine.looked'> => ({
  ...{ type: 'machine.looked', at: 4, block: null, seconds: 1, totalSeconds: 2 },
  ...{ othersSeconds: 0, stealSeconds: 0, swappedBytes: 0, processes: [], settings: {} },
  ...rest,
});

/** The events of one finished trial with a window of `seconds` from `from` on. */
export function trialEvents(
  trial: number,
  block: number,
  configuration: string,
  from: number,
  seconds = 2,
  watts = 50,
): RunEvent[] {
  const batchMs = [seconds * 500, seconds * 500];
  return [
    stamp({ type: 'trial.started', trial, block, configuration, reference: false, process }, from * 1000),
    stamp({ type: 'trial.phase', trial, phase: 'window', monotonicMs: from * 1000 }, from * 1000),
    stamp(
      {
        type: 'trial.window',
        trial,
        window: 0,
        start: { ...readingAt(from, watts), counters: [from * 1e6, from * 1e6] },
        end: {
          ...readingAt(from + seconds, watts),
          counters: [from * 1e6 + seconds * watts * 1e6, from * 1e6 + seconds * 10e6],
        },
        work: 10,
        batchMs,
        cpuSeconds: seconds,
      },
      (from + seconds) * 1000,
    ),
    stamp(
      { type: 'trial.finished', trial, loadMs: 1, warmupMs: 1, warmupBatches: 2, steady: true, peakRssBytes: 1e8 },
      (from + seconds) * 1000,
    ),
  ];
}

/**
 * The events of one finished paced trial: `seconds` from `from` on at 10 requests/s, answered after these milliseconds in turn.
 */
export function pacedEvents(
  trial: number,
  block: number,
  configuration: string,
  from: number,
  {
    watts = 50,
    seconds = 60,
    latencyMs = [10, 20, 30],
    roles = ['winner'],
    requests = 10 * seconds,
    ...rest
  }: Partial<PacedTrial> & {
    watts?: number;
    latencyMs?: number[];
  } = {},
): RunEvent[] {
  const paced: PacedTrial = {
    ...{ block, roles, batching: 'when-free', batchTimeoutMs: 0, instances: 1, requests, seconds },
    arrivals: { seed: 1 },
    ...rest,
  };
  return trialEvents(trial, block, configuration, from, seconds, watts).map((event): RunEvent => {
    if (event.type === 'trial.started') return { ...event, paced };
    if (event.type !== 'trial.window') return event;
    return {
      ...event,
      work: requests,
      paced: {
        ...{ requests, stride: 1, padded: false, load: 0.4 },
        latencyMs: Array.from({ length: requests }, (_, i) => latencyMs[i % latencyMs.length]!),
        batchesOfSize: [
          [1, requests / 2],
          [2, requests / 4],
        ],
      },
    };
  });
}

export const toLines = (events: RunEvent[]) => events.map((e) => `${JSON.stringify(e)}\n`).join('');

/** A whole run: batch 4 takes 10 % less than batch 1, batch 2 as much as batch 4. */
export function sweep(measured = true): RunEvent[] {
  const begin = created([1, 2, 4]) as Extract<RunEvent, { type: 'run.created' }>;
  begin.spec.current = { batchSize: 1 };
  const watts = { b1: 110, b2: 101, b4: 99 };
  const trials = [1, 2, 3, 4, 5].flatMap((block) =>
    (['b1', 'b2', 'b4'] as const).flatMap((id, i) =>
      trialEvents(10 * block + i, block, id, 100 * block + 10 * i, 2, watts[id] * (1 + 0.001 * ((block * 7 + i) % 5))),
    ),
  );
  const [start] = sessionStarted();
  return [
    begin,
    start!,
    { type: 'source.opened', at: 3, source: measured ? source : estimatedSource },
    {
      type: 'images.ready',
      at: 3,
      description: '64 generated scenes (seed 1)',
      count: 64,
      height: 64,
      width: 64,
      inRotation: 64,
      skipped: [{ name: 'broken.jpg', reason: 'not an image' }],
    },
    { type: 'idle.measured', at: 4, start: readingAt(0, 20, 5), end: readingAt(4, 20, 5) },
    ...trials,
    { type: 'session.ended', at: 9, session: 1, reason: 'complete', exitCode: 0, message: 'the verdict is reached' },
  ];
}

/** The same with a limit at 2 requests/s, and those replayed to batch 4, which takes `joules` times as many of them as batch 1 does. */
export function pacedSweep({ joules = 0.95, latencyMs = [300, 500, 900], blocks = 5 } = {}): RunEvent[] {
  const sizes = new Map<number, number>();
  // A batch takes 200 ms for each image in it.
  const events = sweep().map((event): RunEvent => {
    if (event.type === 'trial.started') sizes.set(event.trial, Number(event.configuration.slice(1)));
    if (event.type !== 'trial.window') return event;
    const batchMs = 200 * sizes.get(event.trial)!;
    return { ...event, batchMs: Array.from({ length: 20 }, (_, i) => batchMs * (1 + 0.001 * (i % 3))) };
  });
  const begin = events[0] as Extract<RunEvent, { type: 'run.created' }>;
  begin.spec.sla = { requestLatencyMs: 10_000, percentile: 95, arrivalRate: 2 };
  const replays = Array.from({ length: blocks }, (_, i) => i + 1).flatMap((block) =>
    (['b4', 'b1'] as const).flatMap((id, i) => {
      const watts = 63 * (id === 'b4' ? joules : 1) * (1 + 0.001 * ((block * 7 + 3 * i) % 5)) - 10;
      return pacedEvents(60 + 2 * block + i, block, id, 1000 + 200 * block + 100 * i, {
        ...{ watts, requests: 120, batching: 'full', batchTimeoutMs: null },
        roles: id === 'b4' ? ['winner'] : ['current'],
        latencyMs: latencyMs.map((ms) => ms + 10 * block + 100 * i),
      });
    }),
  );
  return [...events.slice(0, -1), ...replays, events.at(-1)!];
}
