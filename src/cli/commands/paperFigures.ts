import { figuresOfRuns } from '../../core/analysis/figures';
import type { FiguresJson } from '../../core/figure/figuresJsonSchema';
import { loadAnalysedRun } from '../../runs/store/loadAnalysedRun';
import { defineCommand, jsonOption } from '../options/defineCommand';
import { runFolderOf } from '../options/runArgument';
import { figureText } from '../text/figureText';
import { print, printData } from '../text/output';
import { styleFor } from '../text/style';

const help = `usage: greenbatch paper figures [RUN...] [--json]

Figures 1 to 4 of "Towards Sustainable AI with IPA" as their points: published, corrected (joules per image, the
latency of a request), and yours, of each RUN that repeats their experiment. Besides, of each RUN its power against
utilisation, and accuracy against cost with the share of service levels met (simulated: some seconds).
--json: everything, as docs/paper-figures.schema.json describes it. As pictures: greenbatch export --format figures.
Exit codes: 0 printed, 2 no such run.
`;

export const paperFiguresCommand = defineCommand({
  help,
  options: jsonOption,
  positionals: true,
  run({ json }, texts) {
    const figures = figuresOfRuns(texts.map((text) => loadAnalysedRun(runFolderOf(text, 'paper figures'))));
    const data: FiguresJson = { version: 1, figures };
    if (json) printData(`${JSON.stringify(data, null, 2)}\n`);
    else
      print(figures.map((figure) => figureText(figure, styleFor(process.stdout), process.stdout.columns)).join('\n'));
    return 0;
  },
});
