import { powerChangePercent } from '../../core/energy/powerChange';
import { windowStart } from '../../core/energy/readings';
import { noted } from '../../core/run/conditions';
import type { Configuration } from '../../core/configuration/configuration';
import { ExpectedError } from '../../core/failure/expectedError';
import type { EventOf, PacedTrial } from '../../core/run/events';
import { everyTrial, type Trial } from '../../core/run/fold';
import { mean } from '../../core/statistics/statistics';
import { isUnsettled, trialValue } from '../../core/values/trialValue';
import { windowValue } from '../../core/values/windowValue';
import { identityOf } from '../../machine/processIdentity';
import { cpuList } from '../../machine/topology';
import type { TrialOptions } from '../trial/host';
import type { TrialMessage } from '../trial/protocol';
import type { ReplayTerms } from '../trial/replay';
import { recordAccuracy } from './accuracy';
import { noteDoubts } from './doubts';
import type { Measuring, OwnCpu, Side } from './measuring';
import { placementOf } from './placement';
import { trialJob } from './trialJob';

/**
 * How often one repeat is tried in a session: windows that a wrap could hide in, or that the counters failed in, are measured again,
 * and so is a trial that somebody killed. Other failures would only repeat themselves, in a resumed run too.
 */
const attemptsAfter: Partial<Record<EventOf<'trial.failed'>['reason'], number>> = { invalid: 3, signal: 2 };
/** Of windows: the counter says nothing. */
const isLost = new Set(['unreadable', 'dead']);

/** One trial of one configuration, as a block has it; `begin` makes the machine ready for the block, once. */
export type Repeat = {
  configuration: Configuration;
  block: number;
  reference: boolean;
  begin: () => Promise<void>;
  /** Of a trial of requests that come one by one; then `block` is the last one under full load. */
  replay?: { paced: PacedTrial; terms: ReplayTerms };
};

/** What of a repeat says which trials of the log are of it. */
type Asked = Pick<Repeat, 'configuration'> &
  (({ replay?: undefined } & Pick<Repeat, 'block' | 'reference'>) | { replay: { paced: Pick<PacedTrial, 'block'> } });

/** Measures one repeat unless the log has it already. */
export async function measureRepeat(side: Side, repeat: Repeat): Promise<void> {
  const { stop } = side.m;
  while (!stop.aborted && isMissing(side.m, repeat)) {
    await repeat.begin();
    if (stop.aborted) return;
    if ((await measureTrial(side, repeat)) === null) return;
  }
}

/**
 * Whether the log lacks it, and it is worth trying. A finished trial without a value, or one that was only interrupted, counts as not tried.
 *
 * @throws ExpectedError `source-lost` where no counter can be trusted any more
 */
export function isMissing(m: Measuring, asked: Asked): boolean {
  const { configuration, replay } = asked;
  const same = replay
    ? m.run.pacedTrials.filter(({ paced }) => paced.block === replay.paced.block)
    : m.run.trials.filter((t) => t.block === asked.block && t.reference === asked.reference);
  const tried = same
    .filter((t) => t.configuration === configuration.id)
    .filter((t) => t.state === 'finished' || t.state === 'failed');
  const counted = tried.filter((t) => trialValue(m.run, t, m.samples, null) !== null);
  // One whose power had not settled is measured once more; a second such is what the machine does.
  if (counted.some((t) => !isUnsettled(t)) || counted.length > 1) return false;
  const failure = tried.at(-1)?.failure;
  return !failure || !isTriedEnough(m, tried, failure);
}

/** @throws ExpectedError `source-lost` where no counter can be trusted any more: the repeats to come would fail alike, and be lost */
function isTriedEnough({ session }: Measuring, tried: Trial[], last: NonNullable<Trial['failure']>): boolean {
  const attempts = attemptsAfter[last.reason];
  if (attempts === undefined) return true;
  if (tried.filter((t) => t.session === session).length < attempts) return false;
  if (last.code !== 'source-lost') return true;
  const message = `${last.message} (${attempts} times one after the other). Every finished repeat is kept: when the doctor finds the counters sound, resume the run`;
  throw new ExpectedError('source-lost', message);
}

/** @returns the trial as the log has it; null when it was stopped */
async function measureTrial(
  { m, prepared }: Side,
  { configuration, block, reference, replay }: Repeat,
): Promise<Trial | null> {
  const number = Math.max(0, ...everyTrial(m.run).map((t) => t.trial)) + 1;
  const said: { finished: Extract<TrialMessage, { type: 'finished' }> | null } = { finished: null };
  const { instances } = replay?.terms ?? configuration;
  const placed = placementOf({ ...configuration, instances }, m.run.spec.measure.pin, m.usableCpus);
  if ('problem' in placed) throw new Error(placed.problem);
  const { cpus } = placed;
  let before = m.ownCpu();
  const job = trialJob(m, prepared, configuration);
  const options: TrialOptions = {
    stop: m.stop,
    timeoutSeconds: m.run.spec.measure.trialTimeoutSeconds,
    cpus,
    onStart: ([pid, ...others]) =>
      m.record({
        type: 'trial.started',
        trial: number,
        block,
        configuration: configuration.id,
        reference,
        ...(replay && { paced: replay.paced }),
        process: identityOf(pid!),
        ...(others.length > 0 && { others: others.map(identityOf) }),
        ...(cpus !== null && { cpus: cpus.map(cpuList) }),
      }),
    onMessage: (message) => {
      if (message.type === 'phase') {
        m.record({ ...message, type: 'trial.phase', trial: number });
        before = m.ownCpu();
      }
      if (message.type === 'window') {
        m.record({ ...message, type: 'trial.window', trial: number, ...ownSince(before, m.ownCpu()) });
        if (message.batches !== undefined) warnOfThinning(m, message.batches, message.batchMs.length);
      }
      if (message.type === 'accuracy') {
        const { type: _, ...accuracy } = message;
        recordAccuracy(m, configuration.model, accuracy);
      }
      if (message.type === 'finished') said.finished = message;
    },
  };
  const { workload, told } = job;
  const end = await (replay ? m.replay({ workload, told, ...replay.terms }, options) : m.runTrial(job, options));
  if (end.kind === 'stopped') return null;
  const trial = everyTrial(m.run).find((t) => t.trial === number);
  if (end.kind === 'failed' || said.finished === null || !trial) {
    const failure =
      end.kind === 'failed'
        ? end
        : {
            reason: 'exit' as const,
            code: 'exit',
            message: 'it said nothing',
            fix: null,
            signal: null,
            exitCode: null,
          };
    m.record({
      type: 'trial.failed',
      trial: number,
      reason: failure.reason,
      code: failure.code,
      message: failure.message,
      fix: failure.fix,
      signal: failure.signal,
      exitCode: failure.exitCode,
    });
    return trial ?? null;
  }
  // The samples that prove its windows are on the disk before the trial counts as finished.
  await m.flushSamples();
  const refused = trial.windows.flatMap((window) => {
    const value = windowValue(m.run, trial, window, m.samples);
    return value.valid ? [] : [{ window: window.window, reason: value.reason, message: value.message }];
  });
  if (refused.length === trial.windows.length) {
    const { reason = '', message = 'it measured no window' } = refused[0] ?? {};
    const code = isLost.has(reason) ? 'source-lost' : 'invalid';
    m.record({
      ...{ type: 'trial.failed', trial: number, reason: 'invalid', code, message },
      ...{ fix: null, signal: null, exitCode: null },
    });
    return trial;
  }
  const powerChangePercent = largestPowerChange(m, trial);
  m.record(
    {
      ...said.finished,
      ...{ type: 'trial.finished', trial: number },
      ...(powerChangePercent !== null && { powerChangePercent }),
      ...(refused.length > 0 && { refused }),
    },
    true,
  );
  for (const { start, end } of trial.windows) noteDoubts(m, start.monotonicMs, end.monotonicMs);
  return trial;
}

/** Over any of its windows, in percent; null where power was steady in all, or could not be looked at. */
function largestPowerChange({ run, source, samples }: Measuring, { session, windows }: Trial): number | null {
  // Passes from end to end are one long wave of unlike phases, whether the source tells them apart or not.
  if (run.workload.phases.length > 0) return null;
  const changes = windows.flatMap(({ start, end, batchMs, instances, paced }) => {
    // Power goes with the requests, which come as they come.
    if (batchMs.length === 0 || paced) return [];
    const [fromMs, toMs] = [windowStart(start).monotonicMs, end.monotonicMs];
    const batch = mean(batchMs) / (instances?.length ?? 1);
    const change = powerChangePercent(source, samples(session, fromMs, toMs), { fromMs, toMs, batchMs: batch });
    return change === null ? [] : [change];
  });
  return changes.sort((a, b) => Math.abs(b) - Math.abs(a))[0] ?? null;
}

function ownSince(
  before: OwnCpu,
  now: OwnCpu,
): Pick<EventOf<'trial.window'>, 'engineCpuSeconds' | 'samplerCpuSeconds' | 'editorCpuSeconds'> {
  const since = (key: 'samplerSeconds' | 'editorSeconds') => {
    const [from, to] = [before[key], now[key]];
    return from === null || to === null ? null : to - from;
  };
  const [samplerCpuSeconds, editorCpuSeconds] = [since('samplerSeconds'), since('editorSeconds')];
  return {
    engineCpuSeconds: now.engineSeconds - before.engineSeconds,
    ...(samplerCpuSeconds !== null && { samplerCpuSeconds }),
    ...(editorCpuSeconds !== null && { editorCpuSeconds }),
  };
}

/** Said once a run: from then on each window may be so. */
function warnOfThinning(m: Measuring, batches: number, kept: number): void {
  const thinned = noted.batchTimesThinned(batches, kept);
  if (m.run.warnings.some((w) => w.code === thinned.code)) return;
  m.record({ type: 'warning', ...thinned });
}
