import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Audit, audit } from '../../core/audit/audit';
import type { AuditLog, NumberedEvent, NumberedSample } from '../../core/audit/auditLog';
import type { Finding } from '../../core/audit/checks';
import { leavesOf } from '../../core/audit/recorded';
import type { Decisions } from '../../core/audit/trials';
import {
  bundleFile,
  bundleSchema,
  experimentFile,
  figuresFolder,
  manifestFile,
  statedFile,
} from '../../core/bundle/bundleFiles';
import { reportJson } from '../../core/export/json';
import { ExpectedError } from '../../core/failure/expectedError';
import { reportOf } from '../../core/report/report';
import type { RunEvent } from '../../core/run/events';
import { fromFormat1 } from '../../core/run/format1';
import { idleBaseline } from '../../core/values/idleBaseline';
import type { Trial } from '../../core/run/fold';
import { windowValue } from '../../core/values/windowValue';
import { lineBlocks } from '../../machine/lines';
import { readText } from '../../machine/regularFile';
import { bundleTexts } from '../export/bundleTexts';
import { madeBy, programHash } from '../export/madeBy';
import { bundledFigures } from '../export/pictureFiles';
import type { ArchiveFile } from '../export/zipArchive';
import { eventsFile, powerFile } from '../store/folders';
import { parsePowerHeader, parsePowerSample } from '../store/powerLog';
import { isActive, type LoadedRun, loadRun } from '../store/runFolder';
import { BundleRefused, unpackBundle } from './unpackBundle';
import { checkManifest } from './checkManifest';

export type AuditedRun = Audit & {
  /** A run's own folder states nothing: what the program says of it now is taken for it. */
  kind: 'run' | 'bundle';
  run: string;
  name: string;
  /** Program that stated the numbers. */
  statedBy: string;
};

const mostStatedBytes = 256 << 20;
const blockBytes = 4 << 20;

/**
 * Audits a run's folder, an unpacked bundle, or the archive of one.
 *
 * @param programFolder where cli.js lies: of one version there may be several builds
 * @throws RunNotFound, LogError, BundleRefused; ExpectedError while an engine works at the run
 */
export async function auditPath(path: string, programFolder = ''): Promise<AuditedRun> {
  if (statSync(path).isDirectory()) return auditFolder(path, programFolder);
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-audit-'));
  try {
    await unpackBundle(path, folder);
    if (!existsSync(eventsFile(folder))) throw new BundleRefused(path, 'it holds no events.jsonl');
    return auditFolder(folder, programFolder, true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param isArchive whether it was unpacked just now: a bundle, whatever it lacks, that no engine works at, whatever it says */
function auditFolder(folder: string, programFolder: string, isArchive = false): AuditedRun {
  const isBundle = isArchive || [manifestFile, bundleFile, statedFile].some((file) => existsSync(join(folder, file)));
  const found = loadRun(folder);
  const loaded = isArchive && isActive(found.status) ? { ...found, status: 'stopped' as const } : found;
  if (isActive(loaded.status))
    throw new ExpectedError('run-state', `${folder} is being measured: audit it when it has ended`);
  const { run, samples, status } = loaded;
  const report = reportOf(run, samples, { folder: '.', status, host: null });
  const recomputed: unknown = JSON.parse(reportJson(report));
  const own = programHash(programFolder);
  const { stated, statedBy, programSha256, findings } = isBundle
    ? statedInBundle(folder, recomputed, loaded)
    : { stated: recomputed, statedBy: madeBy, programSha256: own, findings: [] };
  // Where one of two hashes is not known nobody can tell.
  const isSameProgram = statedBy === madeBy && own === programSha256;
  const log = auditLog(folder);
  const result = audit(log, decisionsOf(loaded), { stated, recomputed, isSameProgram });
  return {
    kind: isBundle ? 'bundle' : 'run',
    ...{ run: run.runId, name: run.name, statedBy },
    ...result,
    findings: [
      ...findings,
      ...(isBundle && isSameProgram
        ? [...textFindings(folder, bundleTexts(loaded, report)), ...figureFindings(folder, programFolder)]
        : []),
      ...result.findings,
    ],
  };
}

/** What the same program wrote of the log, beside what it writes now. */
function textFindings(folder: string, texts: readonly ArchiveFile[]): Finding[] {
  return texts
    .filter(({ path, bytes }) => {
      const stated = readOrNull(join(folder, path));
      return stated !== null && stated !== Buffer.from(bytes).toString('utf8');
    })
    .map(({ path }) => ({
      level: 'problem',
      check: 'bundle',
      place: path,
      message: 'it is not what this program, which made it, says of the log',
    }));
}

/** The figures beside those that the same program draws now; a bundle that a program without its pictures made has none. */
function figureFindings(folder: string, programFolder: string): Finding[] {
  const there = existsSync(join(folder, figuresFolder))
    ? readdirSync(join(folder, figuresFolder)).map((name) => `${figuresFolder}/${name}`)
    : [];
  const drawn = there.length === 0 ? [] : bundledFigures(folder, programFolder);
  if (drawn.length === 0) return [];
  const problem = (place: string, message: string): Finding => ({ level: 'problem', check: 'bundle', place, message });
  const paths = drawn.map(({ path }) => path);
  return [
    ...textFindings(folder, drawn),
    ...paths.filter((path) => !there.includes(path)).map((path) => problem(path, 'the figure is missing')),
    ...there
      .filter((path) => !paths.includes(path))
      .map((path) => problem(path, 'no figure that this program, which made the bundle, draws of the log')),
  ];
}

function statedInBundle(
  folder: string,
  recomputed: unknown,
  { run }: LoadedRun,
): { stated: unknown; statedBy: string; programSha256: string | null; findings: Finding[] } {
  const problem = (place: string, message: string): Finding => ({ level: 'problem', check: 'bundle', place, message });
  const findings = existsSync(join(folder, manifestFile))
    ? checkManifest(folder)
    : [problem(manifestFile, 'the file is missing: no hash tells whether others were changed')];
  const bundle = bundleSchema.safeParse(jsonOf(join(folder, bundleFile))).data;
  if (!bundle) findings.push(problem(bundleFile, 'it is missing, or does not say what a bundle says'));
  for (const [key, value] of [
    ['run', run.runId],
    ['name', run.name],
    ['measuredBy', run.created.program],
  ] as const)
    if (bundle && bundle[key] !== value)
      findings.push(problem(bundleFile, `${key} is another one than in events.jsonl:1`));
  const hashes = new Map(run.models.map(({ model, sha256 }) => [model, sha256]));
  for (const { model, sha256 } of bundle?.models ?? [])
    if (hashes.get(model) !== sha256)
      findings.push(
        problem(bundleFile, `${model} has sha256 ${sha256} here, and ${hashes.get(model) ?? 'none'} in the log`),
      );
  for (const { path, sha256 } of bundle?.sourceFiles ?? [])
    if (!run.created.sourceFiles?.some((file) => file.path === path && file.sha256 === sha256))
      findings.push(problem(bundleFile, `${path} has another sha256 here than in events.jsonl:1`));
  const stated = jsonOf(join(folder, statedFile));
  if (typeof stated !== 'object' || stated === null) {
    findings.push(problem(statedFile, 'it is missing, or no JSON: nothing is stated'));
    return { stated: recomputed, statedBy: madeBy, programSha256: null, findings };
  }
  if (![...leavesOf(stated)].some(({ value }) => typeof value === 'number'))
    findings.push(problem(statedFile, 'it states no number'));
  if (readOrNull(join(folder, experimentFile)) !== run.created.specText)
    findings.push(problem(experimentFile, 'it is missing, or another experiment than in events.jsonl:1'));
  const { program: statedBy = 'an unknown program', programSha256 = null } = bundle ?? {};
  return { stated, statedBy, programSha256, findings };
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readText(file, mostStatedBytes));
  } catch {
    return null;
  }
}

function readOrNull(file: string): string | null {
  try {
    return readText(file, mostStatedBytes);
  } catch {
    return null;
  }
}

/** The log with the numbers of its lines; `loadRun` has read it before, and refused what is none. */
function auditLog(folder: string): AuditLog {
  const events: NumberedEvent[] = [];
  for (const { line, text } of numberedLines(eventsFile(folder))) {
    const event = fromFormat1(JSON.parse(text)) as RunEvent;
    events.push({ line, event });
  }
  const samples = new Map<number, NumberedSample[]>();
  const unreadable: number[] = [];
  let session: { samples: NumberedSample[]; domains: number } | null = null;
  if (existsSync(powerFile(folder)))
    for (const { line, text } of numberedLines(powerFile(folder))) {
      if (text.startsWith('{')) {
        const header = parsePowerHeader(text);
        const own = header && (samples.get(header.session) ?? []);
        session = own && { samples: own, domains: header.domains.length };
        if (own) samples.set(header.session, own);
        else unreadable.push(line);
        continue;
      }
      const reading = session && text.startsWith('[') ? parsePowerSample(text, session.domains) : null;
      if (reading) session!.samples.push({ line, reading });
      else unreadable.push(line);
    }
  return { events, samples, unreadable };
}

function* numberedLines(file: string): Generator<{ line: number; text: string }, void, void> {
  let line = 0;
  for (const { lines } of lineBlocks(file, 0, blockBytes)) for (const text of lines) yield { line: ++line, text };
}

/** The program's rules for which windows can be trusted (docs/measurement.md). */
function decisionsOf({ run, samples }: LoadedRun): Decisions {
  const isValid = (trial: Trial | undefined, window: number) => {
    const each = trial?.windows[window];
    return trial !== undefined && each !== undefined && windowValue(run, trial, each, samples).valid;
  };
  return {
    isCounted: (trial, window) => isValid(run.trials[trial], window),
    isReplayCounted: (trial, window) => isValid(run.pacedTrials[trial], window),
    isIdleCounted(session, idle) {
      const own = run.sessions[session];
      const each = own?.idles[idle];
      if (!own || !each) return false;
      return idleBaseline({ spec: run.spec, sessions: [{ ...own, idles: [each] }] }, samples).windows.length > 0;
    },
  };
}
