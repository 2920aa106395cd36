import { configurationLabels } from '../../configuration/label';
import type { RankedEnergy } from '../../run/rankedEnergy';
import type { AdditiveModel } from '../../statistics/additiveModel';
import { isAbove, lowestOf } from '../../statistics/comparison';
import type { ComparisonTails } from '../../statistics/confidence';
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
 * each watt. Where 1.96 standard uncertainties of the idle watts move it by more than the margin of a tie, and the two are not told apart for
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
  tails: ComparisonTails,
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

/** Half-width of a 95 % interval in standard uncertainties. */
const coverage = 1.96;

/** Why joules per request do not decide; null where they may. */
function idleDoubt(
  measured: readonly Alternative[],
  costs: AdditiveModel,
  terms: AnalysisTerms,
  tails: ComparisonTails,
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
    if (d.n < fewestBlocks || isAbove(d, tails.verdict)) return [];
    return [{ id, percent: idlePercent(best, other) }];
  });
  const worst = doubts.sort((a, b) => b.percent - a.percent)[0];
  if (worst === undefined || worst.percent <= margin) return null;
  const trials = best.result.trials;
  const labels = configurationLabels(measured.map(({ result }) => result));
  const label = (id: string) => labels.get(id) ?? id;
  const watts = mean(trials.map(idleHalfWidth));
  const idle = `${describeNumber(mean(trials.map((t) => t.idleWatts!)))} ± ${describeNumber(watts, 2)} W`;
  return `Idle power is known to ${idle}, which alone moves the joules per request of ${label(best.result.id)} and ${label(worst.id)} by ± ${describeNumber(worst.percent, 2)} % against each other, more than the margin of ${describeGiven(margin)} %: ranked by ${joulesPer(terms.unit)} under full load. Longer and more idle baselines make it better known (measure.idleSeconds, measure.idleAt).`;
}

const idleHalfWidth = ({ standardIdleWatts = 0, edgeIdleWatts = 0 }: TrialValue): number =>
  Math.max(coverage * standardIdleWatts, edgeIdleWatts);

/**
 * 1.96 · |1/Xa − 1/Xb| · u(idle) ÷ J/request, in percent; with partial batches, of their shares of a batch. Of a few windows that blocks
 * share, 1.96 standard uncertainties say less than the bound that the comparison adds: then that counts.
 */
function idlePercent(a: Alternative, b: Alternative): number {
  const of = ({ requests, result }: Alternative) => {
    const known = requests.flatMap((r, i) =>
      r?.joulesPerRequest == null || r.perIdleWatt === null
        ? []
        : [
            {
              joules: r.joulesPerRequest,
              seconds: r.perIdleWatt,
              watts: idleHalfWidth(result.trials[i]!),
            },
          ],
    );
    return {
      joules: mean(known.map(({ joules }) => joules)),
      seconds: mean(known.map(({ seconds }) => seconds)),
      watts: mean(known.map(({ watts }) => watts)),
    };
  };
  const [one, other] = [of(a), of(b)];
  const joules = Math.abs(one.seconds - other.seconds) * Math.max(one.watts, other.watts);
  return (100 * joules) / Math.min(one.joules, other.joules);
}
