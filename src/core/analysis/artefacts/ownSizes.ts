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
type Own = Omit<ArtefactSize, 'of' | 'configuration' | 'low' | 'high'> & Partial<Pick<ArtefactSize, 'low' | 'high'>>;

/** How large each artefact is in a run, as far as its windows and its accuracy tell. */
export function ownSizes(run: AnalysedRun): Partial<Record<Id, ArtefactSize[]>> {
  const measured = run.results.filter(({ trials }) => trials.length > 0);
  const labels = configurationLabels(run.results);
  const of = run.report.run.name;
  const each = (sizeOf: (result: ConfigurationResult) => Own | null) =>
    measured.flatMap((result): ArtefactSize[] => {
      const size = sizeOf(result);
      return size ? [{ of, configuration: labels.get(result.id) ?? result.id, low: null, high: null, ...size }] : [];
    });
  return {
    f1: f1Sizes(run),
    'latency-waiting': each(waiting),
    'latency-nms': each(besideInference),
    'start-up': each(startup),
    'one-trial': each(oneTrial),
    order: drift(run),
  };
}

const over = (trials: ConfigurationResult['trials'], of: (trial: ConfigurationResult['trials'][number]) => number) =>
  mean(trials.map(of));

function waiting({ batchSize, trials }: ConfigurationResult): Own | null {
  const own = trials.map((trial) => trialLatencyMs(trial, batchSize)).filter((ms) => ms !== null);
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

function drift({ report: { run } }: AnalysedRun): ArtefactSize[] {
  const { drift: found } = run;
  if (!found) return [];
  const { percent, low, high } = found;
  return [
    {
      ...{ of: run.name, configuration: 'all', value: percent, unit: '% of J/image', low, high },
      words: `${describeChange(percent)} from the first trial to the last; they were shuffled, so no configuration has it alone`,
    },
  ];
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
          low: null,
          high: null,
        },
        words: `${describeNumber(f1)} of AP and AR, ${describeNumber(accuracy.yolov7.F1)} of precision and recall at the confidence where that is highest`,
      },
    ];
  });
}
