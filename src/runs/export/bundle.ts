import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import {
  bundleFile,
  type Bundle,
  bundleVersion,
  experimentFile,
  manifestFile,
  manifestText,
  statedFile,
} from '../../core/bundle/bundleFiles';
import { bundleReadme } from '../../core/bundle/bundleReadme';
import { citationFile } from '../../core/bundle/citationFile';
import { nameRemover, replacementsFor } from '../../core/bundle/withoutNames';
import { reportJson } from '../../core/export/json';
import { reportJsonSchema } from '../../core/export/reportJsonSchema';
import { ExpectedError } from '../../core/failure/expectedError';
import { paperBibtex, toolBibtex, versionOf } from '../../core/report/citation';
import { reportOf } from '../../core/report/report';
import { eventSchema } from '../../core/run/events';
import { specJsonSchema } from '../../core/spec/specJsonSchema';
import { lineBlocks } from '../../machine/lines';
import { eventsFile, powerFile } from '../store/folders';
import { parsePowerHeader, parsePowerSample } from '../store/powerLog';
import { isActive, type LoadedRun, loadRun } from '../store/runFolder';
import { bundleTexts } from './bundleTexts';
import { madeBy, programHash } from './madeBy';
import { bundledFigures } from './pictureFiles';
import { type ArchiveFile, zipArchive } from './zipArchive';

/** A longer line is no log's (`eventLog.ts`). */
const blockBytes = 4 << 20;
/** All files together; a night of a large machine is a tenth of it. */
const mostBytes = 512 << 20;

/**
 * A run with all that its numbers are made of, as one archive that can be handed on: docs/run-format.md, "The bundle". No folder, host
 * or account of the machine is in it, and no number is another than in the run.
 *
 * @param pageFolder where cli.js lies, whose hash is told
 * @param here names of the machine that makes it
 * @throws ExpectedError while an engine works at the run, or where it is too large; RunNotFound, LogError
 */
export function runBundle(runFolder: string, pageFolder: string, here = namesHere(runFolder)): Buffer {
  const original = loadRun(runFolder);
  if (isActive(original.status))
    throw new ExpectedError('run-state', `${runFolder} is being measured: bundle it when it has ended`);
  const events = jsonLines(eventsFile(original.folder));
  const names = nameRemover(replacementsFor(events, here));
  const logs = [
    { path: 'events.jsonl', bytes: linesOf(events.map((event) => names.remove(event))) },
    ...(existsSync(powerFile(original.folder))
      ? [{ path: 'power.jsonl', bytes: linesOf(powerLines(powerFile(original.folder)).map((l) => names.remove(l))) }]
      : []),
  ];
  return inFolder(logs, (folder) => {
    const run = loadRun(folder);
    const stated = statedOf(run, original);
    return zipArchive(
      filesOf(run, stated, { logs, pageFolder, replaced: names.counts(), figures: bundledFigures(folder, pageFolder) }),
    );
  });
}

/** The reports of the run without names; its numbers are those of the run as it is. */
function statedOf(bundled: LoadedRun, original: LoadedRun) {
  const reportFor = ({ run, samples, status }: LoadedRun) =>
    reportOf(run, samples, { folder: '.', status, host: null });
  const report = reportFor(bundled);
  const json = reportJson(report);
  if (numbersIn(json) !== numbersIn(reportJson(reportFor(original))))
    throw new Error('the run without names has other numbers than the run: please report it');
  return { report, json };
}

const numbersIn = (json: string): string => {
  const numbers: unknown[] = [];
  JSON.parse(json, (_, value: unknown) => {
    if (typeof value === 'number') numbers.push(value);
    return value;
  });
  return numbers.join(' ');
};

function filesOf(
  loaded: LoadedRun,
  { report, json }: ReturnType<typeof statedOf>,
  {
    logs,
    pageFolder,
    replaced,
    figures,
  }: {
    logs: readonly ArchiveFile[];
    pageFolder: string;
    replaced: Record<string, number>;
    figures: readonly ArchiveFile[];
  },
): ArchiveFile[] {
  const { run } = loaded;
  const bundle: Bundle = {
    bundle: bundleVersion,
    program: madeBy,
    programSha256: programHash(pageFolder),
    run: run.runId,
    name: run.name,
    measuredBy: run.created.program,
    models: run.models.map(({ model, sha256: hash }) => ({ model, sha256: hash })),
    sourceFiles: run.created.sourceFiles ?? [],
    replaced,
  };
  const version = versionOf(madeBy);
  const text = (path: string, content: string): ArchiveFile => ({ path, bytes: Buffer.from(content, 'utf8') });
  const asJson = (path: string, value: unknown) => text(path, `${JSON.stringify(value, null, 2)}\n`);
  const files = [
    ...logs,
    text(statedFile, json),
    ...bundleTexts(loaded, report),
    text(experimentFile, run.created.specText),
    asJson(bundleFile, bundle),
    asJson('schemas/events.schema.json', z.toJSONSchema(eventSchema, { unrepresentable: 'any' })),
    asJson('schemas/show.schema.json', z.toJSONSchema(reportJsonSchema)),
    asJson('schemas/energy.schema.json', specJsonSchema()),
    ...figures,
    text('CITATION.cff', citationFile(version)),
    text('citation.bib', `${toolBibtex(version)}\n\n${paperBibtex}\n`),
  ];
  const paths = ['README.md', ...files.map(({ path }) => path), manifestFile];
  const listed = [text('README.md', bundleReadme(bundle, { sentence: report.verdict.sentence, paths })), ...files];
  const bytes = listed.reduce((sum, file) => sum + file.bytes.length, 0);
  if (bytes > mostBytes)
    throw new ExpectedError(
      'file-too-large',
      `the run comes to ${Math.round(bytes / 2 ** 20)} MiB: too much for a bundle`,
    );
  return [
    ...listed,
    text(manifestFile, manifestText(listed.map((file) => ({ path: file.path, sha256: sha256(file.bytes) })))),
  ];
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What tells whose machine this is. A run of another one names its own folders and accounts in paths. */
function namesHere(runFolder: string) {
  const user = accountName();
  return { hosts: [hostname()], users: user === null ? [] : [user], folders: [dirname(runFolder), homedir()] };
}

/** null where the account has no name, as in containers. */
function accountName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}

function* wholeLines(file: string): Generator<string, void, void> {
  for (const { lines } of lineBlocks(file, 0, blockBytes)) yield* lines;
}

const jsonLines = (file: string): unknown[] => [...wholeLines(file)].map((line) => JSON.parse(line) as unknown);

/** As every reader reads them: a line that is no sample is left out, and so is what follows a header that is none. */
function powerLines(file: string): unknown[] {
  let domains: number | null = null;
  return [...wholeLines(file)].flatMap((line) => {
    if (line.startsWith('{')) domains = parsePowerHeader(line)?.domains.length ?? null;
    const isRead =
      domains !== null && (line.startsWith('{') || (line.startsWith('[') && parsePowerSample(line, domains) !== null));
    return isRead ? [JSON.parse(line) as unknown] : [];
  });
}

const linesOf = (values: readonly unknown[]): Buffer =>
  Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''), 'utf8');

function inFolder<T>(files: readonly ArchiveFile[], use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-bundle-'));
  try {
    for (const { path, bytes } of files) writeFileSync(join(folder, path), bytes);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
