import { counted } from '../statistics/wording';
import { idleHalfWidth } from '../values/idleBaseline';
import { describeNumber } from '../words/units';
import type { RunFacts } from './report';

/** Power at rest, and how well it is known where the run watched it: `41.2 W (± 1.2 W, from 6 windows)`; null where it is not known. */
export function idleText({ idleWatts, idle }: Pick<RunFacts['run'], 'idleWatts' | 'idle'>): string | null {
  if (idleWatts === null) return null;
  const watts = `${describeNumber(idleWatts)} W`;
  if (!idle) return watts;
  return `${watts} (± ${describeNumber(idleHalfWidth(idle), 2)} W, from ${counted(idle.windows.length, 'window')})`;
}
