import { type ServedTerms, ownSla, servedTerms, withTaken } from '../../core/configFiles/servedTerms';
import { policyWords, type ServerPolicy } from '../../core/configFiles/serverPolicy';
import { batchingPolicy } from '../../core/latency/batchingPolicy';
import type { Run } from '../../core/run/fold';
import type { Sla } from '../../core/spec/spec';
import { isMeasured as isSourceMeasured } from '../../core/energy/parts';
import { currentSaidBy } from '../../core/configuration/inUse';
import type { ConfigFile } from '../../core/configFiles/configFile';
import { factsOf, termsUnder } from '../../core/report/report';
import { configurationResults } from '../../core/values/trialValue';
import { parseSpec } from '../../core/spec/specText';
import { judge, type Judgement } from '../../core/analysis/verdict/judge';
import { offeredBlocks } from './offeredBlocks';
import { askedBy, isMeasured } from './measuredExperiment';
import { loadRun } from '../store/runFolder';
import type { IndexedRun, RunIndex } from './runIndex';
import { hashOfConfig, hashOfFile, servedModelFile, type SourceFile } from './sourceFiles';

/** The newest complete run that belongs to a file. */
export type LastResult = {
  /** `stale`: it was made from this file as it was before, or from a model that has changed since. */
  state: 'current' | 'stale';
  folder: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Which of the run's models the file is; null: all of them. */
  model: string | null;
};

/**
 * Finds it by what the file says, not by its name: an experiment by its measured part and its models' hashes, a cfg by
 * its hash, a serving config by what it says besides what a suggestion sets, or by the model file it serves.
 *
 * @param path absolute path of the file
 * @param folders run folders, newest first
 */
export async function findLastResult(
  config: Pick<ConfigFile, 'kind' | 'text'>,
  path: string,
  index: RunIndex,
  folders: readonly string[],
): Promise<LastResult | null> {
  const runs = index.complete(folders);
  if (runs.length === 0) return null;
  return config.kind === 'experiment' ? ofExperiment(config.text, path, runs) : ofFile(config, path, runs);
}

async function ofExperiment(text: string, path: string, runs: readonly IndexedRun[]): Promise<LastResult | null> {
  const parsed = parseSpec(text);
  const found = (run: IndexedRun | undefined, state: LastResult['state']): LastResult | null =>
    run ? { state, folder: run.folder, createdAt: run.createdAt, model: null } : null;
  if (parsed.ok) {
    const asked = await askedBy(parsed.spec, path, text);
    const same = runs.find((run) => isMeasured(run, asked));
    if (same) return found(same, 'current');
  }
  return found(
    runs.find((run) => run.specFile === path),
    'stale',
  );
}

async function ofFile(
  config: Pick<ConfigFile, 'kind' | 'text'>,
  path: string,
  runs: readonly IndexedRun[],
): Promise<LastResult | null> {
  const served = servedModelFile(config, path);
  const wanted: SourceFile[] = [{ path, sha256: hashOfConfig(config) }];
  // Files of a whole server name no model: two that say the same need not serve the same.
  const isOfServer = config.kind === 'tensorflow-serving' || config.kind === 'mlserver-settings';
  if (served !== null) wanted.push({ path: served, sha256: (await hashOfFile(served)) ?? '' });
  const result = (state: LastResult['state'], fits: (source: SourceFile) => boolean): LastResult | null => {
    for (const run of runs) {
      const source = run.sources.find(fits);
      if (!source) continue;
      const model = run.models.find((m) => m.path === source.path)?.model ?? null;
      return { state, folder: run.folder, createdAt: run.createdAt, model };
    }
    return null;
  };
  return (
    result('current', (source) =>
      wanted.some((w) => w.sha256 === source.sha256 && (!isOfServer || w.path === source.path)),
    ) ?? result('stale', (source) => wanted.some((w) => w.path === source.path))
  );
}

/** What a result says for a file: its verdict on the terms of the file, and where its joules come from. */
export type FileAnalysis = {
  analysis: Judgement;
  /** The service level that it was judged by. */
  sla: Sla | undefined;
  /** For what kind of server that is, a sentence; null without a service level. */
  served: string | null;
  measured: boolean;
  /** How many more blocks of the run to offer; null: none. */
  moreBlocks: number | null;
};

/**
 * Reads the run and analyses it on the file's own terms: an experiment's service level, preferences and margin as they
 * are now; of other files what they say of today, and of how batches are formed where the experiment does not.
 *
 * @param name of the file, without folders
 * @throws LogError, RunNotFound
 */
export function analyseFor(
  config: ConfigFile,
  name: string,
  { folder, model }: Pick<LastResult, 'folder' | 'model'>,
): FileAnalysis {
  const { run, samples, status } = loadRun(folder);
  const facts = factsOf(run, samples, { folder, status });
  const terms = termsUnder(run, facts);
  const parsed = config.kind === 'experiment' ? parseSpec(config.text) : null;
  const current = currentSaidBy(config.today, terms.current);
  const own = parsed?.ok
    ? {
        ...terms,
        sla: withTaken(parsed.spec.sla, run.created),
        preferences: parsed.spec.preferences,
        current: parsed.spec.current,
        measure: { ...terms.measure, equivalencePercent: parsed.spec.measure.equivalencePercent },
      }
    : { ...terms, current };
  const served = config.policy && servedFor(run, { name, policy: config.policy });
  if (served) own.sla = served.sla;
  const results = configurationResults(run, samples).filter((r) => model === null || r.model === model);
  const analysis = judge(results, own);
  return {
    analysis,
    sla: own.sla,
    served:
      served?.sentence ??
      (own.sla ? `Requests are judged for a server where ${policyWords(batchingPolicy(own.sla))}.` : null),
    measured: run.source !== null && isSourceMeasured(run.source),
    moreBlocks: offeredBlocks({ run: facts.run, verdict: analysis.verdict }),
  };
}

/** null without a service level. */
function servedFor(run: Run, file: { name: string; policy: ServerPolicy }): ServedTerms | null {
  const sla = ownSla(run.created);
  if (!sla) return null;
  const cores = run.sessions.at(-1)?.start.environment.physicalCores;
  return servedTerms(sla, file, {
    configurations: run.configurations,
    cores: typeof cores === 'number' ? cores : null,
  });
}
