import type { Configuration } from '../../core/configuration/configuration';
import { isIdleDue } from '../../core/run/plan';
import type { Instruments } from '../../energy/instruments';
import type { Prepared } from '../../workloads/workload';
import { compareInstruments } from './agreement';
import { heat } from './heat';
import { measureIdle } from './idle';
import type { Measuring } from './measuring';

/** What comes before the trials of a block, and after the last one: the machine at rest, then under load. */
export type BlockStarts = {
  /** Does it once for each block that is measured in this session, before its first trial. */
  begin(block: number, candidates: readonly Configuration[]): Promise<void>;
  /** After the last block, where that is rested after. */
  end(block: number): Promise<void>;
};

export function createBlockStarts(
  m: Measuring,
  prepared: Prepared,
  openInstruments: () => Promise<Instruments | null>,
): BlockStarts {
  let begun: number | null = null;
  return {
    async begin(block, candidates) {
      if (begun === block) return;
      const isFirst = begun === null;
      begun = block;
      if (!isFirst && !isIdleDue(m.run.spec.measure, block)) return;
      // A second instrument is held against the one that measures once a session.
      if (isFirst) await compareInstruments(m, openInstruments, (edges) => measureIdle(m, block, edges));
      else await measureIdle(m, block);
      // Without a rest the trials of before have left it warm.
      if (!m.stop.aborted && (isFirst || m.run.spec.measure.idleSeconds > 0))
        await heat(m, prepared, candidates, block);
    },
    async end(block) {
      if (begun !== null && m.run.spec.measure.idleAt === 'thrice' && !m.stop.aborted) await measureIdle(m, block + 1);
    },
  };
}
