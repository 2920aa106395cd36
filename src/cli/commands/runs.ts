import { basename } from 'node:path';
import { ExpectedError } from '../../core/failure/expectedError';
import { withoutText } from '../../core/energy/sourceLabel';
import { reportOf } from '../../core/report/report';
import { blocksText } from '../../core/report/blocksText';
import { statusText } from '../../core/report/statusText';
import { workspaceOf } from '../../runs/store/folders';
import { listRunFolders, loadRun } from '../../runs/store/runFolder';
import { defineCommand, jsonOption } from '../options/defineCommand';
import { wholeNumber } from '../options/optionValues';
import { textTable } from '../text/textTable';
import { print, printData } from '../text/output';

const help = `usage: greenbatch runs [--json] [--limit N]

The runs of this workspace, newest first (at most N, by default 20).
`;

export const runsCommand = defineCommand({
  help,
  options: { ...jsonOption, limit: { type: 'string', default: '20' } },
  positionals: false,
  run(values) {
    const limit = wholeNumber('--limit', values.limit);
    const workspace = workspaceOf(process.cwd());
    const folders = listRunFolders(workspace);
    const rows = folders.slice(0, limit).map(describeRun);
    if (values.json) {
      printData(`${JSON.stringify(rows, null, 2)}\n`);
    } else if (rows.length === 0) {
      print(`no runs yet in ${workspace}; "greenbatch run FILE" makes one\n`);
    } else {
      print(
        textTable(
          ['run', 'status', 'energy', 'verdict'],
          rows.map((r) => [
            r.id,
            [statusText(r), blocksText(r)].filter(Boolean).join(', '),
            [r.source, withoutText(r)].filter(Boolean).join(' '),
            r.sentence,
          ]),
        ),
      );
      if (rows.length < folders.length) print(`… and ${folders.length - rows.length} older ones (--limit)\n`);
    }
    return 0;
  },
});

/** One run; one that cannot be read is listed with what is wrong, it must not hide the others. */
function describeRun(folder: string) {
  try {
    const { run, samples, status, host } = loadRun(folder);
    const report = reportOf(run, samples, { folder, status, host });
    return {
      id: basename(folder),
      folder,
      name: run.name,
      status,
      host,
      source: report.source?.kind ?? null,
      missing: report.source?.missing ?? [],
      blocks: report.run.blocks,
      ...(report.run.addedBlocks && { addedBlocks: report.run.addedBlocks }),
      kind: report.verdict.kind,
      sentence: report.verdict.sentence,
    };
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    const status = error instanceof ExpectedError && error.code === 'run-newer' ? 'newer' : 'damaged';
    return {
      id: basename(folder),
      folder,
      name: '',
      status,
      host: null,
      source: null,
      missing: [],
      blocks: 0,
      kind: null,
      sentence,
    };
  }
}
