import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

/**
 * One run measures at a time on a machine: two would heat, slow and charge each other. The lock is a
 * listening socket, which the kernel releases when its owner dies, however it dies; asking it says
 * who measures. On Linux the socket is an abstract one (no file that could be left over).
 */

const holderSchema = z.object({ run: z.string(), name: z.string(), pid: z.int(), since: z.number() });
/** Who holds the lock. */
export type LockHolder = z.infer<typeof holderSchema>;

export type MeasuringLock = { release(): void };

/** `GREENBATCH_LOCK` names another lock: for tests, which must not wait for a real measurement. */
function address(): string {
  const name = process.env.GREENBATCH_LOCK || 'greenbatch-measuring';
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

/** Takes the lock, or says who has it. */
export async function takeMeasuringLock(holder: LockHolder): Promise<MeasuringLock | LockHolder> {
  for (let attempt = 0; ; attempt++) {
    const server = await listen(holder);
    if (server) return { release: () => server.close() };
    const other = await measuringNow();
    if (other) return other;
    // Nobody answers: it was just released, or (a file socket) its owner was killed.
    if (attempt >= 5) return { run: '', name: 'a process that does not answer', pid: 0, since: 0 };
    if (process.platform !== 'linux' && process.platform !== 'win32') rmSync(address(), { force: true });
    await new Promise((done) => setTimeout(done, 50));
  }
}

export const isLock = (result: MeasuringLock | LockHolder): result is MeasuringLock => 'release' in result;

function listen(holder: LockHolder): Promise<Server | null> {
  return new Promise((done, fail) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(JSON.stringify(holder));
    });
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? done(null) : fail(error)));
    server.listen(address(), () => {
      server.unref();
      done(server);
    });
  });
}

/** Who measures on this machine right now; null when nobody does. */
export function measuringNow(): Promise<LockHolder | null> {
  return new Promise((done) => {
    let text = '';
    const socket = connect(address());
    socket.setEncoding('utf8');
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      try {
        done(holderSchema.parse(JSON.parse(text)));
      } catch {
        done(null);
      }
    });
  });
}
