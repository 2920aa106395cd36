import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readAccuracies } from '../../core/ipa/accuracies';
import type { ProfileRow } from '../../core/ipa/profileRow';
import { readProfileTable } from '../../core/ipa/profileTable';
import { readExperimentFile, readSeriesExperiments } from '../../core/ipa/profilingSeries';
import type { Reading } from '../../core/ipa/reading';
import type { RunConfig } from '../../core/ipa/runConfig';
import { formatProblems } from '../../core/spec/specText';
import { maxSpecBytes } from '../../core/spec/specYaml';
import { ExpectedError } from '../../core/failure/expectedError';
import { readText } from '../../machine/regularFile';
import { CliError } from './cliError';

/** An experiment of an hour at a hundred requests a second has some 100 MB. */
const mostExperimentBytes = 256e6;
const mostTableBytes = 16e6;
const mostSeries = 1000;
const mapperFile = 'key_config_mapper.csv';

/** @throws CliError with all that is wrong with the file, a line each */
export function readIpaText<T>(
  file: string,
  what: string,
  reader: (text: string) => Reading<T>,
  mostBytes: number = maxSpecBytes,
): T {
  return valueIn(
    file,
    what,
    asked(file, () => readText(file, mostBytes)),
    reader,
  );
}

/** The accuracies of a text that stands in a file. @throws CliError as `readIpaText` */
export const accuraciesIn = (file: string, text: string) => valueIn(file, 'an accuracies.yaml', text, readAccuracies);

function valueIn<T>(file: string, what: string, text: string, reader: (text: string) => Reading<T>): T {
  const found = reader(text);
  if (found.ok) return found.value;
  throw new CliError(`${file} is not read as ${what}:\n${formatProblems(file, found.problems)}`, 'pipeline');
}

/** What the system says of a path is an answer, not a fault of the program. */
export function asked<T>(path: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw new CliError(`${path} cannot be read: ${(error as Error).message}`, 'pipeline');
  }
}

/**
 * Rows of profile tables and profiling series. Of a series only the experiments at the profiling load are read, others are rows without numbers:
 * a message can then tell which loads there are.
 *
 * @throws CliError
 */
export function readProfiles(paths: readonly string[], config: RunConfig): { rows: ProfileRow[]; notes: string[] } {
  const notes: string[] = [];
  const rows = paths.flatMap((path) => {
    if (!existsSync(path)) throw new CliError(`${path} is not there: name a profiling series or a profile table`);
    if (!asked(path, () => statSync(path)).isDirectory())
      return readIpaText(path, 'a profile table', (text) => readProfileTable(text, basename(path)), mostTableBytes);
    return seriesFolders(path).flatMap((folder) => readSeries(folder, config, notes));
  });
  return { rows, notes };
}

function seriesFolders(path: string): string[] {
  if (existsSync(join(path, mapperFile))) return [path];
  const inner = asked(path, () => readdirSync(path))
    // Dots begin the names of what an export that was killed has left behind.
    .filter((name) => !name.startsWith('.') && existsSync(join(path, name, mapperFile)))
    .sort((a, b) => Number(a) - Number(b));
  if (inner.length === 0)
    throw new CliError(`${path} is no profiling series: neither it nor a folder in it has ${mapperFile}`);
  if (inner.length > mostSeries)
    throw new CliError(
      `${path} has ${inner.length} profiling series, more than the ${mostSeries} that are read: name one`,
    );
  return inner.map((name) => join(path, name));
}

function readSeries(folder: string, config: RunConfig, notes: string[]): ProfileRow[] {
  const file = join(folder, mapperFile);
  const experiments = readIpaText(file, 'the list of a profiling series', readSeriesExperiments, mostTableBytes);
  const loads = new Set([config.profiling_load].flat());
  let [answered, timeouts] = [0, 0];
  const rows = experiments.map(({ id, line, ...experiment }): ProfileRow => {
    const isAsked =
      config.profiling_series.includes(experiment.series) &&
      config.model_name.includes(experiment.node) &&
      loads.has(experiment.load);
    const place = `${basename(folder)}/${mapperFile}:${line}`;
    if (!isAsked) return { ...experiment, latencySeconds: {}, throughput: {}, place };
    const measured = readIpaText(
      join(folder, `${id}.json`),
      'an experiment of a profiling series',
      (text) => readExperimentFile(text, experiment.node),
      mostExperimentBytes,
    );
    answered += measured.answered;
    timeouts += measured.timeouts;
    return { ...experiment, latencySeconds: measured.latencySeconds, throughput: measured.throughput, place };
  });
  if (timeouts > 0)
    notes.push(
      `${basename(folder)}: ${timeouts} of ${answered + timeouts} requests got no answer (timeouts); latencies are of the others`,
    );
  return rows;
}
