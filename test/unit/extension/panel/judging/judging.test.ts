import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Besides } from '../../../../../src/core/analysis/besides';
import type { FromJudge, ToJudge } from '../../../../../src/extension/panel/judging/judge';
import {
  createJudging,
  type JudgeThread,
  type JudgementMessage,
} from '../../../../../src/extension/panel/judging/judging';
import { sweepRun } from '../../../../webview/harness/runs';

class FakeThread extends EventEmitter {
  readonly got: ToJudge[] = [];
  isEnded = false;
  postMessage(message: ToJudge): void {
    this.got.push(message);
  }
  terminate(): void {
    this.isEnded = true;
    this.emit('exit', 1);
  }
  /** Answers what it got last. */
  answer(): void {
    this.emit('message', {
      id: this.got.at(-1)!.id,
      about: 'judgement',
      seconds: 0.5,
      judgement: {},
    } as unknown as FromJudge);
  }
  die(problem: string): void {
    this.emit('error', new Error(problem));
    this.emit('exit', 1);
  }
}

const { results, terms, report } = sweepRun();
const figured = { report, terms, accuracies: [] };
function bench() {
  const threads: FakeThread[] = [];
  const answers: JudgementMessage[] = [];
  const deaths: string[] = [];
  const figures: Besides[] = [];
  const problems: string[] = [];
  let seconds = 0;
  const start = () => {
    threads.push(new FakeThread());
    return threads.at(-1)! as JudgeThread;
  };
  const judging = createJudging(start, {
    answer: (message) => answers.push(message),
    figures: (made) => figures.push(made),
    noFigures: (problem) => problems.push(problem),
    died: (problem) => deaths.push(problem),
    worked: (more) => (seconds += more),
  });
  const ask = (id: number, of = results) => judging.ask({ id, terms, results: of, figured });
  return {
    threads,
    answers,
    deaths,
    figures,
    problems,
    judging,
    ask,
    seconds: () => seconds,
    ids: () => answers.map(({ id }) => id),
  };
}

it('starts a thread with the first question, and gives it the results once', () => {
  const { threads, ask, ids, seconds } = bench();
  expect(threads).toEqual([]);
  ask(1);
  threads[0]!.answer();
  ask(2);
  threads[0]!.answer();
  ask(3, [...results]);
  threads[0]!.answer();
  expect(threads).toHaveLength(1);
  expect(threads[0]!.got.map((message) => 'results' in message)).toEqual([true, false, true]);
  expect(ids()).toEqual([1, 2, 3]);
  expect(seconds()).toBe(1.5);
});

it('judges one at a time, and of those that wait the newest', () => {
  const { threads, ask, ids } = bench();
  for (const id of [1, 2, 3, 4]) ask(id);
  expect(threads[0]!.got.map(({ id }) => id)).toEqual([1]);
  threads[0]!.answer();
  threads[0]!.answer();
  expect(threads[0]!.got.map(({ id }) => id)).toEqual([1, 4]);
  expect(ids()).toEqual([1, 4]);
});

it('starts a thread that died once more for its question, with the results, and tells it each time', () => {
  const { threads, ask, answers, deaths } = bench();
  ask(1);
  threads[0]!.die('out of memory');
  expect(threads[1]!.got).toEqual([{ id: 1, terms, results }]);
  threads[1]!.answer();
  expect(answers).toMatchObject([{ type: 'judgement', id: 1 }]);
  expect(deaths).toEqual(['out of memory']);
});

it('says so where it dies of the same question again, and answers the next', () => {
  const { threads, ask, answers, deaths } = bench();
  ask(1);
  ask(2);
  threads[0]!.die('out of memory');
  threads[1]!.die('out of memory');
  expect(answers).toEqual([{ type: 'unjudged', id: 1, problem: 'out of memory' }]);
  expect(threads[2]!.got).toEqual([{ id: 2, terms, results }]);
  threads[2]!.answer();
  expect(answers.at(-1)).toMatchObject({ type: 'judgement', id: 2 });
  expect(deaths).toHaveLength(2);
});

it('ends the thread with the panel, and is silent from then on', () => {
  const { threads, ask, answers, deaths, judging } = bench();
  judging.end();
  ask(1);
  judging.end();
  expect(threads[0]!.isEnded).toBe(true);
  threads[0]!.answer();
  expect([answers, deaths]).toEqual([[], []]);
});

it('whatever comes when: the last question is answered, and ids of answers grow', () => {
  const step = fc.constantFrom('ask', 'answer', 'die');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { threads, ask, ids } = bench();
      let id = 0;
      for (const what of [...steps, 'ask']) {
        if (what === 'ask') ask(++id);
        else if (threads.length > 0 && what === 'answer' && threads.at(-1)!.got.length > 0) threads.at(-1)!.answer();
        else if (threads.length > 0 && what === 'die') threads.at(-1)!.die('x');
      }
      for (let i = 0; i < 3; i++) threads.at(-1)!.answer();
      expect(ids().at(-1)).toBe(id);
      expect(ids()).toEqual([...new Set(ids())].sort((a, b) => a - b));
    }),
  );
});

it('has figures made once of each results, and hands them on whichever question is under way', () => {
  const { threads, ask, ids, figures, problems } = bench();
  ask(1);
  ask(2);
  threads[0]!.answer();
  threads[0]!.emit('message', { id: 1, about: 'figures', seconds: 1, figures: [], findings: [] } satisfies FromJudge);
  threads[0]!.answer();
  ask(3, [...results]);
  threads[0]!.answer();
  threads[0]!.emit('message', { id: 3, about: 'figures', seconds: 1, problem: 'no idle power' } satisfies FromJudge);
  expect(threads[0]!.got.map((message) => 'figured' in message)).toEqual([true, false, true]);
  expect([figures, problems, ids()]).toEqual([[{ figures: [], findings: [] }], ['no idle power'], [1, 2, 3]]);
});

it('does not ask a thread for figures of the results that one died of', () => {
  const { threads, ask } = bench();
  ask(1);
  threads[0]!.die('out of memory');
  expect(threads[1]!.got[0]).not.toHaveProperty('figured');
  expect(threads[1]!.got[0]).toHaveProperty('results');
});
