import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ExportMark, markLine, ofStage, readMark } from '../../core/ipa/exportMark';
import { readRunConfig } from '../../core/ipa/runConfig';
import { maxSpecBytes } from '../../core/spec/specYaml';
import { isFilePlaceTaken, readText } from '../../machine/regularFile';
import { type FolderOfFiles, replaceFolders } from '../../machine/replaceFolders';
import { CliError } from './cliError';
import { asked } from './ipaFiles';
import { outputFailure, replaceOutput } from './outputFile';

/**
 * Where files for IPA are exported to. IPA's own series, accuracies and energies of all pipelines go by the same names, so what is
 * there is replaced only where its mark says that it is an export of the same, and nobody has changed it since.
 */

const mostBytes = 64e6;
/** The file of a series that can hold a comment, and so its mark. */
const markedFile = '0.yaml';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export const marked = (of: string, text: string) => `${markLine({ of, sha256: sha256(text) })}${text}`;

/**
 * What of an earlier export stands in a file, without its mark.
 *
 * @returns null where nothing is there
 * @throws ExpectedError where it is of others, or changed
 */
export function earlierExport(file: string, of: string): string | null {
  return asked(file, () => {
    if (!isFilePlaceTaken(file)) return null;
    const { mark, rest } = readMark(readText(file, mostBytes));
    requireOwn(file, mark, of, 'name another place with -o');
    if (mark.sha256 !== sha256(rest)) throw changed(file);
    return rest;
  });
}

/** @throws ExpectedError where it cannot be written */
export const writeExport = (file: string, of: string, text: string): Promise<void> =>
  replaceOutput(file, marked(of, text));

/** For which stage a series stands, null where nothing says so. */
type SeriesClaim = { series: number; of: string | null; place: string };

/**
 * Refuses numbers of series that stand for other stages in this folder: as series that were exported, or in a run config that was.
 *
 * @param wanted stages by number
 * @param config the run config that is written now, so that what it says is of no account
 * @throws ExpectedError which names the next number that is free
 */
export function refuseSeriesOfOthers(folder: string, wanted: ReadonlyMap<number, string>, config?: string): void {
  const claims = asked(folder, () => (existsSync(folder) ? claimsIn(folder, config) : []));
  const other = claims.find(({ series, of }) => of !== null && (wanted.get(series) ?? of) !== of);
  if (other === undefined) return;
  const free = Math.max(...claims.map(({ series }) => series)) + 1;
  throw new CliError(`series ${other.series} is of ${other.of}, as ${other.place} has it: --series ${free} is free`);
}

/**
 * Writes whole series, or nothing.
 *
 * @param stages with their folders, and the files in them
 * @throws ExpectedError where one is there that is no earlier export of the same stage, or is changed; where they cannot be written
 */
export async function writeSeries(stages: readonly (FolderOfFiles & { of: string })[]): Promise<void> {
  for (const { path, of } of stages) asked(path, () => requireEarlierSeries(path, of));
  try {
    await replaceFolders(
      stages.map(({ path, of, files }) => {
        const mark = markLine({ of, sha256: hashOf(files) });
        return {
          path,
          files: files.map(({ name, text }) => ({ name, text: name === markedFile ? `${mark}${text}` : text })),
        };
      }),
    );
  } catch (error) {
    throw outputFailure(stages[0]!.path, error);
  }
}

function requireEarlierSeries(folder: string, of: string): void {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return;
  const advice = 'name another place with -o, or another number with --series';
  const mark = stat.isDirectory() ? markOf(folder) : null;
  requireOwn(folder, mark, of, advice);
  const files = readdirSync(folder)
    .sort()
    .map((name) => {
      const text = readText(join(folder, name), mostBytes);
      return { name, text: name === markedFile ? readMark(text).rest : text };
    });
  if (mark.sha256 !== hashOf(files)) throw changed(folder);
}

/** Of all files of a series, whatever their order. */
function hashOf(files: FolderOfFiles['files']): string {
  const each = files.map(({ name, text }) => `${sha256(text)} ${name}\n`);
  return sha256(each.sort().join(''));
}

/** The mark of a series; null where it has none. */
function markOf(folder: string): ExportMark | null {
  const file = join(folder, markedFile);
  return existsSync(file) ? readMark(readText(file, mostBytes)).mark : null;
}

function claimsIn(folder: string, config: string | undefined): SeriesClaim[] {
  return readdirSync(folder).flatMap((name): SeriesClaim[] => {
    const place = join(folder, name);
    if (/^\d{1,6}$/.test(name)) return [{ series: Number(name), of: markOf(place)?.of ?? null, place }];
    return name.endsWith('.yaml') && place !== config ? claimsOfConfig(place) : [];
  });
}

function claimsOfConfig(place: string): SeriesClaim[] {
  const stat = lstatSync(place);
  if (!stat.isFile() || stat.size > maxSpecBytes) return [];
  const { mark, rest } = readMark(readText(place, mostBytes));
  const config = mark === null ? null : readRunConfig(rest);
  if (!config?.ok) return [];
  const { profiling_series: numbers, model_name: stages } = config.value;
  return numbers.map((series, s) => ({ series, of: ofStage(mark!.of, stages[s]!), place }));
}

function requireOwn(place: string, mark: ExportMark | null, of: string, advice: string): asserts mark is ExportMark {
  if (mark === null) throw new CliError(`${place} is there and not of Greenbatch: ${advice}`);
  if (mark.of !== of) throw new CliError(`${place} is there and is of ${mark.of}: ${advice}`);
}

const changed = (place: string) =>
  new CliError(
    `${place} has been changed since it was exported, and would be replaced: move it away, or name another place with -o`,
  );
