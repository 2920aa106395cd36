import { expect, it, vi } from 'vitest';
import { judgeRun } from '../../../../../src/core/analysis/verdict/judgeRun';
import * as simulation from '../../../../../src/core/latency/simulation';
import { createJudge } from '../../../../../src/extension/panel/judging/judge';
import { widerRun } from '../../../../webview/harness/runs';

const { results, terms } = widerRun();

it('judges the results that it was given last, as a judgement elsewhere does', () => {
  const judge = createJudge();
  expect(judge({ id: 1, terms, results })).toEqual({
    ...{ id: 1, seconds: expect.any(Number), judgement: judgeRun(results, terms) },
  });
  const other = { ...terms, sla: { ...terms.sla!, requestLatencyMs: 30 } };
  expect(judge({ id: 2, terms: other })).toMatchObject({ id: 2, judgement: judgeRun(results, other) });
});

it('simulates of copied results only the trials that are new', () => {
  const spy = vi.spyOn(simulation, 'simulateRequests');
  const judge = createJudge();
  const upTo = (block: number) =>
    structuredClone(results.map((r) => ({ ...r, trials: r.trials.filter((t) => t.block <= block) })));
  judge({ id: 1, terms, results: upTo(4) });
  const before = spy.mock.calls.length;
  expect(before).toBe(7 * 4);
  judge({ id: 2, terms, results: upTo(5) });
  expect(spy.mock.calls.length - before).toBe(7);
  judge({ id: 3, terms: { ...terms, sla: { ...terms.sla!, requestLatencyMs: 700 } } });
  expect(spy.mock.calls.length - before).toBe(7);
  // A trial whose batches are others is another one.
  const changed = upTo(5);
  changed[0]!.trials[0]!.batchMs[3]! += 1;
  judge({ id: 4, terms, results: changed });
  expect(spy.mock.calls.length - before).toBe(8);
});

it('says why it cannot', () => {
  const answer = createJudge()({ id: 7, terms: null as never, results });
  expect(answer).toMatchObject({ id: 7, problem: expect.stringMatching(/null/) });
});
