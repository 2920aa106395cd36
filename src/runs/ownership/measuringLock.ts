import { readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { plainLine } from '../../core/words/plain';
import { uidOf } from '../../machine/processIdentity';

/**
 * One run measures at a time on a machine: two would heat, slow and charge each other. The lock is a
 * listening socket, which the kernel releases when its owner dies, however it dies; asking it says
 * who measures. On Linux the socket is an abstract one (no file that could be left over).
 *
 * Any user of the machine can hold it, with any answer: what it says is bounded, shown as text and never believed
 * further than that. A container with a network of its own has a lock of its own.
 */

const holderSchema = z.object({ run: z.string(), name: z.string(), pid: z.int().min(0), since: z.number() });
/** Who holds the lock, as they say. */
export type LockHolder = z.infer<typeof holderSchema> & {
  /** Whose process that is, as the system says; null where it says nothing (there is no such process, for example). */
  user: string | null;
};

export type MeasuringLock = { release(): void };

const longestAnswer = 4096;
const longestAnswerMs = 1000;
/** Bytes of `sun_path`. */
const addressBytes = 108;

/** `GREENBATCH_LOCK` names another lock: for tests, which must not wait for a real measurement. */
function address(): string {
  const name = process.env.GREENBATCH_LOCK || 'greenbatch-measuring';
  // Node.js 20 fills an abstract name up with zeros, later ones do not: filled up, it is the same name for all.
  if (process.platform === 'linux') return `\0${name}`.padEnd(addressBytes, '\0');
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

/** Takes the lock, or says who has it. @param holder whose `run` is the run's folder */
export async function takeMeasuringLock(holder: Omit<LockHolder, 'user'>): Promise<MeasuringLock | LockHolder> {
  for (let attempt = 0; ; attempt++) {
    const server = await listen(holder);
    if (server) return { release: () => server.close() };
    const other = await measuringNow();
    if (other) return other;
    // Nobody answers: it was just released, or (a file socket) its owner was killed.
    if (attempt >= 5) return { run: '', name: 'a process that does not say what it is', pid: 0, since: 0, user: null };
    if (process.platform !== 'linux' && process.platform !== 'win32') rmSync(address(), { force: true });
    await new Promise((done) => setTimeout(done, 50));
  }
}

export const isLock = (result: MeasuringLock | LockHolder): result is MeasuringLock => 'release' in result;

function listen(holder: Omit<LockHolder, 'user'>): Promise<Server | null> {
  return new Promise((done, fail) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      // Whoever asks and does not read must not keep us.
      socket.setTimeout(longestAnswerMs, () => socket.destroy());
      socket.end(JSON.stringify({ ...holder, name: plainLine(holder.name, 200) }));
    });
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? done(null) : fail(error)));
    server.listen(address(), () => {
      server.unref();
      done(server);
    });
  });
}

/** Who measures on this machine right now; null when nobody does, or nobody says so within a second and 4 KiB. */
export function measuringNow(): Promise<LockHolder | null> {
  return new Promise((done) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const socket = connect(address());
    // In all, not between two bytes: whoever sends one now and then must not hold us up.
    const timer = setTimeout(() => socket.destroy(), longestAnswerMs);
    socket.on('data', (data: Buffer) => {
      bytes += data.length;
      if (bytes > longestAnswer) socket.destroy();
      else parts.push(data);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      done(bytes > longestAnswer ? null : holderOf(Buffer.concat(parts).toString('utf8')));
    });
  });
}

function holderOf(answer: string): LockHolder | null {
  try {
    const { run, name, pid, since } = holderSchema.parse(JSON.parse(answer));
    return { run: plainLine(run), name: plainLine(name, 200), pid, since, user: userOf(pid) };
  } catch {
    return null;
  }
}

/** The name of the user whose process this is. */
function userOf(pid: number): string | null {
  const uid = pid > 0 ? uidOf(pid) : null;
  if (uid === null) return null;
  if (uid === process.getuid?.()) return userInfo().username;
  try {
    const entry = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.split(':')[2] === String(uid));
    return entry ? plainLine(entry.split(':')[0]!, 64) : `user ${uid}`;
  } catch {
    return `user ${uid}`;
  }
}
