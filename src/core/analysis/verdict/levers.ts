import type { Configuration } from '../../configuration/configuration';
import { type FactorKey, groupsExcept, sameExcept, variedFactors } from '../../configuration/factors';
import { configurationLabels, sentenceCase } from '../../configuration/label';
import { processesText, splitText, variesSplit } from '../../configuration/split';
import { basisText } from '../../energy/sourceLabel';
import type { ConfigurationSummary } from '../../metrics/summarySchema';
import { additiveModel } from '../../statistics/additiveModel';
import { asPercent, type BlockCosts, differenceInterval, rounding, toBest } from '../../statistics/comparison';
import { comparisonTails, type TailsAt } from '../../statistics/confidence';
import { fewestBlocks } from '../../statistics/sequential';
import { mean } from '../../statistics/statistics';
import { describeChange, describeChangeRange, describeGiven, describeMilliseconds } from '../../statistics/wording';
import { joulesPer } from '../../words/unitOfWork';
import { describeNumber } from '../../words/units';
import type { AnalysisTerms } from '../analysisTermsSchema';
import type { Alternative } from './alternative';
import type { Ranking } from './cost';
import { energyAgainst } from './saving';
import type { Decision, Lever, Saving } from './verdictSchema';

/** What of a configuration is changed alone, by the name that the verdict has for it; told where the first key has several values. */
const levers: { factor: Lever['factor']; keys: FactorKey[] }[] = [
  { factor: 'spinning', keys: ['spinning'] },
  { factor: 'split', keys: ['instances', 'threads'] },
];

type Known = {
  decision: Decision & { saving: Saving | null };
  alternatives: readonly Alternative[];
  summaries: readonly ConfigurationSummary[];
  ranking: Ranking;
  terms: AnalysisTerms;
  tails: TailsAt;
};

/**
 * What one change alone does to the chosen configuration (without a winner: to the one in use, else to the lowest so far):
 * the other setting of spinning, and the other splits of the cores at the same batch size, the one that takes the least
 * energy and the one of a single process. Differences within blocks, on the
 * logarithm, as all comparisons are (docs/statistics.md); nothing below the fewest blocks that a verdict rests on.
 */
export function leversOf(known: Known): Lever[] {
  const { decision, alternatives } = known;
  const base = alternatives.find((e) => e.result.id === (decision.winner ?? decision.inUse ?? decision.reference));
  if (!base) return [];
  const varied = new Set(variedFactors(alternatives.map((e) => e.result)).map(({ key }) => key));
  return levers.flatMap(({ factor, keys }) => {
    // Numbers of threads alone are told apart in the table, as they always were.
    if (!varied.has(keys[0]!)) return [];
    const isSame = sameExcept(...keys);
    const pairs = pairsWithin(alternatives, keys);
    const found = alternatives
      .filter((e) => e !== base && isSame(e.result, base.result))
      .flatMap((other) => {
        const lever = leverOf(factor, base, other, pairs, known);
        return lever ? [{ lever, split: other.result }] : [];
      })
      .sort((a, b) => a.lever.percent - b.lever.percent);
    const [best, ...rest] = found;
    // A single process with all cores is what runs where nobody chose, and the other end of the trade.
    const single = variesSplit(alternatives.map((e) => e.result))
      ? rest.filter(({ split }) => split.instances === 1).sort((a, b) => b.split.threads - a.split.threads)[0]
      : undefined;
    return [best, single].filter((one) => one !== undefined).map(({ lever }) => lever);
  });
}

/** How many pairs differ in these factors alone: whichever is told, its interval is simultaneous over all of them. */
function pairsWithin(alternatives: readonly Alternative[], keys: readonly FactorKey[]): number {
  const measured = alternatives.map((e) => e.result).filter((r) => r.skipped === null);
  return groupsExcept(keys, measured).reduce((sum, { length: n }) => sum + (n * (n - 1)) / 2, 0);
}

function leverOf(
  factor: Lever['factor'],
  from: Alternative,
  to: Alternative,
  pairs: number,
  { decision, alternatives, summaries, ranking, terms, tails }: Known,
): Lever | null {
  const { d, energy } = energyAgainst(to, from, alternatives, ranking, terms);
  if (d.n < fewestBlocks) return null;
  const [a, b] = [from, to].map((e) => summaries.find((s) => s.id === e.result.id)!) as [Summary, Summary];
  // Where a verdict or a saving says something of this very pair already, by that one's level: they must not differ.
  const isSaving = decision.saving?.against === b.id;
  const isComparison = !isSaving && decision.reference === a.id && decision.metric === energy;
  const own = comparisonTails(pairs + 1, terms.measure.repeats, d.n);
  const { verdict, worse, equivalent, saving } = tails(d.n);
  const ofComparison = decision.kind === 'greenest' ? verdict : worse;
  const tail = isSaving ? saving : isComparison ? ofComparison : own.saving;
  const interval = differenceInterval(d, tail)!;
  const { relation } = toBest(b.id, d, { worse: tail, equivalent }, decision.marginPercent);
  const changed = { percent: asPercent(d.mean), low: asPercent(interval.low), high: asPercent(interval.high) };
  const joules = (energy === 'joulesPerRequest' ? a.joulesPerRequest! : a.joulesPerUnit!).mean / 100;
  const lever: Omit<Lever, 'sentence'> = {
    factor,
    from: a.id,
    to: b.id,
    energy,
    ...changed,
    joules: { difference: joules * changed.percent, low: joules * changed.low, high: joules * changed.high },
    relation:
      relation === 'worse' ? 'more' : relation !== 'equivalent' && interval.high < -rounding ? 'less' : relation,
    latency: latencyChange(from, to, a, b, tail),
    blocks: d.n,
  };
  return { ...lever, sentence: leverSentence(lever, a, b, { decision, summaries, terms }) };
}

type Summary = ConfigurationSummary;

/** Of requests at the service level's percentile where both have it, else of the mean batch. */
function latencyChange(from: Alternative, to: Alternative, a: Summary, b: Summary, tail: number): Lever['latency'] {
  const [before, after] = [a.requestLatencyMs?.atPercentile, b.requestLatencyMs?.atPercentile];
  const isRequest = before?.value != null && after?.value != null;
  const costs = ({ result, requests }: Alternative): BlockCosts =>
    new Map(
      result.trials.flatMap((t, i): [number, number][] => {
        const ms = isRequest ? (requests[i]?.atPercentile ?? 0) : mean(t.batchMs);
        return ms > 0 ? [[t.block, Math.log(ms)]] : [];
      }),
    );
  const model = additiveModel(new Map([from, to].map((e) => [e.result.id, costs(e)])));
  const d = model.difference(to.result.id, from.result.id);
  const interval = differenceInterval(d, tail);
  if (!interval) return null;
  const batchMs = ({ result }: Alternative) => mean(result.trials.map((t) => mean(t.batchMs)));
  return {
    ...(isRequest ? { of: 'request', percentile: before.percentile } : { of: 'batch', percentile: 'mean' }),
    ...(isRequest ? { from: before.value!, to: after.value! } : { from: batchMs(from), to: batchMs(to) }),
    ...{ percent: asPercent(d.mean), low: asPercent(interval.low), high: asPercent(interval.high) },
  };
}

/** `The same batch without spinning: −0.310 J/image (−11.9 %; −15.0 to −8.8 %), +4.20 ms a batch (120 ms instead of 116 ms).` */
function leverSentence(
  lever: Omit<Lever, 'sentence'>,
  from: Summary,
  to: Summary,
  { decision, summaries, terms }: Pick<Known, 'decision' | 'summaries' | 'terms'>,
): string {
  const label = configurationLabels(summaries).get(from.id)!;
  const way = changeText(lever.factor, to, summaries);
  const subject = from.id === decision.winner ? `The same batch ${way}` : `${sentenceCase(label)}, but ${way}`;
  const isOutside = decision.feasibility.some((f) => f.id === to.id && f.feasible === 'no');
  const text = [
    `${subject}: ${energyText(lever, from, decision)}`,
    ...(lever.latency ? [latencyText(lever.latency)] : []),
    ...(isOutside ? ['outside your limit'] : []),
  ].join(', ');
  const basis = basisText(terms);
  if (basis === null) return `${text}.`;
  return `${basis}: ${subject.startsWith('The ') ? `t${text.slice(1)}` : text}.`;
}

function changeText(factor: Lever['factor'], to: Configuration, all: readonly Configuration[]): string {
  if (factor === 'spinning') return to.spinning ? 'with spinning' : 'without spinning';
  return variesSplit(all) ? `as ${splitText(to)}` : `with ${processesText(to.instances)}`;
}

function energyText(
  { energy, joules, percent, low, high, relation }: Omit<Lever, 'sentence'>,
  from: Summary,
  decision: Decision,
) {
  const range = describeChangeRange(low, high);
  // One of the two has no joules per request, by which the verdict goes.
  const load = energy === decision.energy ? '' : ' under full load';
  const word = energy === 'joulesPerRequest' ? 'modelled energy' : 'energy';
  if (relation === 'equivalent') return `as much ${word}${load} within ±${describeGiven(decision.marginPercent)} %`;
  if (relation === 'unresolved') return `its ${word}${load} is not told apart (${describeChange(percent)}; ${range})`;
  const size = `${sign(percent)}${describeNumber(Math.abs(joules.difference))}`;
  const unit = energy === 'joulesPerRequest' ? 'J/request modelled' : joulesPer(from.unit);
  return `${size} ${unit}${load} (${describeChange(percent)}; ${range})`;
}

function latencyText({ of, percentile, from, to, percent, low, high }: NonNullable<Lever['latency']>): string {
  const isRequest = of === 'request';
  const name = isRequest ? `modelled request p${percentile}` : 'time of a batch';
  if (low <= 0 && high >= 0) return `${name} not told apart (${describeChange(percent)})`;
  const size = `${sign(to - from)}${describeMilliseconds(Math.abs(to - from))}`;
  const ends = `(${describeMilliseconds(to)} instead of ${describeMilliseconds(from)})`;
  return isRequest ? `${name} ${size} ${ends}` : `${size} a batch ${ends}`;
}

const sign = (value: number) => (value < 0 ? '−' : '+');
