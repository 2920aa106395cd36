import { counted, describeGiven, listed } from '../statistics/wording';
import { describeNumber, roundToHold } from '../words/units';
import type { ChosenStage, PipelineAnswer } from './answer';
import type { AccuracyMethod } from './problem';
import type { PipelineAsk, PipelineView } from './view';

/** An answer in words, for the pipeline view and whoever else tells it in one sentence. */

/** More stages than these are counted: their names stand in the strip. */
const mostNamed = 4;

/** `yolov7-tiny b4 ×2`: in tables and beside points. */
export const shortChoice = ({ variant, batch, replicas }: Omit<ChosenStage, 'name'>): string =>
  `${variant} b${batch} ×${replicas}`;

/** Of all stages, in their order. */
export const shortChoices = (stages: readonly ChosenStage[]): string => stages.map(shortChoice).join(' → ');

/** Of the stages that are chosen otherwise than in another answer: `detect: yolov7 b1 ×3`. Empty: none is. */
export function otherChoices(stages: readonly ChosenStage[], than: readonly ChosenStage[]): string {
  return stages
    .flatMap((stage) => {
      const other = than.find(({ name }) => name === stage.name);
      const isOtherSize =
        other?.variant === stage.variant && other.batch === stage.batch && other.cores !== stage.cores;
      if (other && shortChoice(other) === shortChoice(stage) && !isOtherSize) return [];
      return [`${stage.name}: ${shortChoice(stage)}${isOtherSize ? ` of ${counted(stage.cores, 'core')}` : ''}`];
    })
    .join('; ');
}

/** `640 of 900 ms`; from ten seconds on in seconds. */
function ofLimit(latencySeconds: number, slaSeconds: number): string {
  const [scale, unit] = slaSeconds >= 10 ? [1, 's'] : [1000, 'ms'];
  return `${describeNumber(latencySeconds * scale)} of ${describeGiven(slaSeconds * scale)} ${unit}`;
}

/** Why a latency may be above its limit with `queueing: as-published`. */
export function publishedQueueing(longerSeconds: number): string {
  const longer = longerSeconds > 0 ? ` and the limit is longer by ${describeNumber(longerSeconds * 1000)} ms` : '';
  return `as the published code has it, filling batches is not charged${longer}`;
}

/** How the accuracies of several stages became one. */
const joined = { sum: ' in sum', average: ' on average', multiply: ' as a product' } satisfies Record<
  AccuracyMethod,
  string
>;

export type WordedAnswer = {
  answer: PipelineAnswer;
  asked: Pick<PipelineAsk, 'slaSeconds' | 'load'>;
  accuracyMethod: AccuracyMethod;
  normalizeAccuracy: boolean;
  limitLongerSeconds: PipelineView['limitLongerSeconds'];
};

/**
 * `yolov7-tiny at batch 4 on 2 replicas → resnet18 at batch 1 on 1 replica: 0.570 accuracy on average, 6 cores, 640 of 900 ms,
 * 12.4 J/request of which 3.1 idle`; without a solution what cannot be kept together.
 */
export function answerSentence(worded: WordedAnswer): string {
  const { answer, asked, limitLongerSeconds: longerSeconds } = worded;
  if (answer.status === 'infeasible') return infeasibleSentence(worded);
  const { stages, accuracy, cores, latencySeconds, joulesPerRequest, idleJoulesPerRequest } = answer;
  const choice =
    stages.length > mostNamed
      ? `${stages.length} stages`
      : stages
          .map(({ variant, batch, replicas }) => `${variant} at batch ${batch} on ${counted(replicas, 'replica')}`)
          .join(' → ');
  const idle =
    idleJoulesPerRequest !== null && idleJoulesPerRequest > 0
      ? ` of which ${describeNumber(idleJoulesPerRequest, 2)} idle`
      : '';
  return `${choice}: ${[
    `${describeNumber(accuracy!)} accuracy${accuracyWords(worded, stages.length)}`,
    counted(cores!, 'core'),
    `${ofLimit(latencySeconds!, asked.slaSeconds)}${longerSeconds === null ? '' : ` (${publishedQueueing(longerSeconds)})`}`,
    `${describeNumber(joulesPerRequest!)} J/request${idle}`,
  ].join(', ')}`;
}

const accuracyWords = ({ accuracyMethod, normalizeAccuracy }: WordedAnswer, stages: number) =>
  `${normalizeAccuracy ? ' by rank' : ''}${stages > 1 ? joined[accuracyMethod] : ''}`;

/** Which limits no choice keeps together. */
function infeasibleSentence({ answer, asked }: WordedAnswer): string {
  const names: Record<string, string> = {
    latency: `the latency limit of ${describeGiven(1000 * asked.slaSeconds)} ms`,
    throughput: `the load of ${describeGiven(asked.load)} requests/s`,
    scalingCap: 'the limit on replicas',
    joulesPerRequest: 'the limit on joules per request',
    watts: 'the limit on power',
    variant: 'the variants that are fixed',
    replicas: 'the replicas that are fixed',
  };
  const binding = (answer.binding ?? []).map((limit) => names[limit] ?? limit);
  if (binding.length === 0) return 'No choice keeps all limits';
  return `No choice keeps ${listed(binding)}${binding.length > 1 ? ' together' : ''}`;
}

/** One limit that would be enough if it were this, rounded to the side that holds, to three digits; `slider`: it has one. */
export type Way = { slider: 'sla' | 'load' | null; value: number; text: string };

/** The side on which the nearest load with a solution holds: above the asked one, where batches fill sooner, larger ones hold. */
export const loadHolds = (nearest: number, asked: number): 'up' | 'down' => (nearest > asked ? 'up' : 'down');

/**
 * The nearest relaxations of an infeasible problem, one limit each, those that sliders can set first.
 *
 * @param asked requests per second for which there is no solution
 */
export function waysOut({ relaxation = {} }: PipelineAnswer, asked: number): Way[] {
  const { slaSeconds, load, scalingCap, joulesPerRequest, watts } = relaxation;
  const way = (slider: Way['slider'], value: number | undefined, text: (shown: string) => string): Way[] =>
    value === undefined ? [] : [{ slider, value, text: text(describeGiven(value)) }];
  const rounded = (value: number | undefined, to: 'up' | 'down', scale = 1) =>
    value === undefined ? undefined : roundToHold(value, to, scale);
  return [
    ...way('sla', rounded(slaSeconds, 'up', 1000), (ms) => `a latency limit of ${ms} ms`),
    ...way(
      'load',
      rounded(load, load === undefined ? 'down' : loadHolds(load, asked)),
      (rate) => `a load of ${rate} requests/s`,
    ),
    ...way(null, scalingCap, (cap) => `${cap} replicas of a stage at most (scalingCap)`),
    ...way(null, rounded(joulesPerRequest, 'up'), (joules) => `a limit of ${joules} J/request`),
    ...way(null, rounded(watts, 'up'), (power) => `a limit of ${power} W`),
  ];
}

/** `There is a solution with a latency limit of 1150 ms, or with a load of 14 requests/s.`; that none helps, where none does. */
export function relaxationSentence(answer: PipelineAnswer, asked: number): string {
  const ways = waysOut(answer, asked).map(({ text }) => `with ${text}`);
  if (ways.length === 0) return 'No single limit that is moved alone would help';
  return `There is a solution ${ways.join(', or ')}`;
}
