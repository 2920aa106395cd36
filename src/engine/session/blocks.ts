import { rankingToHold } from '../../core/analysis/verdict/judge';
import { pairing } from '../../core/analysis/comparison/sides';
import { decideNext, type NextStep } from '../../core/analysis/verdict/stopping';
import type { Configuration } from '../../core/configuration/configuration';
import { ExpectedError } from '../../core/failure/expectedError';
import type { Run, Trial } from '../../core/run/fold';
import { blockOrder, isReferenceDue, referenceConfiguration } from '../../core/run/plan';
import { termsOf } from '../../core/report/report';
import type { Spec } from '../../core/spec/spec';
import { configurationResults } from '../../core/values/trialValue';
import { nothingRuns } from '../../workloads/skip';
import type { Instruments } from '../../energy/instruments';
import { createBlockStarts } from './blockStarts';
import { candidatesOf, unsettled } from './candidates';
import type { Measuring, Side } from './measuring';
import { measurePaced } from './paced';
import { measureRepeat, type Repeat } from './repeat';
import { decideBlock, isMeasuredIn } from './searchedBlock';

/** After so many failed blocks a configuration is given up. */
const failuresToGiveUp = 2;

/**
 * Runs the blocks that are missing until the statistics are satisfied or the maximum is reached, of two runs until both are: so their
 * blocks pair. Where blocks were added to a run that had ended, what is missing in those before stays so: a block is compared within
 * itself, and its time is over.
 *
 * @returns why no more blocks ran, for each run; empty where the session is stopped
 */
export async function measureBlocks(
  sides: readonly Side[],
  openInstruments: () => Promise<Instruments | null> = async () => null,
): Promise<string[]> {
  const { run, stop, looks } = sides[0]!.m;
  const starts = createBlockStarts(sides, openInstruments);
  for (let block = firstBlock(sides); ; block++) {
    for (const { m } of sides) if (candidatesOf(m.run).length === 0) throw nothingRuns(m, 'nothing-measured');
    const begin = () => starts.begin(block);
    for (const { m } of sides) decideBlock(m, block);
    for (const side of sides) await measureReference(side, { finishedBlocks: block - 1, last: false, begin });
    for (const { side, configuration } of repeatsOf(sides, block, run.spec.measure)) {
      if (side.m.run.skipped.has(configuration.id) || !isMeasuredIn(side.m, configuration.id, block)) continue;
      await measureRepeat(side, { configuration, block, reference: false, begin });
      if (stop.aborted) return [];
    }
    finishBlock(sides, block, looks);
    const why = decideAfter(sides, block);
    if (why === null) continue;
    // A log from before may hold more blocks than this decision would ask for: they are kept.
    for (const side of sides) await measureReference(side, { finishedBlocks: block, last: true, begin });
    // The machine at rest after the last block is a part of what is known of it, and may leave the verdict open again.
    if ((await starts.end(block)) && decideAfter(sides, block) === null) continue;
    await measurePaced(sides, starts);
    return why;
  }
}

const firstBlock = (sides: readonly Side[]) =>
  1 + Math.min(...sides.map(({ m }) => m.run.addedBlocks.at(-1)?.afterBlock ?? 0));

/** All that a block may hold, of all runs in one order. Where that is the files' own, the runs take turns at being first. */
function repeatsOf(
  sides: readonly Side[],
  block: number,
  { seed, order }: Pick<Spec['measure'], 'seed' | 'order'>,
): { side: Side; configuration: Configuration }[] {
  const turns = block % 2 === 1 ? sides : [...sides].reverse();
  const longest = Math.max(...sides.map(({ m }) => m.run.configurations.length));
  const all = Array.from({ length: longest }, (_, place) =>
    turns.flatMap((side) => {
      const configuration = side.m.run.configurations[place];
      return configuration ? [{ side, configuration }] : [];
    }),
  ).flat();
  const places = blockOrder([...all.keys()].map(String), seed, block, order);
  return places.map((place) => all[Number(place)]!);
}

/** What happened on the machine meanwhile is the same for all runs. */
function finishBlock(sides: readonly Side[], block: number, looks: Measuring['looks']): void {
  const open = sides.filter(({ m }) => m.run.blocksFinished < block);
  for (const { m } of open) m.record({ type: 'block.finished', block }, true);
  const look = open.length > 0 ? looks.after(block) : null;
  for (const { m } of open) if (look) m.record({ type: 'machine.looked', ...look });
  for (const { m } of sides) giveUpFailing(m, block);
}

/**
 * Looks at the blocks so far, and writes down what follows. A configuration of two runs is measured as long as either of them asks for it:
 * so each block has a pair.
 *
 * @returns why no more blocks run, for each run; null where they go on
 */
function decideAfter(sides: readonly Side[], block: number): string[] | null {
  const decisions = sides.map(({ m }) => decideOne(m, block));
  const likeAmong = pairing(sides.map(({ m }) => m.run.configurations));
  const isDone = (i: number, one: Configuration) => {
    const id = likeAmong(unsettled(sides[i]!.m.run), one)?.id;
    return id === undefined || decisions[i]!.settle.some((settled) => settled.id === id);
  };
  const done = sides.map(({ m }, i) =>
    decisions[i]!.settle.filter(({ id }) => {
      const own = m.run.configurations.find((c) => c.id === id)!;
      return sides.every((_, other) => other === i || isDone(other, own));
    }),
  );
  sides.forEach(({ m }, i) => {
    for (const { id, reason, message } of done[i]!)
      m.record({ type: 'configuration.settled', configuration: id, afterBlock: block, reason, message });
  });
  const hasEnded = sides.every(({ m }, i) => decisions[i]!.action === 'stop' || unsettled(m.run).length === 0);
  return hasEnded ? decisions.map(({ message }) => message) : null;
}

function decideOne(m: Measuring, block: number): NextStep {
  const results = configurationResults(m.run, m.samples);
  const ranking = rankingToHold(results, termsOf(m.run), block);
  if (ranking) m.record({ type: 'ranking.decided', afterBlock: block, ...ranking });
  return decideNext(results, termsOf(m.run), { blocksFinished: block, settled: [...m.run.settled.keys()] });
}

/** The same configuration at the start, in the middle and at the end: what changed between is drift. */
async function measureReference(
  side: Side,
  { finishedBlocks, last, begin }: { finishedBlocks: number; last: boolean; begin: Repeat['begin'] },
): Promise<void> {
  const { run, stop } = side.m;
  const reference = referenceConfiguration(run.spec, candidatesOf(run));
  if (!reference || !isReferenceDue(run.spec.measure.repeats, finishedBlocks, last) || stop.aborted) return;
  await measureRepeat(side, { configuration: reference, block: finishedBlocks, reference: true, begin });
}

/** Why a run has no trial that was finished, with the reasons, each once: what the first trials said is what is wrong. null: it has one. */
export function withoutAnyTrial(run: Run): ExpectedError | null {
  if (run.trials.some((t) => !t.reference && t.state === 'finished')) return null;
  const failures = run.trials.flatMap((trial) => trial.failure ?? []);
  const reasons = [...new Set(failures.map((failure) => failure.message))].slice(0, 3);
  const fix = failures.find((failure) => failure.fix != null)?.fix ?? null;
  // A trial that has no process has none in the log either.
  const why = reasons.length > 0 ? `: ${reasons.join('; ')}` : '; no process could be started for them';
  return new ExpectedError('nothing-measured', `every trial failed${why}`, fix);
}

function giveUpFailing(m: Measuring, block: number): void {
  for (const { id } of m.run.configurations) {
    const trials = m.run.trials.filter((t) => t.configuration === id && !t.reference && t.state !== 'interrupted');
    const blocks = (state: Trial['state']) => new Set(trials.filter((t) => t.state === state).map((t) => t.block)).size;
    if (m.run.settled.has(id) || blocks('finished') > 0 || blocks('failed') < failuresToGiveUp) continue;
    const message = trials.at(-1)?.failure?.message ?? '';
    m.record({ type: 'configuration.settled', configuration: id, afterBlock: block, reason: 'failing', message });
  }
}
