import type { Configuration } from '../../core/configuration/configuration';
import { availableBytes } from '../../machine/memory';
import { skipConfiguration } from '../skip';
import type { EngineSession } from '../workload';
import { fitMemory, type MemoryPoint, memoryProblem, nextProbe } from './memoryLine';

/** A probe that was killed from outside is tried again. */
const probeAttempts = 3;

/** What is probed, of a workload whose memory grows with the batch size. */
export type Guarded = {
  /** Whether this model can be probed with small batches: one that takes a single batch size cannot. */
  isProbed(model: string): boolean;
  /** Whether trials copy outputs into buffers of Node.js, which have a largest size; else they stay with the runtime. */
  readsOutputs: boolean;
  /** What the process of a probe is told. `alsoTry`: other batch sizes of the experiment, which are tried where this one fails. */
  probeJob(configuration: Pick<Configuration, 'model' | 'threads' | 'batchSize'>, alsoTry: number[]): object;
};

/** Learns from small batches how memory grows, for each model and thread count, and leaves out what would not fit. */
export async function guardMemory(session: EngineSession, guarded: Guarded): Promise<void> {
  const { run } = session;
  const done = new Set<string>();
  for (const first of run.configurations) {
    const key = `${first.model}\n${first.threads}`;
    const group = run.configurations.filter(
      (c) => c.model === first.model && c.threads === first.threads && !run.skipped.has(c.id),
    );
    if (done.has(key) || group.length === 0 || !guarded.isProbed(first.model)) continue;
    done.add(key);
    await guardGroup(session, guarded, group);
  }
}

async function guardGroup(
  session: EngineSession,
  { probeJob, readsOutputs }: Guarded,
  group: Configuration[],
): Promise<void> {
  const { model, threads } = group[0] as Configuration;
  const batchSizes = [...new Set(group.map((c) => c.batchSize))];
  const largest = Math.max(...batchSizes);
  const most = Math.max(...group.map((c) => c.instances));
  const points: MemoryPoint[] = [];
  let unitBytes = { tensor: 0, least: 0 };
  let killed = 0;
  for (;;) {
    const batchSize = nextProbe(points, largest, most);
    if (batchSize === null || session.stop.aborted) break;
    session.record({ type: 'step', step: 'memory', detail: `${model}, batch ${batchSize}` });
    const end = await session.probe(probeJob({ model, threads, batchSize }, batchSizes));
    if (end.kind === 'stopped') return;
    if (end.kind === 'failed') {
      // Somebody killed it: that says nothing about the model.
      if (end.reason === 'signal' && ++killed < probeAttempts) continue;
      const message = end.works ? end.message : `batch ${batchSize} failed: ${end.message}`;
      const reason = end.reason === 'out-of-memory' ? 'memory' : 'model';
      // What batch 1 cannot do no batch can; of a later one, those as large or larger. Unless it was seen.
      const { works, code, fix } = end;
      const fails = (c: Configuration) => (works ? !works.includes(c.batchSize) : c.batchSize >= batchSize);
      for (const c of group) if (fails(c)) skipConfiguration(session, c, { reason, message, code, fix });
      break;
    }
    const { peakRssBytes, inputBytes, outputBytes } = end;
    points.push({ batchSize, peakRssBytes });
    const tensor = readsOutputs ? Math.max(inputBytes, outputBytes) : inputBytes;
    unitBytes = { tensor, least: inputBytes + outputBytes };
  }
  if (points.length === 0) return;
  const fitted = fitMemory(points, unitBytes.least);
  session.record({ type: 'memory.predicted', model, threads, points, ...fitted });
  const available = availableBytes(session.run.spec.measure.memoryLimitMegabytes);
  for (const c of group) {
    const problem = memoryProblem(fitted, c, available, unitBytes.tensor, session.run.workload.unit);
    if (problem) skipConfiguration(session, c, problem);
  }
}
