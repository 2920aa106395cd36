import { configurationLabels } from '../../configuration/label';
import type { RankedEnergy } from '../../run/rankedEnergy';
import type { AdditiveModel } from '../../statistics/additiveModel';
import { isAbove, lowestOf } from '../../statistics/comparison';
import type { TailsAt } from '../../statistics/confidence';
import { idleHalfWidth } from '../../values/idleBaseline';
import type { TrialValue } from '../../values/result';
import { fewestBlocks } from '../../statistics/sequential';
import { mean } from '../../statistics/statistics';
import { describeGiven } from '../../statistics/wording';
import { joulesPer } from '../../words/unitOfWork';
import { describeNumber } from '../../words/units';
import type { AnalysisTerms } from '../analysisTermsSchema';
import type { Alternative } from './alternative';
import type { Qualification } from './verdictSchema';

/** By which energy candidates are ranked; `note`: why it is not by the request, where there is a service level. */
type Choice = { energy: RankedEnergy; note: Qualification | null };

/**
 * Joules per request, unless there is no service level, no idle baseline, or too little is known of the idle watts. They enter
 * the joules per request of two configurations a and b unlike: their difference moves by |1/Xa − 1/Xb| joules (X: throughput) with
 * each watt. Where what is not known of the idle watts (`idleHalfWidth`) moves it by more than the margin of a tie, and the two are not told apart for
 * all that, joules per request cannot decide: then the ranking is by joules per unit of work under full load, which no idle watt enters.
 *
 * Looked at from the first verdict on. What a run has decided then stands (`terms.ranking`): more blocks do not flip it.
 *
 * @param measured candidates with trials
 * @param costs by joules per request; null without a service level
 */
export function rankedEnergy(
  measured: readonly Alternative[],
  costs: AdditiveModel | null,
  terms: AnalysisTerms,
  tails: TailsAt,
): Choice {
  const byUnit = (code: Qualification['code'], message: string): Choice => ({
    energy: 'joulesPerUnit',
    note: { code, configuration: null, message },
  });
  if (costs === null) return { energy: 'joulesPerUnit', note: null };
  if (measured.length > 0 && measured.some((c) => c.result.trials.some((t) => t.idleWatts === null))) {
    return byUnit(
      'no-idle',
      `Without an idle baseline, joules per request are not known: ranked by joules per ${terms.unit} under full load (set measure.idleSeconds above 0).`,
    );
  }
  const decided = terms.ranking;
  const message = decided ? decided.message : idleDoubt(measured, costs, terms, tails);
  if (decided?.energy === 'joulesPerRequest' || message === null) return { energy: 'joulesPerRequest', note: null };
  return byUnit('idle-uncertain', message);
}

/** Why joules per request do not decide; null where they may. */
function idleDoubt(
  measured: readonly Alternative[],
  costs: AdditiveModel,
  terms: AnalysisTerms,
  tails: TailsAt,
): string | null {
  const ids = measured.map(({ result }) => result.id).filter((id) => costs.ids.includes(id));
  const lowest = lowestOf(ids, costs.difference);
  const best = measured.find(({ result }) => result.id === lowest);
  if (!best) return null;
  const margin = terms.measure.equivalencePercent;
  const doubts = measured.flatMap((other) => {
    const { id } = other.result;
    if (other === best || !costs.ids.includes(id)) return [];
    const d = costs.difference(id, best.result.id);
    // What is surely more, with all that is not known of the idle watts, is more.
    if (d.n < fewestBlocks || isAbove(d, tails(d.n).saving)) return [];
    return [{ id, percent: idlePercent(best, other) }];
  });
  const worst = doubts.sort((a, b) => b.percent - a.percent)[0];
  if (worst === undefined || worst.percent <= margin) return null;
  const trials = best.result.trials;
  const labels = configurationLabels(measured.map(({ result }) => result));
  const label = (id: string) => labels.get(id) ?? id;
  const watts = mean(trials.map(halfWidthOf));
  const idle = `${describeNumber(mean(trials.map((t) => t.idleWatts!)))} ± ${describeNumber(watts, 2)} W`;
  return `Idle power is known to ${idle}, which alone moves the joules per request of ${label(best.result.id)} and ${label(worst.id)} by ± ${describeNumber(worst.percent, 2)} % against each other, more than the margin of ${describeGiven(margin)} %: ranked by ${joulesPer(terms.unit)} under full load. Longer and more idle baselines make it better known (measure.idleSeconds, measure.idleAt).`;
}

const halfWidthOf = ({ standardIdleWatts = 0, edgeIdleWatts = 0 }: TrialValue): number =>
  idleHalfWidth({ standardWatts: standardIdleWatts, edgeWatts: edgeIdleWatts });

/**
 * |1/Xa − 1/Xb| · half-width of the idle watts ÷ J/request, in percent; with partial batches, of their shares of a batch. Of the two
 * half-widths the larger, of the joules the smaller.
 */
function idlePercent(a: Alternative, b: Alternative): number {
  const [one, other] = [a, b].map(({ requests, result }) => {
    const known = result.trials.flatMap((trial, i) => {
      const { joulesPerRequest: joules = null, perIdleWatt: seconds = null } = requests[i] ?? {};
      return joules === null || seconds === null ? [] : [{ joules, seconds, watts: halfWidthOf(trial) }];
    });
    const over = (key: 'joules' | 'seconds' | 'watts') => mean(known.map((each) => each[key]));
    return { joules: over('joules'), seconds: over('seconds'), watts: over('watts') };
  }) as [Known, Known];
  const joules = Math.abs(one.seconds - other.seconds) * Math.max(one.watts, other.watts);
  return (100 * joules) / Math.min(one.joules, other.joules);
}

/** Means over trials: joules per request, the seconds at rest in it, and the half-width of the watts. */
type Known = { joules: number; seconds: number; watts: number };
