import { searchStep } from '../../core/analysis/verdict/searchStep';
import { termsOf } from '../../core/report/report';
import { configurationResults } from '../../core/values/trialValue';
import type { Measuring } from './measuring';

/** Decides what the block measures where the experiment searches, once: a session that goes on in the middle of a block keeps to what was decided. */
export function decideBlock(m: Pick<Measuring, 'run' | 'samples' | 'record'>, block: number): void {
  const { run, samples, record } = m;
  if (run.searched.has(block)) return;
  const configurations = searchStep(configurationResults(run, samples), termsOf(run), {
    block,
    settled: [...run.settled.keys()],
  });
  if (configurations !== null) record({ type: 'search.decided', block, configurations });
}

/** Whether the block measures the configuration: it does unless it was given up before, or a search leaves it out. */
export function isMeasuredIn({ run }: Pick<Measuring, 'run'>, id: string, block: number): boolean {
  if ((run.settled.get(id)?.afterBlock ?? Infinity) < block) return false;
  return run.searched.get(block)?.configurations.includes(id) ?? true;
}
