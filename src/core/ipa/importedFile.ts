import { toCsv } from '../export/csv';
import type { PipelineOption, PipelineProblemInput } from '../pipeline/problem';
import { profileTable } from '../pipeline/profile/profileTable';
import { maxSpecCharacters } from '../spec/specYaml';
import { type YamlValue, yamlFlow, yamlPair } from '../spec/yamlValue';
import { plainLine } from '../words/plain';
import { withFullStop } from '../words/sentence';
import type { ImportedProblem } from './importProblem';
import type { ExportedFile } from './exportedFile';

/** As a pipeline file has them. */
const longestNote = 1000;

/**
 * An imported problem as a pipeline file, what was assumed as its notes. Options stand in it, a line each; where the file would grow
 * longer than a pipeline file may be, they stand in a table a stage beside it.
 *
 * @param file name of the pipeline file; tables are named after it
 * @param from what it was made of, for the head
 * @returns the pipeline file first
 */
export function importedFiles(
  { name, problem, notes }: ImportedProblem,
  file: string,
  from: readonly string[],
): ExportedFile[] {
  const head = [
    `# ${plainLine(`Imported from files of IPA: ${from.join(', ')}.`)}`,
    yamlPair('name', name),
    // Beside the numbers, not in comments: an answer that rests on them repeats what was assumed.
    'notes:',
    ...notes.map((note) => `  - ${yamlFlow(plainLine(withFullStop(note), longestNote))}`),
  ];
  const { stages, ...terms } = problem;
  const inline = stages.map((stage) => ['    profiles:', '      - options:', ...stage.options.map(optionLine)]);
  const whole = textOf(head, terms, stages, inline);
  if (whole.length <= maxSpecCharacters) return [{ name: file, text: whole }];
  const tables = stages.map((stage, s) => ({
    name: `${file.replace(/\.pipeline\.ya?ml$/, '')}.stage${s + 1}.csv`,
    text: toCsv(profileTable(stage.options)),
  }));
  const named = tables.map((table) => ['    profiles:', `      - ${yamlPair('table', table.name)}`]);
  return [{ name: file, text: textOf(head, terms, stages, named) }, ...tables];
}

function textOf(
  head: readonly string[],
  terms: Omit<PipelineProblemInput, 'stages'>,
  stages: PipelineProblemInput['stages'],
  profiles: readonly (readonly string[])[],
): string {
  const lines = [
    ...head,
    // Through JSON, which leaves out keys whose value is undefined.
    ...Object.entries(JSON.parse(JSON.stringify(terms)) as Record<string, YamlValue>).map(([key, value]) =>
      yamlPair(key, value),
    ),
    'stages:',
    ...stages.flatMap(({ name: stage, variant, replicas }, s) => [
      `  - ${yamlPair('name', stage)}`,
      ...(variant === undefined ? [] : [`    ${yamlPair('variant', variant)}`]),
      ...(replicas === undefined ? [] : [`    ${yamlPair('replicas', replicas)}`]),
      ...profiles[s]!,
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

const optionLine = (option: PipelineOption) =>
  `          - ${yamlFlow(JSON.parse(JSON.stringify(option)) as YamlValue)}`;
