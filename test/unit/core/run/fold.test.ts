import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { termsOf } from '../../../../src/core/report/report';
import { configurationResults, driftPercent } from '../../../../src/core/values/trialValue';
import { created, readingAt, sessionStarted, source, trialEvents, zonePart } from '../../../support/runEvents';

const noSamples = () => [];

describe('folding a run', () => {
  it('turns windows into values per image', () => {
    const run = foldRun([created(), ...sessionStarted(), ...trialEvents(1, 1, 'b1', 10, 2, 50)]);
    const [b1, b2] = configurationResults(run, noSamples);
    // 2 s × (50 + 10) W over 10 images.
    expect(b1?.trials[0]).toMatchObject({
      joulesPerUnit: 12,
      watts: 60,
      unitsPerSecond: 5,
      cpuSecondsPerUnit: 0.2,
      utilisation: 0.5,
    });
    expect(b1?.trials[0]?.idleWatts).toBeNull();
    expect(b2?.trials).toEqual([]);
  });

  it('knows every process of a trial', () => {
    const [started] = trialEvents(1, 1, 'b1', 10) as [Extract<RunEvent, { type: 'trial.started' }>];
    const others = [2, 3].map((pid) => ({ ...started.process, pid }));
    const run = foldRun([created(), ...sessionStarted(), { ...started, others }]);
    expect(run.trials[0]!.processes.map(({ pid }) => pid)).toEqual([1, 2, 3]);
  });

  it('puts what became known of the machine later beside what its session knew, and into no other session', () => {
    const known = (environment: Record<string, unknown>): RunEvent => ({
      type: 'environment.known',
      at: 5,
      environment,
    });
    const [first] = sessionStarted() as [Extract<RunEvent, { type: 'session.started' }>];
    const started = { ...first, environment: { cpuModel: 'A', nodeType: null } };
    const again = { ...first, session: 2, environment: { cpuModel: 'B' } };
    const run = foldRun([created(), started, known({ nodeType: 'compute' }), again]);
    expect(run.sessions.map(({ start }) => start.environment)).toEqual([
      { cpuModel: 'A', nodeType: 'compute' },
      { cpuModel: 'B' },
    ]);
    expect(foldRun([created(), known({ nodeType: 'compute' })]).sessions).toEqual([]);
    // The line of the log stays what it was.
    expect(started.environment.nodeType).toBeNull();
  });

  it('takes the idle watts of the session that a trial ran in', () => {
    const idle = { type: 'idle.measured' as const, at: 4, start: readingAt(0, 20, 5), end: readingAt(4, 20, 5) };
    const run = foldRun([
      created(),
      ...sessionStarted(),
      idle,
      ...trialEvents(1, 1, 'b1', 10),
      ...sessionStarted(2),
      ...trialEvents(2, 2, 'b1', 20),
    ]);
    expect(configurationResults(run, noSamples)[0]?.trials.map((t) => t.idleWatts)).toEqual([25, null]);
  });

  it('counts neither interrupted, failed nor reference trials', () => {
    const half = trialEvents(2, 2, 'b1', 20).slice(0, 3);
    const failed = [
      ...trialEvents(3, 3, 'b1', 30).slice(0, 2),
      {
        type: 'trial.failed' as const,
        at: 9,
        trial: 3,
        reason: 'signal' as const,
        message: '',
        signal: 'SIGSEGV',
        exitCode: null,
      },
    ];
    const reference = trialEvents(4, 0, 'b1', 40).map((e) =>
      e.type === 'trial.started' ? { ...e, reference: true } : e,
    );
    const run = foldRun([
      created(),
      ...sessionStarted(),
      ...trialEvents(1, 1, 'b1', 10),
      ...failed,
      ...reference,
      ...half,
      ...sessionStarted(2),
    ]);
    expect(configurationResults(run, noSamples)[0]?.trials.map((t) => t.trial)).toEqual([1]);
    expect(run.trials.map((t) => t.state)).toEqual(['finished', 'failed', 'finished', 'interrupted']);
  });

  it('counts a repeat once, whichever session measured it', () => {
    const run = foldRun([
      created(),
      ...sessionStarted(),
      ...trialEvents(1, 1, 'b1', 10),
      ...sessionStarted(2),
      ...trialEvents(2, 1, 'b1', 20),
    ]);
    expect(configurationResults(run, noSamples)[0]?.trials.map((t) => t.trial)).toEqual([1]);
  });

  it('reads each window by the counters of its own session', () => {
    const core = zonePart('core-0');
    const withCore = { ...source, parts: [source.parts[0]!, core, source.parts[1]!] };
    const [start, opened] = sessionStarted();
    const three = trialEvents(1, 1, 'b1', 10).map((e) =>
      e.type === 'trial.window'
        ? {
            ...e,
            start: { ...e.start, counters: [e.start.counters[0]!, 0, e.start.counters[1]!] },
            end: { ...e.end, counters: [e.end.counters[0]!, 40e6, e.end.counters[1]!] },
          }
        : e,
    );
    const first = [created(), start!, { ...opened!, source: withCore } as RunEvent, ...three];
    const resumed = [...sessionStarted(2), ...trialEvents(2, 2, 'b1', 20)];
    const values = configurationResults(foldRun([...first, ...resumed]), noSamples)[0]!.trials;
    expect(values.map((t) => t.joulesPerUnit)).toEqual([12, 12]);
  });

  it('keeps in their order which blocks were added, and gives the last end to the analysis', () => {
    const added = (afterBlock: number, blocks: number): RunEvent => ({
      ...{ type: 'blocks.added', at: 5, blocks, afterBlock, upToBlock: afterBlock + blocks },
      untilVerdict: afterBlock < 17,
    });
    expect(termsOf(foldRun([created(), ...sessionStarted()]))).not.toHaveProperty('addedBlocks');
    const run = foldRun([created(), ...sessionStarted(2), added(12, 5), ...sessionStarted(3), added(17, 3)]);
    expect(run.addedBlocks.map((event) => event.upToBlock)).toEqual([17, 20]);
    expect(termsOf(run).addedBlocks).toEqual({ upToBlock: 20, untilVerdict: false });
    expect(run.spec.measure.repeats).toEqual(foldRun([created()]).spec.measure.repeats);
  });

  it('forgets at each new session what could not run in the one before', () => {
    const skipped = {
      ...{ type: 'configuration.skipped' as const, at: 5, configuration: 'b2', reason: 'model' as const },
      ...{ message: 'no such file', neededBytes: null, availableBytes: null },
    };
    const events = [created(), ...sessionStarted(), skipped];
    expect(foldRun(events).skipped.has('b2')).toBe(true);
    expect(foldRun([...events, ...sessionStarted(2)]).skipped.size).toBe(0);
  });

  it('gives drift between the first and the last reference', () => {
    const reference = (trial: number, at: number, watts: number) =>
      trialEvents(trial, trial, 'b1', at, 2, watts).map((e) =>
        e.type === 'trial.started' ? { ...e, reference: true } : e,
      );
    const run = foldRun([created(), ...sessionStarted(), ...reference(1, 10, 50), ...reference(2, 20, 53)]);
    expect(driftPercent(run, noSamples)).toBeCloseTo(5, 9);
    expect(driftPercent(foldRun([created(), ...sessionStarted(), ...reference(1, 10, 50)]), noSamples)).toBeNull();
  });
});
