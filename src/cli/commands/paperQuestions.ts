import { questionsWith } from '../../core/analysis/questions';
import type { Size } from '../../core/spec/spec';
import { loadAnalysedRun } from '../../runs/store/loadAnalysedRun';
import { readCocoAnnotations } from '../../workloads/detection/data/cocoAnnotations';
import { defineCommand, jsonOption } from '../options/defineCommand';
import { runFolderOf } from '../options/runArgument';
import { printAnalysis } from '../text/analysisText';
import { print, printData } from '../text/output';
import { styleFor } from '../text/style';

const help = `usage: greenbatch paper questions [RUN...] [--annotations FILE] [--json]

What the authors of "Towards Sustainable AI with IPA" asked, answered by the published points, or by each RUN:
is energy redundant beside latency, accuracy and cost; which step gives up a little accuracy for much energy; which
configurations keep how many service levels (simulated: some seconds); how far power is in proportion to load; and
how large is what comes of the measuring itself.
--annotations FILE: the instances JSON of the images that the paper measured (instances_val2017.json): from their
sizes follows how padding grows with the batch size.
--json: everything, as docs/paper-questions.schema.json describes it.
Exit codes: 0 printed, 2 no such run, or annotations that cannot be read.
`;

export const paperQuestionsCommand = defineCommand({
  help,
  options: { ...jsonOption, annotations: { type: 'string' } },
  positionals: true,
  async run({ json, annotations }, texts) {
    const runs = texts.map((text) => loadAnalysedRun(runFolderOf(text, 'paper questions')));
    const questions = Object.entries(questionsWith(annotations === undefined ? null : await sizesIn(annotations)));
    if (json) {
      const answers = questions.map(([key, question]) => {
        const { version: _, ...answer } = question.json(question.run(runs)) as { version: number };
        return [key, answer] as const;
      });
      printData(`${JSON.stringify({ version: 1, ...Object.fromEntries(answers) }, null, 2)}\n`);
      return 0;
    }
    const style = styleFor(process.stdout);
    for (const [, question] of questions) {
      print(`${style.bold(question.title)}\n`);
      printAnalysis(question, runs, { json: false });
    }
    return 0;
  },
});

/** Sizes of the annotated images; those that the file does not tell are left out. */
async function sizesIn(file: string): Promise<Size[]> {
  const { truth } = await readCocoAnnotations(file);
  return truth.images.filter(({ height, width }) => height > 0 && width > 0);
}
