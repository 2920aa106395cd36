/** How to name what a result was made with, and the study that some of them repeat, as BibTeX. */

/** @param version of the program; null: not known, then none is named */
export const toolBibtex = (version: string | null): string =>
  entry('software', 'greenbatch', [
    ['author', '{The Greenbatch authors}'],
    ['title', '{Greenbatch}: which configuration of a model does its work with the least energy, measured'],
    ['year', '2026'],
    ...(version === null ? [] : [['version', version] as const]),
    ['note', 'Command-line program and extension of Visual Studio Code; energy counters (RAPL) of the CPU'],
  ]);

/** The paper has no DOI that is known here; its repository holds report, figures and scripts. */
export const paperBibtex: string = entry('misc', 'willis2024sustainable', [
  ['author', 'Willis and Bryson and Agho'],
  ['title', 'Towards Sustainable {AI} with {IPA}'],
  ['year', '2024'],
  ['howpublished', 'Project report, repository csce585-mlsystems/Sustainable-IPA'],
]);

function entry(kind: string, key: string, fields: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length));
  const lines = fields.map(([name, value]) => `  ${name.padEnd(width)} = {${value}},`);
  return [`@${kind}{${key},`, ...lines, '}'].join('\n');
}

/** `greenbatch 0.4.0` of a run's program: 0.4.0; null where it names none. */
export const versionOf = (program: string): string | null => /\b(\d+\.\d+\.\d+(?:-[\w.]+)?)/.exec(program)?.[1] ?? null;
