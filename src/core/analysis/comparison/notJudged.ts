import { counted } from '../../statistics/wording';
import type { ComparisonNote } from './comparability';
import { isSameMachine } from './control';
import type { Ratios } from './ratios';
import { daysOfRuns, type Pair, type Sides } from './sides';

/** Why ratios are described and not judged, as a clause, with what helps. */
export function whyNotJudged({ first, second }: Sides, pairs: readonly Pair[], ratios: Ratios | null): ComparisonNote {
  if (pairs.length === 1)
    return { code: 'one-configuration', message: 'they have one configuration in common, and nothing to relate it to' };
  if (ratios === null)
    return { code: 'no-reference', message: 'no configuration is the same in both, for the others to be related to' };
  if (ratios.related.length === 0)
    return { code: 'no-blocks', message: 'no configuration shares a block with the reference' };
  const machines = [...first, ...second].map((run) => isSameMachine(first[0]!, run));
  if (machines.includes(false))
    return {
      code: 'other-machine',
      message: 'how far such ratios differ between machines is not known: compare three runs of each, of three days',
    };
  const unknown = 'how far such ratios differ from day to day on this machine is not known';
  if (machines.includes(null))
    return { code: 'machine-unknown', message: `${unknown}, for the runs do not tell which machine it is` };
  const { runs } = ratios.control;
  const days = new Set(daysOfRuns(runs)).size;
  const have =
    runs.length === 0
      ? ''
      : ` (of the past there ${runs.length === 1 ? 'is' : 'are'} ${counted(runs.length, 'run')} of ${counted(days, 'day')})`;
  return {
    code: 'no-history',
    message: `${unknown}${have}: measure the same experiment three times more, on two days at least, or name runs of a control workload (--control)`,
  };
}
