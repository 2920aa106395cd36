import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { ExpectedError } from '../../../../src/core/failure/expectedError';
import { failureLine } from '../../../../src/core/failure/failureLine';
import type { AskedOfPipeline } from '../../../../src/core/panel/protocol/pipelineMessages';
import type { PipelineAsk } from '../../../../src/core/pipeline/view';
import { createResidentSolver } from '../../../../src/extension/pipeline/residentSolver';
import type { Resident } from '../../../../src/extension/program/program';

vi.mock('vscode', () => import('../../../support/fakeEditor'));

class FakeProgram implements Resident {
  readonly asked: PipelineAsk[] = [];
  isEnded = false;
  private line: (line: string) => void = () => undefined;
  private ended: Parameters<Resident['onEnd']>[0] = () => undefined;
  say(line: string): void {
    this.asked.push(JSON.parse(line) as PipelineAsk);
  }
  onLine(listener: (line: string) => void): void {
    this.line = listener;
  }
  onEnd(listener: Parameters<Resident['onEnd']>[0]): void {
    this.ended = listener;
  }
  end(): void {
    this.isEnded = true;
    this.ended(0, '', null);
  }
  /** The file's view, or the answer to what was asked last. */
  view(id = this.asked.at(-1)?.id ?? 0): void {
    this.line(JSON.stringify({ view: { id } }));
  }
  print(line: string): void {
    this.line(line);
  }
  die(code: number | null, stderr: string, signal: NodeJS.Signals | null = null): void {
    this.ended(code, stderr, signal);
  }
}

const terms: AskedOfPipeline = {
  weights: { alpha: 1, beta: 0, gamma: 0, delta: 0 },
  ...{ slaSeconds: 1, load: 10, axes: ['accuracy', 'joulesPerRequest'] },
};

function bench(start?: () => Resident) {
  const programs: FakeProgram[] = [];
  const told: string[] = [];
  const clock = { now: 0 };
  const solver = createResidentSolver(
    start ??
      (() => {
        programs.push(new FakeProgram());
        return programs.at(-1)!;
      }),
    {
      view: (page, { id }) => told.push(`view of ${page}: ${id}`),
      busy: () => told.push('busy'),
      problem: (text, isDead) => told.push(`${isDead ? 'dead' : 'problem'}: ${text}`),
      restarted: (why) => told.push(`restarted: ${why}`),
    },
    () => clock.now,
  );
  return { programs, told, clock, solver, ask: (page: number) => solver.ask(page, terms) };
}

it('tells the view of the file unasked, then answers one question at a time, and of those that wait the newest', () => {
  const { programs, told, ask } = bench();
  const [program] = programs;
  ask(1);
  expect(program!.asked).toEqual([]);
  program!.view();
  for (const page of [2, 3, 4]) ask(page);
  expect(program!.asked).toEqual([{ id: 1, ...terms }]);
  program!.view();
  program!.view();
  expect(program!.asked.map(({ id }) => id)).toEqual([1, 2]);
  expect(told.filter((text) => text !== 'busy')).toEqual(['view of null: 0', 'view of 1: 1', 'view of 4: 2']);
});

it('tells why there is no answer, and goes on answering', () => {
  const { programs, told, ask } = bench();
  programs[0]!.print('{"id":0,"problem":"line 3: no stages"}');
  ask(1);
  programs[0]!.view();
  expect(told).toEqual(['busy', 'problem: line 3: no stages', 'busy', 'view of 1: 1']);
});

it('passes over what is no answer to the question that is under way', () => {
  const { programs, told } = bench();
  for (const line of [
    '',
    'hello',
    'null',
    '[]',
    '{"view":7}',
    '{"view":{"id":3}}',
    '{"id":0}',
    '{"id":9,"problem":"x"}',
  ])
    programs[0]!.print(line);
  expect(told).toEqual(['busy']);
  programs[0]!.view(0);
  programs[0]!.view(0);
  expect(told).toEqual(['busy', 'view of null: 0']);
});

it('starts one that died again and says why; what waited is dropped, for the page asks anew', () => {
  const { programs, told, ask } = bench();
  programs[0]!.view();
  ask(1);
  ask(2);
  programs[0]!.die(null, 'noise', 'SIGKILL');
  programs[1]!.view(0);
  expect(told.slice(-3)).toEqual(['restarted: SIGKILL', 'busy', 'view of null: 0']);
  expect(programs[1]!.asked).toEqual([]);
  ask(3);
  programs[1]!.view();
  expect(told.at(-1)).toBe('view of 3: 2');
});

it('is dead after three deaths in a minute, until a person starts it again; slower deaths do not count', () => {
  const { programs, told, clock, solver, ask } = bench();
  for (const seconds of [0, 30, 100]) {
    clock.now = 1000 * seconds;
    programs.at(-1)!.die(null, '', 'SIGSEGV');
  }
  expect(programs).toHaveLength(4);
  for (let i = 0; i < 2; i++) programs.at(-1)!.die(1, 'TypeError: x is undefined\n');
  expect(programs).toHaveLength(5);
  expect(told.at(-1)).toBe('dead: TypeError: x is undefined');
  ask(1);
  expect(told.at(-1)).toBe('dead: TypeError: x is undefined');
  solver.restart(true);
  programs.at(-1)!.die(null, '', 'SIGSEGV');
  programs.at(-1)!.view(0);
  expect(told.slice(-3)).toEqual(['restarted: SIGSEGV', 'busy', 'view of null: 0']);
});

it('does not start again what says why it cannot go on', () => {
  const { programs, told } = bench();
  programs[0]!.die(2, failureLine({ code: 'usage', message: 'no such command', fix: null }));
  expect(programs).toHaveLength(1);
  expect(told).toEqual(['busy', 'dead: no such command']);
});

it('says why it cannot be started at all', () => {
  const refuse = () => {
    throw new ExpectedError('not-trusted', 'This workspace is not trusted.');
  };
  expect(bench(refuse).told).toEqual(['busy', 'dead: This workspace is not trusted.']);
});

it('reads a file that has changed by another program, and hears nothing of the one before', () => {
  const { programs, told, solver, ask } = bench();
  programs[0]!.view();
  ask(1);
  solver.restart(false);
  expect(programs[0]!.isEnded).toBe(true);
  programs[0]!.view();
  programs[1]!.view(0);
  expect(told).toEqual(['busy', 'view of null: 0', 'busy', 'busy', 'view of null: 0']);
});

it('answers no question of a page that is gone', () => {
  const { programs, told, solver, ask } = bench();
  programs[0]!.view();
  ask(7);
  ask(8);
  solver.forgetPage();
  ask(1);
  programs[0]!.view();
  programs[0]!.view();
  expect(told.filter((text) => text.startsWith('view'))).toEqual(['view of null: 0', 'view of 1: 2']);
});

it('tells the view of the file to the page that comes while it is read', () => {
  const { programs, told, solver } = bench();
  solver.forgetPage();
  programs[0]!.view();
  expect(told).toEqual(['busy', 'view of null: 0']);
});

it('ends with its view', () => {
  const { programs, told, solver } = bench();
  solver.end();
  expect(programs[0]!.isEnded).toBe(true);
  programs[0]!.view();
  expect(told).toEqual(['busy']);
  expect(programs).toHaveLength(1);
});

it('whatever comes when: the newest question is answered in the end, and answers come in the order of the questions', () => {
  const step = fc.constantFrom('ask', 'answer', 'die', 'change');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { programs, told, clock, solver, ask } = bench();
      let page = 0;
      const answerAll = () => {
        for (let i = 0; i < 4; i++) programs.at(-1)!.view();
      };
      for (const what of steps) {
        clock.now += 61_000;
        if (what === 'ask') ask(++page);
        else if (what === 'answer') programs.at(-1)!.view();
        else if (what === 'die') programs.at(-1)!.die(null, '', 'SIGKILL');
        else solver.restart(false);
      }
      answerAll();
      ask(++page);
      answerAll();
      const answered = told.flatMap((text) => /^view of (\d+)/.exec(text)?.[1] ?? []).map(Number);
      expect(answered.at(-1)).toBe(page);
      expect(answered).toEqual([...answered].sort((a, b) => a - b));
    }),
  );
});
