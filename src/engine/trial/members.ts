import { setMaxListeners } from 'node:events';
import { cpuList } from '../../machine/topology';
import { type Program, runTrialProcess, type TrialEnd, type TrialOptions } from './host';
import type { MemberJob, ServerJob, TrialMessage, Word } from './protocol';

type Said<T extends TrialMessage['type']> = Extract<TrialMessage, { type: T }>;

/** The processes of one trial, as whoever leads them sees them. */
export type Members = {
  /** Waits until all have said it since the time before; null where the trial was ended. */
  all<T extends TrialMessage['type']>(type: T): Promise<Said<T>[] | null>;
  tell(word: Word, index?: number): void;
  /** Aborted where one of them has ended the trial, or the session is stopped. */
  stop: AbortSignal;
};

/** A process, with what it said last of each kind. */
type Member = { tell(word: Word): void; said: Map<TrialMessage['type'], TrialMessage> };

export type MembersOptions = Omit<TrialOptions, 'onMessage'> & {
  instances: number;
  /** Called for each message of each process. */
  onMessage(message: TrialMessage, index: number): void | Promise<void>;
};

/**
 * Runs one trial in several processes, or in one that is led as several are. One that fails ends the others.
 *
 * @param lead leads them from load to end, and returns early where they are ended; where it says how the trial ended, they are ended
 */
export async function leadMembers(
  { program, runFolder }: { program: Program; runFolder: string },
  job: MemberJob | ServerJob,
  options: MembersOptions,
  lead: (members: Members) => Promise<TrialEnd | null>,
): Promise<TrialEnd> {
  const { instances } = options;
  const ended = new AbortController();
  const stop = AbortSignal.any([options.stop, ended.signal]);
  // Each process listens: with more than ten Node.js would warn of a leak.
  setMaxListeners(0, stop);
  const members: Member[] = Array.from({ length: instances }, () => ({ tell: () => undefined, said: new Map() }));
  const pids: number[] = [];
  const bell = createBell();
  stop.addEventListener('abort', bell.ring);
  let first: TrialEnd | null = null;
  const broken: unknown[] = [];
  const run = async (member: Member, index: number) => {
    const cpus = options.cpus?.[index] ?? null;
    const end = await runTrialProcess(program, runFolder, job, {
      ...{ cpus, stop, timeoutSeconds: options.timeoutSeconds },
      onStart(pid, tell) {
        member.tell = tell;
        pids.push(pid);
        if (pids.length === instances) options.onStart(pids);
      },
      async onMessage(message) {
        await options.onMessage(message, index);
        member.said.set(message.type, message);
        bell.ring();
      },
    });
    if (end.kind === 'done') return;
    if (first === null && end.kind === 'failed' && instances > 1) {
      const which = `process ${index + 1} of ${instances}${cpus === null ? '' : ` (CPUs ${cpuList(cpus)})`}`;
      first = { ...end, message: `${which}: ${end.message}` };
    }
    first ??= end;
    ended.abort();
  };
  // What fails beside the processes is ours (a full disk, say): none of them may go on without a log.
  const breakOff = (error: unknown) => {
    broken.push(error);
    ended.abort();
    return null;
  };
  const endings = members.map((member, index) => run(member, index).catch(breakOff));
  const end = await lead({
    stop,
    async all<T extends TrialMessage['type']>(type: T) {
      while (!stop.aborted && members.some(({ said }) => !said.has(type))) await bell.rung();
      if (stop.aborted) return null;
      return members.map(({ said }) => {
        const message = said.get(type) as Said<T>;
        said.delete(type);
        return message;
      });
    },
    tell(word, index) {
      for (const member of index === undefined ? members : [members[index]!]) member.tell(word);
    },
  }).catch(breakOff);
  if (end !== null) {
    first ??= end;
    ended.abort();
  }
  await Promise.all(endings);
  if (broken.length > 0) throw broken[0];
  return first ?? { kind: 'done' };
}

/** Wakes whoever waits for something to have been said. */
type Bell = { ring(): void; rung(): Promise<void> };

function createBell(): Bell {
  let wake: () => void = () => undefined;
  return {
    ring: () => wake(),
    rung: () => new Promise((done) => (wake = done)),
  };
}
