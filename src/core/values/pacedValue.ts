import { thinnedBatchTimes } from '../run/batchTimes';
import type { Run } from '../run/fold';
import type { ConfigurationResult, PacedValue } from './result';
import type { SampleLookup } from './samples';
import { windowValue } from './windowValue';

type PacedTrial = Run['pacedTrials'][number];

/** What replayed requests took in a finished trial; null where its joules cannot be trusted, as for any other window. */
function pacedValue(run: Run, trial: PacedTrial, samples: SampleLookup): PacedValue | null {
  const [window] = trial.windows;
  if (trial.state !== 'finished' || !window?.paced) return null;
  const value = windowValue(run, trial, window, samples);
  if (!value.valid) return null;
  const { requests, latencyMs, batchesOfSize, padded, load } = window.paced;
  const batches = batchesOfSize.reduce((sum, [, count]) => sum + count, 0);
  const { block, arrivals, batching, batchTimeoutMs, instances } = trial.paced;
  return {
    trial: trial.trial,
    ...{ block, batching, batchTimeoutMs, instances },
    arrivalRate: run.spec.sla?.arrivalRate ?? requests / value.seconds,
    arrivals: 'file' in arrivals ? 'file' : 'drawn',
    requests,
    seconds: value.seconds,
    joulesPerRequest: value.joules / requests,
    ...(value.edgeJoules > 0 && { edgeJoulesPerRequest: value.edgeJoules / requests }),
    requestMs: [...thinnedBatchTimes(latencyMs)],
    load,
    meanBatchSize: batches > 0 ? batchesOfSize.reduce((sum, [size, count]) => sum + size * count, 0) / batches : 0,
    padded,
  };
}

/** A configuration's values of replayed requests by block, the last of a block counting; why the last failed where none of its block did finish. */
export function pacedOf(
  run: Run,
  configuration: string,
  samples: SampleLookup,
): Pick<ConfigurationResult, 'paced' | 'pacedFailure'> {
  const trials = run.pacedTrials.filter((trial) => trial.configuration === configuration);
  const byBlock = new Map<number, PacedValue>();
  for (const trial of trials) {
    const value = pacedValue(run, trial, samples);
    if (value) byBlock.set(value.block, value);
  }
  const failed = trials.findLast(({ failure, paced }) => failure !== null && !byBlock.has(paced.block))?.failure;
  return {
    ...(byBlock.size > 0 && { paced: [...byBlock.values()].sort((a, b) => a.block - b.block) }),
    ...(failed && { pacedFailure: { code: failed.code ?? failed.reason, message: failed.message } }),
  };
}
