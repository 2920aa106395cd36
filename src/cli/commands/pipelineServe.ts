import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';
import { ExpectedError } from '../../core/failure/expectedError';
import type { SolvePipeline } from '../../core/pipeline/answer';
import { askSchema } from '../../core/pipeline/ask';
import type { LoadedPipeline } from '../../core/pipeline/loaded';
import { pipelineViews } from '../../core/pipeline/pipelineView';
import { readJson } from '../../core/pipeline/jsonText';
import { noAskId, type PipelineAsk, type PipelineServed } from '../../core/pipeline/view';
import { pathText } from '../../core/spec/specProblem';
import { openLifeline } from '../../machine/lifeline';
import { lineReader } from '../../machine/lineReader';
import { emptyMemory } from '../../runs/pipeline/loadPipeline';
import { areAsSeen } from '../../runs/pipeline/seenFiles';
import { loadSolver } from '../../solver/solver';
import { defineCommand, WrongUsage } from '../options/defineCommand';
import { kindOfPipeline, readPipeline } from '../options/pipelineFile';
import { printDataLine } from '../text/output';

const help = `usage: greenbatch pipeline serve FILE

Answers questions about a problem (.json) or a pipeline (.pipeline.yaml), a line of JSON each, until standard input ends.

  in   { "id", "weights", "slaSeconds", "load", "axes" }; of questions that wait only the newest is answered
  out  { "view" }, or { "id", "problem" }: why there is none; the first line comes unasked, with id 0 and the
       file's own weights

The file is read anew where it, or what it names, has changed. It is for editors and other programs; docs/pipeline.md describes the lines.
`;

/** `greenbatch pipeline serve`: 0 once standard input has ended. */
export const pipelineServeCommand = defineCommand({
  help,
  options: {},
  positionals: true,
  async run(_, [file, ...others]) {
    if (file === undefined || others.length > 0) throw new WrongUsage('name one file');
    kindOfPipeline(file);
    // From here on: solving may take long, and for nobody.
    const input = openLifeline(process.argv[1]!);
    const solve = await loadSolver(mostSolveSeconds);
    await servePipeline({ read: rereader(file), solve, input, say: printDataLine });
    return 0;
  },
});

/** Of each of the up to five problems of a question: whoever moves a slider waits no longer. */
const mostSolveSeconds = 15;

/** A question takes 300 characters. */
const longestLine = 10_000;

/**
 * @param read the pipeline as it is now. @throws ExpectedError where it cannot be had, which is told in place of a view
 * @param say hands on a line; the next answer is not made before it is through
 * @returns once `input` has ended and what waited is answered
 */
export function servePipeline({
  read,
  solve,
  input,
  say,
}: {
  read(): LoadedPipeline;
  solve: SolvePipeline;
  input: Readable;
  say(line: string): Promise<void>;
}): Promise<void> {
  const viewOf = pipelineViews({ solve, now: () => performance.now() / 1000 });
  const served = (ask: PipelineAsk | null): PipelineServed => {
    try {
      return { view: viewOf(read(), ask) };
    } catch (error) {
      if (error instanceof ExpectedError) return { id: ask?.id ?? 0, problem: error.message };
      throw error;
    }
  };
  return new Promise<void>((done, fail) => {
    let waiting: PipelineAsk | null = null;
    let isIdle = false;
    let hasEnded = false;
    const tell = (answer: PipelineServed) => say(lineOf(answer)).catch(fail);
    const answer = (ask: PipelineAsk | null) => {
      try {
        void tell(served(ask)).then(goOn);
      } catch (error) {
        fail(error as Error);
      }
    };
    // While an answer is made nothing is heard: the turn between two answers takes all that has come in meanwhile.
    const goOn = () =>
      setImmediate(() => {
        const ask = waiting;
        waiting = null;
        if (ask !== null) answer(ask);
        else if (hasEnded) done();
        else isIdle = true;
      });
    const wake = () => {
      if (!isIdle) return;
      isIdle = false;
      goOn();
    };
    const hear = lineReader(longestLine, {
      line(text) {
        if (text.trim() === '') return;
        const asked = askIn(text);
        if ('problem' in asked) void tell(asked);
        else waiting = asked;
        wake();
      },
      tooLong: () => void tell({ id: noAskId, problem: `a line is longer than ${longestLine} characters` }),
    });
    input.on('data', hear);
    input.once('end', () => {
      hasEnded = true;
      wake();
    });
    input.once('error', fail);
    answer(null);
    // One that is still open would keep the process.
  }).finally(() => input.destroy());
}

function askIn(line: string): PipelineAsk | { id: number; problem: string } {
  const json = readJson(line);
  if (!json.ok) return { id: noAskId, problem: json.problem };
  const parsed = askSchema.safeParse(json.value);
  if (parsed.success) return parsed.data;
  const id = (json.value as { id?: unknown } | null)?.id;
  const problem = parsed.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`).join('; ');
  return { id: typeof id === 'number' && Number.isFinite(id) ? id : noAskId, problem };
}

/** On one line for all readers: some end a line at these two signs, which JSON leaves as they are. */
const lineOf = (served: PipelineServed) =>
  JSON.stringify(served).replace(/[\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`);

/** Reads a file where it, or something that it names, is another one than when it was read last. */
export function rereader(file: string): () => LoadedPipeline {
  const memory = emptyMemory();
  let known: LoadedPipeline | null = null;
  return () => {
    if (known !== null && areAsSeen(memory.seen)) return known;
    // What cannot be read is looked at again each time.
    known = null;
    return (known = readPipeline(file, memory));
  };
}
