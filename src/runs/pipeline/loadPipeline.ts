import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { ExpectedError } from '../../core/failure/expectedError';
import { assemblePipeline } from '../../core/pipeline/file/assemblePipeline';
import { mostTraceBytes, parseLoadTrace } from '../../core/pipeline/file/loadTrace';
import type { FileLoad, FileStage } from '../../core/pipeline/file/pipelineFile';
import { parsePipeline } from '../../core/pipeline/file/pipelineText';
import type { LoadedPipeline, LoadPattern } from '../../core/pipeline/loaded';
import { mostTableBytes, parseProfileTable } from '../../core/pipeline/profile/profileTable';
import { runProfile } from '../../core/pipeline/profile/runProfile';
import type { FoundProfile } from '../../core/pipeline/profile/stageProfile';
import { formatProblems } from '../../core/spec/specText';
import { maxSpecBytes } from '../../core/spec/specYaml';
import { counted } from '../../core/statistics/wording';
import { readText } from '../../machine/regularFile';
import { workspaceOf } from '../store/folders';
import { loadAnalysedRun } from '../store/loadAnalysedRun';
import { findRunById } from '../store/runFolder';

/**
 * A `*.pipeline.yaml` with all that it names read: runs, tables, its trace. Paths are relative to the file; runs by id are those of the
 * workspace that the file lies in. What a stage lacks is told in its view, not thrown.
 *
 * @throws ExpectedError `pipeline` where the file, or its trace, cannot be read or is not valid
 */
export function loadPipeline(path: string): LoadedPipeline {
  return loadPipelineText(path, textOf(path, path, maxSpecBytes));
}

/** The same of a text that stands for the file: in an editor it is ahead of the disk. */
export function loadPipelineText(path: string, text: string): LoadedPipeline {
  const parsed = parsePipeline(text);
  if (!parsed.ok)
    throw new ExpectedError('pipeline', `${path} is not a valid pipeline:\n${formatProblems(path, parsed.problems)}`);
  const { file, stageLines } = parsed;
  const folder = dirname(resolve(path));
  const runs = new Map<string, FoundProfile>();
  return assemblePipeline({
    ...{ file, stageLines },
    name: basename(path).replace(/(\.pipeline)?\.ya?ml$/i, ''),
    load: loadOf(file.load, folder, path),
    profiles: file.stages.map((stage) => stage.profiles.map((profile) => profileOf(profile, folder, runs))),
  });
}

function loadOf(load: FileLoad, folder: string, path: string): LoadPattern {
  if (typeof load === 'number') return { kind: 'constant', requestsPerSecond: load };
  if (load.steps) return { kind: 'steps', steps: load.steps };
  const file = load.trace!;
  const read = parseLoadTrace(textOf(resolve(folder, file), `${path}: load.trace`, mostTraceBytes));
  if ('problem' in read) throw new ExpectedError('pipeline', `${path}: load.trace: ${file}: ${read.problem}`);
  return { kind: 'trace', requestsPerSecond: read.requestsPerSecond, file };
}

type Profile = FileStage['profiles'][number];

/** @param runs read before, by folder: several stages may be of one run */
function profileOf(profile: Profile, folder: string, runs: Map<string, FoundProfile>): FoundProfile {
  if (profile.options !== undefined) {
    const { options } = profile;
    return { options, source: `${counted(options.length, 'option')} in the file`, notes: [], basis: null };
  }
  try {
    if (profile.run !== undefined) return runProfileOf(profile.run, folder, runs);
    const table = profile.table!;
    const read = parseProfileTable(readText(resolve(folder, table), mostTableBytes));
    if ('problem' in read) return { problem: `${table}: ${read.problem}.` };
    return { options: read.options, source: `imported: ${table}`, notes: [], basis: null };
  } catch (error) {
    // What cannot be read is missing; a mistake of ours is none.
    if (error instanceof ExpectedError || isOfSystem(error)) return { problem: `${(error as Error).message}.` };
    throw error;
  }
}

const isOfSystem = (error: unknown): boolean =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';

function runProfileOf(named: string, folder: string, runs: Map<string, FoundProfile>): FoundProfile {
  const beside = resolve(folder, named);
  const found = statSync(beside, { throwIfNoEntry: false })?.isDirectory()
    ? beside
    : findRunById(named, workspaceOf(folder));
  const known = runs.get(found);
  if (known) return known;
  const profile = runProfile(loadAnalysedRun(found));
  runs.set(found, profile);
  return profile;
}

function textOf(path: string, named: string, mostBytes: number): string {
  try {
    return readText(path, mostBytes);
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw new ExpectedError('pipeline', `${named} cannot be read: ${(error as Error).message}`);
  }
}
