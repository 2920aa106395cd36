import { describe, expect, it } from 'vitest';
import { foldRun } from '../../../../src/core/run/fold';
import type { RunEvent } from '../../../../src/core/run/events';
import { pacedOf } from '../../../../src/core/values/pacedValue';
import { configurationResultSchema } from '../../../../src/core/values/result';
import { configurationResults } from '../../../../src/core/values/trialValue';
import { created, pacedEvents, sessionStarted, trialEvents } from '../../../support/runEvents';

const sla = { requestLatencyMs: 100, percentile: 95, arrivalRate: 10 };

function run(...events: RunEvent[]) {
  const begin = created([1, 2]) as Extract<RunEvent, { type: 'run.created' }>;
  begin.spec.sla = sla;
  return foldRun([begin, ...sessionStarted(), ...events]);
}
const none = () => [];

describe('the values of replayed requests', () => {
  it('are joules of the window over the requests that arrived in it, with what they met', () => {
    // 50 W of the package and 10 W of the memory over 60 s, 600 requests.
    const { paced, pacedFailure } = pacedOf(run(...pacedEvents(1, 1, 'b2', 100)), 'b2', none);
    expect(pacedFailure).toBeUndefined();
    expect(paced).toHaveLength(1);
    const { requestMs, ...value } = paced![0]!;
    expect(value).toEqual({
      ...{ trial: 1, block: 1, arrivalRate: 10, arrivals: 'drawn', batching: 'when-free', batchTimeoutMs: 0 },
      ...{ instances: 1, requests: 600, seconds: 60, joulesPerRequest: 6, load: 0.4, padded: false },
      meanBatchSize: 600 / 450,
    });
    expect(requestMs).toHaveLength(600);
  });

  it('stand with the configuration, apart from its trials under full load, and fit the schema', () => {
    const results = configurationResults(
      run(...trialEvents(1, 1, 'b1', 10), ...pacedEvents(2, 2, 'b1', 200), ...pacedEvents(3, 1, 'b1', 300)),
      none,
    );
    expect(results.map(({ trials, paced }) => [trials.length, paced?.map(({ block }) => block)])).toEqual([
      [1, [1, 2]],
      [0, undefined],
    ]);
    for (const result of results) expect(configurationResultSchema.parse(result)).toEqual(result);
  });

  it('are the later ones where a block was measured twice, and none of a window that is refused', () => {
    const again = run(...pacedEvents(1, 1, 'b1', 100), ...pacedEvents(2, 1, 'b1', 200, { watts: 80 }));
    expect(pacedOf(again, 'b1', none).paced!.map(({ trial }) => trial)).toEqual([2]);
    const refused = pacedEvents(1, 1, 'b1', 100).map((event) =>
      event.type === 'trial.window' ? { ...event, stoodStillMs: 900 } : event,
    );
    expect(pacedOf(run(...refused), 'b1', none)).toEqual({});
  });

  it('tell why there are none, and no more once there are', () => {
    const [start] = pacedEvents(1, 1, 'b1', 100);
    const failed: RunEvent = {
      ...{ type: 'trial.failed', at: 9, trial: 1, reason: 'error', signal: null, exitCode: null },
      ...{ code: 'unexpected', message: 'the queue grows' },
    };
    expect(pacedOf(run(start!, failed), 'b1', none)).toEqual({
      pacedFailure: { code: 'unexpected', message: 'the queue grows' },
    });
    expect(pacedOf(run(start!, failed, ...pacedEvents(2, 1, 'b1', 200)), 'b1', none).pacedFailure).toBeUndefined();
  });

  it('name a file as where the arrivals come from', () => {
    const events = pacedEvents(1, 1, 'b1', 100, { arrivals: { file: 'a.csv', sha256: 'x' } });
    expect(pacedOf(run(...events), 'b1', none).paced![0]!.arrivals).toBe('file');
  });
});
