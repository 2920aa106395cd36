/**
 * Beginnings of pipelines of which none is worse in all that counts: label setting with several objectives (Martins, European Journal
 * of Operational Research 16, 1984), a stage at a time. All that counts of a pipeline is a sum or a product over its stages, so what
 * is worse in the beginning stays worse with whatever comes behind it.
 */

/** One thing that counts, the less the better. */
export type Key = {
  /** Sums begin at 0. Products begin at −1 and have factors of at least 0: more of them is less of the key. */
  join: 'sum' | 'product';
  /** Of a sum: what ends above it is left out. */
  atMost: number;
};

/** One option of a stage with its replicas. */
export type Step = {
  option: number;
  replicas: number;
  /** What is added to each key, or multiplied with it. */
  keys: readonly number[];
  /** Added up; of labels with the very same keys the one with less is kept. */
  tie: number;
};

export type Label = { keys: readonly number[]; tie: number; step: Step | null; before: Label | null };

export type Labels = {
  /** After each stage, those kept. */
  after: Label[][];
  /** There were too many: some that no other beats were left out. */
  isThinned: boolean;
};

/** Each with each other, where more than three keys count. */
const mostCompared = 20_000;

/** Beginnings with one more step, at once in memory; so of 4,000 with 250 steps each none is left out. */
const mostJoined = 1_000_000;

type LabelOptions = {
  /** How many keys, from the first on, count once all stages are there: limits are kept by then, and need not be small. */
  decisive?: number;
  /** Kept after each stage. */
  most: number;
  /** Thinned labels are of no use: it ends with the first. */
  orNone?: boolean;
  /** Whether a whole pipeline is one: the last word where `atMost` is near. */
  accepts?(whole: Label): boolean;
};

export function labelsOf(
  stages: readonly (readonly Step[])[],
  keys: readonly Key[],
  { decisive = keys.length, most, orNone = false, accepts }: LabelOptions,
): Labels {
  const start: Label = { keys: keys.map(({ join }) => (join === 'sum' ? 0 : -1)), tie: 0, step: null, before: null };
  const worthwhile = stages.map((steps) => undominated(extended([start], steps, keys), keys.length));
  const least = leastAfter(worthwhile.map(stepsIn), keys);
  const after: Label[][] = [];
  let isThinned = false;
  let labels = [start];
  for (const [s, ends] of worthwhile.entries()) {
    const mostSteps = Math.floor(mostJoined / Math.max(1, labels.length));
    const isCut = ends.length > mostSteps;
    isThinned ||= isCut;
    if (isThinned && orNone) break;
    const steps = stepsIn(isCut ? thinned(ends, mostSteps) : ends);
    const room = keys.map(({ atMost }, k) => atMost - least[s]![k]!);
    const isLast = s === worthwhile.length - 1;
    const count = isLast ? decisive : keys.length;
    const joined = extended(labels, steps, keys, room);
    const candidates = isLast && accepts ? joined.filter((label) => accepts(label)) : joined;
    const areTooMany = count > 3 && candidates.length > mostCompared;
    labels = undominated(areTooMany ? thinned(candidates, mostCompared) : candidates, count);
    isThinned ||= areTooMany || labels.length > most;
    if (isThinned && orNone) break;
    if (labels.length > most) labels = thinned(labels, most);
    after.push(labels);
  }
  return { after, isThinned };
}

/** Of labels of one stage alone. */
const stepsIn = (labels: readonly Label[]) => labels.map(({ step }) => step!);

/** The steps of a label, from its first stage on. */
export function stepsOf(label: Label): Step[] {
  const steps: Step[] = [];
  for (let at: Label | null = label; at?.step != null; at = at.before) steps.push(at.step);
  return steps.reverse();
}

function extended(
  labels: readonly Label[],
  steps: readonly Step[],
  keys: readonly Key[],
  room: readonly number[] = keys.map(() => Infinity),
): Label[] {
  const found: Label[] = [];
  for (const before of labels)
    for (const step of steps) {
      const joined = keys.map(({ join }, k) =>
        join === 'sum' ? before.keys[k]! + step.keys[k]! : before.keys[k]! * step.keys[k]!,
      );
      if (joined.every((value, k) => value <= room[k]!))
        found.push({ keys: joined, tie: before.tie + step.tie, step, before });
    }
  return found;
}

/** For each stage what all stages behind it add to each sum at least; of products nothing is known. */
function leastAfter(stages: readonly (readonly Step[])[], keys: readonly Key[]): number[][] {
  const least: number[][] = [];
  let sums = keys.map(() => 0);
  for (const steps of [...stages].reverse()) {
    least.push(sums);
    sums = sums.map((sum, k) => (keys[k]!.join === 'sum' ? sum + Math.min(...steps.map((s) => s.keys[k]!)) : 0));
  }
  return least.reverse();
}

/** Those that no other beats or equals in the first `count` keys; of equal ones the one with the lowest `tie`. */
function undominated(labels: readonly Label[], count: number): Label[] {
  const sorted = [...labels].sort((a, b) => {
    for (let k = 0; k < count; k++) if (a.keys[k] !== b.keys[k]) return a.keys[k]! - b.keys[k]!;
    return a.tie - b.tie;
  });
  const isBeaten = count <= 3 ? staircase() : amongAll();
  return sorted.filter(({ keys }) => !isBeaten(keys, count));
}

/** Whoever comes is not before the others in the first key, so the second and third decide: steps down of both that are kept. */
function staircase(): (keys: readonly number[], count: number) => boolean {
  const seconds: number[] = [];
  const thirds: number[] = [];
  return (keys, count) => {
    const second = count > 1 ? keys[1]! : 0;
    const third = count > 2 ? keys[2]! : 0;
    let from = 0;
    for (let to = seconds.length; from < to;) {
      const middle = (from + to) >> 1;
      if (seconds[middle]! <= second) from = middle + 1;
      else to = middle;
    }
    if (from > 0 && thirds[from - 1]! <= third) return true;
    if (from > 0 && seconds[from - 1] === second) from--;
    let behind = from;
    while (behind < thirds.length && thirds[behind]! >= third) behind++;
    seconds.splice(from, behind - from, second);
    thirds.splice(from, behind - from, third);
    return false;
  };
}

function amongAll(): (keys: readonly number[], count: number) => boolean {
  const kept: (readonly number[])[] = [];
  return (keys, count) => {
    // What was kept last is the likeliest to be near.
    for (let i = kept.length - 1; i >= 0; i--) {
      let k = 1;
      while (k < count && kept[i]![k]! <= keys[k]!) k++;
      if (k >= count) return true;
    }
    kept.push(keys);
    return false;
  };
}

/** The best of each key, and one of each cell of a grid over all keys that is as fine as `most` allows. */
function thinned(labels: readonly Label[], most: number): Label[] {
  const keys = labels[0]!.keys.map((_, k) => k);
  const low = keys.map((k) => labels.reduce((least, label) => Math.min(least, label.keys[k]!), Infinity));
  const high = keys.map((k) => labels.reduce((largest, label) => Math.max(largest, label.keys[k]!), -Infinity));
  const best = keys.map((k) => labels.find((label) => label.keys[k] === low[k])!);
  const shareOf = (label: Label, k: number) =>
    high[k]! > low[k]! ? (label.keys[k]! - low[k]!) / (high[k]! - low[k]!) : 0;
  for (let cells = 1024; ; cells /= 2) {
    const byCell = new Map<number, { label: Label; sum: number }>();
    for (const label of labels) {
      let cell = 0;
      let sum = 0;
      for (const k of keys) {
        const share = shareOf(label, k);
        cell = cell * cells + Math.min(cells - 1, Math.floor(share * cells));
        sum += share;
      }
      const other = byCell.get(cell);
      if (!other || sum < other.sum) byCell.set(cell, { label, sum });
    }
    if (byCell.size + best.length <= most || cells === 1)
      return [...new Set([...best, ...[...byCell.values()].map(({ label }) => label)])];
  }
}
