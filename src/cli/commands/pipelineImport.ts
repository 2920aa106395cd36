import { dirname, join, basename } from 'node:path';
import { type ExportedFile } from '../../core/ipa/exportedFile';
import { readAccuracies } from '../../core/ipa/accuracies';
import { readEnergyUsages } from '../../core/ipa/energyUsages';
import { importedFiles } from '../../core/ipa/importedFile';
import { type ImportedProblem, importProblem } from '../../core/ipa/importProblem';
import { readRunConfig } from '../../core/ipa/runConfig';
import { queueings } from '../../core/pipeline/problem';
import { defineCommand, WrongUsage } from '../options/defineCommand';
import { writeImportedTables } from '../options/importedTables';
import { readIpaText, readProfiles } from '../options/ipaFiles';
import { aboveZero, oneOf } from '../options/optionValues';
import { refuseInput, replaceOutput } from '../options/outputFile';
import { print, printData, printNotes } from '../text/output';

const help = `usage: greenbatch pipeline import CONFIG.yaml --accuracies FILE --profiles DIR|TABLE.csv… [--energy FILE]
                                  [--load N] [--sla SECONDS] [--add-100] [--queueing intended|as-published]
                                  [-o X.pipeline.yaml] [--json]

Makes a pipeline file of IPA's files, by the rules of IPA's loader: references, margins, base allocation of cores, SLA.

  CONFIG.yaml        a run config (data/configs/final/*.yaml)
  --accuracies FILE  accuracies.yaml, in percent
  --profiles PATH…   a profiling series (a folder with key_config_mapper.csv), a folder of such, or a profile table
  --energy FILE      energy_usages.yaml of the authors' fork, or as pipeline export writes it: by batch size too
  --load N           requests per second (default: profiling_load, for a run config names a trace)
  --sla SECONDS      of the whole pipeline (default: IPA's rule, 5 × sla_factor × the mean latency, summed over tasks)
  --add-100          negative word error rates become 100 − WER; a product of accuracies needs that
  --queueing Q       what waiting for a batch is charged: intended (default), as-published as IPA's published code does
  -o, --output FILE  write to a file (an existing one is replaced) instead of standard output; options that are too
                     many for it go into tables beside it, X.stage1.csv, … (replaced where an earlier import made them)
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
  async run(values, [configFile, ...moreProfiles]) {
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
    const inputs = [configFile, accuraciesFile, ...(energyFile === undefined ? [] : [energyFile]), ...profiles];
    if (output !== undefined) refuseInput(output, inputs);
    printNotes(notes);
    if (values.json) await writeOne(output, `${JSON.stringify(imported.problem, null, 2)}\n`);
    else await writePipeline(output, { ...imported, notes }, inputs);
    return 0;
  },
});

async function writeOne(output: string | undefined, text: string): Promise<void> {
  if (output === undefined) return printData(text);
  await replaceOutput(output, text);
  print(`${output}\n`);
}

async function writePipeline(
  output: string | undefined,
  imported: ImportedProblem,
  inputs: readonly string[],
): Promise<void> {
  const from = inputs.map((path) => basename(path));
  const files = importedFiles(imported, basename(output ?? 'imported.pipeline.yaml'), from);
  const [file, ...tables] = files as [ExportedFile, ...ExportedFile[]];
  if (output === undefined && tables.length > 0)
    throw new WrongUsage(
      'the pipeline file is too large to hold its options, so they stand in tables beside it: name it with -o FILE',
    );
  if (tables.length === 0) return writeOne(output, file.text);
  await writeImportedTables(output!, file.text, tables);
  for (const { name } of [file, ...tables]) print(`${join(dirname(output!), name)}\n`);
}
