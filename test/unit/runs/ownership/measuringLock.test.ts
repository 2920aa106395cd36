import { spawn } from 'node:child_process';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isLock, measuringNow, takeMeasuringLock } from '../../../../src/runs/ownership/measuringLock';

let name: string;
let tests = 0;
let servers: Server[] = [];
beforeEach(() => {
  name = `greenbatch-test-${process.pid}-${++tests}`;
  process.env.GREENBATCH_LOCK = name;
});
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

const address = () => `\0${name}`.padEnd(108, '\0');
/** Somebody else's program that has the lock's name. */
const held = (answer: (socket: Socket) => void) =>
  new Promise<void>((done) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      answer(socket);
    });
    servers.push(server);
    server.listen(address(), done);
  });
const holder = { run: '/run', name: 'first', pid: process.pid, since: 1 };

it('has one holder, who can be asked for, with the user', async () => {
  const lock = await takeMeasuringLock(holder);
  if (!isLock(lock)) throw new Error('the lock should be free');
  const known = { ...holder, user: userInfo().username };
  expect(await measuringNow()).toEqual(known);
  expect(await takeMeasuringLock({ ...holder, name: 'second' })).toEqual(known);
  lock.release();
  expect(await measuringNow()).toBeNull();
});

it('says nothing of a holder that floods, drips, or says what is none of ours', { timeout: 20_000 }, async () => {
  const answers: ((socket: Socket) => void)[] = [
    (socket) => {
      const flood = () => socket.write('x'.repeat(1 << 20), () => setImmediate(flood));
      flood();
    },
    (socket) => void setInterval(() => socket.write(' '), 100).unref(),
    (socket) => void socket,
    (socket) => socket.end('[]'),
    (socket) => socket.end(JSON.stringify({ ...holder, pid: -1 })),
    (socket) => socket.end(`${JSON.stringify(holder)}${' '.repeat(4096)}`),
  ];
  for (const [i, answer] of answers.entries()) {
    name = `greenbatch-test-${process.pid}-hostile-${i}`;
    process.env.GREENBATCH_LOCK = name;
    await held(answer);
    const start = performance.now();
    expect(await measuringNow(), `answer ${i}`).toBeNull();
    expect(performance.now() - start, `answer ${i}`).toBeLessThan(3000);
  }
  expect(await takeMeasuringLock(holder)).toMatchObject({ name: 'a process that does not say what it is', user: null });
});

it('shows what a holder says as text on one line, and not the user that it claims', async () => {
  const said = { run: '/x\u001b[2J', name: '[fix](command:rm)\n\u202egood', pid: 1, since: 1, user: 'somebody' };
  await held((socket) => socket.end(JSON.stringify(said)));
  const now = await measuringNow();
  expect(now).toMatchObject({ run: '/x', name: '[fix] (command:rm) good' });
  expect(now?.user).not.toBe('somebody');
});

it('is not kept from its work by one who asks and does not read', async () => {
  const lock = await takeMeasuringLock(holder);
  const lazy = connect(address()).pause();
  lazy.on('error', () => undefined);
  expect(await measuringNow()).toMatchObject({ name: 'first' });
  lazy.destroy();
  if (isLock(lock)) lock.release();
});

it.skipIf(process.getuid?.() !== 0)('names the user whose process holds it, whatever that one says', async () => {
  const text = `
    const net = require('node:net');
    const answer = JSON.stringify({ run: '/theirs', name: 'theirs', pid: process.pid, since: 1, user: 'root' });
    net.createServer((s) => s.end(answer)).listen(${JSON.stringify(address())}, () => console.log('up'));`;
  const child = spawn(process.execPath, ['-e', text], {
    uid: 65534,
    gid: 65534,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const up = await Promise.race([
      new Promise((done) => child.stdout.once('data', () => done(true))),
      new Promise((done) => child.once('exit', () => done(false))),
    ]);
    expect(up).toBe(true);
    expect(await measuringNow()).toMatchObject({ run: '/theirs', user: 'nobody' });
    expect(await takeMeasuringLock(holder)).toMatchObject({ name: 'theirs', user: 'nobody' });
  } finally {
    child.kill('SIGKILL');
  }
});
