import { basename } from 'node:path';
import { idleOnceNotes } from '../../core/pipeline/idleOnce';
import type { LoadedPipeline } from '../../core/pipeline/loaded';
import { optionsBy } from '../../core/pipeline/optionsBy';
import type { PipelineProblem } from '../../core/pipeline/problem';
import { mostProblemBytes, parseProblem } from '../../core/pipeline/problemText';
import type { StageView } from '../../core/pipeline/view';
import { counted, listed } from '../../core/statistics/wording';
import { readText } from '../../machine/regularFile';
import { emptyMemory, loadPipeline } from '../../runs/pipeline/loadPipeline';
import { see } from '../../runs/pipeline/seenFiles';
import { CliError } from './cliError';

/** A problem in JSON, or a pipeline in YAML: told by the name alone. */
export type PipelineKind = 'problem' | 'pipeline';

export function kindOfPipeline(file: string): PipelineKind {
  if (/\.json$/i.test(file)) return 'problem';
  if (/\.ya?ml$/i.test(file)) return 'pipeline';
  throw new CliError(`${file} is neither a problem (.json) nor a pipeline (.pipeline.yaml): name it so`);
}

/** @throws ExpectedError `pipeline` with all that is wrong with the file */
export function readPipeline(file: string, memory = emptyMemory()): LoadedPipeline {
  if (kindOfPipeline(file) === 'pipeline') return loadPipeline(file, memory);
  memory.seen = new Map();
  see(file, memory.seen);
  let text: string;
  try {
    text = readText(file, mostProblemBytes);
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`, 'pipeline');
  }
  const parsed = parseProblem(text);
  if (parsed.ok) return loadedProblem(basename(file).replace(/\.json$/i, ''), parsed.problem);
  throw new CliError(
    [`${file} is not a valid problem:`, ...parsed.problems.map((problem) => `  ${problem}`)].join('\n'),
    'pipeline',
  );
}

/** What can be solved of a file. @throws CliError `pipeline` where a stage has no profile yet, with each of them */
export function wholeProblem(file: string, { problem, stages }: LoadedPipeline): PipelineProblem {
  if (problem !== null) return problem;
  const missing = stages.flatMap(({ name, missing }) => (missing === null ? [] : [{ name, ...missing }]));
  const names = listed(missing.map(({ name }) => name));
  throw new CliError(
    [
      `${file} cannot be solved yet: ${names} ${missing.length === 1 ? 'has no profile' : 'have no profiles'}`,
      ...missing.map(({ line, name, message }) => `${file}:${line + 1} ${name}: ${message}`),
    ].join('\n'),
    'pipeline',
  );
}

/** A problem file as a pipeline whose options stand in it. */
function loadedProblem(name: string, problem: PipelineProblem): LoadedPipeline {
  const { load, weights, slaSeconds, accuracyMethod, normalizeAccuracy } = problem;
  return {
    ...{ name, problem, terms: { load, weights, slaSeconds, accuracyMethod, normalizeAccuracy } },
    load: { kind: 'constant', requestsPerSecond: load },
    stages: problem.stages.map(({ name, options }): StageView => {
      const variants = [...optionsBy(options, ({ variant }) => variant)].map(([variant, own]) => ({
        ...{ variant, accuracy: own[0]!.accuracy, cores: own[0]!.cores },
        batches: [...new Set(own.map(({ batch }) => batch))].sort((a, b) => a - b),
      }));
      return { name, variants, sources: [`${counted(options.length, 'option')} in the file`], missing: null };
    }),
    notes: idleOnceNotes(problem),
  };
}
