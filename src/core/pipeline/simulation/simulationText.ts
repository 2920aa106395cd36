import type { ChosenStage } from '../answer';
import { infeasibleSentences } from '../infeasibleWords';
import type { PipelineProblem } from '../problem';
import type { Table } from '../../words/table';
import { describeNumber } from '../../words/units';
import type { PolicyReplay, PredictorName, Simulation } from './simulationSchema';

const percent = (share: number | null) => (share === null ? null : `${describeNumber(100 * share)} %`);

/** A row a policy; fits into 60 columns. */
export function policyTable({ policies }: Simulation): Table {
  return {
    columns: ['policy', 'violations', 'J/request', 'cores', 'accuracy'],
    rows: policies.map(({ policy, all }) => [
      policy,
      all && percent(all.violationShareOfArrived),
      all && all.joulesPerRequest,
      all && all.meanCores,
      all && all.accuracy,
    ]),
  };
}

const predicted: Record<PredictorName, string> = {
  reactive: 'what arrived in the last one',
  max: 'the most that arrived in one of the last',
  known: 'what the pattern says of the next one, which nobody knows in operation',
};

/** What was simulated. */
export function simulationSentence(simulation: Simulation): string {
  const { name, load, seconds, arrivals, seed, intervalSeconds, predictor, lookBackSeconds } = simulation;
  const rate =
    load.kind === 'constant'
      ? `${describeNumber(load.mean)} requests/s`
      : `${describeNumber(load.mean)} requests/s on average, ${describeNumber(load.largest)} at most`;
  const arriving = arrivals === 'poisson' ? `Poisson arrivals, seed ${seed}` : 'evenly spaced arrivals';
  const looked = predictor === 'max' ? `${predicted.max} ${describeNumber(lookBackSeconds)} s` : predicted[predictor];
  return `${name}: simulated, not measured: ${describeNumber(seconds)} s of ${rate} (${arriving}), a decision every ${describeNumber(intervalSeconds)} s by ${looked}`;
}

/** @param problem that was simulated */
export function simulationNotes(simulation: Simulation, problem: PipelineProblem): string[] {
  const { slaSeconds, dropSeconds, policies } = simulation;
  // Gross joules hold it already, and some profiles do not tell it.
  const isCharged = policies.some(({ all }) => all !== null && all.idleJoules > 0);
  return [
    `violations: of the requests that arrived, those answered after ${describeNumber(slaSeconds)} s, dropped for being older than ${describeNumber(dropSeconds)} s before their batch started, or left at the end after longer than the limit`,
    `J/request: of the requests that were answered, ${isCharged ? 'with the' : 'without'} idle power of the cores held; cores: held, on average; accuracy: of the requests that were answered`,
    ...policies.flatMap((one) => policyNotes(one, problem)),
  ];
}

function policyNotes({ policy, infeasible, decisions }: PolicyReplay, problem: PipelineProblem): string[] {
  if (infeasible) {
    const why = infeasibleSentences(infeasible, { ...problem, load: infeasible.load });
    return [
      `${policy}: nothing was simulated, for nothing is feasible at ${describeNumber(infeasible.load)} requests/s. ${why.join(' ')}`,
    ];
  }
  const { kept, intervals } = decisions;
  return kept > 0
    ? [`${policy}: in ${kept} of ${intervals} intervals nothing was feasible, and the configuration before was kept`]
    : [];
}

/** A row an interval of each policy, for other programs. */
export function seriesTable({ policies }: Simulation): Table {
  return {
    columns: [
      'source',
      'policy',
      'start (s)',
      'length (s)',
      'decided for (requests/s)',
      'arrived',
      'served',
      'served late',
      'dropped',
      'waiting at the end',
      'SLA violations of arrived',
      'latency mean (s)',
      'latency p50 (s)',
      'latency p95 (s)',
      'latency p99 (s)',
      'energy (J)',
      'of it idle (J)',
      'energy (J/request served)',
      'cores',
      'accuracy',
      'kept: nothing was feasible',
      'configuration',
    ],
    rows: policies.flatMap(({ policy, intervals, configurations }) => {
      const texts = configurations.map(configurationText);
      return intervals.map((one) => [
        'simulated',
        policy,
        one.startSeconds,
        one.seconds,
        one.predictedLoad,
        one.arrived,
        one.served,
        one.servedLate,
        one.dropped,
        one.waiting,
        one.violations,
        one.meanSeconds,
        one.p50Seconds,
        one.p95Seconds,
        one.p99Seconds,
        one.joules,
        one.idleJoules,
        one.joulesPerRequest,
        one.meanCores,
        one.accuracy,
        one.isKept ? 'yes' : 'no',
        texts[one.configuration]!,
      ]);
    }),
  };
}

const configurationText = (chosen: readonly ChosenStage[]) =>
  chosen
    .map(
      ({ name, variant, batch, cores, replicas }) =>
        `${name}: ${replicas} × ${variant}, batch ${batch}, cores ${describeNumber(cores)}`,
    )
    .join('; ');
