import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configFiles } from '../../core/ipa/exportConfig';
import type { ExportedFile } from '../../core/ipa/exportedFile';
import { energyText } from '../../core/ipa/exportEnergy';
import { seriesFiles } from '../../core/ipa/exportSeries';
import { asIpaPipeline, type IpaPipeline, nameWarnings } from '../../core/ipa/ipaPipeline';
import type { PipelineAnswer } from '../../core/pipeline/answer';
import type { LoadedPipeline } from '../../core/pipeline/loaded';
import type { PipelineProblem } from '../../core/pipeline/problem';
import { runProfile } from '../../core/pipeline/profile/runProfile';
import { listed } from '../../core/statistics/wording';
import { readText, writeText } from '../../machine/regularFile';
import { loadAnalysedRun } from '../../runs/store/loadAnalysedRun';
import { loadSolver } from '../../solver/solver';
import { CliError } from '../options/cliError';
import { defineCommand, WrongUsage } from '../options/defineCommand';
import { aboveZero, oneOf, wholeNumber } from '../options/optionValues';
import { writeOutput } from '../options/outputFile';
import { readPipeline, wholeProblem } from '../options/pipelineFile';
import { runFolderOf } from '../options/runArgument';
import { oneLine, print, printData, printError } from '../text/output';

const formats = ['ipa-profiles', 'ipa-energy', 'ipa-config'] as const;

const help = `usage: greenbatch pipeline export FILE|RUN --format ipa-profiles|ipa-energy|ipa-config [-o PATH]
                                  [--series N] [--name NAME] [--load N]

Gives a pipeline, or the profile that a run is, back in IPA's own formats.

  FILE               a pipeline (.pipeline.yaml) or a problem (.json); RUN: a measured run, as one stage
  --format ipa-profiles   a profiling series for each stage, in folders N, N+1, … of -o DIR: rebuilt from aggregates, and
                          labelled so: latencies and throughputs are those of the profile, other percentiles are not known
           ipa-energy     energy_usages.yaml of the authors' fork; besides, by batch size, under a key that it does not read
           ipa-config     a run config with the solution as initial values, and accuracies.yaml, into -o DIR (a FILE only)
  -o, --output PATH  the folder, or for ipa-energy the file (else standard output). What is not of Greenbatch is not replaced
  --series N         number of the first series (default 1); the same for ipa-profiles and ipa-config
  --name NAME        of the pipeline and stage that a RUN becomes (default: its workload)
  --load N           of a RUN, for ipa-profiles: the load (profiling_load) under which IPA finds its rows
`;

/** `greenbatch pipeline export`: 0 when it is written. */
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
      if (format === 'ipa-config') await exportConfig(loaded, problem, series, output!);
      else exportPipeline(asIpaPipeline(loaded.name, problem), format, series, output);
    } else {
      if (format === 'ipa-config')
        throw new CliError(
          '--format ipa-config needs a pipeline with its limits: name a .pipeline.yaml whose stages name runs',
        );
      exportPipeline(pipelineOfRun(source, values, format), format, series, output);
    }
    return 0;
  },
});

function exportPipeline(
  pipeline: IpaPipeline,
  format: 'ipa-profiles' | 'ipa-energy',
  series: number,
  output: string | undefined,
): void {
  for (const warning of nameWarnings(pipeline)) printError(`${oneLine(warning)}\n`);
  if (format === 'ipa-profiles') return writeFiles(output!, seriesFiles(pipeline, series));
  const text = energyText(pipeline);
  if (output === undefined) return printData(text);
  refuseForeign(output);
  writeOutput(output, text);
  print(`${output}\n`);
}

async function exportConfig(
  { name }: LoadedPipeline,
  problem: PipelineProblem,
  series: number,
  folder: string,
): Promise<void> {
  const answer: PipelineAnswer = (await loadSolver())(problem);
  const isSolved = answer.status === 'optimal';
  const { files, notes } = configFiles(name, problem, isSolved ? answer.stages : null, series);
  if (!isSolved) printError(`no choice keeps the limits together: ${listed(answer.binding ?? [])}\n`);
  for (const note of [...notes, ...nameWarnings(asIpaPipeline(name, problem))]) printError(`${oneLine(note)}\n`);
  writeFiles(folder, files);
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
  for (const note of profile.notes) printError(`${oneLine(note)}\n`);
  const called = name ?? run.report.run.workload.name;
  return {
    name: called,
    load: load === undefined ? 1 : aboveZero('--load', load),
    stages: [{ name: called, options: profile.options }],
  };
}

function writeFiles(folder: string, files: readonly ExportedFile[]): void {
  const paths = files.map(({ name, text }) => ({ file: join(folder, name), text }));
  // All or nothing: measured series of IPA, and its accuracies of all pipelines, go by the same names.
  for (const { file } of paths) refuseForeign(file);
  for (const { file, text } of paths) {
    try {
      mkdirSync(dirname(file), { recursive: true });
    } catch (error) {
      throw new CliError(`${dirname(file)} cannot be made: ${(error as Error).message}`);
    }
    writeOutput(file, text, writeText);
  }
  for (const { file } of paths) if (!/[\\/]\d+\.json$/.test(file)) print(`${file}\n`);
}

/** An experiment of a series says nothing of its maker: the list beside it does. */
function refuseForeign(file: string): void {
  if (!existsSync(file)) return;
  const teller = /[\\/]\d+\.json$/.test(file) ? join(dirname(file), 'key_config_mapper.csv') : file;
  if (existsSync(teller) && readText(teller, 64e6).includes('Greenbatch')) return;
  throw new CliError(
    `${file} is there and not of Greenbatch: name another place with -o, or another number with --series`,
  );
}
