import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AnalysedRun } from '../../core/analysis/analysis';
import { parseKeptRun } from '../../core/report/keptRun';
import { type Side, sideOf } from '../../core/analysis/check/side';
import type { Budget } from '../../core/budget/budget';
import { parseBudget } from '../../core/budget/budgetText';
import { formatProblems } from '../../core/spec/specText';
import { maxSpecBytes } from '../../core/spec/specYaml';
import { readText } from '../../machine/regularFile';
import { workspaceOf } from '../../runs/store/folders';
import { loadAnalysedRun } from '../../runs/store/loadAnalysedRun';
import { findRunById } from '../../runs/store/runFolder';
import { CliError } from './cliError';

/** @throws CliError `budget` with all that is wrong with the file */
export function readBudget(file: string): Budget {
  const parsed = parseBudget(asked(file, maxSpecBytes));
  if (parsed.ok) return parsed.budget;
  throw new CliError(`${file} is not a valid budget:\n${formatProblems(file, parsed.problems)}`, 'budget');
}

/** `run` and `folder` are null where only its JSON was kept. */
export type Baseline = { side: Side; run: AnalysedRun | null; folder: string | null };

/** JSON of 2,000 configurations has a few megabytes. */
const mostJsonBytes = 64e6;

/**
 * @param text a run's folder, its id or the beginning of it, or `latest`; or a file that `greenbatch show --json` has printed
 * @param base folder that paths start from
 */
export function readBaseline(text: string, base: string): Baseline {
  const path = resolve(base, text);
  if (existsSync(path) && !statSync(path).isDirectory()) {
    const kept = parseKeptRun(asked(path, mostJsonBytes));
    if ('problem' in kept) throw new CliError(`the baseline ${path} cannot be used: ${kept.problem}`, 'budget');
    return { side: kept.side, run: null, folder: null };
  }
  const folder = existsSync(path) ? path : findRunById(text, workspaceOf(base));
  const run = loadAnalysedRun(folder);
  return { side: sideOf(run), run, folder };
}

function asked(file: string, mostBytes: number): string {
  try {
    return readText(file, mostBytes);
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`, 'budget');
  }
}
