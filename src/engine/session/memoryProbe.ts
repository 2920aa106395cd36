import type { Configuration } from '../../core/configuration/configuration';
import type { Measuring } from './measuring';
import { availableBytes, fitMemory, type MemoryPoint, memoryProblem, nextProbe } from './memoryGuard';
import type { Prepared } from './prepared';
import { skipConfiguration } from './skip';
import type { TrialJob } from '../trial/trialJob';

/** A probe that was killed from outside is tried again. */
const probeAttempts = 3;

/** Learns from small batches how memory grows, for each model and thread count, and leaves out what would not fit. */
export async function guardMemory(m: Measuring, prepared: Prepared): Promise<void> {
  const guarded = new Set<string>();
  for (const first of m.run.configurations) {
    const key = `${first.model}\n${first.threads}`;
    const group = m.run.configurations.filter(
      (c) => c.model === first.model && c.threads === first.threads && !m.run.skipped.has(c.id),
    );
    // A model of one batch size cannot be probed with others.
    if (guarded.has(key) || group.length === 0 || prepared.fixedBatchModels.has(first.model)) continue;
    guarded.add(key);
    await guardGroup(m, prepared, group);
  }
}

async function guardGroup(m: Measuring, prepared: Prepared, group: Configuration[]): Promise<void> {
  const { model, threads } = group[0] as Configuration;
  const largest = Math.max(...group.map((c) => c.batchSize));
  const points: MemoryPoint[] = [];
  let bytesPerImage = { tensor: 0, least: 0 };
  let killed = 0;
  for (;;) {
    const batchSize = nextProbe(points, largest);
    if (batchSize === null || m.stop.aborted) break;
    m.record({ type: 'step', step: 'memory', detail: `${model}, batch ${batchSize}` });
    const alsoTry = [...new Set(group.map((c) => c.batchSize))];
    const end = await m.runTrial(
      { ...probeJob(m, prepared, model, threads, batchSize), alsoTry },
      {
        stop: m.stop,
        timeoutSeconds: m.run.spec.measure.trialTimeoutSeconds,
        onStart: () => undefined,
        onMessage: (message) => {
          if (message.type !== 'probed') return;
          const { peakRssBytes, inputBytes, outputBytes } = message;
          points.push({ batchSize, peakRssBytes });
          bytesPerImage = { tensor: Math.max(inputBytes, outputBytes), least: inputBytes + outputBytes };
        },
      },
    );
    if (end.kind === 'stopped') return;
    if (end.kind === 'failed') {
      // Somebody killed it: that says nothing about the model.
      if (end.reason === 'signal' && ++killed < probeAttempts) continue;
      const message = end.works ? end.message : `batch ${batchSize} failed: ${end.message}`;
      const reason = end.reason === 'out-of-memory' ? 'memory' : 'model';
      // What batch 1 cannot do no batch can; of a later one, those as large or larger. Unless it was seen.
      const { works, code, fix } = end;
      const fails = (c: Configuration) => (works ? !works.includes(c.batchSize) : c.batchSize >= batchSize);
      for (const c of group) if (fails(c)) skipConfiguration(m, c, { reason, message, code, fix });
      break;
    }
  }
  if (points.length === 0) return;
  const fitted = fitMemory(points, bytesPerImage.least);
  m.record({ type: 'memory.predicted', model, threads, points, ...fitted });
  const available = availableBytes(m.run.spec.measure.memoryLimitMegabytes);
  for (const c of group) {
    const problem = memoryProblem(fitted, c.batchSize, available, bytesPerImage.tensor);
    if (problem) skipConfiguration(m, c, problem);
  }
}

function probeJob(m: Measuring, prepared: Prepared, model: string, threads: number, batchSize: number): TrialJob {
  const modelFile = prepared.modelFiles.get(model);
  if (!modelFile) throw new Error(`no model was prepared for ${model}`);
  return {
    kind: 'probe',
    modelFile,
    batchSize,
    threads,
    spinning: false,
    ...prepared.images,
    source: m.source,
    warmupSeconds: 0,
    windowSeconds: 0,
    windows: 0,
  };
}
