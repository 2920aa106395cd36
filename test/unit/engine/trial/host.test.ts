import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it, onTestFinished } from 'vitest';
import { runTrialProcess } from '../../../../src/engine/trial/host';
import type { TrialJob, TrialMessage } from '../../../../src/engine/trial/protocol';
import { evaluated, finished as lastWords } from '../../../support/fakeSession';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-trial-'));
afterAll(() => rmSync(folder, { recursive: true }));

const finished = JSON.stringify(lastWords);
const probed = JSON.stringify({ type: 'probed', peakRssBytes: 1e8, outputBytes: 1, inputBytes: 1 });
const accuracy = JSON.stringify(evaluated(0.5));
const says = (...lines: string[]) => lines.map((line) => `console.log(${JSON.stringify(line)});`).join('\n');
const hangs = 'setInterval(() => {}, 1000);';

let scripts = 0;

/** Runs a program that says these lines, and what it does then. */
async function runScript(
  text: string,
  {
    kind = 'measure',
    timeoutSeconds = 600,
    stop = new AbortController().signal,
    ...rest
  }: {
    kind?: string;
    timeoutSeconds?: number;
    stop?: AbortSignal;
    onMessage?: () => void;
  } = {},
) {
  const script = join(folder, `${++scripts}.cjs`);
  writeFileSync(script, text);
  const messages: TrialMessage[] = [];
  const end = await runTrialProcess({ node: process.execPath, script }, folder, { kind } as TrialJob, {
    onStart: () => undefined,
    onMessage: rest.onMessage ?? ((message) => void messages.push(message)),
    ...{ stop, timeoutSeconds, cpus: null },
  });
  return { end, said: messages.map((m) => m.type) };
}

it.concurrent.for<[string, string, string]>([
  ['measure', finished, 'finished'],
  ['probe', probed, 'probed'],
  ['accuracy', accuracy, 'accuracy'],
])(
  'is done with a %s that has said all and then hangs instead of ending',
  { timeout: 30_000 },
  async ([kind, line, word], { expect }) => {
    const { end, said } = await runScript(`${says(line)} ${hangs}`, { kind });
    expect(end).toEqual({ kind: 'done' });
    expect(said).toEqual([word]);
  },
);

it.concurrent(
  'waits for a trial that tells its accuracy on the way',
  async ({ expect }) => {
    const later = `${says(accuracy)} setTimeout(() => { ${says(finished)} }, 6000);`;
    const { end, said } = await runScript(later);
    expect(end).toEqual({ kind: 'done' });
    expect(said).toEqual(['accuracy', 'finished']);
  },
  30_000,
);

it.concurrent('passes over what is no message: a native library printed it', async ({ expect }) => {
  const { end, said } = await runScript(says('hello', '{', '7', 'null', '{"type":"log"}', '[]', finished));
  expect(end).toEqual({ kind: 'done' });
  expect(said).toEqual(['finished']);
});

it.concurrent.for<[string, string]>([
  ['{"type":"finished"}', 'loadMs'],
  ['{"type":"window","window":0,"images":"ten"}', 'start'],
  ['{"type":"phase","phase":"lunch","monotonicMs":1}', 'phase'],
])('does not count a trial whose message cannot be read: %s', async ([line, field], { expect }) => {
  const { end, said } = await runScript(says(line, finished));
  expect(end).toMatchObject({ kind: 'failed', reason: 'error' });
  expect(end).toHaveProperty('message', expect.stringContaining(`cannot be read: ${field}`));
  expect(said).toEqual(['finished']);
});

describe.concurrent('how a trial ended', () => {
  it('by its own words', async ({ expect }) => {
    const { end } = await runScript(
      `${says('{"type":"error","code":"model","message":"no such model","fix":null}')} process.exit(1)`,
    );
    expect(end).toMatchObject({ kind: 'failed', reason: 'error', message: 'no such model', signal: null, exitCode: 1 });
  });

  it('with an exit code, and the last lines of what it printed', async ({ expect }) => {
    const { end } = await runScript(`console.error('a\nb\nc\nd'); process.exitCode = 3;`.replaceAll('\n', '\\n'));
    expect(end).toEqual({
      ...{ kind: 'failed', reason: 'exit', message: 'b · c · d', signal: null, exitCode: 3 },
      ...{ code: 'exit', fix: null },
    });
    const silent = await runScript('');
    expect(silent.end).toMatchObject({ reason: 'exit', message: 'exit code 0 before it was finished' });
  });

  it('by a signal', async ({ expect }) => {
    const { end } = await runScript(`process.kill(process.pid, 'SIGTERM'); ${hangs}`);
    expect(end).toMatchObject({ kind: 'failed', reason: 'signal', signal: 'SIGTERM', message: 'ended by SIGTERM' });
  });

  it('because memory ran out, as its allocator says', async ({ expect }) => {
    const { end } = await runScript(`console.error('std::bad_alloc'); process.kill(process.pid, 'SIGABRT');`);
    expect(end).toMatchObject({
      kind: 'failed',
      reason: 'out-of-memory',
      message: expect.stringContaining('bad_alloc'),
    });
  });

  it('after it was silent for too long; a sign of life begins the time anew', async ({ expect }) => {
    const silent = await runScript(hangs, { timeoutSeconds: 1 });
    expect(silent.end).toMatchObject({ kind: 'failed', reason: 'timeout', signal: 'SIGKILL' });
    const lively = `let n = 0; const timer = setInterval(() => { ${says('{"type":"alive","batches":1}')}
      if (++n === 8) { clearInterval(timer); ${says(finished)} } }, 500);`;
    expect((await runScript(lively, { timeoutSeconds: 3 })).end).toEqual({ kind: 'done' });
  }, 30_000);

  it('because the run was stopped, before it or while it lasts', async ({ expect }) => {
    const stopping = new AbortController();
    stopping.abort();
    expect((await runScript(hangs, { stop: stopping.signal })).end).toEqual({ kind: 'stopped' });
    const later = new AbortController();
    setTimeout(() => later.abort(), 300);
    expect((await runScript(hangs, { stop: later.signal })).end).toEqual({ kind: 'stopped' });
  });

  it('without a process at all', async ({ expect }) => {
    const end = await runTrialProcess(
      { node: join(folder, 'no-node'), script: '' },
      folder,
      { kind: 'measure' } as TrialJob,
      {
        ...{ onStart: () => expect.unreachable(), onMessage: () => expect.unreachable() },
        ...{ stop: new AbortController().signal, timeoutSeconds: 10, cpus: null },
      },
    );
    expect(end).toMatchObject({ kind: 'failed', reason: 'exit', message: expect.stringContaining('ENOENT') });
  });
});

it('finds the settings of its allocator, unless the user has others', async ({ expect }) => {
  const tells = `const { MALLOC_MMAP_MAX_: mmap, MALLOC_TRIM_THRESHOLD_: trim } = process.env;
    console.log(JSON.stringify({ type: 'error', code: 'x', message: mmap + ' ' + trim, fix: null })); process.exit(1);`;
  const settings = async () => ((await runScript(tells)).end as { message: string }).message;
  // No block by mmap, no trim: mallopt(3).
  expect(await settings()).toMatch(/^0 \d{12,}$/);
  process.env.MALLOC_MMAP_MAX_ = '7';
  onTestFinished(() => void delete process.env.MALLOC_MMAP_MAX_);
  expect(await settings()).toMatch(/^7 \d{12,}$/);
});

it.concurrent('ends the trial and throws when its messages cannot be kept', async ({ expect }) => {
  const onMessage = () => {
    throw new Error('the disk is full');
  };
  await expect(runScript(`${says(finished)} ${hangs}`, { onMessage })).rejects.toThrow('the disk is full');
});

it.concurrent('passes the code and the fix of a failure on, without reading its text', async ({ expect }) => {
  const told = { code: 'dataset', message: 'out of memory cards', fix: 'mount it' };
  const { end } = await runScript(`${says(JSON.stringify({ type: 'error', ...told }))} process.exit(1);`);
  expect(end).toEqual({ kind: 'failed', signal: null, exitCode: 1, reason: 'error', ...told });
});

it.concurrent('knows by its code that memory ran out', async ({ expect }) => {
  const told = { code: 'out-of-memory', message: 'x', fix: null };
  const { end } = await runScript(`${says(JSON.stringify({ type: 'error', ...told }))} process.exit(1);`);
  expect(end).toMatchObject({ reason: 'out-of-memory', ...told });
});

it.concurrent('takes what the program wrote as data before it could speak', async ({ expect }) => {
  const told = { code: 'model', message: 'no room', fix: null };
  const { end } = await runScript(
    `console.error(${JSON.stringify(JSON.stringify({ error: told }))}); process.exit(1);`,
  );
  expect(end).toEqual({ kind: 'failed', signal: null, exitCode: 1, reason: 'exit', ...told });
});
