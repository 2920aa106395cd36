import * as z from 'zod';
import { answerSchema } from '../answer';

/** What `greenbatch pipeline simulate --json` prints. All in it is simulated from profiles: nothing of it was measured. */

const count = (what: string) => z.int().min(0).describe(what);
const known = (what: string) => z.number().nullable().describe(what);

const counted = {
  arrived: count('requests that arrived'),
  served: count('requests that were answered'),
  servedLate: count('of those that were answered: after slaSeconds'),
  dropped: count('requests that were older than dropSeconds when their batch would have started, in whichever stage'),
  waiting: count('requests that were in the pipeline at the end, in queues and in batches'),
  violations: count(
    'of those that arrived: answered after slaSeconds, dropped, or at the end of the simulation in the pipeline for longer than that',
  ),
  meanSeconds: known('mean latency of those that were answered'),
  p50Seconds: known('median latency of those that were answered, from arrival to answer; null of fewer than 2'),
  p95Seconds: known('95th percentile; null of fewer than 20'),
  p99Seconds: known('99th percentile; null of fewer than 100'),
  joules: z.number().describe('of batches that started, and idle power of the cores held'),
  idleJoules: z.number().describe('of it: idle power of the cores held, whether they worked or not'),
  joulesPerRequest: known('joules ÷ served'),
  meanCores: z.number().describe('cores held, on average over time'),
  accuracy: known('mean over those that were answered, by accuracyMethod'),
};

const simulatedInterval = z.strictObject({ startSeconds: z.number(), seconds: z.number(), ...counted });
const simulatedAll = z.strictObject({
  seconds: z.number(),
  ...counted,
  violationShareOfArrived: known('violations ÷ arrived'),
  lateShareOfServed: known('servedLate ÷ served'),
});

export type SimulatedInterval = z.output<typeof simulatedInterval>;
export type SimulatedAll = z.output<typeof simulatedAll>;

export const policyNames = [
  'energy-aware',
  'accuracy-first',
  'balanced',
  'energy-first',
  'cost-first',
  'fixed',
  'fixed-replicas',
  'fixed-variant',
] as const;
export const predictorNames = ['reactive', 'max', 'known'] as const;

const replayedInterval = simulatedInterval.extend({
  predictedLoad: z
    .number()
    .describe('requests per second that were decided for, rounded up to loadStep, but not beyond the largest load'),
  configuration: z.int().min(0).describe('index into configurations'),
  isKept: z.boolean().describe('nothing was feasible at this load: the configuration before was kept'),
});

const replaySchema = z.strictObject({
  policy: z.enum(policyNames),
  decisions: z.strictObject({
    intervals: count('at which a decision was made'),
    solved: count('problems that were solved: decisions are kept by rounded load'),
    kept: count('at which nothing was feasible, so that the configuration before was kept'),
    changed: count('after which a variant, a batch size, cores or replicas were others than before'),
    solveSeconds: z.number().describe('wall time of the solver, which is no part of the simulated time'),
  }),
  infeasible: z
    .strictObject({ load: z.number(), binding: answerSchema.shape.binding, relaxation: answerSchema.shape.relaxation })
    .optional()
    .describe('there is no configuration to begin with: nothing was simulated'),
  all: simulatedAll.nullable(),
  configurations: z.array(answerSchema.shape.stages),
  intervals: z.array(replayedInterval),
});

export const simulationSchema = z
  .strictObject({
    version: z.literal(1),
    simulated: z.literal(true),
    name: z.string(),
    load: z.strictObject({ kind: z.enum(['constant', 'steps', 'trace']), mean: z.number(), largest: z.number() }),
    slaSeconds: z.number(),
    seconds: z.number(),
    seed: z.int(),
    arrivals: z.enum(['poisson', 'even']),
    intervalSeconds: z.number(),
    predictor: z.enum(predictorNames),
    lookBackSeconds: z.number().describe('of the predictor max'),
    loadStep: z
      .number()
      .describe(
        'loads are rounded up to a multiple of it before they are decided for, but not beyond the largest load',
      ),
    dropSeconds: z.number(),
    startSeconds: z.number(),
    timeoutSeconds: z.number().nullable().describe('null: the time to fill a batch, (batch − 1) ÷ load'),
    policies: z.array(replaySchema),
  })
  .describe('simulated from profiles, not measured');

export type Simulation = z.output<typeof simulationSchema>;
export type PolicyReplay = z.output<typeof replaySchema>;
export type PolicyName = (typeof policyNames)[number];
export type PredictorName = (typeof predictorNames)[number];
