import type { Bundle } from './bundleFiles';

const descriptions: Readonly<Record<string, string>> = {
  'README.md': 'this text',
  'events.jsonl': 'the log of the run, one fact a line; docs/run-format.md describes each',
  'power.jsonl': 'the raw energy counters at 10 Hz, which tell wraps between the edges of windows',
  'show.json': 'every number that is stated of the run, as `greenbatch show --json` prints it',
  'result.md': 'table, verdict, and what the numbers cover',
  'configurations.csv': 'one row for each configuration',
  'trials.csv': 'one row for each repeat',
  'experiment.energy.yaml': 'the experiment, to be measured again: `greenbatch run experiment.energy.yaml`',
  'machine.json': 'the machine and its settings in each session, and where the joules come from',
  'bundle.json': 'the run, and sha256 of models, weights and program',
  'CITATION.cff': 'how to cite the tool',
  'citation.bib': 'tool and paper as BibTeX',
  'MANIFEST.sha256': 'sha256 of every other file',
};

/** @param paths of all files, in their order */
export function bundleReadme(
  bundle: Bundle,
  { sentence, paths }: { sentence: string; paths: readonly string[] },
): string {
  const own = paths.filter((path) => !path.includes('/'));
  const folders = [...new Set(paths.filter((path) => path.includes('/')).map((path) => path.split('/')[0]!))];
  const folderTexts: Readonly<Record<string, string>> = {
    schemas: 'JSON Schemas of the formats above',
    figures: 'the charts as SVG',
  };
  return `# ${bundle.name}: a measured run and all that its numbers are made of

> ${sentence}

Run ${bundle.run}, measured by ${bundle.measuredBy}; bundled by ${bundle.program}. Nothing here needs a network or the machine that measured.

## In ten minutes

1. Check that nothing was lost or changed: \`sha256sum -c MANIFEST.sha256\`
2. Derive every number again from the raw counters: \`greenbatch audit .\`
   It prints for each number of show.json from which lines of which file, by which formula and of how many repeats it is made, does it again by
   a second, simple derivation, and ends with exit code 9 where one differs.
3. Read the result: \`greenbatch show .\`
4. See it as charts: \`greenbatch export . --format html -o report.html\`, and open the file in a browser.
5. Set it beside a run of your own: \`greenbatch compare . RUN\`
6. Measure it again, on a machine with energy counters: \`greenbatch run experiment.energy.yaml\`

\`greenbatch\` is \`node dist/cli.js\` of the tool's folder, or the command that the extension installs; Node.js 20.19 or later, nothing else.
Without it: joules of a window are the counters at its end less those at its start, plus their range for each wrap that power.jsonl
shows in between; divided by \`work\` they are joules per unit of work, and show.json has the mean over repeats.

## What is here

| File | Content |
|---|---|
${own.map((path) => `| \`${path}\` | ${descriptions[path] ?? ''} |`).join('\n')}
${folders.map((folder) => `| \`${folder}/\` | ${folderTexts[folder] ?? ''} |`).join('\n')}

## What was taken out

Folders, host names and account names, wherever a text of the log held one; no number. (A name that is a word of the log’s own stays, and of a
folder that only a message names, without quotes, what stands behind a comma, a colon or a semicolon in its name.) The folder of the experiment is \`.\`, others are
\`outside-1\`, \`outside-2\`, …; \`host\` and \`user\` stand for names. Replaced here: ${replacedText(bundle.replaced)}.
`;
}

const replacedText = (replaced: Bundle['replaced']) =>
  Object.entries(replaced)
    .map(([by, count]) => `\`${by}\` ${count} times`)
    .join(', ') || 'nothing';
