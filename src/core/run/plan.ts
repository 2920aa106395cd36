import { seededRandom, shuffled } from '../statistics/random';
import type { Configuration } from '../configuration/configuration';
import { configurationId, sameExcept } from '../configuration/factors';
import { configurationsInUse } from '../configuration/inUse';
import { shortModelNames } from '../configuration/modelNames';
import type { Spec } from '../spec/spec';

/**
 * What a run measures and in which order. A *block* is one trial of every configuration; blocks are
 * numbered from 1. Everything here follows from the spec alone, so a resumed run finds the same plan.
 */

/**
 * Every combination of model, split of the cores, spinning and batch size, in the order of the spec, the batch
 * size fastest. Ids are unique and readable: `yolov7-tiny b8 t2`, with ` spin` where workers spin, and ` i4` where four
 * processes run at once.
 *
 * @param cores physical cores of the machine that measures: what is split, and where the spec names no threads, all used
 */
export function configurationsOf(
  spec: Pick<Spec, 'models' | 'batchSizes' | 'instances' | 'threads' | 'split' | 'spinning'>,
  { cores }: { cores: number },
): Configuration[] {
  const names = shortModelNames(spec.models);
  const configurations: Configuration[] = [];
  spec.models.forEach((model, index) => {
    for (const { instances, threads } of splitsOf(spec, cores)) {
      for (const spinning of spec.spinning) {
        for (const batchSize of spec.batchSizes) {
          const c = { model, batchSize, instances, threads, spinning };
          configurations.push({ id: configurationId(c, names[index]!), ...c });
        }
      }
    }
  });
  return configurations;
}

/** How many processes of how many threads: `auto` all that use every core (16: 1 × 16, 2 × 8, … 16 × 1), else as listed. */
export function splitsOf(
  { instances, threads, split }: Pick<Spec, 'instances' | 'threads' | 'split'>,
  cores: number,
): { instances: number; threads: number }[] {
  if (split === 'auto') {
    const divisors = Array.from({ length: cores }, (_, i) => i + 1).filter((n) => cores % n === 0);
    return divisors.map((n) => ({ instances: n, threads: cores / n }));
  }
  return instances.flatMap((n) =>
    (threads ?? [Math.max(1, Math.floor(cores / n))]).map((each) => ({ instances: n, threads: each })),
  );
}

/**
 * The order of one block. `shuffled`: a seeded permutation that differs from that of the block before,
 * so that drift (temperature, clock, neighbours) falls on all configurations alike.
 *
 * Pass the ids of *all* configurations and leave out the settled ones afterwards: then the order of a
 * block does not depend on what was settled earlier.
 *
 * @param block from 1
 */
export function blockOrder(
  ids: readonly string[],
  seed: number,
  block: number,
  order: Spec['measure']['order'],
): string[] {
  let current = [...ids];
  if (order === 'listed') return current;
  const random = seededRandom(seed);
  for (let made = 0; made < block; made++) {
    let next = shuffled(ids, random);
    // Each block is uniform among the permutations other than its predecessor's, hence uniform over all
    // of them: every configuration stands at every position equally often in the long run.
    while (made > 0 && ids.length > 1 && next.every((id, i) => id === current[i])) next = shuffled(ids, random);
    current = next;
  }
  return current;
}

/**
 * The configuration that shows drift: the one in use today where it is measured (the first that fits what is said of
 * it), else the (lower) median batch size of the model, split and spinning that stand first.
 *
 * @param configurations those that can run (without skipped ones); undefined if there is none
 */
export function referenceConfiguration(
  spec: Pick<Spec, 'current'>,
  configurations: readonly Configuration[],
): Configuration | undefined {
  const first = configurations[0];
  if (!first) return undefined;
  const isSame = sameExcept('batchSize');
  const candidates = configurations.filter((c) => isSame(c, first)).sort((a, b) => a.batchSize - b.batchSize);
  return configurationsInUse(configurations, spec.current)[0] ?? candidates[Math.floor((candidates.length - 1) / 2)];
}

/**
 * After how many finished blocks the reference configuration runs: at the start (0, before block 1) and in the
 * middle of the blocks that always run (⌈min/2⌉). It runs once more at the end of the run, after whichever
 * block turns out to be the last.
 */
export function referencePoints(repeats: Pick<Spec['measure']['repeats'], 'min'>): number[] {
  return [0, Math.ceil(repeats.min / 2)];
}

/** How often it runs in a run of so many blocks: where two points are one, once. */
export function referenceCount(repeats: Pick<Spec['measure']['repeats'], 'min'>, blocks: number): number {
  return new Set([...referencePoints(repeats).filter((point) => point <= blocks), blocks]).size;
}

/** Whether a reference trial is due now: `last` once no more blocks will run. Never twice at one point. */
export function isReferenceDue(
  repeats: Pick<Spec['measure']['repeats'], 'min'>,
  finishedBlocks: number,
  last: boolean,
): boolean {
  return last || referencePoints(repeats).includes(finishedBlocks);
}

/** Before which block the machine at rest is measured, besides at the start of each session; `thrice` also after the last. */
export function isIdleDue({ idleAt, repeats }: Pick<Spec['measure'], 'idleAt' | 'repeats'>, block: number): boolean {
  return idleAt === 'blocks' || block === 1 || block === Math.ceil(repeats.min / 2) + 1;
}

/** What the machine is heated with: the most threads, and of these the smallest batch, so that it ends on time. */
export function heaterOf(configurations: readonly Configuration[]): Configuration | undefined {
  const threadsOf = ({ instances, threads }: Configuration) => instances * threads;
  return [...configurations].sort((a, b) => threadsOf(b) - threadsOf(a) || a.batchSize - b.batchSize)[0];
}
