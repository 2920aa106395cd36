import { dirname, join, basename } from 'node:path';
import { type ExportedFile } from '../../core/ipa/exportedFile';
import { readAccuracies } from '../../core/ipa/accuracies';
import { readEnergyUsages } from '../../core/ipa/energyUsages';
import { importedFiles } from '../../core/ipa/importedFile';
import { type ImportedProblem, importProblem } from '../../core/ipa/importProblem';
import { readRunConfig } from '../../core/ipa/runConfig';
import { queueings } from '../../core/pipeline/problem';
import { defineCommand, WrongUsage } from '../options/defineCommand';
import { readIpaText, readProfiles } from '../options/ipaFiles';
import { aboveZero, oneOf } from '../options/optionValues';
import { writeOutput } from '../options/outputFile';
import { oneLine, print, printData, printError } from '../text/output';

const help = `usage: greenbatch pipeline import CONFIG.yaml --accuracies FILE --profiles DIR|TABLE.csv… [--energy FILE]
                                  [--load N] [--sla SECONDS] [--add-100] [--queueing intended|as-published]
                                  [-o X.pipeline.yaml] [--json]

Makes a pipeline file of IPA's files, by the rules of IPA's loader: references, margins, base allocation of cores, SLA.

  CONFIG.yaml        a run config (data/configs/final/*.yaml)
  --accuracies FILE  accuracies.yaml, in percent
  --profiles PATH…   a profiling series (a folder with key_config_mapper.csv), a folder of such, or a profile table (CSV)
  --energy FILE      energy_usages.yaml of the authors' fork, or as pipeline export writes it: by batch size too
  --load N           requests per second (default: profiling_load, for a run config names a trace)
  --sla SECONDS      of the whole pipeline (default: IPA's rule, 5 × sla_factor × the mean latency, summed over tasks)
  --add-100          negative word error rates become 100 − WER; a product of accuracies needs that
  --queueing Q       what waiting for a batch is charged: intended (default), as-published as IPA's published code does
  -o, --output FILE  write to a file (an existing one is replaced) instead of standard output; large options go into tables beside it
  --json             the plain problem file instead, as pipeline solve reads it

What was assumed and left out stands in the file's notes, which each answer repeats, and on standard error.
`;

/** `greenbatch pipeline import`: 0 when there is a problem. */
export const pipelineImportCommand = defineCommand({
  help,
  options: {
    accuracies: { type: 'string' },
    profiles: { type: 'string', multiple: true },
    energy: { type: 'string' },
    load: { type: 'string' },
    sla: { type: 'string' },
    'add-100': { type: 'boolean', default: false },
    queueing: { type: 'string', default: 'intended' },
    output: { type: 'string', short: 'o' },
    json: { type: 'boolean', default: false },
  },
  positionals: true,
  run(values, [configFile, ...moreProfiles]) {
    const { accuracies: accuraciesFile, energy: energyFile, output } = values;
    const profiles = [...(values.profiles ?? []), ...moreProfiles];
    if (configFile === undefined) throw new WrongUsage('name a run config of IPA');
    if (accuraciesFile === undefined) throw new WrongUsage('name the accuracies: --accuracies FILE');
    if (profiles.length === 0) throw new WrongUsage('name the profiles: --profiles DIR|TABLE.csv');
    const terms = {
      load: values.load === undefined ? null : aboveZero('--load', values.load),
      slaSeconds: values.sla === undefined ? null : aboveZero('--sla', values.sla),
      queueing: oneOf('--queueing', values.queueing, queueings),
      addHundred: values['add-100'],
    };
    const config = readIpaText(configFile, 'a run config of IPA', readRunConfig);
    const accuracies = readIpaText(accuraciesFile, 'an accuracies.yaml', readAccuracies);
    const energies =
      energyFile === undefined ? null : readIpaText(energyFile, 'an energy_usages.yaml', readEnergyUsages);
    const found = readProfiles(profiles, config);
    const imported = importProblem(config, accuracies, energies, found.rows, terms);
    const notes = [...found.notes, ...imported.notes];
    const from = [configFile, accuraciesFile, ...(energyFile === undefined ? [] : [energyFile]), ...profiles].map(
      (path) => basename(path),
    );
    for (const note of notes) printError(`${oneLine(note)}\n`);
    if (values.json) writeOne(output, `${JSON.stringify(imported.problem, null, 2)}\n`);
    else writePipeline(output, { ...imported, notes }, from);
    return 0;
  },
});

function writeOne(output: string | undefined, text: string): void {
  if (output === undefined) return printData(text);
  writeOutput(output, text);
  print(`${output}\n`);
}

function writePipeline(output: string | undefined, imported: ImportedProblem, from: readonly string[]): void {
  const files = importedFiles(imported, basename(output ?? 'imported.pipeline.yaml'), from);
  const [file, ...tables] = files as [ExportedFile, ...ExportedFile[]];
  if (output === undefined && tables.length > 0)
    throw new WrongUsage(
      'the pipeline file is too large to hold its options, so they stand in tables beside it: name it with -o FILE',
    );
  writeOne(output, file.text);
  // The pipeline file's own folder: its paths are relative to it.
  for (const { name, text } of tables) writeOne(join(dirname(output!), name), text);
}
