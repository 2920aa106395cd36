import { ExpectedError } from '../../core/failure/expectedError';
import type { AskedOfPipeline } from '../../core/panel/protocol/pipelineMessages';
import type { PipelineAsk, PipelineServed, PipelineView } from '../../core/pipeline/view';
import { failureText } from '../../core/failure/failure';
import { failureOfCommand } from '../program/failure';
import type { Resident } from '../program/program';

export type SolverEvents = {
  /** `page`: the page's id of the question; null where nobody asked: the file as it is. */
  view(page: number | null, view: PipelineView): void;
  /** An answer is being made; `view` or `problem` ends it. */
  busy(): void;
  /** `isDead`: nobody answers until `restart`. */
  problem(text: string, isDead: boolean): void;
  /** It died, and was started again. */
  restarted(why: string): void;
};

export type ResidentSolver = {
  /** Of those that wait only the newest is asked; the others get no answer. */
  ask(page: number, asked: AskedOfPipeline): void;
  /** Reads the file anew. `byPerson`: who may do so as often as they like. */
  restart(byPerson: boolean): void;
  /** Another page: questions of the one before it need no answer. */
  forgetPage(): void;
  end(): void;
};

/** Deaths in a minute after which it is not started again by itself: there is something that it dies of. */
const mostDeaths = 3;
const deathsWithinMs = 60_000;

/**
 * The solver of one pipeline view: `greenbatch pipeline serve FILE`, which reads the file, tells its view unasked, and then answers a
 * question with each line. It tells of no change by itself, so it is started again where the file has changed. One question is under way at most.
 * After a death it is started again; its first view makes the page ask anew, so that no question has to be kept here.
 *
 * @param start starts one
 */
export function createResidentSolver(
  start: () => Resident,
  { view, busy, problem, restarted }: SolverEvents,
  now = Date.now,
): ResidentSolver {
  let program: Resident | null = null;
  /** The question that the program has; `page` undefined: nobody waits for it any more. */
  let underWay: { id: number; page: number | null | undefined } | null = null;
  let waiting: { page: number; asked: AskedOfPipeline } | null = null;
  let lastId = 0;
  let deaths: number[] = [];
  /** Why nobody answers. */
  let dead: string | null = null;

  const begin = () => {
    dead = null;
    underWay = { id: 0, page: null };
    waiting = null;
    busy();
    let own: Resident;
    try {
      own = start();
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      return die(error.message);
    }
    program = own;
    own.onLine((line) => own === program && heard(line));
    own.onEnd((code, stderr, signal) => {
      if (own !== program) return;
      const failure = failureOfCommand(code, stderr);
      const why = signal ?? (failureText(failure) || `exit code ${code}`);
      program = null;
      deaths = [...deaths.filter((at) => now() - at < deathsWithinMs), now()];
      // What it says it cannot do it cannot do again either.
      const isTold = failure.code !== 'unexpected' && failure.code !== 'not-started';
      if (isTold || deaths.length >= mostDeaths) return die(why);
      restarted(why);
      begin();
    });
  };
  const die = (why: string) => {
    program = underWay = waiting = null;
    dead = why;
    problem(why, true);
  };
  const heard = (line: string) => {
    const served = readServed(line);
    if (served === null || underWay === null) return;
    const id = 'view' in served ? served.view.id : served.id;
    if (id !== underWay.id) return;
    const { page } = underWay;
    underWay = null;
    if (page !== undefined) {
      if ('view' in served) view(page, served.view);
      else problem(served.problem, false);
    }
    next();
  };
  const next = () => {
    if (underWay !== null || waiting === null) return;
    const { page, asked } = waiting;
    waiting = null;
    underWay = { id: ++lastId, page };
    program?.say(JSON.stringify({ id: lastId, ...asked } satisfies PipelineAsk));
  };
  const endProgram = () => {
    const own = program;
    program = underWay = waiting = null;
    own?.end();
  };

  begin();
  return {
    ask(page, asked) {
      if (dead !== null) return problem(dead, true);
      busy();
      waiting = { page, asked };
      next();
    },
    restart(byPerson) {
      if (byPerson) deaths = [];
      endProgram();
      begin();
    },
    forgetPage() {
      waiting = null;
      if (underWay && underWay.page !== null) underWay.page = undefined;
    },
    end: endProgram,
  };
}

/** A line of the program: one of ours, so a glance is enough to tell it from a stray print. */
function readServed(line: string): PipelineServed | null {
  try {
    const served = JSON.parse(line) as Partial<Record<'view' | 'id' | 'problem', unknown>> | null;
    const { view, id, problem } = served ?? {};
    const isView = typeof view === 'object' && view !== null && 'id' in view && typeof view.id === 'number';
    const isProblem = typeof id === 'number' && typeof problem === 'string';
    return isView || isProblem ? (served as PipelineServed) : null;
  } catch {
    return null;
  }
}
