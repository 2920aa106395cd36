import type { Current } from '../configuration/inUse';
import type { Failure } from '../failure/failure';
import { phaseNames } from '../run/phases';
import type { Domain, EnergySource, PowerCurve } from '../power/source';
import type { RunReport } from '../run/report';
import type {
  BatchLatency,
  ConfigurationResult,
  ConfigurationSummary,
  Interval,
  PhaseSummary,
  RequestLatency,
  TrialPhase,
  TrialValue,
} from '../run/result';
import type { Preferences, Sla } from '../spec/spec';
import type { Comparison } from '../statistics/comparison';
import type { Verdict } from '../verdict/advice';
import type { AnalysisTerms } from '../verdict/evaluation';
import type { Feasibility, Relaxation } from '../verdict/feasibility';
import type { Saving } from '../verdict/saving';
import type { PanelBand, PanelProgress, PanelRun } from './messages';
import {
  either,
  flag,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  text,
  unknownRecord,
  whole,
  within,
} from './shape';

/** What a run looks like that crosses to the page; ranges as the experiment file allows them. */

const positive = within(Number.MIN_VALUE, 1e12);
const count = whole(0, 1e9);
const current = object<Current>({
  batchSize: whole(1, 65_536),
  model: optional(text),
  threads: optional(whole(1, 4096)),
  spinning: optional(flag),
});
const batchSize = whole(1, 65_536);
const skip = nullable(object<{ reason: string; message: string }>({ reason: text, message: text }));
const configuration = { id: text, model: text, batchSize, threads: whole(1, 4096), spinning: flag, skipped: skip };
const metric = oneOf('joulesPerImage', 'joulesPerRequest');

const trial = object<TrialValue>({
  trial: count,
  block: count,
  joulesPerImage: number,
  watts: number,
  utilisation: number,
  imagesPerSecond: positive,
  cpuSecondsPerImage: number,
  idleWatts: nullable(number),
  batchMs: list(within(0, 1e12)),
  windowJoulesPerImage: list(number),
  phases: optional(
    list(object<TrialPhase>({ phase: oneOf(...phaseNames), joulesPerImage: number, msPerImage: number })),
  ),
});
const result = object<ConfigurationResult>({
  ...configuration,
  failure: optional(nullable(text)),
  trials: list(trial),
  accuracy: nullable(within(0, 1)),
});

const interval = object<Interval>({ mean: number, low: nullable(number), high: nullable(number), n: count });
const percentiles = { p50: nullable(number), p95: nullable(number), p99: nullable(number), max: number };
const batchLatency = object<BatchLatency>({
  ...percentiles,
  p95Interval: nullable(object<{ low: number; high: number }>({ low: number, high: number })),
});
const requestLatency = object<RequestLatency>({
  ...percentiles,
  atPercentile: object<RequestLatency['atPercentile']>({
    percentile: number,
    value: nullable(number),
    low: nullable(number),
    high: nullable(number),
  }),
});
const summary = object<ConfigurationSummary>({
  ...configuration,
  n: count,
  accuracy: nullable(number),
  joulesPerImage: nullable(interval),
  netJoulesPerImage: nullable(interval),
  averageWatts: nullable(number),
  utilisation: nullable(number),
  imagesPerSecond: nullable(number),
  cpuSecondsPerImage: nullable(number),
  intervals: nullable(
    object<NonNullable<ConfigurationSummary['intervals']>>({
      averageWatts: interval,
      utilisation: interval,
      imagesPerSecond: interval,
      cpuSecondsPerImage: interval,
    }),
  ),
  batchLatencyMs: nullable(batchLatency),
  requestLatencyMs: nullable(requestLatency),
  joulesPerRequest: nullable(interval),
  energyDelayProduct: nullable(interval),
  withinTrialSpreadPercent: nullable(number),
  betweenTrialSpreadPercent: nullable(number),
  phases: optional(
    list(object<PhaseSummary>({ phase: oneOf(...phaseNames), joulesPerImage: interval, msPerImage: interval })),
  ),
});

const relaxation = object<Relaxation>({
  id: text,
  constraint: oneOf('arrivalRate', 'requestLatencyMs', 'minAccuracy'),
  limit: number,
  needed: number,
});
const feasibility = object<Feasibility>({
  id: text,
  feasible: oneOf('yes', 'no', 'unresolved'),
  reason: text,
  breaks: list(relaxation),
  blocksMayDecide: flag,
});
const comparison = object<Comparison>({
  id: text,
  differencePercent: nullable(number),
  low: nullable(number),
  high: nullable(number),
  relation: oneOf('worse', 'equivalent', 'unresolved'),
  withinMargin: flag,
  blocks: count,
});
const saving = object<Saving>({
  against: text,
  percent: number,
  low: nullable(number),
  high: nullable(number),
  significant: flag,
  energy: metric,
  latency: nullable(
    object<NonNullable<Saving['latency']>>({
      of: oneOf('request', 'batch'),
      percentile: either(number, oneOf('max')),
      from: number,
      to: number,
    }),
  ),
});
const verdict = object<Verdict>({
  kind: oneOf('greenest', 'tied', 'unresolved', 'infeasible'),
  marginPercent: number,
  winner: nullable(text),
  tied: list(text),
  inUse: nullable(text),
  mayBeInUse: list(text),
  metric: oneOf('joulesPerImage', 'joulesPerRequest', 'weighted'),
  reference: nullable(text),
  comparisons: list(comparison),
  feasibility: list(feasibility),
  blocks: count,
  confidencePercent: number,
  estimated: flag,
  openBecause: nullable(oneOf('too-few-blocks', 'comparison', 'feasibility', 'nothing-to-compare')),
  moreBlocks: nullable(number),
  relaxations: list(relaxation),
  energy: metric,
  saving: nullable(saving),
  sentence: text,
  qualification: list(text),
});

const domain = object<Domain>({
  id: text,
  kind: oneOf('package', 'dram', 'core', 'uncore', 'psys', 'machine'),
  socket: nullable(number),
  path: nullable(text),
  rangeMicrojoules: nullable(number),
  limitWatts: nullable(number),
  added: flag,
});
const source = object<EnergySource>({
  kind: oneOf('powercap', 'perf', 'estimate'),
  measured: flag,
  domains: list(domain),
  curve: nullable(
    object<PowerCurve>({ idleWatts: number, maxWatts: number, shape: number, errorPercent: number, basis: text }),
  ),
  reason: nullable(text),
  code: optional(nullable(text)),
  fix: optional(nullable(text)),
});

const images = object<NonNullable<RunReport['run']['images']>>({
  description: text,
  count,
  inRotation: count,
  skipped: list(object<{ name: string; reason: string }>({ name: text, reason: text })),
});
const failure = { code: text, message: text, fix: nullable(text) };
const report = object<PanelRun['report']>({
  version: oneOf(1),
  run: object<RunReport['run']>({
    id: text,
    name: text,
    folder: text,
    status: text,
    specFile: nullable(text),
    createdAt: text,
    program: text,
    sessions: count,
    blocks: count,
    ended: nullable(text),
    failure: nullable(object<Failure>(failure)),
    currentBatchSize: nullable(batchSize),
    current: nullable(current),
    scope: oneOf('inference', 'end-to-end'),
    imageSize: nullable(object<{ height: number; width: number }>({ height: count, width: count })),
    images: nullable(images),
    models: list(
      object<RunReport['run']['models'][number]>({
        model: text,
        sha256: text,
        parameters: nullable(number),
        gflops: nullable(number),
      }),
    ),
    idleWatts: nullable(number),
    driftPercent: nullable(number),
    unsteadyTrials: count,
    otherLoadPercent: nullable(number),
    failedTrials: list(
      object<RunReport['run']['failedTrials'][number]>({
        trial: count,
        configuration: text,
        block: count,
        reason: text,
        ...failure,
      }),
    ),
    warnings: list(object<{ code: string; message: string }>({ code: text, message: text })),
    environment: unknownRecord,
  }),
  source: nullable(source),
  configurations: list(summary),
  paretoFront: list(text),
  verdict,
  verdictByModel: record(verdict),
});

const sla = object<Sla>({
  requestLatencyMs: within(0.1, 86_400_000),
  percentile: within(1, 99.9),
  arrivalRate: within(0.000_001, 1_000_000),
  batchTimeoutMs: optional(within(0, 86_400_000)),
  minAccuracy: optional(within(0, 1)),
});
const weight = within(0, 1000);
const terms = object<AnalysisTerms>({
  sla: optional(sla),
  preferences: object<Preferences>({ energy: weight, latency: weight, accuracy: weight }),
  measure: object<AnalysisTerms['measure']>({
    equivalencePercent: within(0.01, 50),
    repeats: object<AnalysisTerms['measure']['repeats']>({
      min: whole(1, 1000),
      max: whole(1, 1000),
      intervalPercent: within(0.01, 100),
    }),
  }),
  current: optional(current),
  estimated: flag,
});

const band = object<PanelBand>({
  session: count,
  kind: oneOf('idle', 'load', 'warmup', 'window'),
  configuration: nullable(text),
  trial: nullable(count),
  fromMs: number,
  toMs: nullable(number),
});
const progress = object<PanelProgress>({
  doing: text,
  done: count,
  least: count,
  secondsLeft: nullable(number),
  joulesSoFar: nullable(number),
});

export const panelRun = object<PanelRun>({
  report,
  results: list(result),
  terms,
  bands: list(band),
  progress: nullable(progress),
  stale: nullable(flag),
  inUse: nullable(current),
});
