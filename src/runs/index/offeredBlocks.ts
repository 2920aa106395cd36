import { blocksToOffer } from '../../core/analysis/verdict/blocksToOffer';
import type { RunReport } from '../../core/report/report';
import { otherProcessor } from '../../machine/processor';

/** How many more blocks to offer of a run to whoever sees it on this machine; null where none are offered. */
export function offeredBlocks({ run, verdict }: { run: RunReport['run'] } & Pick<RunReport, 'verdict'>): number | null {
  if (run.status !== 'complete' || otherProcessor(run.environment) !== null) return null;
  return blocksToOffer(verdict, run.blocks);
}
