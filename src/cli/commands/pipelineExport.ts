import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../../core/failure/exitCodes';
import { configFiles } from '../../core/ipa/exportConfig';
import { energyText } from '../../core/ipa/exportEnergy';
import { ofAccuracies, ofPipeline, ofStage } from '../../core/ipa/exportMark';
import { seriesFiles } from '../../core/ipa/exportSeries';
import { asIpaPipeline, type IpaPipeline, nameWarnings } from '../../core/ipa/ipaPipeline';
import type { PipelineAnswer } from '../../core/pipeline/answer';
import { infeasibleSentences } from '../../core/pipeline/infeasibleWords';
import type { LoadedPipeline } from '../../core/pipeline/loaded';
import type { PipelineProblem } from '../../core/pipeline/problem';
import { runProfile } from '../../core/pipeline/profile/runProfile';
import { loadAnalysedRun } from '../../runs/store/loadAnalysedRun';
import { loadSolver } from '../../solver/solver';
import { CliError } from '../options/cliError';
import { defineCommand, WrongUsage } from '../options/defineCommand';
import { earlierExport, marked, refuseSeriesOfOthers, writeExport, writeSeries } from '../options/exportPlace';
import { accuraciesIn } from '../options/ipaFiles';
import { aboveZero, oneOf, wholeNumber } from '../options/optionValues';
import { readPipeline, wholeProblem } from '../options/pipelineFile';
import { runFolderOf } from '../options/runArgument';
import { print, printData, printNotes } from '../text/output';

const formats = ['ipa-profiles', 'ipa-energy', 'ipa-config'] as const;

const help = `usage: greenbatch pipeline export FILE|RUN --format ipa-profiles|ipa-energy|ipa-config [-o PATH]
                                  [--series N] [--name NAME] [--load N]

Gives a pipeline, or the profile that a run is, back in IPA's own formats.

  FILE               a pipeline (.pipeline.yaml) or a problem (.json); RUN: a measured run, as one stage
  --format ipa-profiles   a profiling series for each stage, in folders N, N+1, … of -o DIR: rebuilt from aggregates,
                          and labelled so: latencies and throughputs are those of the profile, other percentiles are
                          not known
           ipa-energy     energy_usages.yaml of the authors' fork; besides, by batch size, under a key that it does
                          not read
           ipa-config     a run config with the solution as initial values, and accuracies.yaml, into -o DIR (a FILE
                          only)
  -o, --output PATH  the folder, or for ipa-energy the file (else standard output). Replaced is only what was exported
                     of the same pipeline and has not been changed since; accuracies.yaml keeps those of others
  --series N         number of the first series (default 1); the same for ipa-profiles and ipa-config
  --name NAME        of the pipeline and stage that a RUN becomes (default: its workload)
  --load N           of a RUN, for ipa-profiles: the load (profiling_load) under which IPA finds its rows

Exit codes: 0 written, 2 refused, 7 (of ipa-config) no choice keeps all limits: nothing is written.
`;

/** `greenbatch pipeline export`: 0 when it is written, 7 where there is no solution to be written. */
export const pipelineExportCommand = defineCommand({
  help,
  options: {
    format: { type: 'string' },
    output: { type: 'string', short: 'o' },
    series: { type: 'string', default: '1' },
    name: { type: 'string' },
    load: { type: 'string' },
  },
  positionals: true,
  async run(values, [source, ...others]) {
    const { output } = values;
    if (source === undefined || others.length > 0) throw new WrongUsage('name one file or run');
    if (values.format === undefined) throw new WrongUsage('name a format');
    const format = oneOf('--format', values.format, formats);
    const series = wholeNumber('--series', values.series, 0, 900_000);
    if (format !== 'ipa-energy' && output === undefined)
      throw new CliError(`--format ${format} makes several files: name their folder with -o DIR`);
    if (/\.(json|ya?ml)$/i.test(source)) {
      if (values.name !== undefined || values.load !== undefined)
        throw new CliError('--name and --load go with a RUN alone: the file says both');
      const loaded = readPipeline(source);
      const problem = wholeProblem(source, loaded);
      if (format === 'ipa-config') return await exportConfig(loaded, problem, series, output!);
      await exportPipeline(asIpaPipeline(loaded.name, problem), format, series, output);
    } else {
      if (format === 'ipa-config')
        throw new CliError(
          '--format ipa-config needs a pipeline with its limits: name a .pipeline.yaml whose stages name runs',
        );
      await exportPipeline(pipelineOfRun(source, values, format), format, series, output);
    }
    return 0;
  },
});

async function exportPipeline(
  pipeline: IpaPipeline,
  format: 'ipa-profiles' | 'ipa-energy',
  series: number,
  output: string | undefined,
): Promise<void> {
  printNotes(nameWarnings(pipeline));
  if (format === 'ipa-profiles') return exportSeries(pipeline, series, output!);
  const of = ofPipeline(pipeline.name);
  const text = energyText(pipeline);
  if (output === undefined) return printData(marked(of, text));
  earlierExport(output, of);
  await writeExport(output, of, text);
  print(`${output}\n`);
}

async function exportSeries(pipeline: IpaPipeline, first: number, folder: string): Promise<void> {
  const files = seriesFiles(pipeline, first);
  const stages = pipeline.stages.map((stage, s) => {
    const [series, inside] = [first + s, `${first + s}/`];
    const own = files.filter(({ name }) => name.startsWith(inside));
    return {
      ...{ series, path: join(folder, String(series)), of: ofStage(ofPipeline(pipeline.name), stage.name) },
      files: own.map(({ name, text }) => ({ name: name.slice(inside.length), text })),
    };
  });
  refuseSeriesOfOthers(folder, new Map(stages.map(({ series, of }) => [series, of])));
  await writeSeries(stages);
  for (const { path } of stages) for (const name of ['key_config_mapper.csv', '0.yaml']) print(`${join(path, name)}\n`);
}

async function exportConfig(
  { name }: LoadedPipeline,
  problem: PipelineProblem,
  series: number,
  folder: string,
): Promise<number> {
  const answer: PipelineAnswer = (await loadSolver())(problem);
  if (answer.status !== 'optimal') {
    printNotes([...infeasibleSentences(answer, problem), 'Nothing is written: a run config begins with a solution.']);
    return exitCodes.infeasible;
  }
  const of = ofPipeline(name);
  const accuraciesFile = join(folder, 'accuracies.yaml');
  const others = earlierExport(accuraciesFile, ofAccuracies);
  const table = others === null ? undefined : accuraciesIn(accuraciesFile, others);
  const { config, accuracies, notes } = configFiles(name, problem, answer.stages, series, table);
  const configFile = join(folder, config.name);
  earlierExport(configFile, of);
  const wanted = problem.stages.map((stage, s) => [series + s, ofStage(of, stage.name)] as const);
  refuseSeriesOfOthers(folder, new Map(wanted), configFile);
  printNotes([...notes, ...nameWarnings(asIpaPipeline(name, problem))]);
  makeFolder(folder);
  await writeExport(accuraciesFile, ofAccuracies, accuracies);
  await writeExport(configFile, of, config.text);
  print(`${configFile}\n${accuraciesFile}\n`);
  return exitCodes.ok;
}

function pipelineOfRun(
  argument: string,
  { name, load }: { name?: string | undefined; load?: string | undefined },
  format: 'ipa-profiles' | 'ipa-energy',
): IpaPipeline {
  if (format === 'ipa-profiles' && load === undefined)
    throw new CliError(
      'a run is measured at full load: say with --load N under which load IPA is to find it (profiling_load)',
    );
  const run = loadAnalysedRun(runFolderOf(argument, 'pipeline export'));
  const profile = runProfile(run);
  if ('problem' in profile) throw new CliError(profile.problem, 'pipeline');
  printNotes(profile.notes);
  const called = name ?? run.report.run.workload.name;
  return {
    name: called,
    load: load === undefined ? 1 : aboveZero('--load', load),
    stages: [{ name: called, options: profile.options }],
  };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new CliError(`${folder} cannot be made: ${(error as Error).message}`);
  }
}
