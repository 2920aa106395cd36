import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import type { AnalysedRun } from '../../core/analysis/analysis';
import { configurationSchema } from '../../core/configuration/configuration';
import { ExpectedError } from '../../core/failure/expectedError';
import { eventsFile } from '../store/folders';
import { loadAnalysedRun } from '../store/loadAnalysedRun';
import { endsOf } from '../store/logEnds';
import { peekRun } from './peekRun';

/** More tell hardly more, and each log takes a part of a second to be read. */
const mostRuns = 12;

/**
 * Complete runs that lie beside those that are compared and measured what one of them did, by the heads of their logs: they may tell how
 * far such runs lie apart from day to day. The newest first.
 */
export function pastRunFolders(compared: readonly string[]): string[] {
  const own = new Set(compared.map((folder) => resolve(folder)));
  const wanted = new Set([...own].flatMap((folder) => headKey(folder) ?? []));
  return [...new Set([...own].map(dirname))]
    .flatMap(foldersIn)
    .filter((folder) => !own.has(folder) && existsSync(eventsFile(folder)))
    .sort((a, b) => (basename(a) < basename(b) ? 1 : -1))
    .filter((folder) => wanted.has(headKey(folder) ?? '') && peekRun(folder).status === 'complete')
    .slice(0, mostRuns);
}

/** None where it may not be listed: what lies there by its name can be read all the same. */
function foldersIn(parent: string): string[] {
  try {
    return readdirSync(parent).map((name) => join(parent, name));
  } catch {
    return [];
  }
}

/** A run of the past, read; null where its log is damaged: then it tells nothing. */
export function loadPastRun(folder: string): AnalysedRun | null {
  try {
    return loadAnalysedRun(folder);
  } catch (error) {
    if (error instanceof ExpectedError) return null;
    throw error;
  }
}

const headSchema = z.object({
  workload: z.object({ name: z.string(), unit: z.string() }).optional(),
  configurations: z.array(configurationSchema),
});

/** What a run was to measure, from its log's first line; null where that cannot be read. */
function headKey(folder: string): string | null {
  try {
    const { workload, configurations } = headSchema.parse(JSON.parse(endsOf(eventsFile(folder)).head));
    return JSON.stringify([workload?.name, workload?.unit, configurations]);
  } catch {
    return null;
  }
}
