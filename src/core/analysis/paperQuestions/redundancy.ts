import {
  type Correlation,
  correlationOf,
  discordantPairs,
  partial,
  pearson,
  spearman,
} from '../../statistics/correlation';
import { mean } from '../../statistics/statistics';
import { counted, listed } from '../../statistics/wording';
import type { Table } from '../../words/table';
import { describeNumber } from '../../words/units';
import type { AnalysedRun, Analysis } from '../analysis';
import { estimateNote, type QuestionPoint, type QuestionSet, questionSets, setTitle } from './questionPoints';
import { type Redundancy, redundancySchema } from './redundancySchema';

type SetResult = Redundancy['sets'][number];
type Beside = SetResult['beside'][number];

/** From this coefficient on one quantity tells the other but for a fifth of its variance (1 − .9²). */
const redundantFrom = 0.9;

/**
 * Whether energy tells anything beside latency, accuracy and cost: the question of Sustainable-IPA's authors. Without a run of the
 * published points, each experiment for itself; of runs each for itself, for energies of two machines are no points of one cloud.
 */
export const redundancyAnalysis: Analysis<readonly AnalysedRun[], Omit<Redundancy, 'version' | 'sentence'>> = {
  id: 'paper-redundancy',
  title: 'Is energy redundant?',
  schema: redundancySchema,
  run: (runs) => ({ sets: questionSets(runs).flatMap(withAndWithoutTiny) }),
  json: (result): Redundancy => ({ version: 1, ...result, sentence: sentenceOf(result) }),
  sentence: sentenceOf,
  table: tableOf,
  notes: notesOf,
};

function withAndWithoutTiny(set: QuestionSet): SetResult[] {
  const rest = set.points.filter(({ model }) => !/tiny/i.test(model));
  const isBoth = rest.length > 0 && rest.length < set.points.length;
  return [resultOf(set, set.points, false), ...(isBoth ? [resultOf(set, rest, true)] : [])];
}

function resultOf(set: QuestionSet, points: readonly QuestionPoint[], withoutTiny: boolean): SetResult {
  const timed = points.filter(({ latencyMs }) => latencyMs !== null);
  const priced = points.filter(({ coreSeconds }) => coreSeconds !== null);
  const rated = points.filter(({ accuracy }) => accuracy !== null);
  const joules = (p: QuestionPoint) => p.joulesPerUnit;
  const latency = (p: QuestionPoint) => p.latencyMs!;
  const accuracy = (p: QuestionPoint) => p.accuracy!.accuracy;
  const { name, isPublished, estimated } = set;
  const found = [
    beside('latency', timed, joules, latency, 'inference was not timed'),
    beside('accuracy', rated, joules, accuracy, 'no accuracy is known'),
    givenLatency(rated.filter(({ latencyMs }) => latencyMs !== null)),
    beside('cost', priced, joules, (p) => p.coreSeconds!, 'how many threads worked is not known'),
  ];
  return {
    ...{ name, published: isPublished, estimated, withoutTiny, points: points.length, models: modelsOf(points) },
    // An estimate is made of CPU time and time: what they tell of it is no finding.
    beside: estimated ? found.map((each) => ({ ...each, tells: 'open' as const })) : found,
    line: lineOf(timed),
    dearestQuicker: dearestQuicker(timed),
  };
}

const modelsOf = (points: readonly QuestionPoint[]) => new Set(points.map(({ model }) => model)).size;

/** Batch sizes of one model are no points by themselves where there are several models. */
function independentOf(points: readonly QuestionPoint[]): number {
  const models = modelsOf(points);
  return models > 1 ? models : points.length;
}

type Value = (point: QuestionPoint) => number;

function beside(
  quantity: Beside['quantity'],
  points: readonly QuestionPoint[],
  of: Value,
  other: Value,
  why: string,
): Beside {
  const [x, y] = [points.map(of), points.map(other)];
  const n = independentOf(points);
  const isEnough = points.length >= fewestOfTwo;
  const ofValues = isEnough ? correlationOf(pearson(x, y), n, 'pearson') : null;
  const { discordant, pairs } = discordantPairs(x, y);
  return {
    ...{ quantity, points: points.length, pearson: ofValues },
    spearman: isEnough ? correlationOf(spearman(x, y), n, 'spearman') : null,
    ...{ pairs, discordantPairs: discordant, tells: tells(ofValues) },
    missing: points.length === 0 ? why : missingOf(ofValues, points.length, fewestOfTwo),
  };
}

/** Energy and accuracy among configurations of equal latency. */
function givenLatency(points: readonly QuestionPoint[]): Beside {
  const values = [
    points.map((p) => p.joulesPerUnit),
    points.map((p) => p.accuracy!.accuracy),
    points.map((p) => p.latencyMs!),
  ];
  const of = (kind: 'pearson' | 'spearman') => {
    if (points.length < fewestOfThree) return null;
    const [energy, accuracy, latency] = values as [number[], number[], number[]];
    const coefficient = kind === 'pearson' ? pearson : spearman;
    const held = partial(coefficient(energy, accuracy), coefficient(energy, latency), coefficient(accuracy, latency));
    return correlationOf(held, independentOf(points), kind, 1);
  };
  const ofValues = of('pearson');
  return {
    ...{ quantity: 'accuracy-given-latency', points: points.length, pearson: ofValues, spearman: of('spearman') },
    ...{ pairs: null, discordantPairs: null, tells: tells(ofValues) },
    missing:
      points.length === 0 ? 'accuracy or latency is not known' : missingOf(ofValues, points.length, fewestOfThree),
  };
}

/** Fewest points of which a coefficient of two quantities, and one of three, says anything. */
const [fewestOfTwo, fewestOfThree] = [3, 4];

function missingOf(found: Correlation | null, points: number, fewest: number): string | null {
  if (found !== null) return null;
  if (points < fewest) return `${counted(points, 'configuration')} ${points === 1 ? 'is' : 'are'} too few`;
  return fewest === fewestOfThree
    ? 'one of the three does not vary, or latency tells one of the others entirely'
    : 'one of them does not vary';
}

function tells(found: Correlation | null): Beside['tells'] {
  if (found === null || found.low === null || found.high === null) return 'open';
  if (found.low >= redundantFrom || found.high <= -redundantFrom) return 'redundant';
  return found.high < redundantFrom && found.low > -redundantFrom ? 'not-redundant' : 'open';
}

function lineOf(points: readonly QuestionPoint[]): SetResult['line'] {
  const [x, y] = [points.map((p) => p.latencyMs!), points.map((p) => p.joulesPerUnit)];
  const [centreX, centreY] = [mean(x), mean(y)];
  const xx = x.reduce((sum, value) => sum + (value - centreX) ** 2, 0);
  if (points.length < 3 || !(xx > 0)) return null;
  const joulesPerMs = x.reduce((sum, value, i) => sum + (value - centreX) * (y[i]! - centreY), 0) / xx;
  const joules = centreY - joulesPerMs * centreX;
  const misses = points.map((p, i) => ({
    label: p.label,
    percent: 100 * (1 - (joules + joulesPerMs * x[i]!) / y[i]!),
  }));
  const farthest = misses.reduce((a, b) => (Math.abs(b.percent) > Math.abs(a.percent) ? b : a));
  return { joules, joulesPerMs, largestMissPercent: farthest.percent, farthest: farthest.label };
}

/** Of all pairs the one in which the quicker takes most energy above the other, by the points as they are. null: in none it takes more. */
function dearestQuicker(points: readonly QuestionPoint[]): SetResult['dearestQuicker'] {
  const pairs = points.flatMap((quicker) =>
    points
      .filter((other) => quicker.latencyMs! < other.latencyMs! && quicker.joulesPerUnit > other.joulesPerUnit)
      .map((other) => ({
        ...{ quicker: quicker.label, other: other.label },
        percent: 100 * (quicker.joulesPerUnit / other.joulesPerUnit - 1),
      })),
  );
  return pairs.toSorted((a, b) => b.percent - a.percent)[0] ?? null;
}

const names: Record<Beside['quantity'], string> = {
  latency: 'latency',
  accuracy: 'accuracy',
  cost: 'cost',
  'accuracy-given-latency': 'accuracy, given latency',
};

function sentenceOf({ sets }: Pick<Redundancy, 'sets'>): string {
  return sets
    .filter(({ withoutTiny }) => !withoutTiny)
    .map((set) => {
      const told = set.beside.filter(({ pearson: found, quantity }) => found !== null && quantity !== 'cost');
      if (told.length === 0)
        return `${setTitle(set)}: ${counted(set.points, 'configuration')} cannot tell whether energy is redundant.`;
      return `${setTitle(set)}: ${told.map((each) => clauseOf(each, set)).join('; ')}.`;
    })
    .join(' ');
}

function clauseOf(each: Beside, { beside: all, estimated }: SetResult): string {
  const { tells: told, quantity, pearson: found } = each;
  const { coefficient, low, high } = found!;
  const text = numberText(coefficient);
  const value = low === null || high === null ? text : `${text}, 95 % ${endsText(low, high)}`;
  if (quantity === 'accuracy-given-latency') {
    const isTold = !estimated && low !== null && high !== null && (low > 0 || high < 0);
    const words = isTold ? 'energy still goes with accuracy' : 'nothing is told to link energy and accuracy';
    return `among equal latencies ${words} (partial r ${value})`;
  }
  const same = quantity === 'latency' && isSameAsLatency(all) ? 'latency, and so beside cost,' : quantity;
  const words = {
    redundant: `beside ${same} energy is nearly redundant`,
    'not-redundant': `beside ${same} energy is not redundant`,
    open: `whether it is redundant beside ${same} is open`,
  };
  return `${words[told]} (r ${value})`;
}

/** Where all configurations have the same cores cost is latency in another unit. */
function isSameAsLatency(all: readonly Beside[]): boolean {
  const of = (quantity: Beside['quantity']) => all.find((each) => each.quantity === quantity)?.pearson?.coefficient;
  const [latency, cost] = [of('latency'), of('cost')];
  return latency !== undefined && cost !== undefined && Math.abs(latency - cost) < 1e-9;
}

function tableOf({ sets }: Pick<Redundancy, 'sets'>): Table {
  return {
    columns: ['of', 'energy and', 'points', 'n', 'Pearson (95 %)', 'Spearman (95 %)', 'pairs in other order'],
    rows: sets.flatMap((set) =>
      set.beside.map((each) => [
        `${setTitle(set)}${set.withoutTiny ? ', without tiny' : ''}`,
        names[each.quantity],
        `${each.points}`,
        each.pearson && `${each.pearson.n}`,
        each.pearson ? coefficientText(each.pearson) : (each.missing ?? '–'),
        each.spearman ? coefficientText(each.spearman) : null,
        each.pairs === null || each.pairs === 0 ? null : `${each.discordantPairs} of ${each.pairs}`,
      ]),
    ),
  };
}

/** `0.993 (0.952–0.999)`, `−0.12 (−0.85 to 0.77)`. */
function coefficientText(found: Correlation | null): string {
  if (found === null) return '–';
  const { coefficient, low, high } = found;
  const text = numberText(coefficient);
  return low === null || high === null ? text : `${text} (${endsText(low, high)})`;
}

/** What choosing the quicker of two costs at most. */
function pairText({ dearestQuicker: pair }: SetResult): string {
  if (pair === null) return 'Of no two of them the quicker took more energy.';
  const { quicker, other, percent } = pair;
  return `Of two of them the quicker took up to ${describeNumber(percent, 2)} % more energy than the other, by the points as they are (${quicker} against ${other}).`;
}

/** How much a strong coefficient is worth, of the fewest that an interval counts. */
function exampleText(sets: readonly SetResult[]): string {
  const counts = sets.flatMap(({ beside: all }) => all.flatMap(({ pearson: found }) => found?.n ?? []));
  const { low, high, n } = correlationOf(0.8, Math.min(...counts.filter((count) => count > 3)), 'pearson')!;
  if (low === null || high === null || !Number.isFinite(n)) return '';
  return ` Of ${n} a coefficient of .8 reaches from ${numberText(low)} to ${numberText(high)}.`;
}

/** Three decimals near 1, where they tell something. */
const numberText = (value: number) => value.toFixed(Math.abs(value) > 0.9 ? 3 : 2).replace('-', '−');
const endsText = (low: number, high: number) => `${numberText(low)}${low < 0 ? ' to ' : '–'}${numberText(high)}`;

function notesOf({ sets }: Pick<Redundancy, 'sets'>): string[] {
  const ofModels = sets.filter(({ models, points }) => models > 1 && points > models);
  const lines = sets.filter(({ line, withoutTiny }) => line && !withoutTiny);
  const isPublished = sets.some(({ published }) => published);
  return [
    ...lines.map(
      (set) =>
        `${setTitle(set)}: no point lies farther than ${describeNumber(Math.abs(set.line!.largestMissPercent), 2)} % from the straight line of energy over latency (${set.line!.farthest}). ${pairText(set)}`,
    ),
    ...(sets.some(({ estimated }) => estimated) ? [estimateNote] : []),
    `Intervals are Fisher’s (of ranks Bonett and Wright’s)${ofModels.length === 0 ? '' : `, counted by models where there are several (${listed([...new Set(ofModels.map(({ models }) => `${models}`))])}), for batch sizes of one model are no points by themselves`}.${exampleText(sets)}`,
    'Nearly redundant: the whole interval of Pearson’s at .9 or above, so that a straight line tells four fifths of the variance. The configurations were chosen, not drawn: it holds for them, not for all models.',
    ...(isPublished
      ? [
          'Cost is cores × time; the paper gave every run the whole node, so cost is latency in another unit there. Energy and accuracy are of one trial each.',
        ]
      : [
          'Cost is processes × threads × seconds a unit of work. What trials scatter by pulls coefficients towards 0 a little.',
        ]),
  ];
}
