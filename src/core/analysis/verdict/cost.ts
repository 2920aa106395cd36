import { modelNames } from '../../configuration/label';
import type { RankedEnergy } from '../../run/rankedEnergy';
import { type AdditiveModel, additiveModel } from '../../statistics/additiveModel';
import { type BlockCosts, type SharedEdge, withEdge } from '../../statistics/comparison';
import type { TailsAt } from '../../statistics/confidence';
import { mean } from '../../statistics/statistics';
import { listed } from '../../statistics/wording';
import { lnEdge, lnEdgeOfTrials, lnShift } from '../../values/edges';
import type { AnalysisTerms } from '../analysisTermsSchema';
import type { Alternative } from './alternative';
import { accuracyGain } from './pareto';
import { rankedEnergy } from './rankedEnergy';
import type { Qualification, RankedBy, Verdict } from './verdictSchema';

export type Ranking = {
  metric: RankedBy;
  /** Whether energy is counted per request at the arrival rate, else per unit of work under full load. */
  energy: Verdict['energy'];
  /** Ids of the candidates that have a cost. */
  candidates: string[];
  /** ln of the cost in each block, of all that have one, candidates or not: what a block did is told from all of them. */
  costs: AdditiveModel;
  /** ln of the energy alone. */
  energies: AdditiveModel;
  /** What could not be counted. */
  notes: Qualification[];
};

/** Accuracies below this count as this, so that a model that finds nothing still has a logarithm. */
const leastAccuracy = 1e-6;

/**
 * What all candidates are ranked by, and the costs of all that were measured.
 *
 * @param candidates ids that may be the choice
 */
export function rank(
  alternatives: readonly Alternative[],
  candidates: readonly string[],
  terms: AnalysisTerms,
  tails: TailsAt,
): Ranking {
  const measured = alternatives.filter((c) => c.result.trials.length > 0);
  const byRequest = terms.sla ? costsBy('joulesPerRequest', measured, candidates, terms) : null;
  const among = measured.filter((c) => candidates.includes(c.result.id));
  const { energy, note } = rankedEnergy(among, byRequest?.costs ?? null, terms, tails);
  const ranking = energy === 'joulesPerRequest' ? byRequest! : costsBy(energy, measured, candidates, terms);
  return note === null ? ranking : { ...ranking, notes: [note, ...ranking.notes] };
}

/**
 * Cost of every one in every block, as
 *
 *     (wₑ ln J + wₗ ln L − wₐ ln A) / (wₑ + wₗ + wₐ),
 *
 * a weighted geometric mean, so that units do not matter and a difference is a ratio: J is energy
 * per request or per unit of work, L the request latency at the SLA's percentile (mean batch
 * latency without one), A the accuracy. A weight of 0 leaves its part out.
 */
export function costsBy(
  energy: RankedEnergy,
  measured: readonly Alternative[],
  candidates: readonly string[],
  terms: AnalysisTerms,
): Ranking {
  const notes: Qualification[] = [];
  const { energy: wEnergy, latency: wLatency } = terms.preferences;
  const accuracyKnown = measured.every((c) => !candidates.includes(c.result.id) || c.result.accuracy !== null);
  if (terms.preferences.accuracy > 0 && !accuracyKnown) {
    const message = 'Accuracy is not known for every configuration: its weight is left out.';
    notes.push({ code: 'accuracy-unknown', configuration: null, message });
  }
  const alike = terms.preferences.accuracy > 0 && accuracyKnown ? notToldApart(measured) : [];
  if (alike.length > 0) {
    const message = `Accuracy weighs as it was measured: with other images the order of ${listed(alike)} might be another one.`;
    notes.push({ code: 'accuracy-exact', configuration: null, message });
  }
  const wAccuracy = accuracyKnown ? terms.preferences.accuracy : 0;
  const total = wEnergy + wLatency + wAccuracy;
  // Only the weight of an unknown accuracy was given: energy is what remains to rank by.
  const weights = total > 0 ? { energy: wEnergy / total, latency: wLatency / total } : { energy: 1, latency: 0 };
  const accuracyWeight = total > 0 ? wAccuracy / total : 0;

  const costs = new Map<string, BlockCosts>();
  const energies = new Map<string, BlockCosts>();
  for (const { result, requests } of measured) {
    const own = new Map<number, number>();
    const joules = new Map<number, number>();
    result.trials.forEach((trial, i) => {
      const request = requests[i];
      const j = energy === 'joulesPerRequest' ? request?.joulesPerRequest : trial.joulesPerUnit;
      const latency = terms.sla ? request?.atPercentile : mean(trial.batchMs);
      if (j == null || !(j > 0)) return;
      joules.set(trial.block, Math.log(j));
      if (weights.latency > 0 && !(latency && latency > 0)) return;
      own.set(
        trial.block,
        weights.energy * Math.log(j) +
          (weights.latency > 0 ? weights.latency * Math.log(latency!) : 0) -
          (accuracyWeight > 0 ? accuracyWeight * Math.log(Math.max(leastAccuracy, result.accuracy ?? 0)) : 0),
      );
    });
    const { edge, shared } = edgesOf(energy, { result, requests });
    const weighted = shared && { up: weights.energy * shared.up, down: weights.energy * shared.down };
    costs.set(result.id, withEdge(own, weights.energy * edge, weighted));
    energies.set(result.id, withEdge(joules, edge, shared));
  }
  const model = additiveModel(energies);
  const isEnergy = weights.energy === 1;
  const ranked = isEnergy ? model : additiveModel(costs);
  return {
    metric: isEnergy ? energy : 'weighted',
    energy,
    candidates: candidates.filter((id) => ranked.ids.includes(id)),
    costs: ranked,
    energies: model,
    notes,
  };
}

/** Models of which another one may be as accurate. */
function notToldApart(measured: readonly Alternative[]): string[] {
  const results = measured.map((c) => c.result);
  const name = modelNames(results);
  const isAlike = (one: (typeof results)[number]) => results.some((other) => accuracyGain(one, other, true) === null);
  return [...new Set(results.filter(isAlike).map(name))];
}

/** What is not known of a configuration's ln J: by the edges of its own windows, and by the idle watts that all share. */
function edgesOf(
  energy: RankedEnergy,
  { result, requests }: Pick<Alternative, 'result' | 'requests'>,
): { edge: number; shared: SharedEdge | null } {
  if (energy === 'joulesPerUnit') return { edge: lnEdgeOfTrials(result.trials), shared: null };
  const known = result.trials.flatMap((trial, i) => {
    const request = requests[i];
    if (request?.joulesPerRequest == null || request.perIdleWatt === null) return [];
    const { joulesPerRequest: value, ownEdgeJoulesPerRequest: edge = 0, perIdleWatt } = request;
    return [{ value, edge, perIdleWatt, edgeIdleWatts: trial.edgeIdleWatts ?? 0 }];
  });
  return { edge: lnEdge(known), shared: lnShift(known) };
}
