import { batchingPolicy } from '../../latency/batchingPolicy';
import { batchingClause } from '../../latency/batchingWords';
import { figurePoint } from '../../figure/figurePoint';
import type { Figure } from '../../figure/figureSchema';
import { counted, describeGiven, describePercent } from '../../statistics/wording';
import type { Table } from '../../words/table';
import { joulesPer } from '../../words/unitOfWork';
import { describeNumber } from '../../words/units';
import type { AnalysedRun, Analysis } from '../analysis';
import { estimateNote, type QuestionSet, questionSets, setTitle } from '../paperQuestions/questionPoints';
import { type AdaptationSpace, adaptationSpaceSchema } from './adaptationSpaceSchema';
import { keptLevels, levelGrid } from './serviceLevels';

type Result = Pick<AdaptationSpace, 'sets'>;
type SpaceSet = AdaptationSpace['sets'][number];

const usualPercentile = 95;

/**
 * What there is to adapt to: accuracy against cost, with the share of service levels that each configuration keeps over a grid of
 * latency limits and arrival rates, and its energy. It simulates queues: up to some seconds, so it is made in a thread, or where
 * nothing waits for it. Without a run of the published points of experiment 1; experiment 2 states no accuracy.
 */
export const adaptationSpaceAnalysis: Analysis<readonly AnalysedRun[], Result> = {
  id: 'paper-adaptation-space',
  title: 'The adaptation space',
  schema: adaptationSpaceSchema,
  run(runs) {
    const sets = questionSets(runs).filter(({ isPublished, points }) => !isPublished || points.some((p) => p.accuracy));
    return { sets: sets.map((set, i) => spaceOf(set, runs[i])) };
  },
  json: (result): AdaptationSpace => ({ version: 1, ...result, sentence: sentenceOf(result) }),
  sentence: sentenceOf,
  table: tableOf,
  notes: notesOf,
};

function spaceOf(
  { name, isPublished, estimated, scope, unit, accuracyName, points }: QuestionSet,
  run: AnalysedRun | undefined,
): SpaceSet {
  const { percentile = usualPercentile, batching, batchTimeoutMs, instances } = run?.terms.sla ?? {};
  const policy = batchingPolicy({ batching, batchTimeoutMs });
  const results = points.map(({ result }) => result);
  const grid = levelGrid(results);
  const kept = keptLevels(results, grid, { percentile, batching, batchTimeoutMs, instances });
  return {
    ...{
      name,
      published: isPublished,
      estimated,
      scope,
      unit,
      accuracyName,
      percentile,
      batching: policy.batching,
      batchTimeoutMs: policy.timeoutMs,
      ...grid,
    },
    configurations: points.map(({ label, model, batchSize, accuracy, coreSeconds, joulesPerUnit }, i) => ({
      ...{ label, model, batchSize, accuracy: accuracy?.accuracy ?? null },
      ...{ coreSecondsPerUnit: coreSeconds, joulesPerUnit, ...kept[i]! },
    })),
    missing: missingOf(points),
  };
}

function missingOf(points: QuestionSet['points']): string | null {
  if (!points.some(({ accuracy }) => accuracy)) return 'no accuracy is known, so there is nothing to hold cost against';
  return points.some((p) => p.accuracy && p.coreSeconds !== null)
    ? null
    : 'how many threads worked is not known: no cost';
}

/** The figures of the space, one for each set. */
export function adaptationSpaceFigures(result: Result, source: string): Figure[] {
  return result.sets.map((set, i) => {
    const { configurations, accuracyName, unit, missing } = set;
    const points = configurations.flatMap((c) =>
      c.accuracy === null || c.coreSecondsPerUnit === null
        ? []
        : [
            figurePoint({
              ...{ x: c.coreSecondsPerUnit, y: c.accuracy, label: c.label, share: c.share, size: c.joulesPerUnit },
              words: [
                c.label,
                `${accuracyName} ${describeNumber(c.accuracy)}`,
                `${describeNumber(c.coreSecondsPerUnit)} core-seconds, ${describeNumber(c.joulesPerUnit)} ${joulesPer(unit)}`,
                `keeps ${describePercent(100 * c.share)} of the service levels`,
              ],
            }),
          ],
    );
    return {
      id: i === 0 ? 'adaptation-space' : `adaptation-space-${i + 1}`,
      title: result.sets.length > 1 ? `Adaptation space: ${setTitle(set)}` : 'Adaptation space: accuracy against cost',
      x: { title: `Cost (core-seconds per ${unit})`, scale: 'linear', fromZero: true },
      y: { title: `Accuracy (${accuracyName})`, scale: 'linear', fromZero: false },
      share: { title: 'share of service levels met' },
      size: { title: set.estimated ? `ESTIMATED ${joulesPer(unit)}` : joulesPer(unit) },
      layers: [
        {
          ...{
            id: set.published ? 'published' : 'yours',
            title: setTitle(set),
            points,
            isJoined: false,
            isShown: true,
          },
          missing: points.length > 0 ? null : missing,
        },
      ],
      sentence: sentenceOfSet(set),
      notes: notesOf({ sets: [set] }),
      source,
    };
  });
}

function sentenceOf({ sets }: Result): string {
  return sets.map(sentenceOfSet).join(' ');
}

function sentenceOfSet(set: SpaceSet): string {
  const { configurations, latencyLimitsMs, arrivalRates, missing } = set;
  const name = setTitle(set);
  if (configurations.length === 0) return `${name}: nothing was measured yet.`;
  const levels = counted(latencyLimitsMs.length * arrivalRates.length, 'service level');
  const byShare = configurations.toSorted((a, b) => b.share - a.share || a.joulesPerUnit - b.joulesPerUnit);
  const [most] = byShare;
  const accurate = configurations
    .filter(({ accuracy }) => accuracy !== null)
    .toSorted((a, b) => b.accuracy! - a.accuracy! || a.joulesPerUnit - b.joulesPerUnit)[0];
  const share = (c: SpaceSet['configurations'][number]) => describePercent(100 * c.share);
  const beside =
    !accurate || accurate === most ? '' : `; the most accurate, ${accurate.label}, keeps ${share(accurate)}`;
  if (most!.share === 0) return `${name}: no configuration keeps any of ${levels}${missing ? `; ${missing}` : ''}.`;
  return `${name}: of ${levels} ${most!.label} keeps the most, ${share(most!)}${beside}${missing ? `; ${missing}` : ''}.`;
}

function tableOf({ sets }: Result): Table {
  const several = sets.length > 1;
  const [first] = sets;
  const unit = first?.unit ?? 'image';
  return {
    columns: [
      ...(several ? ['of'] : []),
      'configuration',
      'accuracy',
      `core-s/${unit}`,
      joulesPer(unit),
      'levels met %',
    ],
    rows: sets.flatMap(({ configurations, ...set }) =>
      configurations.map((c) => [
        ...(several ? [setTitle(set)] : []),
        ...[c.label, c.accuracy, c.coreSecondsPerUnit, c.joulesPerUnit, 100 * c.share],
      ]),
    ),
  };
}

function notesOf({ sets }: Result): string[] {
  const notes = sets.flatMap(
    ({ name, percentile, batching, batchTimeoutMs, latencyLimitsMs, arrivalRates, published, scope }) => {
      if (latencyLimitsMs.length === 0) return [];
      const limits = latencyLimitsMs.map((ms) => describeGiven(ms / 1000)).join(', ');
      const waits = batchingClause({ batching, timeoutMs: batchTimeoutMs });
      const of = sets.length > 1 ? `${name}: ` : '';
      return [
        `${of}a level is p${percentile} of the request latency within ${limits} s at ${arrivalRates.map(describeGiven).join(', ')} requests/s: all pairs, each with the same weight; ${waits}. Requests are simulated (docs/statistics.md).`,
        ...(published
          ? [
              `${of}batches are taken to last batch size × ms an image, always the same: loading and NMS are not in the paper’s times.`,
            ]
          : []),
        ...(scope === 'process'
          ? [
              `${of}batches are taken to last as long as their inference calls. Loading and NMS are not in the latency, but in core-seconds and joules, which are of the whole process with its start.`,
            ]
          : []),
      ];
    },
  );
  return sets.some(({ estimated }) => estimated) ? [...notes, estimateNote] : notes;
}
