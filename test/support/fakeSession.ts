import type { Accuracy } from '../../src/core/accuracy/accuracy';
import type { Reading, SourceRecord } from '../../src/core/energy/source';
import type { EventOf, NewEvent, RunEvent } from '../../src/core/run/events';
import { applyEvent, foldRun } from '../../src/core/run/fold';
import { configurationsOf } from '../../src/core/run/plan';
import { type SpecInput, specSchema } from '../../src/core/spec/spec';
import { openMeasuring, type Side } from '../../src/engine/session/measuring';
import type { TrialEnd } from '../../src/engine/trial/host';
import type { PacedJob } from '../../src/engine/trial/paced';
import type { MeasureJob, TrialJob, TrialMessage } from '../../src/engine/trial/protocol';
import type { DetectionInputs } from '../../src/workloads/detection/session/inputs';
import type { Prepared } from '../../src/workloads/workload';
import { detection, machineState, sessionStarted, source as twoDomains } from './runEvents';

/** A session of an engine without processes, files and waiting: clock, counters and trials are made here. */
export type FakeSession = ReturnType<typeof fakeSession>;

/** A job, with what its process is told beside the rest. */
type Told = { modelFile: string; batchSize: number; threads: number } & Record<string, unknown>;
type Job = Omit<TrialJob, 'told'> & Told;
type WindowsJob = Omit<MeasureJob, 'told'> & Told;

/** What a trial does: the messages it says, how it ends, and whether there was a process at all. */
type FakeTrial = { says: TrialMessage[]; end: TrialEnd; starts: boolean };

type FakeOptions = {
  spec?: Partial<SpecInput>;
  /** Events of the log before this session's first, without `run.created`. */
  before?: (RunEvent | NewEvent)[];
  source?: SourceRecord;
  /** What the next job does where it does not succeed in all. */
  trial?: (job: Job, session: FakeSession) => Partial<FakeTrial> | undefined;
  /** Of the machine while a job's windows last. */
  watts?: (job: WindowsJob, session: FakeSession) => number;
  /** What the next replay of requests does where it does not succeed in all. */
  paced?: (job: PacedJob, session: FakeSession) => Partial<FakeTrial> | undefined;
  /** Of the machine while requests come. */
  pacedWatts?: (session: FakeSession) => number;
  /** The workload answers requests. */
  serves?: boolean;
  /** Of the machine at rest. */
  idleWatts?: (session: FakeSession) => number;
  /** False: the system does not count CPU time by threads. */
  isLinux?: boolean;
  /** Of each batch; a window holds two. */
  batchSeconds?: (job: WindowsJob) => number;
};

/** How a trial fails. */
export const failure = (reason: EventOf<'trial.failed'>['reason']): Partial<FakeTrial> => ({
  says: [],
  end: {
    kind: 'failed',
    reason,
    code: reason,
    message: `it failed by ${reason}`,
    fix: reason === 'exit' ? 'sudo mend it' : null,
    signal: reason === 'signal' ? 'SIGKILL' : null,
    exitCode: reason === 'exit' ? 7 : null,
  },
});

export const finished: TrialMessage = {
  ...{ type: 'finished', loadMs: 1, warmupMs: 2, warmupBatches: 3, steady: true, peakRssBytes: 1e8 },
};

/** What an evaluation says that found this average precision; −1: there was nothing to find. */
const accuracyOf = (averagePrecision: number): Accuracy => ({
  ...{ images: 1, annotations: 0, crowds: 0, detections: 0, leftOut: { annotations: 0, detections: 0 } },
  coco: { stats: [averagePrecision, ...new Array<number>(11).fill(-1)] },
  ...{ yolov7: null, paperF1: null, classes: [], curves: null },
  confusion: { confidence: 0.25, iou: 0.45, cells: [], complete: true },
});

/** The same as a trial tells it. */
export const evaluated = (averagePrecision: number, warnings: string[] = []): TrialMessage => ({
  ...{ type: 'accuracy', accuracy: accuracyOf(averagePrecision), truth: 'labels', batchSize: 1, skipped: [] },
  phases: { loadMs: 1, preprocessMs: 1, inferenceMs: 1, nmsMs: 1, evaluationMs: 1 },
  warnings,
});

export function fakeSession({ spec: input, before, ...options }: FakeOptions = {}) {
  const { watts = () => 50, batchSeconds = () => 1, source = twoDomains, trial } = options;
  const spec = specSchema.parse({
    ...{ models: ['a.onnx'], batchSizes: [1, 2], imageSize: 64, spinning: [false], ...input },
    // Neither rest nor load before a block, unless a test asks for it.
    measure: { idleSeconds: 0, heatSeconds: 0, ...input?.measure },
  });
  const configurations = configurationsOf(spec, { cores: 2 });
  const run = foldRun([
    {
      ...{
        type: 'run.created',
        at: 0,
        version: 2,
        // Windows of inference alone tell no phases apart.
        workload: {
          ...{ ...detection, phases: spec.measure.scope === 'inference' ? [] : detection.phases },
          ...(options.serves && { serves: true }),
        },
        runId: 'fake',
        name: 'fake',
        specFile: null,
        specText: '',
      },
      ...{ spec, configurations, program: 'greenbatch test' },
    },
  ]);
  const opened: RunEvent = { type: 'source.opened', at: 1, source };
  for (const event of before ?? [...sessionStarted(), opened]) applyEvent(run, { at: 1, ...event } as RunEvent);

  const log: RunEvent[] = [];
  const jobs: Job[] = [];
  const replays: PacedJob[] = [];
  const stopping = new AbortController();
  const history: Reading[] = [];
  let seconds = 1000;
  let joules = 1;
  let flushedMs = 0;
  /** Each look at what measuring takes finds a little more. */
  let looks = 0;
  const reading = (): Reading => ({
    monotonicMs: seconds * 1000,
    counters: source.parts.map(({ range }) => Math.round(joules * 1e6) % (range ?? Infinity)),
    busySeconds: seconds,
    totalSeconds: 2 * seconds,
  });
  /** Lets time pass at so many watts in each domain, with samples at 10 Hz. */
  const pass = (lasting: number, power: number) => {
    for (let step = 0; step < Math.round(lasting * 10); step++) {
      seconds += 0.1;
      joules += 0.1 * power;
      history.push(reading());
    }
  };

  const measuring = openMeasuring({
    run,
    session: run.sessions.at(-1)?.session ?? 1,
    record(event) {
      const written = { ...event, at: 2 + log.length } as RunEvent;
      log.push(written);
      applyEvent(run, written);
      return written;
    },
    async runTrial({ told, ...rest }, { onStart, onMessage }) {
      const job = { ...rest, ...(told as Told) };
      jobs.push(job);
      const { says, end, starts = true } = trial?.(job, session) ?? {};
      // All its processes are this one.
      if (starts) onStart(new Array<number>(job.kind === 'measure' ? job.instances : 1).fill(process.pid));
      for (const message of says ?? success(job)) await onMessage(message);
      return end ?? { kind: 'done' };
    },
    async replay(job, { onStart, onMessage }) {
      replays.push(job);
      const { says, end, starts = true } = options.paced?.(job, session) ?? {};
      if (starts) onStart(new Array<number>(job.instances).fill(process.pid));
      for (const message of says ?? replayed(job)) await onMessage(message);
      return end ?? { kind: 'done' };
    },
    ...{ baseFolder: '/experiment', cacheFolder: '/cache', source, stop: stopping.signal },
    machine: { read: () => machineState({ runnable: Math.round(seconds) }) },
    looks: {
      after: (block) => ({
        ...{ block, seconds: 1, totalSeconds: 2, othersSeconds: 0, stealSeconds: 0, swappedBytes: 0, processes: [] },
        settings: {},
      }),
    },
    reader: { read: () => reading() },
    async sleep(lasting) {
      pass(lasting, options.idleWatts?.(session) ?? 20);
    },
    sustainedWatts: {},
    heatSeconds: 10,
    usableCpus: [0, 1].map((cpu) => ({ cpu, core: cpu, socket: 0 })),
    samples: (_, from, to) => history.filter(({ monotonicMs: ms }) => ms > from && ms < to && ms <= flushedMs),
    async flushSamples() {
      flushedMs = 1000 * seconds;
    },
    ownCpu: () => ({
      engineSeconds: 0.01 * ++looks,
      samplerSeconds: options.isLinux === false ? null : 0.004 * looks,
      editorSeconds: options.isLinux === false ? null : 0.02 * looks,
    }),
  });

  /** All that a job says that works. */
  function success(job: Job): TrialMessage[] {
    if (job.kind === 'accuracy') return [];
    if (job.kind === 'probe') return [{ type: 'probed', peakRssBytes: 1e8, outputBytes: 100, inputBytes: 100 }];
    return windowsOf(job as WindowsJob);
  }

  function windowsOf(job: WindowsJob): TrialMessage[] {
    const says: TrialMessage[] = [{ type: 'phase', phase: 'warmup', monotonicMs: 1000 * seconds }];
    const batchMs = [1000 * batchSeconds(job), 1000 * batchSeconds(job)];
    for (let window = 0; window < job.windows; window++) {
      // The machine works on while a trial loads and warms up.
      pass(0.2, 50);
      const start = reading();
      pass(2 * batchSeconds(job), watts(job, session));
      const work = 2 * job.batchSize;
      says.push({ type: 'window', window, start, end: reading(), work, batchMs, cpuSeconds: 1 });
    }
    return [...says, finished];
  }

  /** All that a trial of requests says that works: each is answered in 10 ms, alone. */
  function replayed({ arrivals, instances }: PacedJob): TrialMessage[] {
    const lasting = arrivals.periodMs / 1000;
    const requests = arrivals.atMs.length;
    const batchMs = new Array<number>(requests).fill(10);
    pass(0.2, 50);
    const start = reading();
    pass(lasting, options.pacedWatts?.(session) ?? 30);
    const each = { work: requests / instances, cpuSeconds: 1, batches: requests, kept: requests };
    return [
      { type: 'phase', phase: 'window', monotonicMs: start.monotonicMs },
      {
        ...{ type: 'window', window: 0, start, end: reading(), work: requests, batchMs, cpuSeconds: instances },
        ...(instances > 1 && { instances: new Array<typeof each>(instances).fill(each) }),
        paced: {
          ...{ requests, latencyMs: batchMs, stride: 1, batchesOfSize: [[1, requests]], padded: false },
          load: (requests * 0.01) / lasting / instances,
        },
      },
      finished,
    ];
  }

  /** What a workload has made: each trial is told its own configuration. */
  const prepared: Prepared = {
    trialJob: ({ model, batchSize, threads, spinning }) => ({
      ...{ modelFile: `/models/${model}`, batchSize, threads, spinning },
    }),
  };
  /** What detection makes before the first trial. */
  const inputs: DetectionInputs = {
    modelFiles: new Map(spec.models.map((model) => [model, `/models/${model}`])),
    ...{ height: 64, width: 64, imagesFile: '/images.u8' },
    untrained: new Set(),
    ...{ fixedBatchModels: new Set(), rectangles: new Map() },
  };
  const nameOf = (number: number) => {
    const paced = run.pacedTrials.find((t) => t.trial === number);
    if (paced) return `requests to ${paced.configuration}, paced block ${paced.paced.block}`;
    const { configuration, block, reference } = run.trials.find((t) => t.trial === number)!;
    return `${reference ? 'reference ' : ''}${configuration}, block ${block}`;
  };
  /** The log in short. */
  function story(): string[] {
    return log.map((e) => {
      if (e.type === 'trial.started' || e.type === 'trial.finished') return `${e.type}: ${nameOf(e.trial)}`;
      if (e.type === 'trial.failed') return `${e.type}: ${e.reason}`;
      if (e.type === 'block.finished') return `${e.type}: ${e.block}`;
      if (e.type === 'step') return `${e.type}: ${e.step}`;
      if (e.type === 'configuration.skipped' || e.type === 'configuration.settled')
        return `${e.type}: ${e.configuration}, ${e.reason}`;
      return e.type;
    });
  }
  const side: Side = { m: measuring, prepared };
  const session = {
    measuring,
    prepared,
    side,
    inputs,
    run,
    log,
    jobs,
    replays,
    stopping,
    reading,
    pass,
    success,
    story,
  };
  return session;
}
