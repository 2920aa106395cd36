import { comparisonWith } from '../../core/analysis/comparison/comparisonAnalysis';
import { isInterleaved } from '../../core/analysis/comparison/interleaved';
import { exitCodes } from '../../core/failure/exitCodes';
import { loadPastRun, pastRunFolders } from '../../runs/index/pastRuns';
import { loadAnalysedRun } from '../../runs/store/loadAnalysedRun';
import { defineCommand, jsonOption, type Token, WrongUsage } from '../options/defineCommand';
import { runFolderOf } from '../options/runArgument';
import { printAnalysis } from '../text/analysisText';

const help = `usage: greenbatch compare RUN RUN [--control RUN...] [--reference ID] [--json]
       greenbatch compare RUN... --with RUN... [--control RUN...] [--reference ID] [--json]

The second run against the first. For each configuration that both have: how its energy relative to a reference
of the same run (the one in use, or --reference ID) differs. Whether that is more than such runs differ from day
to day is told by equal runs of the same machine, which are found beside those compared, or by the runs that
--control names: of any one experiment, three or more, measured on two days or more. Without them nothing is judged.
Two runs that were measured in turns ("run A B --interleaved") are found out: their joules are compared within the
blocks that both have, and what differs between their experiments is named.
--with: sides of several runs. With runs of three days on each side, or three that took turns, energy itself is
judged too; with fewer it is told whether it differs, but not why.
Runs whose joules are different things (measured and estimated, other work, other domains, other image sizes,
another model of the same name) are not compared.
--json: everything, as docs/compare.schema.json describes it.
Exit codes: 0 something is judged, 2 no such run, 6 nothing is told apart or judged, 8 not comparable.
`;

const options = {
  ...jsonOption,
  with: { type: 'boolean', default: false },
  control: { type: 'boolean', default: false },
  reference: { type: 'string' },
} as const;

export const compareCommand = defineCommand({
  help,
  options,
  positionals: true,
  run({ json, reference, with: isWith, control: isNamed }, _, inOrder) {
    const texts = listsOf(inOrder);
    const [before, after] = isWith ? [texts.runs, texts.with] : [texts.runs.slice(0, 1), texts.runs.slice(1)];
    if (before.length === 0 || after.length === 0 || (!isWith && after.length > 1))
      throw new WrongUsage('name two runs, or those of two sides: RUN... --with RUN...');
    if (isNamed && texts.control.length === 0) throw new WrongUsage('name the runs of the control workload');
    const folderOf = (text: string) => runFolderOf(text, 'compare');
    const [compared, control] = [[...before, ...after].map(folderOf), texts.control.map(folderOf)];
    // Of a run beside itself nothing is claimed; of a side that holds one twice there would be.
    const all = [...compared, ...control];
    if (all.length > 2 && new Set(all).size < all.length) throw new WrongUsage('a run is named twice');
    const runs = compared.map(loadAnalysedRun);
    // What differs between days is in both of a pair alike.
    const isPair = isInterleaved({ first: runs.slice(0, before.length), second: runs.slice(before.length) });
    if (isPair && (isNamed || reference !== undefined))
      throw new WrongUsage(
        'the two runs were measured in turns: their joules are compared, without --control and --reference',
      );
    const past = isPair
      ? []
      : isNamed
        ? control.map(loadAnalysedRun)
        : pastRunFolders(compared).flatMap((folder) => loadPastRun(folder) ?? []);
    const analysis = comparisonWith({ first: before.length, past, isPastNamed: isNamed, reference });
    const comparison = printAnalysis(analysis, runs, { json });
    if (comparison.refused) return exitCodes.incomparable;
    return comparison.configurations.some(isTold) ? exitCodes.ok : exitCodes.unresolved;
  },
});

/** The runs that stand behind `--with`, behind `--control`, and before either. */
function listsOf(inOrder: readonly Token[]) {
  const lists = { runs: [] as string[], with: [] as string[], control: [] as string[] };
  let list = lists.runs;
  for (const token of inOrder) {
    if ('positional' in token) list.push(token.positional);
    else if (token.option === 'with' || token.option === 'control') list = lists[token.option];
  }
  return lists;
}

const told = ['less', 'more', 'equivalent'];
const isTold = ({ verdict, absolute }: { verdict: string | null; absolute: string }) =>
  told.includes(absolute) || (verdict !== null && told.includes(verdict));
