import { sourceLabel } from '../../energy/sourceLabel';
import { figurePoint } from '../../figure/figurePoint';
import type { Figure } from '../../figure/figureSchema';
import { describePercent } from '../../statistics/wording';
import { counted } from '../../statistics/wording';
import { joulesPer } from '../../words/unitOfWork';
import { describeNumber } from '../../words/units';
import type { AnalysedRun } from '../analysis';
import { notesOfSet, paragraphOf, proportionalityOf } from './proportionality';

/** Power against utilisation, with the machine at rest and the line of one whose power is in proportion to its load. */
export function proportionalityFigure(run: AnalysedRun): Figure {
  const set = proportionalityOf(run);
  const { configurations, idleWatts, highest, missing, unit } = set;
  const measured = configurations.flatMap((c) =>
    c.utilisation === null
      ? []
      : [
          figurePoint({
            ...{ x: 100 * c.utilisation, y: c.watts.value, yLow: c.watts.low, yHigh: c.watts.high, label: c.label },
            words: [
              c.label,
              `${describeNumber(c.watts.value)} W at ${describePercent(100 * c.utilisation)} of the CPU time`,
              `${describeNumber(c.joulesPerUnit)} ${joulesPer(unit)}${c.idleShare === null ? '' : `, of which ${describePercent(100 * c.idleShare)} at rest`}`,
              counted(c.n, 'trial'),
            ],
          }),
        ],
  );
  const rest = idleWatts
    ? [
        figurePoint({
          ...{ x: 0, y: idleWatts.value, yLow: idleWatts.low, yHigh: idleWatts.high, label: 'at rest' },
          words: ['at rest', `${describeNumber(idleWatts.value)} W`],
        }),
      ]
    : [];
  const ideal =
    highest?.utilisation == null
      ? []
      : [
          { x: 0, y: 0 },
          { x: 100 * highest.utilisation, y: highest.watts },
        ].map((place) => figurePoint({ ...place, words: [] }));
  const nothing = measured.length > 0 ? null : whyNothing(configurations.length);
  return {
    ...{ id: 'energy-proportionality', title: 'Energy proportionality: power against utilisation' },
    x: { title: 'CPU time in use (%)', scale: 'linear', fromZero: true },
    y: { title: 'Power (W)', scale: 'linear', fromZero: true },
    ...{ share: null, size: null },
    layers: [
      { ...{ id: 'measured', title: 'measured' }, points: measured, isJoined: false, isShown: true, missing: nothing },
      {
        ...{ id: 'rest', title: 'at rest', points: rest, isJoined: false, isShown: true },
        missing: rest.length > 0 ? null : missing,
      },
      {
        ...{ id: 'proportional', title: 'in proportion to load', points: ideal, isJoined: true, isShown: true },
        missing: ideal.length > 0 ? null : nothing,
      },
    ],
    sentence: paragraphOf(set),
    notes: notesOfSet(set),
    source: `${run.report.run.id}, ${run.report.source ? sourceLabel(run.report.source) : 'no energy source yet'}`,
  };
}

const whyNothing = (configurations: number) =>
  configurations === 0 ? 'no trial is finished yet' : 'nobody looked at the use of the CPUs: the run was imported';
