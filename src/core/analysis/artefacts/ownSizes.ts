import { paperF1 } from '../../accuracy/paperF1';
import { configurationLabels, modelNames } from '../../configuration/label';
import { mean, standardDeviation } from '../../statistics/statistics';
import { tCritical } from '../../statistics/studentT';
import { describeChange, describeMilliseconds, describePercent } from '../../statistics/wording';
import { aroundWork } from '../../values/aroundWork';
import type { ConfigurationResult } from '../../values/result';
import { describeNumber } from '../../words/units';
import type { AnalysedRun } from '../analysis';
import { trialLatencyMs } from '../paperFigures/reproducedPoints';
import type { Artefacts } from './artefactsSchema';
import type { ArtefactSize } from './publishedSizes';

type Id = Artefacts['artefacts'][number]['id'];
type Own = Pick<ArtefactSize, 'value' | 'unit' | 'words'>;

/** How large each artefact is in a run, as far as its windows and its accuracy tell. */
export function ownSizes(run: AnalysedRun): Partial<Record<Id, ArtefactSize[]>> {
  const measured = run.results.filter(({ trials }) => trials.length > 0);
  const labels = configurationLabels(run.results);
  const of = run.report.run.name;
  const each = (sizeOf: (result: ConfigurationResult) => Own | null) =>
    measured.flatMap((result): ArtefactSize[] => {
      const size = sizeOf(result);
      const configuration = labels.get(result.id) ?? result.id;
      return size ? [{ of, configuration, estimated: false, low: null, high: null, ...size }] : [];
    });
  const { estimated } = run.terms;
  const ofJoules = (sizes: readonly ArtefactSize[]) =>
    sizes.map((size) => (estimated ? { ...size, estimated, words: `ESTIMATED: ${size.words}` } : size));
  return {
    'rect-padding': each((result) => padding(result, measured)),
    f1: f1Sizes(run),
    'latency-waiting': each((result) => waiting(result, run.report.run.scope)),
    'latency-nms': each(besideInference),
    'start-up': ofJoules(each(startup)),
    'one-trial': ofJoules(each(oneTrial)),
    order: ofJoules(drift(run)),
  };
}

const over = (trials: ConfigurationResult['trials'], of: (trial: ConfigurationResult['trials'][number]) => number) =>
  mean(trials.map(of));

/** Of batches with a shape each (`images.rect`): against the smallest batch size of the same model. */
function padding({ model, batchSize, trials }: ConfigurationResult, all: readonly ConfigurationResult[]): Own | null {
  const pixelsOf = (some: ConfigurationResult['trials']) => {
    const known = some.map(({ pixelsPerUnit }) => pixelsPerUnit).filter((pixels) => pixels !== undefined);
    return known.length > 0 && known.length === some.length ? mean(known) : null;
  };
  const least = all.filter((each) => each.model === model).toSorted((a, b) => a.batchSize - b.batchSize)[0]!;
  const [pixels, leastPixels] = [pixelsOf(trials), pixelsOf(least.trials)];
  if (pixels === null || leastPixels === null || batchSize === least.batchSize) return null;
  const percent = 100 * (pixels / leastPixels - 1);
  return {
    ...{ value: percent, unit: '% of pixels' },
    words: `${describeChange(percent)} pixels an image against batch ${least.batchSize}, as its windows counted them`,
  };
}

function waiting({ batchSize, trials }: ConfigurationResult, scope: string | null): Own | null {
  const own = trials.map((trial) => trialLatencyMs(trial, batchSize, scope)).filter((ms) => ms !== null);
  if (own.length < trials.length || batchSize === 1) return null;
  const ms = mean(own);
  return {
    ...{ value: batchSize * ms, unit: 'ms' },
    words: `a request takes ${describeMilliseconds(batchSize * ms)}, not ${describeMilliseconds(ms)}`,
  };
}

/** Of windows that hold the whole work: what an image takes beside inference. */
function besideInference({ trials }: ConfigurationResult): Own | null {
  const phaseMs = (wanted: (phase: string) => boolean) =>
    over(trials, ({ phases = [] }) =>
      phases.filter(({ phase }) => wanted(phase)).reduce((sum, { msPerUnit }) => sum + msPerUnit, 0),
    );
  const inference = phaseMs((phase) => phase === 'inference');
  if (!(inference > 0)) return null;
  const rest = phaseMs((phase) => phase !== 'inference' && !aroundWork.includes(phase));
  return {
    ...{ value: (100 * rest) / inference, unit: '% of inference' },
    words: `loading, preparing, NMS and evaluation take ${describeNumber(rest)} ms an image beside ${describeNumber(inference)} ms of inference`,
  };
}

function startup({ trials }: ConfigurationResult): Own | null {
  const share = over(trials, ({ phases = [], joulesPerUnit }) => {
    const around = phases.filter(({ phase }) => aroundWork.includes(phase));
    return around.reduce((sum, phase) => sum + phase.joulesPerUnit, 0) / joulesPerUnit;
  });
  if (!(share > 0)) return null;
  return { value: 100 * share, unit: '% of energy', words: `${describePercent(100 * share)} of the process’s energy` };
}

/** How far a single trial may lie from what many would show: a prediction interval of Student's t over the logarithms. */
function oneTrial({ trials }: ConfigurationResult): Own | null {
  const n = trials.length;
  if (n < 5) return null;
  const scatter = standardDeviation(trials.map((t) => Math.log(t.joulesPerUnit)));
  const percent = 100 * Math.expm1(tCritical(0.025, n - 1) * scatter * Math.sqrt(1 + 1 / n));
  return {
    ...{ value: percent, unit: '% of J/image' },
    words: `one more trial would lie within ± ${describePercent(percent)} of the mean, 19 times in 20`,
  };
}

function drift({ report: { run }, results }: AnalysedRun): ArtefactSize[] {
  const { drift: found } = run;
  if (!found) return [];
  const { percent, low, high } = found;
  return [
    {
      ...{ of: run.name, configuration: 'all', estimated: false },
      ...{ value: percent, unit: '% of J/image', low, high },
      words: `${describeChange(percent)} from the first trial to the last${orderText(results)}`,
    },
  ];
}

/** Whom drift falls on, by the order in which the configurations came. */
function orderText(results: readonly ConfigurationResult[]): string {
  const measured = results.filter(({ trials }) => trials.length > 0);
  if (measured.length < 2) return '';
  return hasSeveralOrders(measured)
    ? '; the order changed from block to block, so no configuration has it alone'
    : '; the configurations came in the same order each time, so what early and late ones differ by may be of it';
}

/** Whether any two configurations changed places between two blocks that have both. */
function hasSeveralOrders(results: readonly ConfigurationResult[]): boolean {
  const trialIn = ({ trials }: ConfigurationResult) => new Map(trials.map(({ block, trial }) => [block, trial]));
  const places = results.map(trialIn);
  return places.some((a, i) =>
    places.slice(i + 1).some((b) => {
      const shared = [...a].filter(([block]) => b.has(block));
      return new Set(shared.map(([block, trial]) => Math.sign(trial - b.get(block)!))).size > 1;
    }),
  );
}

function f1Sizes({ report, results, accuracies = [] }: AnalysedRun): ArtefactSize[] {
  const name = modelNames(results);
  return accuracies.flatMap(({ model, accuracy }): ArtefactSize[] => {
    if (!accuracy?.yolov7) return [];
    const f1 = paperF1(accuracy.coco.stats[0]!, accuracy.coco.stats[8]!);
    if (f1 === null) return [];
    const difference = f1 - accuracy.yolov7.F1;
    return [
      {
        ...{
          of: report.run.name,
          configuration: name({ model }),
          value: difference,
          unit: 'F1',
          estimated: false,
          low: null,
          high: null,
        },
        words: `${describeNumber(f1)} of AP and AR, ${describeNumber(accuracy.yolov7.F1)} of precision and recall at the confidence where that is highest`,
      },
    ];
  });
}
