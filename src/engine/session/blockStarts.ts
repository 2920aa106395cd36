import { isIdleDue } from '../../core/run/plan';
import type { Instruments } from '../../energy/instruments';
import { compareInstruments } from './agreement';
import { heat } from './heat';
import { measureIdle } from './idle';
import type { Side } from './measuring';

/** What comes before the trials of a block, and after the last one: the machine at rest, then under load. */
export type BlockStarts = {
  /** Does it once for each block that is measured in this session, before its first trial. */
  begin(block: number): Promise<void>;
  /** After the last block, where that is rested after: then the run may go on. @returns whether it was */
  end(block: number): Promise<boolean>;
};

/** Of two runs that are interleaved it is done once, by what the first asks for, and stands in both logs. */
export function createBlockStarts(
  sides: readonly Side[],
  openInstruments: () => Promise<Instruments | null>,
): BlockStarts {
  const all = sides.map(({ m }) => m);
  const { run, stop } = all[0]!;
  const { measure } = run.spec;
  let begun: number | null = null;
  /** The block that the rest after the last one was before: where the run goes on after all, it is the next one's. */
  let rested: number | null = null;
  return {
    async begin(block) {
      if (begun === block) return;
      const isFirst = begun === null;
      begun = block;
      const isRested = rested === block;
      if (!isFirst && !isRested && !isIdleDue(measure, block)) return;
      // A second instrument is held against the one that measures once a session.
      if (isFirst) await compareInstruments(all, openInstruments, (edges) => measureIdle(all, block, edges));
      else if (!isRested) await measureIdle(all, block);
      // Without a rest the trials of before have left it warm.
      if (!stop.aborted && (isFirst || measure.idleSeconds > 0)) await heat(sides, block);
    },
    async end(block) {
      const { idleAt, idleSeconds } = measure;
      if (begun === null || idleAt !== 'thrice' || idleSeconds === 0 || stop.aborted) return false;
      await measureIdle(all, block + 1);
      rested = block + 1;
      return !stop.aborted;
    },
  };
}
