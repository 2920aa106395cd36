import { resolve } from 'node:path';
import { judge } from '../../core/analysis/verdict/judge';
import type { Configuration } from '../../core/configuration/configuration';
import { ExpectedError } from '../../core/failure/expectedError';
import { batchingPolicy } from '../../core/latency/batchingPolicy';
import { drawnArrivals, type ReplayedArrivals } from '../../core/latency/replayedArrivals';
import { termsOf } from '../../core/report/report';
import { noted } from '../../core/run/conditions';
import type { PacedTrial } from '../../core/run/events';
import { arrivalSeed, leadInSeconds, notReplayed, pacedOf } from '../../core/run/pacedPlan';
import { blockOrder } from '../../core/run/plan';
import { replayedRequests } from '../../core/spec/replayedRequests';
import type { ConfigurationResult } from '../../core/values/result';
import { configurationResults } from '../../core/values/trialValue';
import { readArrivalTrace } from '../../workloads/arrivalTraceFile';
import type { BlockStarts } from './blockStarts';
import type { Measuring, Side } from './measuring';
import { placementOf } from './placement';
import { isMissing, measureRepeat, type Repeat } from './repeat';

/** After so many failed paced blocks requests are replayed to a configuration no more. */
const failuresToGiveUp = 2;

/** One that requests are replayed to, and why. */
type Wanted = { configuration: Configuration; roles: PacedTrial['roles'] };

/** What is replayed in one run. */
type Paced = { side: Side; wanted: Wanted[]; arrivalsOf: (block: number) => BlockArrivals; blocks: number[] };
type BlockArrivals = { arrivals: ReplayedArrivals; from: PacedTrial['arrivals'] };

/**
 * Replays requests to the configurations that the experiment asks for, after the blocks under full load: in blocks of their own, each
 * with the same arrivals for all. What the log has is not measured again.
 */
export async function measurePaced(sides: readonly Side[], starts: BlockStarts): Promise<void> {
  const { run, stop } = sides[0]!.m;
  const paced = sides.flatMap((side) => pacedIn(side) ?? []);
  const rounds = Math.max(0, ...paced.map(({ blocks }) => blocks.length));
  for (let round = 0; round < rounds; round++) {
    const all = paced.flatMap(({ side, wanted, arrivalsOf, blocks }) => {
      const block = blocks[round];
      return block === undefined ? [] : wanted.map((one) => ({ side, one, block, ...arrivalsOf(block) }));
    });
    const last = Math.max(...all.map(({ side, block }) => side.m.run.blocksFinished + block));
    const { seed, order } = run.spec.measure;
    for (const place of blockOrder([...all.keys()].map(String), seed, last, order)) {
      const { side, one, block, ...replayed } = all[Number(place)]!;
      if (isGivenUp(side.m, one.configuration.id)) continue;
      await measureRepeat(
        side,
        repeatOf(side.m, one, block, replayed, () => starts.begin(last)),
      );
      if (stop.aborted) return;
      if (isGivenUp(side.m, one.configuration.id)) noteFailing(side.m, one.configuration.id);
    }
  }
}

/** null: nothing is replayed. */
function pacedIn(side: Side): Paced | null {
  const { m } = side;
  const { spec } = m.run;
  const of = pacedOf(spec);
  if (of === 'none') return null;
  const why = notReplayed(spec, m.run.workload.serves === true);
  if (why !== null) {
    note(m, why);
    return null;
  }
  const arrivalsOf = arrivalsFor(m);
  const results = configurationResults(m.run, m.samples);
  // Each block has as many in as long a time.
  const { arrivals } = arrivalsOf(1);
  const rate = (1000 * arrivals.atMs.length) / arrivals.periodMs;
  const wanted = wantedIn(m, results, of).filter(({ configuration }) => {
    const cannot = cannotServe(m, configuration, { results, rate });
    if (cannot !== null) note(m, cannot);
    return cannot === null;
  });
  const blocks = blocksToMeasure(m, wanted, spec.measure.paced.blocks);
  return { side, wanted, arrivalsOf, blocks };
}

/** Those that the experiment asks for, as the verdict stands; none where there is no verdict to confirm. */
function wantedIn(m: Measuring, results: readonly ConfigurationResult[], of: 'winners' | 'all'): Wanted[] {
  const { winner, inUse, feasibility } = judge(results, termsOf(m.run)).verdict;
  if (of === 'winners' && winner === null) return [];
  return m.run.configurations.flatMap((configuration): Wanted[] => {
    const { id } = configuration;
    const isMeasured = results.some((result) => result.id === id && result.trials.length > 0);
    const keeps = feasibility.every((one) => one.id !== id || one.feasible !== 'no');
    const roles: PacedTrial['roles'] = [
      ...(id === winner ? (['winner'] as const) : []),
      ...(id === inUse ? (['current'] as const) : []),
    ];
    if (!isMeasured || (roles.length === 0 && (of === 'winners' || !keeps))) return [];
    return [{ configuration, roles: roles.length > 0 ? roles : ['other'] }];
  });
}

const instancesOf = ({ run }: Measuring, { instances }: Configuration) => run.spec.sla?.instances ?? instances;

/** Why this one is known not to serve so many, as a clause; null: it may. */
function cannotServe(
  m: Measuring,
  configuration: Configuration,
  { results, rate }: { results: readonly ConfigurationResult[]; rate: number },
): string | null {
  const { id, threads } = configuration;
  const instances = instancesOf(m, configuration);
  const placed = placementOf({ instances, threads }, m.run.spec.measure.pin, m.usableCpus);
  if ('problem' in placed) return `${id}: ${placed.problem}`;
  const { trials } = results.find((result) => result.id === id)!;
  const fastest =
    Math.max(...trials.map(({ unitsPerSecond }) => unitsPerSecond)) * (instances / configuration.instances);
  if (rate < fastest) return null;
  return `${id} does ${fastest.toPrecision(3)} a second at most, and ${rate.toPrecision(3)} arrive`;
}

function arrivalsFor({ run, baseFolder }: Measuring): Paced['arrivalsOf'] {
  const { seed, paced } = run.spec.measure;
  const { seconds, trace } = paced;
  if (trace === undefined) {
    const requests = replayedRequests(run.spec.sla!.arrivalRate, seconds);
    return (block) => {
      const drawn = arrivalSeed(seed, block);
      return { arrivals: drawnArrivals(requests, seconds, drawn), from: { seed: drawn } };
    };
  }
  const read = readArrivalTrace(trace, baseFolder, seconds);
  if ('problem' in read) throw new ExpectedError('experiment', `measure.paced.trace: ${read.problem}`);
  const { arrivals, sha256 } = read;
  return () => ({ arrivals, from: { file: resolve(baseFolder, trace), sha256 } });
}

/**
 * Paced blocks that are to be measured, or gone on with, so that there are as many as asked for in which each has been measured. A block
 * is compared within itself: one that others under full load have come after is gone on with no more.
 */
function blocksToMeasure(m: Measuring, wanted: readonly Wanted[], asked: number): number[] {
  const { pacedTrials, blocksFinished } = m.run;
  const tried = wanted.filter(({ configuration }) => !isGivenUp(m, configuration.id));
  if (tried.length === 0) return [];
  const known = [...new Set(pacedTrials.map(({ paced }) => paced.block))].sort((a, b) => a - b);
  const isComplete = (block: number) =>
    tried.every(({ configuration }) => !isMissing(m, { configuration, replay: { paced: { block } } }));
  const complete = known.filter(isComplete);
  const open = known.filter(
    (block) =>
      !complete.includes(block) &&
      pacedTrials.every((trial) => trial.paced.block !== block || trial.block === blocksFinished),
  );
  const more = Math.max(0, asked - complete.length);
  const next = 1 + Math.max(0, ...known);
  return [...open, ...Array.from({ length: more }, (_, i) => next + i)].slice(0, more);
}

function repeatOf(
  m: Measuring,
  { configuration, roles }: Wanted,
  block: number,
  { arrivals, from }: BlockArrivals,
  begin: Repeat['begin'],
): Repeat {
  const { measure, sla } = m.run.spec;
  const policy = batchingPolicy(sla!);
  const instances = instancesOf(m, configuration);
  const [requests, seconds] = [arrivals.atMs.length, arrivals.periodMs / 1000];
  const paced: PacedTrial = {
    ...{ block, roles, batching: policy.batching, batchTimeoutMs: policy.timeoutMs, instances },
    ...{ requests, seconds, arrivals: from },
  };
  const leadInMs = 1000 * leadInSeconds(measure, configuration, { requests, seconds });
  return {
    ...{ configuration, block: m.run.blocksFinished, reference: false, begin },
    replay: { paced, terms: { policy, batchSize: configuration.batchSize, instances, arrivals, leadInMs } },
  };
}

function isGivenUp({ run }: Measuring, id: string): boolean {
  const own = run.pacedTrials.filter((trial) => trial.configuration === id);
  const blocks = (state: string) => new Set(own.filter((t) => t.state === state).map((t) => t.paced.block)).size;
  return blocks('finished') === 0 && blocks('failed') >= failuresToGiveUp;
}

function noteFailing(m: Measuring, id: string): void {
  const failure = m.run.pacedTrials.findLast((trial) => trial.configuration === id)?.failure;
  note(m, `${id}: ${failure?.message ?? 'every trial failed'}`);
}

/** Once a run. */
function note(m: Measuring, why: string): void {
  const condition = noted.notReplayed(why);
  if (m.run.warnings.some(({ message }) => message === condition.message)) return;
  m.record({ type: 'warning', ...condition });
}
