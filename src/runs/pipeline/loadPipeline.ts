import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { ExpectedError } from '../../core/failure/expectedError';
import { assemblePipeline } from '../../core/pipeline/file/assemblePipeline';
import { mostTraceBytes, parseLoadTrace } from '../../core/pipeline/file/loadTrace';
import type { FileLoad, FileStage } from '../../core/pipeline/file/pipelineFile';
import { parsePipeline } from '../../core/pipeline/file/pipelineText';
import type { LoadedPipeline, LoadPattern } from '../../core/pipeline/loaded';
import { mostOptions } from '../../core/pipeline/problem';
import { mostTableBytes, parseProfileTable } from '../../core/pipeline/profile/profileTable';
import { runProfile } from '../../core/pipeline/profile/runProfile';
import { type FoundProfile, isProfile } from '../../core/pipeline/profile/stageProfile';
import { formatProblems } from '../../core/spec/specText';
import { maxSpecBytes } from '../../core/spec/specYaml';
import { counted } from '../../core/statistics/wording';
import { readText } from '../../machine/regularFile';
import { isOfSystem } from '../../machine/systemError';
import { eventsFile, powerFile, runsFolder, workspaceOf } from '../store/folders';
import { loadAnalysedRun } from '../store/loadAnalysedRun';
import { findRunById, listRunFolders } from '../store/runFolder';
import { see, type SeenFiles } from './seenFiles';

/** Tables of all stages together; more is no pipeline that a person has measured. */
const mostBytesOfTables = 32_000_000;

/** What was read for a pipeline, so that the next look at it reads only what has changed. */
export type PipelineMemory = {
  /** What the last look depends on, the file itself where it was read: also what was looked for and was not there. */
  seen: SeenFiles;
  profiles: Map<string, { state: string } & Read>;
};

export const emptyMemory = (): PipelineMemory => ({ seen: new Map(), profiles: new Map() });

/**
 * A `*.pipeline.yaml` with all that it names read: runs, tables, its trace. Paths are relative to the file; runs by id are those of the
 * workspace that the file lies in. What a stage lacks is told in its view, not thrown.
 *
 * @throws ExpectedError `pipeline` where the file, or its trace, cannot be read or is not valid
 */
export function loadPipeline(path: string, memory = emptyMemory()): LoadedPipeline {
  memory.seen = new Map();
  see(resolve(path), memory.seen);
  return load(path, textOf(path, path, maxSpecBytes), memory);
}

/** The same of a text that stands for the file: in an editor it is ahead of the disk. */
export function loadPipelineText(path: string, text: string, memory = emptyMemory()): LoadedPipeline {
  memory.seen = new Map();
  return load(path, text, memory);
}

function load(path: string, text: string, memory: PipelineMemory): LoadedPipeline {
  const parsed = parsePipeline(text);
  if (!parsed.ok)
    throw new ExpectedError('pipeline', `${path} is not a valid pipeline:\n${formatProblems(path, parsed.problems)}`);
  const { file, stageLines } = parsed;
  const folder = dirname(resolve(path));
  const profileOf = profileReader(folder, memory);
  return assemblePipeline({
    ...{ file, stageLines },
    name: basename(path).replace(/(\.pipeline)?\.ya?ml$/i, ''),
    load: loadOf(file.load, folder, path, memory.seen),
    profiles: file.stages.map(({ profiles }) => {
      const found: FoundProfile[] = [];
      let options = 0;
      for (const profile of profiles) {
        const one = profileOf(profile);
        found.push(one);
        if (isProfile(one)) options += one.options.length;
        // Refused already: the others need not be read for it.
        if (options > mostOptions) break;
      }
      return found;
    }),
  });
}

function loadOf(load: FileLoad, folder: string, path: string, seen: SeenFiles): LoadPattern {
  if (typeof load === 'number') return { kind: 'constant', requestsPerSecond: load };
  if (load.steps) return { kind: 'steps', steps: load.steps };
  const file = load.trace!;
  see(resolve(folder, file), seen);
  const read = parseLoadTrace(textOf(resolve(folder, file), `${path}: load.trace`, mostTraceBytes));
  if ('problem' in read) throw new ExpectedError('pipeline', `${path}: load.trace: ${file}: ${read.problem}`);
  return { kind: 'trace', requestsPerSecond: read.requestsPerSecond, file };
}

type Profile = FileStage['profiles'][number];

/** Reads entries of `profiles`: each table and run once, and not again where it is as the last look has seen it. */
function profileReader(folder: string, memory: PipelineMemory): (profile: Profile) => FoundProfile {
  const { seen, profiles: before } = memory;
  const profiles: PipelineMemory['profiles'] = (memory.profiles = new Map());
  let bytesLeft = mostBytesOfTables;
  const once = (path: string, files: readonly string[], read: () => Read) => {
    const known = profiles.get(path);
    if (known) return known.found;
    const state = files.map((file) => see(file, seen)).join(';');
    const last = before.get(path);
    const made = last?.state === state ? last : { state, ...read() };
    profiles.set(path, made);
    bytesLeft -= made.bytes;
    return made.found;
  };
  let runs: { workspace: string; folders: string[] } | undefined;
  const runById = (named: string) => {
    if (!runs) {
      const workspace = workspaceOf(folder);
      see(runsFolder(workspace), seen);
      runs = { workspace, folders: listRunFolders(workspace) };
    }
    return findRunById(named, runs.workspace, runs.folders);
  };
  return (profile) => {
    if (profile.options !== undefined) {
      const { options } = profile;
      return { options, source: `${counted(options.length, 'option')} in the file`, notes: [], basis: null };
    }
    if (profile.run !== undefined) {
      const named = profile.run;
      return attempt(() => {
        const beside = resolve(folder, named);
        see(beside, seen);
        const run = statSync(beside, { throwIfNoEntry: false })?.isDirectory() ? beside : runById(named);
        return { found: once(run, [eventsFile(run), powerFile(run)], () => attempt(() => runIn(run))) };
      }).found;
    }
    const table = profile.table!;
    const path = resolve(folder, table);
    if (bytesLeft <= 0)
      return {
        problem: `${table}: the tables before it have more than ${mostBytesOfTables / 1e6} MB together.`,
        kind: 'wrong',
      };
    const found = once(path, [path], () => attempt(() => tableIn(path), tableIsGone));
    // Two stages may name it in two ways.
    return isProfile(found)
      ? { ...found, source: `imported: ${table}` }
      : { ...found, problem: `${table}: ${found.problem}` };
  };
}

type Read = { found: FoundProfile; bytes: number };

/** What cannot be read is missing; a mistake of ours is none. */
function attempt<Found extends { found: FoundProfile }>(
  read: () => Found,
  mayMeasure = (_: unknown) => true,
): Found | Read {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ExpectedError || isOfSystem(error))) throw error;
    const kind = mayMeasure(error) ? 'unprofiled' : 'wrong';
    return { found: { problem: `${(error as Error).message}.`, kind }, bytes: 0 };
  }
}

/** Its bytes do not count: logs grow with the time that was measured, and none is too long to be a profile. */
const runIn = (folder: string): Read => ({ found: runProfile(loadAnalysedRun(folder)), bytes: 0 });

/** One that is there has a mistake, which no measuring mends. */
const tableIsGone = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

function tableIn(path: string): Read {
  const text = readText(path, mostTableBytes);
  const read = parseProfileTable(text);
  if ('problem' in read) return { found: { problem: `${read.problem}.`, kind: 'wrong' }, bytes: text.length };
  return { found: { options: read.options, source: '', notes: [], basis: null }, bytes: text.length };
}

function textOf(path: string, named: string, mostBytes: number): string {
  try {
    return readText(path, mostBytes);
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw new ExpectedError('pipeline', `${named} cannot be read: ${(error as Error).message}`);
  }
}
