import { accuracyIntervalOf } from '../../../src/core/accuracy/accuracySampling';
import { packColumns } from '../../../src/core/panel/protocol/columns';
import type { PanelBand, PanelRun, PowerColumns } from '../../../src/core/panel/protocol/messages';
import { reportSource } from '../../../src/core/report/reportSource';
import { configurationId } from '../../../src/core/configuration/factors';
import { seededRandom } from '../../../src/core/statistics/random';
import { foldRun } from '../../../src/core/run/fold';
import { factsOf, type ModelAccuracy, termsOf } from '../../../src/core/report/report';
import { configurationResults } from '../../../src/core/values/trialValue';
import type { RunEvent } from '../../../src/core/run/events';
import { madeUpAccuracy } from '../../support/accurateModels';
import { sampledAccuracy } from '../../support/sampledAccuracy';
import { pacedSweep, sweep, zonePart } from '../../support/runEvents';

/** A run as the host would send it, folded from events. */
function panelRunOf(events: RunEvent[], status = 'complete'): PanelRun {
  const run = foldRun(events);
  const samples = () => [];
  const bands: PanelBand[] = run.trials.flatMap((trial) =>
    trial.windows.map((w): PanelBand => ({
      session: trial.session,
      kind: 'window',
      configuration: trial.configuration,
      trial: trial.trial,
      fromMs: w.start.monotonicMs,
      toMs: w.end.monotonicMs,
    })),
  );
  for (const idle of run.sessions[0]?.idles ?? []) {
    const [fromMs, toMs] = [idle.start.monotonicMs, idle.end.monotonicMs];
    bands.unshift({ session: 1, kind: 'idle', configuration: null, trial: null, fromMs, toMs });
  }
  return {
    report: factsOf(run, samples, { folder: '/runs/2026-11-23 test', status }),
    results: configurationResults(run, samples),
    terms: termsOf(run),
    bands,
    progress: null,
    stale: false,
    judgedAnew: false,
    inUse: null,
    isMeasuredHere: true,
    panelCost: null,
  };
}

/** The sweep of the unit tests, complete: batch 4 takes 10 % less than batch 1, which runs today; batch 2 is tied. */
export function sweepRun(measured = true): PanelRun {
  return panelRunOf(sweep(measured));
}

/** The same with requests replayed to the winner and to what runs today; `joules`: as `pacedSweep` has it. */
export function pacedRun(joules?: number): PanelRun {
  return panelRunOf(pacedSweep(joules === undefined ? {} : { joules }));
}

/** The same of another workload: it counts tokens, and knows no images. */
export function tokenRun(): PanelRun {
  const tokens = { name: 'tokens', unit: 'token', phases: ['prefill', 'decode'] };
  const events = sweep().filter(({ type }) => type !== 'images.ready');
  return panelRunOf(events.map((event) => (event.type === 'run.created' ? { ...event, workload: tokens } : event)));
}

const twoSockets = reportSource({
  parts: ['package-0', 'package-1', 'dram-0', 'dram-1'].map((id) => zonePart(id, { path: '/sys/class/powercap/x' })),
  reason: null,
});

/**
 * A run with seven batch sizes on two sockets, enough batches for percentiles, a service level, one configuration that
 * was skipped, and bands that fit `minutes` of power.
 */
export function widerRun(): PanelRun {
  const base = sweepRun();
  const random = seededRandom(7);
  const about = (value: number, percent: number) => value * (1 + (percent / 100) * (random() - 0.5));
  const joules: Record<number, number> = { 1: 3.1, 2: 2.72, 4: 2.45, 8: 2.31, 16: 2.38, 32: 2.62, 64: 2.75 };
  const perSecond: Record<number, number> = { 1: 38, 2: 44, 4: 50, 8: 53, 16: 52, 32: 49, 64: 47 };
  const results: PanelRun['results'] = Object.entries(joules).map(([size, j]) => {
    const batchSize = Number(size);
    return {
      id: `yolov7-tiny b${batchSize}`,
      model: 'yolov7-tiny',
      batchSize,
      instances: 1,
      threads: 48,
      spinning: false,
      skipped: null,
      accuracy: null,
      trials: [1, 2, 3, 4, 5].map((block) => {
        const joulesPerUnit = about(j, 1.2);
        const unitsPerSecond = about(perSecond[batchSize]!, 1);
        const batch = (1000 * batchSize) / unitsPerSecond;
        return {
          trial: 10 * block + batchSize,
          block,
          joulesPerUnit,
          watts: joulesPerUnit * unitsPerSecond,
          utilisation: Math.min(0.98, (0.55 + 0.07 * Math.log2(batchSize)) * (1 + 0.01 * random())),
          unitsPerSecond,
          cpuSecondsPerUnit: 40 / unitsPerSecond,
          idleWatts: 62,
          batchMs: Array.from({ length: 60 }, () => batch * (0.95 + 0.15 * random() ** 3)),
          windowJoulesPerUnit: [joulesPerUnit],
        };
      }),
    };
  });
  results.push({
    ...results[0]!,
    id: 'yolov7-tiny b1024',
    batchSize: 1024,
    trials: [],
    skipped: {
      code: 'memory',
      fix: null,
      reason: 'memory',
      message: 'it would need about 214 GB (1.2 GB + 200 MB an image, and 5 %); 186 GB are available',
    },
  });
  const bands: PanelBand[] = [
    { session: 1, kind: 'idle', configuration: null, trial: null, fromMs: 1000, toMs: 11_000 },
  ];
  results.slice(0, 7).forEach((r, i) => {
    const at = 12_000 + 20_000 * i;
    const phase = (kind: PanelBand['kind'], fromMs: number, toMs: number): PanelBand => ({
      session: 1,
      kind,
      configuration: r.id,
      trial: i,
      fromMs,
      toMs,
    });
    bands.push(
      phase('load', at, at + 2000),
      phase('warmup', at + 2000, at + 6000),
      phase('window', at + 6000, at + 19_000),
    );
  });
  const terms: PanelRun['terms'] = {
    ...base.terms,
    sla: { requestLatencyMs: 900, percentile: 95, arrivalRate: 20 },
    current: { batchSize: 32 },
  };
  const run = { ...base.report.run, name: 'yolov7-tiny sweep', idleWatts: 62, otherLoadPercent: 0.4 };
  run.environment = { cpuModel: 'Intel(R) Xeon(R) Gold 6240R CPU @ 2.40GHz', sockets: 2, governor: 'performance' };
  return { ...base, report: { ...base.report, run, source: twoSockets }, results, terms, bands };
}

function madeUpSampling(share: number) {
  const { accuracy, accuracySampling } = sampledAccuracy(madeUpAccuracy(share).coco.stats[0]!, 0.009, { own: 0.002 });
  return [accuracy, accuracySampling] as const;
}

/** Two models over the same batch sizes, with what each gets right; one more could not be evaluated. */
export function accurateRun(): { run: PanelRun; accuracies: ModelAccuracy[] } {
  const run = widerRun();
  const accuracies = [0.9, 0.7].map((share, i): ModelAccuracy => ({
    model: ['./models/yolov7-tiny.pt', './models/yolov7-tiny-int8.onnx'][i]!,
    accuracy: madeUpAccuracy(share),
    accuracyInterval: accuracyIntervalOf(...madeUpSampling(share))!,
    message: null,
    truth: 'instances_val2017.json',
    phases: { loadMs: 120, preprocessMs: 800, inferenceMs: 5200, nmsMs: 310, evaluationMs: 95 },
    skipped: [],
    warnings: [],
  }));
  const results = accuracies.flatMap(({ model, accuracy }, i) =>
    run.results.slice(0, 7).map((r) => ({
      ...r,
      id: `${model} b${r.batchSize}`,
      model,
      accuracy: accuracy!.coco.stats[0]!,
      accuracySampling: madeUpSampling([0.9, 0.7][i]!)[1],
      trials: r.trials.map((t) => ({ ...t, joulesPerUnit: t.joulesPerUnit * (i === 0 ? 1 : 0.7) })),
    })),
  );
  const message = 'its weights are random: a checkpoint (weightsFile, or a .pt as the model) is needed';
  accuracies.push({ model: 'yolov7', accuracy: null, message, truth: null, phases: null, skipped: [], warnings: [] });
  return {
    run: { ...run, results, terms: { ...run.terms, sla: { ...run.terms.sla!, minAccuracy: 0.4 } } },
    accuracies,
  };
}

/**
 * A sweep over splits of the cores, with and without spinning, with figures as they were seen on 16 cores (images/s, CPU
 * seconds an image and milliseconds a batch of YOLOv7-tiny): more processes take less time of the CPUs and answer later.
 * The watts are those of a machine with 62 W at rest and 190 W more under full load.
 */
export function splitRun({
  cores = 16,
  splits = [1, 2, 4, 8, 16],
  batchSizes = [1, 4],
  spinnings = [true, false],
} = {}): PanelRun {
  const base = widerRun();
  const random = seededRandom(17);
  const about = (value: number, percent: number) => value * (1 + (percent / 100) * (random() - 0.5));
  // Of 1, 2, 4, 8 and 16 processes on 16 cores; between them on a line.
  const seen = {
    spinning: { perSecond: [42, 53, 70, 69, 86], cpuSeconds: [0.38, 0.3, 0.23, 0.23, 0.186] },
    not: { perSecond: [32, 51, 64, 71, 85], cpuSeconds: [0.227, 0.202, 0.203, 0.207, 0.189] },
  };
  const at = (values: readonly number[], instances: number) => {
    const x = (Math.log2(instances) / Math.log2(cores)) * (values.length - 1);
    const i = Math.min(values.length - 2, Math.floor(x));
    return values[i]! + (x - i) * (values[i + 1]! - values[i]!);
  };
  const results = splits.flatMap((instances) =>
    spinnings.flatMap((spinning) =>
      batchSizes.map((batchSize, b): PanelRun['results'][number] => {
        const { perSecond, cpuSeconds } = spinning ? seen.spinning : seen.not;
        const gain = 1 + 0.04 * Math.sin(1.3 * b + instances);
        const trials = [1, 2, 3, 4, 5, 6].map((block) => {
          const unitsPerSecond = about(at(perSecond, instances) * gain * (cores / 16), 1);
          const cpuSecondsPerUnit = about(at(cpuSeconds, instances) / gain, 1);
          const utilisation = Math.min(0.995, (unitsPerSecond * cpuSecondsPerUnit) / cores);
          const watts = about(62 + 190 * utilisation, 0.6);
          const batch = (1000 * instances * batchSize) / unitsPerSecond;
          const own = Array.from({ length: instances }, (_, i) => batch * (1 + 0.015 * Math.sin(i + block)));
          return {
            ...{ trial: 100 * block + instances, block, watts, utilisation, unitsPerSecond, cpuSecondsPerUnit },
            joulesPerUnit: watts / unitsPerSecond,
            idleWatts: 62,
            batchMs: Array.from({ length: 60 }, (_, i) => own[i % instances]! * (0.97 + 0.2 * random() ** 3)),
            windowJoulesPerUnit: [watts / unitsPerSecond],
            ...(instances > 1 && { instanceBatchMs: own }),
          };
        });
        const c = { model: 'yolov7-tiny', batchSize, instances, threads: cores / instances, spinning };
        return { ...c, id: configurationId(c, 'yolov7-tiny'), skipped: null, accuracy: null, trials };
      }),
    ),
  );
  const { sla: _, ...terms } = base.terms;
  const run = { ...base.report.run, name: 'splits of the cores' };
  return {
    ...base,
    report: { ...base.report, run },
    results,
    terms: { ...terms, sla: undefined, current: { batchSize: 1, instances: 1, spinning: true } },
  };
}

/** The same while it runs: two blocks are done. */
export function earlyRun(): PanelRun {
  const run = widerRun();
  return {
    ...run,
    report: { ...run.report, run: { ...run.report.run, status: 'running', ended: null } },
    results: run.results.map((r) => ({ ...r, trials: r.trials.slice(0, 2) })),
    progress: {
      doing: 'block 3 · batch 8',
      done: 14,
      least: 35,
      mayEndSooner: false,
      secondsLeft: 421,
      joulesSoFar: 31_200,
    },
  };
}

/** `count` samples of four domains at 10 Hz that follow the bands of `widerRun`, as one message's columns. */
export function powerColumns(count: number, { session = 1, startMs = 1000, first = 0 } = {}): PowerColumns {
  const random = seededRandom(11 + first);
  const seconds = Float64Array.from({ length: count }, (_, i) => (first + i) / 10);
  const level = (s: number) => {
    if (s < 11) return 0;
    const at = (s - 11) % 20;
    return at < 2 ? 0.25 : 0.8 + 0.2 * Math.sin(s / 7);
  };
  const column = (idle: number, span: number, noise: number) =>
    Float32Array.from(seconds, (s) => idle + span * level(s) + noise * (random() - 0.5));
  return packColumns({
    session,
    startMs,
    domains: twoSockets.domains.map((d) => d.id),
    seconds,
    watts: [column(24, 66, 5), column(22, 58, 5), column(8, 9, 1), column(7, 7, 1)],
  });
}
