import { sourceLabel } from '../../energy/sourceLabel';
import { figurePoint } from '../../figure/figurePoint';
import type { Figure, FigureLayer } from '../../figure/figureSchema';
import { describeGiven, describeMilliseconds } from '../../statistics/wording';
import { describeNumber } from '../../words/units';
import type { AnalysedRun } from '../analysis';
import { policyAnalysis, type PolicyResult, policyText } from './policyAnalysis';
import type { ModelledPolicy } from './policySchema';

/** Energy per request of the best policy by arrival rate, labelled where it becomes another one, and of what runs today. */
export function policyFigure(result: PolicyResult, { report }: AnalysedRun): Figure {
  const joules = result.estimated ? 'ESTIMATED, modelled energy per request (J)' : 'Modelled energy per request (J)';
  const layer = (id: 'best' | 'today', title: string, missing: string): FigureLayer => {
    let before: string | null = null;
    const points = result.points.flatMap(({ arrivalRate, [id]: policy }) => {
      const name: string | null = policy && policyText(policy);
      const label = id === 'best' && name !== before ? name : null;
      before = name;
      return policy
        ? [
            figurePoint({
              x: arrivalRate,
              y: policy.joulesPerRequest,
              label,
              words: wordsOf(policy, arrivalRate, result),
            }),
          ]
        : [];
    });
    const some = { id, title, isJoined: true, isShown: true };
    return { ...some, points, missing: points.length > 0 ? null : (result.missing ?? missing) };
  };
  return {
    ...{ id: 'batching-policy', title: policyAnalysis.title },
    x: { title: 'Arrival rate (requests/s)', scale: 'log', fromZero: false },
    y: { title: joules, scale: 'log', fromZero: false },
    ...{ share: null, size: null },
    layers: [
      layer('best', 'best policy', 'no policy keeps the limit'),
      layer('today', 'what runs today', 'not known, or it keeps the limit at none of these rates'),
    ],
    sentence: policyAnalysis.sentence(result),
    notes: policyAnalysis.notes(result),
    source: `${report.run.id}, ${report.source ? sourceLabel(report.source) : 'no energy source yet'}`,
  };
}

const wordsOf = (policy: ModelledPolicy, arrivalRate: number, { percentile }: PolicyResult) => [
  policyText(policy),
  `${describeNumber(policy.joulesPerRequest)} J/request at ${describeGiven(arrivalRate)} requests/s, modelled`,
  `p${percentile} ${describeMilliseconds(policy.atPercentileMs)}`,
];
