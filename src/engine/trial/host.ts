import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Failure } from '../../core/failure/failure';
import { readFailureLine } from '../../core/failure/failureLine';
import { saysOutOfMemory } from '../../models/onnx/outOfMemory';
import { keptTo } from '../../machine/affinity';
import { oomKills } from '../../machine/memory';
import { roleArguments } from '../../machine/processIdentity';
import type { ProcessFailure } from '../../workloads/workload';
import { lastWord, parseTrialMessage, type TrialJob, type TrialMessage, type Word } from './protocol';
import { trialEnvironment } from './trialEnvironment';

/** The program that trials are started from: this node, and the bundle that holds them. */
export type Program = { node: string; script: string };

export type TrialEnd = { kind: 'done' } | { kind: 'stopped' } | ({ kind: 'failed' } & ProcessFailure);

export type TrialOptions = {
  /** Called once all its processes exist. */
  onStart(pids: number[]): void;
  /** CPUs that each process may use, a set each; null: all. */
  cpus: readonly (readonly number[])[] | null;
  /** Called for each message, in order, one at a time: the next waits until this is done. */
  onMessage(message: TrialMessage): void | Promise<void>;
  stop: AbortSignal;
  /** A trial that says nothing for so long is ended. */
  timeoutSeconds: number;
};

/** A trial that has said its last word has so long to end; of a whole process the end is a part of what is measured. */
const longestExitSeconds = 5;

/** Runs one job and says how it ended; never throws for what the trial does. */
export type RunTrial = (job: TrialJob, options: TrialOptions) => Promise<TrialEnd>;

export type ProcessOptions = Omit<TrialOptions, 'onStart' | 'cpus'> & {
  cpus: readonly number[] | null;
  /** Called once the process exists. */
  onStart(pid: number, tell: (word: Word) => void): void;
};

/** Runs one job in a child process of its own. */
export async function runTrialProcess(
  program: Program,
  runFolder: string,
  job: TrialJob,
  options: ProcessOptions,
): Promise<TrialEnd> {
  const oomKillsBefore = oomKills();
  const args = [program.script, ...roleArguments('trial', runFolder, JSON.stringify(job))];
  const child = spawn(...keptTo(options.cpus, program.node, args), {
    stdio: ['pipe', 'pipe', 'pipe', ...(job.kind === 'member' || job.kind === 'server' ? ['ipc' as const] : [])],
    env: { ...trialEnvironment, ...process.env, ORT_DISABLE_TELEMETRY: '1' },
  }) as ChildProcessWithoutNullStreams;
  // Its standard input stays open and empty: it is the line whose end tells the trial that we are gone.
  child.stdin.on('error', () => undefined);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });
  let said: Failure | null = null;
  let works: number[] | undefined;
  let finished = false;
  let timedOut = false;
  const kill = () => child.kill('SIGKILL');
  let timer = setTimeout(() => undefined, 0);
  const rearm = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, options.timeoutSeconds * 1000);
  };
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null; error?: Error }>((done) => {
    child.once('error', (error) => done({ code: null, signal: null, error }));
    child.once('close', (code, signal) => done({ code, signal }));
  });
  // One that has just died hears nothing: its end says so.
  const tell = (word: Word) => void (child.connected && child.send(word, () => undefined));
  if (options.stop.aborted) kill();
  options.stop.addEventListener('abort', kill);
  rearm();
  try {
    if (child.pid !== undefined) options.onStart(child.pid, tell);
    for await (const line of createInterface({ input: child.stdout })) {
      rearm();
      const message = parseTrialMessage(line);
      if (message?.type === 'error') {
        said = { code: message.code, message: message.message, fix: message.fix };
        works = message.works;
      } else if (message) {
        finished ||= message.type === lastWord[job.kind];
        await options.onMessage(message);
        // All that counts has been said: a native library that hangs when the process ends must not hold up the run.
        if (finished && job.kind !== 'whole') {
          clearTimeout(timer);
          timer = setTimeout(kill, longestExitSeconds * 1000);
        }
      }
    }
    const { code, signal, error } = await exited;
    if (finished && said === null && (job.kind !== 'whole' || code === 0)) return { kind: 'done' };
    if (options.stop.aborted) return { kind: 'stopped' };
    const failed = (reason: ProcessFailure['reason'], message: string, told?: Failure): TrialEnd => ({
      ...{ kind: 'failed', signal, exitCode: code, reason, message },
      ...{ code: told?.code ?? reason, fix: told?.fix ?? null, works },
    });
    if (timedOut)
      return failed('timeout', `no sign of life for ${options.timeoutSeconds} s (measure.trialTimeoutSeconds)`);
    if (signal === 'SIGKILL' && oomKills() > oomKillsBefore)
      return failed('out-of-memory', 'the kernel ended it: memory ran out');
    if (said?.code === 'out-of-memory') return failed('out-of-memory', said.message, said);
    const last = said ?? readFailureLine(stderr);
    const text = last?.message ?? error?.message ?? lastLines(stderr);
    // What a native library printed while the process died.
    if (last === null && saysOutOfMemory(text)) return failed('out-of-memory', text);
    if (signal) return failed('signal', `ended by ${signal}${text ? `: ${text}` : ''}`);
    if (said !== null) return failed('error', said.message, said);
    const when = finished ? 'after its work was done' : 'before it was finished';
    return failed('exit', text || `exit code ${code} ${when}`, last ?? undefined);
  } catch (error) {
    // What failed is ours (a full disk, say), not the trial's: it must not go on without a log.
    kill();
    await exited;
    throw error;
  } finally {
    clearTimeout(timer);
    options.stop.removeEventListener('abort', kill);
  }
}

const lastLines = (text: string) => text.trim().split('\n').slice(-3).join(' · ');
