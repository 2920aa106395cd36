import { dirname, resolve } from 'node:path';
import { checkWith } from '../../core/analysis/check/checkAnalysis';
import type { Answer } from '../../core/analysis/check/checkSchema';
import { junitOf, junitOfFailure } from '../../core/analysis/check/junit';
import { limitProblems } from '../../core/analysis/check/question';
import type { Budget } from '../../core/budget/budget';
import type { Configuration } from '../../core/configuration/configuration';
import { exitCodes } from '../../core/failure/exitCodes';
import { failureOf } from '../../core/failure/expectedError';
import { configurationsOf } from '../../core/run/plan';
import { physicalCores } from '../../machine/topology';
import { askedBy, isMeasured, measuredBy } from '../../runs/index/measuredExperiment';
import { loadPastRun, pastRunFolders } from '../../runs/index/pastRuns';
import { nameFromFile } from '../../runs/store/folders';
import { loadAnalysedRun } from '../../runs/store/loadAnalysedRun';
import { loadRun } from '../../runs/store/runFolder';
import { type Baseline, readBaseline, readBudget } from '../options/budgetFile';
import { CliError } from '../options/cliError';
import { defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { readSpec } from '../options/experimentFile';
import { requireJunitPlace, writeJunit } from '../options/junitFile';
import { runFolderOf } from '../options/runArgument';
import { printAnalysis } from '../text/analysisText';
import { printData } from '../text/output';
import { followToTheEnd } from '../text/progressView';
import { startRuns } from './run';

const help = `usage: greenbatch check BUDGET.yaml [--run RUN] [--baseline RUN|FILE] [--junit FILE] [--json]

Measures the experiment that a budget names (as "greenbatch run" does) and holds it against the budget's limits:
a value against its max, or against a baseline with what differs from run to run. See docs/ci.md.

  --run RUN       judge this run, measured before; nothing is measured
  --baseline B    in place of the budget's: a run, or a file that "greenbatch show --json" has printed
  --junit FILE    the answers as JUnit's XML too; it takes the place of nothing but an earlier one
  --out DIR, --strict    as of "greenbatch run"
  --json          everything, as docs/check.schema.json describes it

Exit codes: 0 all limits are kept, 10 one is broken, 8 one is not comparable with the baseline (another machine,
other settings, …), 6 one cannot be told; of several that apply the first of 10, 8, 6. Where nothing could be
measured those of "greenbatch run".
`;

const exitCodeOf: Readonly<Record<Answer, number>> = {
  pass: exitCodes.ok,
  fail: exitCodes.answerIsNo,
  'not-comparable': exitCodes.incomparable,
  'cannot-tell': exitCodes.unresolved,
};

export const checkCommand = defineCommand({
  help,
  options: {
    run: { type: 'string' },
    baseline: { type: 'string' },
    junit: { type: 'string' },
    out: { type: 'string' },
    strict: { type: 'boolean', default: false },
    ...jsonOption,
  },
  positionals: true,
  async run({ run: named, junit, json, ...given }, positionals) {
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw new WrongUsage('name one budget file');
    if (named !== undefined && (given.out !== undefined || given.strict))
      throw new WrongUsage('--out and --strict are for a run that is measured, not with --run');
    if (junit !== undefined) requireJunitPlace(junit);
    const base = dirname(resolve(file));
    const budget = readBudget(file);
    const baseline = baselineOf(file, budget, given.baseline, base);
    const experiment = resolve(base, budget.experiment);
    const spec = readSpec(experiment);
    const requireFitting = (configurations: readonly Configuration[]) => {
      const problems = limitProblems(budget.limits, configurations);
      if (problems.length > 0) throw new CliError(`${file}: ${problems.join('\n')}`, 'budget');
    };

    let folder: string;
    if (named !== undefined) folder = runFolderOf(named, 'check');
    else {
      requireFitting(configurationsOf(spec.spec, { cores: physicalCores() }));
      const measured = await measure(experiment, spec, given).catch(async (error: unknown) => {
        await tellJunit(junit, experiment, failureOf(error).message);
        throw error;
      });
      if (measured.exitCode !== 0) {
        await tellJunit(junit, experiment, measured.message);
        return measured.exitCode;
      }
      folder = measured.folder;
    }
    if (baseline?.folder === folder) throw new CliError('the run that is checked is the baseline itself', 'budget');
    const run = loadAnalysedRun(folder);
    requireFitting(run.results);
    const isAsked = isMeasured(
      measuredBy(loadRun(folder).run.created),
      await askedBy(spec.spec, experiment, spec.text),
    );
    const analysis = checkWith({
      limits: budget.limits,
      baseline: baseline?.side ?? null,
      past: pastRunFolders([folder, ...(baseline?.folder ? [baseline.folder] : [])])
        .flatMap((past) => loadPastRun(past) ?? [])
        .filter(({ report }) => report.run.id !== baseline?.side.report.run.id),
      warnings: isAsked
        ? []
        : [
            {
              code: 'other-experiment',
              message: `${run.report.run.id} did not measure what ${experiment} asks for now`,
            },
          ],
    });
    const check = printAnalysis(analysis, [run], { json });
    if (junit !== undefined) await writeJunit(junit, junitOf(check));
    if (!json) printData(`${folder}\n`);
    return exitCodeOf[check.answer];
  },
});

/** Read before anything is measured: `latest` is the run before. */
function baselineOf(file: string, budget: Budget, given: string | undefined, base: string): Baseline | null {
  if (given !== undefined) return readBaseline(given, process.cwd());
  if (budget.baseline !== undefined) return readBaseline(budget.baseline, base);
  if (budget.limits.every(({ maxIncreasePercent }) => maxIncreasePercent === undefined)) return null;
  throw new CliError(
    `${file}: maxIncreasePercent needs a baseline: name one in the file, or with --baseline`,
    'budget',
  );
}

async function measure(
  experiment: string,
  spec: ReturnType<typeof readSpec>,
  { out, strict }: { out?: string | undefined; strict: boolean },
): Promise<{ folder: string; exitCode: number; message: string }> {
  const folders = await startRuns([{ file: experiment, ...spec }], { out, strict });
  const { loaded, exitCode } = await followToTheEnd(folders);
  const { run, status, folder } = loaded[0]!;
  const message = run.sessions.at(-1)?.end?.message ?? `the run is ${status}`;
  return { folder, exitCode, message };
}

async function tellJunit(junit: string | undefined, experiment: string, message: string): Promise<void> {
  if (junit !== undefined) await writeJunit(junit, junitOfFailure(nameFromFile(experiment), message));
}
