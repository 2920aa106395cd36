import { reportJson } from '../../core/export/json';
import { latex } from '../../core/export/latex';
import { markdown } from '../../core/export/markdown';
import { configurationsCsv, trialsCsv } from '../../core/export/runCsv';
import { configurationsTable, trialsTable } from '../../core/export/runTable';
import { policyAnalysis, withPolicy } from '../../core/analysis/policy/policyAnalysis';
import { goesOn } from '../../core/panel/protocol/judgedResults';
import { loadAnalysedRun } from '../store/loadAnalysedRun';
import { withFootprint } from '../../core/footprint/footprint';
import type { FootprintTerms } from '../../core/footprint/footprintSchema';
import { reportOf } from '../../core/report/report';
import { configurationResults } from '../../core/values/trialValue';
import { loadRun } from '../store/runFolder';
import { runBundle } from './bundle';
import { madeBy } from './madeBy';
import { parquet } from './parquet';
import { runPictures } from './pictureFiles';
import { reportFile } from './reportFile';

/** What is exported, and how. */
export type Exported = {
  runFolder: string;
  /** Folders of more runs, of a format that takes them: each is shown beside the first, and compared with it. */
  others: readonly string[];
  /** One row for each trial instead of each configuration, of a format with rows. */
  trials: boolean;
  /** Where report.js and report.css lie: beside the program's bundle. */
  pageFolder: string;
  /** What carbon and cost are told by, of a format that has them; left out or null: they are not. */
  footprint?: FootprintTerms | null;
};

/** A format that a run can be exported as. What makes it throws RunNotFound, LogError, or says what is missing. */
type ExportFormat = {
  /** Of the names of its files, without the dot. */
  ending: string;
  /** Lines of the help of `export`. */
  help: readonly string[];
  hasTrials?: true;
  takesSeveral?: true;
  hasFootprint?: true;
} & (
  | { isText: true; make(exported: Exported): string }
  /** Not for a terminal: written to a file alone. */
  | { isText: false; make(exported: Exported): Uint8Array }
  /** Several files, written into a folder. */
  | { isText: false; isFolder: true; make(exported: Exported): { name: string; text: string }[] }
);

/** All formats, for terminal and editor alike, in the order of the help: to have one more, add it here. */
export const exportFormats = {
  csv: {
    ending: 'csv',
    help: ['one row for each configuration (RFC 4180), units in the header'],
    hasTrials: true,
    isText: true,
    make({ runFolder, trials }) {
      const { report, results } = reported(runFolder);
      return trials ? trialsCsv(report, results()) : configurationsCsv(report);
    },
  },
  parquet: {
    ending: 'parquet',
    help: ['the same columns with their types (Apache Parquet); goes with -o'],
    hasTrials: true,
    isText: false,
    make({ runFolder, trials }) {
      const { report, results } = reported(runFolder);
      const table = trials ? trialsTable(report, results()) : configurationsTable(report);
      return parquet(table, { run: report.run.id, program: madeBy });
    },
  },
  markdown: {
    ending: 'md',
    help: ['table, verdict, and what the numbers cover'],
    hasFootprint: true,
    isText: true,
    make: (exported) => markdown(withCarbon(exported)),
  },
  latex: {
    ending: 'tex',
    help: ['a table for a paper (booktabs), with intervals; its caption has source, n and units'],
    isText: true,
    make: ({ runFolder }) => latex(reported(runFolder).report),
  },
  json: {
    ending: 'json',
    help: ['the same as "greenbatch show RUN --json"'],
    hasFootprint: true,
    isText: true,
    make: (exported) => reportJson(withPolicy(withCarbon(exported), endedPolicy(exported.runFolder))),
  },
  html: {
    ending: 'html',
    help: [
      'the panel as one file: charts, tables, sliders; opens in any browser, offline;',
      'of several runs all of them, each compared with the first: the same as "greenbatch report"',
    ],
    takesSeveral: true,
    hasFootprint: true,
    isText: true,
    make: ({ runFolder, others, pageFolder, footprint }) =>
      reportFile([runFolder, ...others], pageFolder, { footprint: footprint ?? null }),
  },
  bundle: {
    ending: 'zip',
    help: [
      'one archive with the raw logs, all numbers made of them, hashes, schemas and a README, without names of',
      'folders, hosts and accounts: to be handed on, and derived again by "greenbatch audit"; goes with -o',
    ],
    isText: false,
    make: ({ runFolder, pageFolder }) => runBundle(runFolder, pageFolder),
  },
  figures: {
    ending: 'svg',
    help: ['all charts and figures of the run as pictures (SVG), a file each; -o names their folder'],
    isText: false,
    isFolder: true,
    make: ({ runFolder, pageFolder }) =>
      runPictures(runFolder, pageFolder).map(({ name, svg }) => ({ name, text: svg })),
  },
} as const satisfies Record<string, ExportFormat>;

export type ExportName = keyof typeof exportFormats;

export const exportNames = Object.keys(exportFormats) as ExportName[];

/** The same without the exact keys: what a format has that it need not have. */
export const exportFormat = (name: ExportName): ExportFormat => exportFormats[name];

/** A run on its own terms. */
function reported(runFolder: string) {
  const { run, samples, folder, status, host } = loadRun(runFolder);
  return {
    report: reportOf(run, samples, { folder, status, host }),
    results: () => configurationResults(run, samples),
    arrivalRate: run.spec.sla?.arrivalRate ?? null,
  };
}

/** Its batching policy; null while it goes on: then the machine is left in peace. */
function endedPolicy(runFolder: string) {
  const run = loadAnalysedRun(runFolder);
  return goesOn(run.report) ? null : policyAnalysis.run([run]);
}

/** The same, with carbon and cost where they are asked for. */
function withCarbon({ runFolder, footprint = null }: Exported) {
  const { report, arrivalRate } = reported(runFolder);
  return withFootprint(report, footprint, { arrivalRate });
}
