import { describe, expect, it } from 'vitest';
import { blocksLeftToAdd, blocksToAdd, lastBlockOf } from '../../../../src/core/run/addedBlocks';
import type { RunEvent } from '../../../../src/core/run/events';
import { applyEvent, foldRun } from '../../../../src/core/run/fold';
import { specSchema } from '../../../../src/core/spec/spec';
import { created, sessionStarted } from '../../../support/runEvents';

const max = specSchema.shape.measure.parse({}).repeats.max;
const ended = (reason: 'complete' | 'interrupted'): RunEvent => ({
  ...{ type: 'session.ended', at: 99, session: 1, reason, exitCode: 0, message: '' },
});
const runOf = (blocks: number, ...end: RunEvent[]) =>
  foldRun([created(), ...sessionStarted(), { type: 'block.finished', at: 50, block: blocks }, ...end]);

describe('blocks that are added to a run', () => {
  it('count from its last finished one, also where it had ended before its maximum', () => {
    const added = { type: 'blocks.added', blocks: 5, untilVerdict: true };
    const full = runOf(max, ended('complete'));
    expect(lastBlockOf(full)).toBe(max);
    expect(blocksToAdd(full, 5, false)).toEqual({ ...added, afterBlock: max, upToBlock: max + 5 });
    const early = runOf(6, ended('complete'));
    expect(blocksToAdd(early, 3, true)).toMatchObject({ afterBlock: 6, upToBlock: 9, untilVerdict: false });
  });

  it('are the same when they are asked for again after a session that measured none of them', () => {
    const run = runOf(max, ended('complete'));
    const added = blocksToAdd(run, 5, false)!;
    for (const event of [...sessionStarted(2), { ...added, at: 1 }, { ...ended('interrupted'), session: 2 }])
      applyEvent(run, event as RunEvent);
    expect(lastBlockOf(run)).toBe(max + 5);
    expect(blocksToAdd(run, 5, false)).toBeNull();
    expect(blocksToAdd(run, 6, false)).toMatchObject({ afterBlock: max, upToBlock: max + 6 });
  });

  it('take nothing away of what was planned for a run that was interrupted or killed', () => {
    for (const end of [[ended('interrupted')], []]) {
      const run = runOf(4, ...end);
      expect(blocksToAdd(run, max - 4, false)).toBeNull();
      expect(blocksToAdd(run, max - 3, false)).toMatchObject({ blocks: max - 3, upToBlock: max + 1 });
    }
  });

  it('are as many as an experiment may ask for, with those that are there', () => {
    expect(blocksLeftToAdd(runOf(12))).toBe(988);
    expect(blocksLeftToAdd(runOf(1000))).toBe(0);
    expect(specSchema.safeParse({ models: ['a'], measure: { repeats: { max: 1001 } } }).success).toBe(false);
  });
});
