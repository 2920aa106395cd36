import { brokenLimits, evaluate, idleWattsPerCore, publishedQueueSeconds, replicasFor } from '../evaluate';
import type { PipelineOption, PipelineProblem } from '../problem';
import { addBinary, addColumn, addRow, addShare, type LinearProgram, type RunProgram } from './linearProgram';
import { slack } from './space';

/** Solutions that are none when they are looked at in doubles, before it is given up. */
const mostCuts = 12;
/** So that the solver's absolute tolerances (1e-9) are 1e-12 of the load. */
const costOfUnit = 1000;
/** How far the solver's load may lie from the one that is told. */
const near = 1e-6;

type Direction = 'below' | 'above';

/**
 * The load nearest to one at which a problem is infeasible, at which it has a solution: of the largest below it and the smallest above, at
 * which batches fill sooner, the one by whose factor less is changed; of equal ones that below. Null: there is none.
 */
export function nearestLoad(problem: PipelineProblem, run: RunProgram): number | null {
  const below = nearestTo(problem, 'below', run);
  const above = nearestTo(problem, 'above', run);
  if (below === null || above === null) return below ?? above;
  return above / problem.load < problem.load / below ? above : below;
}

function nearestTo(problem: PipelineProblem, direction: Direction, run: RunProgram): number | null {
  const taken = problem.stages.map((stage) => {
    const replicas = stage.replicas ?? problem.scalingCap;
    if (replicas > problem.scalingCap) return [];
    const open = stage.options.flatMap((option, index) => {
      const isOpen = stage.variant === undefined || option.variant === stage.variant;
      return isOpen && canFit(option, problem) ? [{ option, index, most: replicas * option.throughput }] : [];
    });
    return undominated(open);
  });
  if (taken.some((stage) => stage.length === 0)) return null;
  const capacity = Math.min(...taken.map((stage) => stage.reduce((largest, { most }) => Math.max(largest, most), 0)));
  if (direction === 'above' && capacity <= problem.load) return null;
  // So that the load is a number near 1, whatever was asked.
  const unit = direction === 'below' ? Math.min(problem.load, capacity) : problem.load;
  const cuts: number[][] = [];
  while (cuts.length < mostCuts) {
    const { program, load, choices } = loadProgram(problem, taken, unit, capacity / unit, direction, cuts);
    const values = run(program);
    if (values === null || values[load]! < 1e-9) return null;
    const picked = choices.map((stage) =>
      stage.reduce((most, x, c) => (values[x]! > values[stage[most]!]! ? c : most), 0),
    );
    const found = exactLoad(
      problem,
      picked.map((c, s) => taken[s]![c]!.index),
      values[load]! * unit,
      direction,
    );
    if (found !== null) return found;
    cuts.push(picked);
  }
  return null;
}

type Taken = { option: PipelineOption; index: number; most: number };

/**
 * Without options that another one can stand for at any load: it takes as much with as few replicas, which draw as little, and is as fast in
 * all that counts here, where accuracy does not. Of those that are alike in all of it the first stays. Whatever is as good in all comes
 * before it in this order, so that each has to be held against those that stay alone.
 */
function undominated(open: readonly Taken[]): Taken[] {
  const costs = open.map(({ option }) => {
    const { throughput, cores, joulesPerRequest, latencySeconds, batch } = option;
    return [-throughput, idleWattsPerCore(option) * cores, joulesPerRequest, latencySeconds, batch];
  });
  const order = open.map((_, i) => i);
  order.sort((i, j) => {
    const [a, b] = [costs[i]!, costs[j]!];
    for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return a[k]! - b[k]!;
    return i - j;
  });
  const kept: number[] = [];
  const isBeaten = (by: readonly number[], of: readonly number[]) => {
    for (let k = 0; k < of.length; k++) if (by[k]! > of[k]!) return false;
    return true;
  };
  for (const i of order) if (!kept.some((j) => isBeaten(costs[j]!, costs[i]!))) kept.push(i);
  return kept.sort((i, j) => i - j).map((i) => open[i]!);
}

/** Latency and energy without waiting and idle power, which any load has. */
const canFit = (
  { latencySeconds, joulesPerRequest }: PipelineOption,
  { slaSeconds, limits, queueing }: PipelineProblem,
) =>
  (queueing === 'as-published' || latencySeconds <= slaSeconds * slack) &&
  joulesPerRequest <= (limits?.joulesPerRequest ?? Infinity) * slack;

/**
 * The load as a variable: m in units of one. Latency and energy per request have m below a line or beside a choice; multiplied by m they are
 * linear in y = m·x of each option (Σ y = m in each stage, y ≤ what the option can take · x), exactly. Replicas z of an option stand where
 * their idle power counts: z ≥ y·load ÷ throughput.
 */
function loadProgram(
  problem: PipelineProblem,
  stages: readonly (readonly Taken[])[],
  unit: number,
  capacity: number,
  direction: Direction,
  cuts: readonly (readonly number[])[],
): { program: LinearProgram; load: number; choices: number[][] } {
  const { slaSeconds, limits, queueing, load: asked } = problem;
  const program: LinearProgram = { columns: [], rows: [] };
  const most = direction === 'below' ? 1 : capacity;
  const load = addShare(program, direction === 'below' ? costOfUnit : -costOfUnit, most);
  if (direction === 'above') addRow(program, asked / unit, Infinity, [[load, 1]]);
  const latency: [number, number][] = [[load, 1]];
  const energy: [number, number][] = [[load, 1]];
  const power: [number, number][] = [];
  const perJoule = limits?.joulesPerRequest;
  const perWatt = limits?.watts;
  const choices = stages.map((stage, s) => {
    const xs = stage.map(({ option, most: taken }) => {
      const x = addBinary(program, 0);
      const y = addShare(program, 0, most);
      addRow(program, -Infinity, 0, [
        [y, 1],
        [x, -Math.min(most, taken / unit)],
      ]);
      latency.push([y, -option.latencySeconds / slaSeconds]);
      if (queueing === 'intended') latency.push([x, -(option.batch - 1) / (unit * slaSeconds)]);
      if (perJoule) energy.push([y, -option.joulesPerRequest / perJoule]);
      if (perWatt) power.push([y, (option.joulesPerRequest * unit) / perWatt]);
      const watts = idleWattsPerCore(option) * option.cores;
      if (watts > 0 && (perJoule || perWatt)) {
        const [z, each] = replicasColumn(
          program,
          problem.stages[s]!.replicas,
          option,
          x,
          y,
          unit,
          Math.min(most, taken / unit),
        );
        if (perJoule) energy.push([z, (-watts * each) / (perJoule * unit)]);
        if (perWatt) power.push([z, (watts * each) / perWatt]);
      }
      return { x, y };
    });
    addRow(
      program,
      1,
      1,
      xs.map(({ x }) => [x, 1]),
    );
    addRow(program, 0, 0, [...xs.map(({ y }) => [y, 1] as const), [load, -1]]);
    return xs.map(({ x }) => x);
  });
  const published = queueing === 'intended' ? 0 : (publishedQueueSeconds(problem) * asked) / (unit * slaSeconds);
  addRow(program, published, Infinity, summed(latency));
  if (perJoule) addRow(program, 0, Infinity, summed(energy));
  if (perWatt) addRow(program, -Infinity, 1, summed(power));
  for (const cut of cuts)
    addRow(
      program,
      -Infinity,
      cut.length - 1,
      cut.map((c, s) => [choices[s]![c]!, 1]),
    );
  return { program, load, choices };
}

/** A column of the replicas of an option where it is chosen, and how many one of it stands for: fixed ones are so many times x. */
function replicasColumn(
  program: LinearProgram,
  fixed: number | undefined,
  { throughput }: PipelineOption,
  x: number,
  y: number,
  unit: number,
  most: number,
): [column: number, each: number] {
  if (fixed !== undefined) return [x, fixed];
  const upper = Math.ceil((most * unit) / throughput) + 1;
  const z = addColumn(program, { cost: 0, upper, isInteger: true });
  addRow(program, 0, Infinity, [
    [z, 1],
    [y, -unit / throughput],
  ]);
  addRow(program, 0, Infinity, [
    [z, 1],
    [x, -1],
  ]);
  return [z, 1];
}

/** Each column once. */
function summed(entries: readonly (readonly [number, number])[]): [number, number][] {
  const sums = new Map<number, number>();
  for (const [column, value] of entries) sums.set(column, (sums.get(column) ?? 0) + value);
  return [...sums].filter(([, value]) => value !== 0);
}

/**
 * In doubles, the load at which these options reach a limit, near one that the solver found: where replicas are used up, or where the queue,
 * the energy or the power is as much as may be. Null: none near it keeps the limits.
 */
function exactLoad(
  problem: PipelineProblem,
  options: readonly number[],
  found: number,
  direction: Direction,
): number | null {
  const { stages, slaSeconds, limits, queueing, scalingCap } = problem;
  const chosen = stages.map((stage, s) => stage.options[options[s]!]!);
  const choiceAt = (load: number) =>
    stages.map((stage, s) => ({
      option: options[s]!,
      replicas: stage.replicas ?? replicasFor(chosen[s]!.throughput, load),
    }));
  const sum = (of: (option: PipelineOption, s: number) => number) =>
    chosen.reduce((total, one, s) => total + of(one, s), 0);
  const idleWatts = sum((option, s) => {
    const needed = found / option.throughput;
    // Just above a whole number of replicas the solver means that number.
    const replicas = stages[s]!.replicas ?? Math.max(1, Math.ceil(needed * (1 - near)));
    return idleWattsPerCore(option) * option.cores * replicas;
  });
  const net = sum(({ joulesPerRequest }) => joulesPerRequest);
  const queued =
    queueing === 'intended' ? sum(({ batch }) => batch - 1) : publishedQueueSeconds(problem) * problem.load;
  const places = [
    found,
    ...chosen.flatMap(({ throughput }, s) => [
      throughput * (stages[s]!.replicas ?? scalingCap),
      throughput * Math.max(1, Math.round(found / throughput)),
    ]),
    queued / (slaSeconds - sum(({ latencySeconds }) => latencySeconds)),
    ...(limits?.watts === undefined ? [] : [(limits.watts - idleWatts) / net]),
    ...(limits?.joulesPerRequest === undefined ? [] : [idleWatts / (limits.joulesPerRequest - net)]),
  ].filter((load) => Math.abs(load / found - 1) < near);
  const sign = direction === 'below' ? -1 : 1;
  const isSolved = (load: number) => {
    const at = { ...problem, load };
    const choice = choiceAt(load);
    return Number.isFinite(evaluate(at, choice).cores) && brokenLimits(at, choice).length === 0;
  };
  // A limit that is met to the last bit may be broken by it; and the solver's own load by its tolerance.
  const solved = places
    .flatMap((load) => [0, 2e-16, 5e-16, 1e-15, 1e-14, 1e-12, 1e-10, 1e-9].map((part) => load * (1 + sign * part)))
    .filter(isSolved);
  return solved.length === 0 ? null : direction === 'below' ? Math.max(...solved) : Math.min(...solved);
}
