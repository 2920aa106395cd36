import { runRepeats } from '../runRepeats';
import type { Configuration } from '../../configuration/configuration';
import { isMeasured, kindsOf } from '../../energy/parts';
import { asPercent } from '../../statistics/comparison';
import { confidencePercent, intervalTail } from '../../statistics/confidence';
import { fewestUnits } from '../../statistics/runContrast';
import type { ConfigurationResult } from '../../values/result';
import type { AnalysedRun } from '../analysis';
import { type ComparisonNote, refusalOf, warningsOf } from './comparability';
import type { RunComparison } from './comparisonSchema';
import { comparisonSentence } from './comparisonSentence';
import type { Tails } from './difference';
import { compareJoules } from './joules';
import { differing } from './differing';
import { interleavedComparison, isInterleaved, sharedBlocks } from './interleaved';
import { whyNotJudged } from './notJudged';
import { compareRatio, ratiosOf } from './ratios';
import { daysOfSides, type Pair, pairsOf, referenceOf, type Sides } from './sides';

/** Version of the JSON that `greenbatch compare --json` prints. */
const comparisonVersion = 2;

export type ComparisonOptions = {
  /** Other runs, among which those are found that tell how far ratios lie apart from day to day. */
  past?: readonly AnalysedRun[];
  /** Whether a person named them as a control workload: then they may be of another experiment. */
  isPastNamed?: boolean;
  /** Id of the configuration that the others are to be related to. */
  reference?: string | undefined;
};

/**
 * Two runs, or several of each of two sides. Told is how the ratio of each configuration to a reference of the same run differs: what a day
 * does to all configurations cancels. Its interval has what differs from day to day all the same, by the scatter of the sides' runs and
 * of the machine's past; without those the difference is described and not judged. Joules themselves are judged where each side has runs of
 * three days, or where two runs were measured in turns. The level is divided by the number of all that is judged (Bonferroni), so that all verdicts together are right 95 times in 100.
 */
export function compareRuns(sides: Sides, options: ComparisonOptions = {}): RunComparison {
  const { first, second } = sides;
  const all = [...first, ...second];
  const [one, two] = [first[0]!, second[0]!];
  const isPair = isInterleaved(sides);
  const refused = firstNote(all.slice(1).map((run) => refusalOf(one, run, { isPair })));
  const pairs = refused ? [] : pairsOf(sides);
  const marginPercent = Math.min(...all.map(({ terms }) => terms.measure.equivalencePercent));
  const days = daysOfSides(sides);
  // What a day does is in both of a pair alike: nothing has to be related.
  const reference = isPair ? null : referenceOf(pairs, sides, options.reference);
  const { past = [], isPastNamed: isNamed = false } = options;
  const ratios = reference && ratiosOf(sides, pairs, reference, { past, isNamed });
  const between = ratios?.between ?? null;
  const isJudged = isPair || [days.first, days.second].every((list) => new Set(list).size >= fewestUnits);
  const judged = (between && ratios ? ratios.related.length : 0) + (isJudged ? pairs.length : 0);
  // A run that stopped when its spread looked good has intervals a little too narrow: the wider tail pays for that.
  const tailOf = (runs: readonly AnalysedRun[]) => Math.min(...runs.map((r) => intervalTail(runRepeats(r.terms))));
  const sideTails = { first: tailOf(first), second: tailOf(second) };
  const count = Math.max(1, judged || pairs.length);
  const tails: Tails = {
    // What lies between runs has in it what stopping does: they stopped by the same rule.
    between: (1 - confidencePercent / 100) / 2 / count,
    within: Math.min(sideTails.first, sideTails.second) / count,
  };
  const absolutely = isPair
    ? interleavedComparison(sides, pairs, { sideTails, marginPercent })
    : (pair: Pair) => compareJoules(pair, { days, isJudged, tails, sideTails, marginPercent });
  const left = (side: keyof Pair) =>
    refused
      ? []
      : sides[side][0]!.results.filter((r) => r.trials.length > 0 && !pairs.some((p) => p[side][0] === r)).map(
          ({ id }) => id,
        );
  const comparison = {
    version: comparisonVersion,
    first: comparedRun(one),
    second: comparedRun(two),
    firstRuns: first.map(comparedRun),
    secondRuns: second.map(comparedRun),
    refused: refused ?? refusedPairs(pairs, reference === null && !isPair ? options.reference : undefined),
    interleaved: isPair ? { blocks: pairs.length > 0 ? sharedBlocks(pairs) : 0, differing: differing(one, two) } : null,
    warnings: [...warningsOf(sides, { isPair }), ...(ratios?.control.unfit ?? [])],
    estimated: one.report.source !== null && !isMeasured(one.report.source),
    // Others than those of the second forbid the comparison.
    missing: one.report.source?.missing ?? [],
    unit: one.report.run.workload.unit,
    confidencePercent,
    marginPercent,
    reference: reference && {
      first: reference.pair.first[0]!.id,
      second: reference.pair.second[0]!.id,
      chosen: reference.chosen,
    },
    betweenRuns: between && {
      percent: asPercent(between.deviation),
      degreesOfFreedom: between.degreesOfFreedom,
      runs: between.runs,
      days: between.days,
      control: ratios!.control.runs.map(({ report }) => report.run.id),
    },
    notJudged: between || isPair ? null : whyNotJudged(sides, pairs, ratios),
    isAbsoluteJudged: isJudged,
    configurations: pairs.map((pair) => ({
      first: configurationOf(pair.first[0]!),
      second: configurationOf(pair.second[0]!),
      ...absolutely(pair),
      ...compareRatio(pair, ratios, tails, marginPercent),
    })),
    onlyFirst: left('first'),
    onlySecond: left('second'),
  } satisfies Omit<RunComparison, 'sentence'>;
  const said = comparison.refused ? { ...comparison, configurations: [] } : comparison;
  return { ...said, sentence: comparisonSentence(said) };
}

const firstNote = (notes: readonly (ComparisonNote | null)[]) => notes.find((note) => note !== null) ?? null;

/** @param reference that was named and cannot be one */
function refusedPairs(pairs: readonly Pair[], reference: string | undefined): ComparisonNote | null {
  if (pairs.length === 0) {
    return {
      code: 'nothing-in-common',
      message:
        'No configuration was measured in both runs: they share no batch size (of the same model, split and spinning).',
    };
  }
  if (reference === undefined) return null;
  const ids = pairs.map(({ first }) => first[0]!.id).join(', ');
  return { code: 'reference', message: `${reference} is no configuration that is the same in all runs (of ${ids}).` };
}

function comparedRun({ report: { run, source } }: AnalysedRun): RunComparison['first'] {
  const { id, name, folder, status, createdAt } = run;
  return { id, name, folder, status, createdAt, source: source && kindsOf(source) };
}

function configurationOf({ id, model, batchSize, instances, threads, spinning }: ConfigurationResult): Configuration {
  return { id, model, batchSize, instances, threads, spinning };
}
