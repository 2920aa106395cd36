import { existsSync, mkdirSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { type MaterialPlaces, missingMaterials, usualMaterials } from '../../core/paper/materials';
import { type PaperChoice, paperExperiment, paperSpec, presetFile } from '../../core/paper/presets';
import { publishedNotes, publishedTable } from '../../core/paper/publishedTable';
import { type PaperExperiment, publishedPoints } from '../../core/paper/published';
import { ExpectedError } from '../../core/failure/expectedError';
import { experimentPath } from '../../core/spec/experimentPath';
import { specSchema } from '../../core/spec/spec';
import { mostBlocks } from '../../core/spec/mostBlocks';
import { maxSpecBytes } from '../../core/spec/specYaml';
import { wholeSentence } from '../../core/words/sentence';
import { readText, writeText } from '../../machine/regularFile';
import { planExperiment } from '../../engine/planning/planExperiment';
import { nameFromFile, workspaceOf } from '../../runs/store/folders';
import { CliError } from '../options/cliError';
import { type Command, defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { oneOf, wholeNumber } from '../options/optionValues';
import { print, printData, printError } from '../text/output';
import { tableText } from '../text/analysisText';
import { readMachine } from '../options/machineFile';
import { printPlan } from './plan';
import { runCommand } from './run';

const help = `usage: greenbatch paper exp1|exp2 [--sound] [--laptop] [--trials N] [options]
       greenbatch paper exp1|exp2 --plan [--machine FILE] [--json]
       greenbatch paper exp1|exp2 --published [--json]
       greenbatch paper figures [RUN...] [--json]
       greenbatch paper questions [RUN...] [--annotations FILE] [--json]

The experiments of "Towards Sustainable AI with IPA" (Willis, Bryson, Agho, 2024): writes one as an experiment
file and runs it. exp1: seven models at batch 10 and 32 over 500 images; exp2: YOLOv7-E6E at eleven batch sizes,
5 to 1000, over 5,000 images. As published: each configuration once, in the paper's order, the whole process.

  --sound            the same configurations so that they can be compared: warmed up, repeated in shuffled order,
                     package + memory, the same pixels for each image, inference alone
  --laptop           scaled down: minutes on two cores, of architectures and drawn scenes, with or without RAPL
  --trials N         so many trials of each configuration (the paper promised three)
  --weights DIR      folder of yolov7*.pt (default: weights)
  --architectures    the networks with random weights instead: no accuracy
  --images DIR       COCO's val2017, a folder or .zip (default: val2017)
  --annotations FILE its instances JSON (default: annotations/instances_val2017.json)
  --generated        drawn scenes instead: no accuracy
  -o, --output FILE  the experiment file (default: paper-exp1.energy.yaml, paper-exp2-sound.energy.yaml, …)
  --write            only writes it, also where weights and images are not there yet
  --plan             prints the plan of it instead (trials, hours, memory, what is missing): nothing is written or run;
                     with --machine FILE for the machine that it describes (see "greenbatch plan --help")
  --published        prints the published points, read off the figures; with --json as a list
  --out DIR, --strict, --detach, --json    as of "greenbatch run"

What is missing is told with where it is to be put. A file that is there and says something else stays as it is.
Exit codes: those of "greenbatch run"; 2 also where weights or images are missing; with --plan those of
"greenbatch plan".
`;

/** `greenbatch paper`: what is told of the paper as a whole has files of its own, which load only then. */
export const paperCommand: Command = async (argv) => {
  const [named, ...rest] = argv;
  if (named === 'figures') return (await import('./paperFigures')).paperFiguresCommand(rest);
  if (named === 'questions') return (await import('./paperQuestions')).paperQuestionsCommand(rest);
  return experimentCommand(argv);
};

const experimentCommand = defineCommand({
  help,
  options: {
    sound: { type: 'boolean', default: false },
    laptop: { type: 'boolean', default: false },
    trials: { type: 'string' },
    weights: { type: 'string' },
    architectures: { type: 'boolean', default: false },
    images: { type: 'string' },
    annotations: { type: 'string' },
    generated: { type: 'boolean', default: false },
    output: { type: 'string', short: 'o' },
    write: { type: 'boolean', default: false },
    plan: { type: 'boolean', default: false },
    machine: { type: 'string' },
    published: { type: 'boolean', default: false },
    out: { type: 'string' },
    strict: { type: 'boolean', default: false },
    detach: { type: 'boolean', default: false },
    ...jsonOption,
  },
  positionals: true,
  async run(values, positionals) {
    const [named, ...others] = positionals;
    if (named === undefined || others.length > 0)
      throw new WrongUsage('name one experiment, exp1 or exp2, or figures, or questions');
    const experiment = oneOf('paper', named, ['exp1', 'exp2'] as const);
    if (values.published) return printPublished(experiment, values.json);
    if (values.architectures && values.weights !== undefined)
      throw new WrongUsage('give either --weights or --architectures');
    if (values.generated && (values.images ?? values.annotations) !== undefined)
      throw new WrongUsage('give either --images (with --annotations) or --generated');

    const file = values.output ?? presetFile({ experiment, sound: values.sound, laptop: values.laptop });
    const asked = {
      weights: !values.architectures && (!values.laptop || values.weights !== undefined),
      images: !values.generated && (!values.laptop || (values.images ?? values.annotations) !== undefined),
    };
    const places: MaterialPlaces = {
      weights: values.weights ?? usualMaterials.weights,
      images: values.images ?? usualMaterials.images,
      annotations: values.annotations ?? usualMaterials.annotations,
    };
    const here = (path: string) => experimentPath(relative(dirname(resolve(file)), resolve(path)) || '.');
    const choice: PaperChoice = {
      ...{ experiment, sound: values.sound, laptop: values.laptop },
      trials: values.trials === undefined ? null : wholeNumber('--trials', values.trials, 1, mostBlocks),
      weights: asked.weights ? here(places.weights) : null,
      images: asked.images ? { images: here(places.images), annotations: here(places.annotations) } : null,
    };
    if (values.machine !== undefined && !values.plan) throw new WrongUsage('--machine goes with --plan');
    if (values.plan) return plan(file, choice, values);
    const missing = missingMaterials(experiment, places, existsSync, asked);
    const told = missing.map(({ message, instead }) => wholeSentence(`${message}${instead}`)).join('\n');
    if (missing.length > 0 && !values.write)
      throw new CliError(told, missing.some(({ what }) => what !== 'weights') ? 'dataset' : 'model');
    write(file, paperExperiment(choice));
    if (values.write) {
      if (told !== '') printError(`${told}\n`);
      printData(`${file}\n`);
      return 0;
    }
    return runCommand([
      file,
      ...(values.out === undefined ? [] : ['--out', values.out]),
      ...(['strict', 'detach', 'json'] as const).filter((flag) => values[flag]).map((flag) => `--${flag}`),
    ]);
  },
});

/** @returns the exit code of `greenbatch plan` */
async function plan(
  file: string,
  choice: PaperChoice,
  { machine, json }: { machine?: string | undefined; json: boolean },
): Promise<number> {
  const spec = specSchema.parse(paperSpec(choice));
  const baseFolder = dirname(resolve(file));
  const planned = await planExperiment({
    ...{ name: spec.name ?? nameFromFile(file), spec, baseFolder, workspace: workspaceOf(baseFolder) },
    machine: machine === undefined ? null : readMachine(machine),
  });
  return printPlan(planned, json);
}

/** What a person has written or changed there is theirs. */
function write(file: string, text: string): void {
  if (existsSync(file)) {
    if (readText(file, maxSpecBytes) === text) return;
    throw new CliError(
      `${file} is there already and says something else: name another file with -o FILE, or run it as it is with "greenbatch run ${file}"`,
    );
  }
  try {
    mkdirSync(dirname(resolve(file)), { recursive: true });
    writeText(file, text);
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw new CliError(`${file} cannot be written: ${(error as Error).message}`);
  }
  printError(`Experiment: ${file}\n`);
}

function printPublished(experiment: PaperExperiment, json: boolean): number {
  if (json) printData(`${JSON.stringify(publishedPoints(experiment), null, 2)}\n`);
  else print(publishedText(experiment));
  return 0;
}

const publishedText = (experiment: PaperExperiment) =>
  `${[tableText(publishedTable(experiment), process.stdout.columns), '', ...publishedNotes(experiment)].join('\n')}\n`;
