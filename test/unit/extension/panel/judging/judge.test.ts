import { expect, it, vi } from 'vitest';
import { judgeRun } from '../../../../../src/core/analysis/verdict/judgeRun';
import * as simulation from '../../../../../src/core/latency/simulation';
import { besidesOf } from '../../../../../src/core/analysis/besides';
import { createJudge, type FromJudge, type ToJudge } from '../../../../../src/extension/panel/judging/judge';
import { widerRun } from '../../../../webview/harness/runs';

const { results, terms, report } = widerRun();

function asking() {
  const judge = createJudge();
  return (asked: ToJudge) => {
    const answers: FromJudge[] = [];
    judge(asked, (answer) => answers.push(answer));
    return answers;
  };
}

it('judges the results that it was given last, as a judgement elsewhere does', () => {
  const judge = asking();
  expect(judge({ id: 1, terms, results })).toEqual([
    { id: 1, about: 'judgement', seconds: expect.any(Number), judgement: judgeRun(results, terms) },
  ]);
  const other = { ...terms, sla: { ...terms.sla!, requestLatencyMs: 30 } };
  expect(judge({ id: 2, terms: other })).toMatchObject([{ id: 2, judgement: judgeRun(results, other) }]);
});

it('simulates of copied results only the trials that are new', () => {
  const spy = vi.spyOn(simulation, 'simulateRequests');
  const judge = asking();
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
  const [answer] = asking()({ id: 7, terms: null as never, results });
  expect(answer).toMatchObject({ id: 7, problem: expect.stringMatching(/null/) });
});

it('makes figures where they are wanted, after the judgement and by the run’s own terms', () => {
  const figured = { report, terms, accuracies: [] };
  const answers = asking()({ id: 1, terms: { ...terms, sla: undefined }, results, figured });
  expect(answers.map(({ about }) => about)).toEqual(['judgement', 'figures']);
  expect(answers[1]).toMatchObject({ id: 1, ...besidesOf({ ...figured, results }, true) });
});

it('says why there are no figures, and judges all the same', () => {
  const answers = asking()({ id: 3, terms, results, figured: { report: null as never, terms, accuracies: [] } });
  expect(answers).toMatchObject([
    { about: 'judgement', judgement: judgeRun(results, terms) },
    { about: 'figures', problem: expect.stringMatching(/null/) },
  ]);
});
