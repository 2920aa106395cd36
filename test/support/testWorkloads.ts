import * as z from 'zod';
import { seededRandom } from '../../src/core/statistics/random';
import { detection } from '../../src/workloads/detection/detection';
import { guardMemory } from '../../src/workloads/memory/memoryGuard';
import { nothingRuns, skipConfiguration } from '../../src/workloads/skip';
import type { Work, Workload } from '../../src/workloads/workload';

/** Stands in for `src/workloads/workloads.ts`: beside the usual kind of work one that the program does not know. */

/** How many words each model knows. */
const vocabularies: Record<string, number> = { small: 20_000, large: 80_000 };

/** What a process is told. */
const jobSchema = z.object({ words: z.int(), batchSize: z.int(), threads: z.int(), length: z.int() });

/** Its own keys: how many tokens each text goes on by in a step. */
const settingsSchema = z.strictObject({ length: z.int().min(1).max(100).default(1) });

/** Goes on with `batchSize` texts by `length` tokens each: the word that scores highest. */
function write({ words, batchSize, length }: z.infer<typeof jobSchema>): Work {
  const tokens = batchSize * length;
  const random = seededRandom(1);
  const scores = Float32Array.from({ length: words }, random);
  const text: number[] = [];
  return {
    async step(watch) {
      const start = performance.now();
      for (let token = 0; token < tokens; token++) {
        let best = 0;
        for (let word = 1; word < words; word++) if (scores[word]! > scores[best]!) best = word;
        watch.phaseEnded('score');
        text[token] = best;
        scores[best] = random();
        watch.phaseEnded('pick');
      }
      watch.ran(performance.now() - start, true);
      return tokens;
    },
    probe: async () => ({ inputBytes: 4, outputBytes: 4 * words }),
  };
}

const tokens: Workload = {
  name: 'tokens',
  unit: 'token',
  factors: ['model', 'batchSize', 'threads'],
  settings: settingsSchema,
  phases: () => ['score', 'pick'],
  async prepare(session) {
    const { run } = session;
    const { length } = settingsSchema.parse(run.spec.settings ?? {});
    const job = (model: string, batchSize: number, threads: number) => ({
      ...{ words: vocabularies[model], batchSize, threads, length },
    });
    for (const c of run.configurations)
      if (vocabularies[c.model] === undefined)
        skipConfiguration(session, c, { reason: 'model', message: `there is no vocabulary ${c.model}` });
    if (run.skipped.size === run.configurations.length) throw nothingRuns(session, 'model');
    await guardMemory(session, {
      isProbed: () => true,
      readsOutputs: false,
      probeJob: ({ model, batchSize, threads }) => job(model, batchSize, threads),
    });
    return { trialJob: ({ model, batchSize, threads }) => job(model, batchSize, threads) };
  },
  open: async (told) => write(jobSchema.parse(told)),
};

/** A batch takes this long, whatever else the machine does: what several processes do together is known. */
export const pacedMs = 40;

const pacedSchema = z.object({ batchSize: z.int() });

/** Work that only waits, by the clock. */
const paced: Workload = {
  ...{ name: 'paced', unit: 'image', factors: ['model', 'batchSize'], phases: () => [] },
  prepare: async () => ({ trialJob: ({ batchSize }) => ({ batchSize }) }),
  async open(told) {
    const { batchSize } = pacedSchema.parse(told);
    let due = 0;
    return {
      async step(watch) {
        due = Math.max(due, performance.now()) + pacedMs;
        while (performance.now() < due)
          await new Promise((done) => setTimeout(done, Math.max(0, due - performance.now())));
        watch.ran(pacedMs, true);
        return batchSize;
      },
    };
  },
};

export const workloads: readonly Workload[] = [detection, tokens, paced];
