import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { plainLine } from '../../../../src/core/words/plain';
import { measuringNow } from '../../../../src/runs/ownership/measuringLock';
import { mutatedBytes, survives } from '../../../support/mutants';
import { repeats } from '../../../support/repeats';

const runs = repeats(500, 10_000);

it(`takes of ${runs} mutants of an answer a holder in plain text, or none`, { timeout: 600_000 }, async () => {
  process.env.GREENBATCH_LOCK = `greenbatch-test-${process.pid}-mutants`;
  const holder = { run: '/a/run', name: '[fix](command:x) \u001b[31m', pid: process.pid, since: 1e12 };
  const original = Buffer.from(JSON.stringify(holder));
  let answer: Buffer = original;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(answer);
  });
  const address = `\0${process.env.GREENBATCH_LOCK}`.padEnd(108, '\0');
  await new Promise<void>((done) => server.listen(address, done));
  let holders = 0;
  await survives(runs, async (seed) => {
    answer = mutatedBytes(original, seed);
    const now = await measuringNow();
    if (now === null) return;
    holders++;
    expect(now.name).toBe(plainLine(now.name, 200));
    expect(now.run).toBe(plainLine(now.run));
  });
  server.close();
  // Some change only letters of a name: those are answers like any other.
  expect(holders).toBeGreaterThan(0);
  expect(holders).toBeLessThan(runs);
});
