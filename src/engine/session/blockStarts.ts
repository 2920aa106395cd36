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
  /** After the last block, where that is rested after: then the run may go on. @returns whether it was */
  end(block: number): Promise<boolean>;
};

export function createBlockStarts(
  m: Measuring,
  prepared: Prepared,
  openInstruments: () => Promise<Instruments | null>,
): BlockStarts {
  let begun: number | null = null;
  /** The block that the rest after the last one was before: where the run goes on after all, it is the next one's. */
  let rested: number | null = null;
  return {
    async begin(block, candidates) {
      if (begun === block) return;
      const isFirst = begun === null;
      begun = block;
      const isRested = rested === block;
      if (!isFirst && !isRested && !isIdleDue(m.run.spec.measure, block)) return;
      // A second instrument is held against the one that measures once a session.
      if (isFirst) await compareInstruments(m, openInstruments, (edges) => measureIdle(m, block, edges));
      else if (!isRested) await measureIdle(m, block);
      // Without a rest the trials of before have left it warm.
      if (!m.stop.aborted && (isFirst || m.run.spec.measure.idleSeconds > 0))
        await heat(m, prepared, candidates, block);
    },
    async end(block) {
      const { idleAt, idleSeconds } = m.run.spec.measure;
      if (begun === null || idleAt !== 'thrice' || idleSeconds === 0 || m.stop.aborted) return false;
      await measureIdle(m, block + 1);
      rested = block + 1;
      return !m.stop.aborted;
    },
  };
}
