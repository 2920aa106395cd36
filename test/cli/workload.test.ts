import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpecInput } from '../../src/core/spec/spec';
import { loadRun } from '../../src/runs/store/runFolder';
import { makeBench, quickSpec, runFolderIn } from '../support/greenbatch';
import { buildOwnProgram } from '../support/ownProgram';

/** A kind of work that no file below src names, counted in tokens: run, show, export. */

let own: Awaited<ReturnType<typeof buildOwnProgram>>;
let bench: ReturnType<typeof makeBench>;
beforeAll(async () => {
  own = await buildOwnProgram({ 'src/workloads/workloads.ts': 'test/support/testWorkloads.ts' });
  bench = makeBench({}, own.program);
});
afterAll(() => {
  bench.remove();
  own.remove();
});

const specOf = (more: Partial<SpecInput> = {}) => {
  const {
    imageSize: _,
    images: __,
    ...rest
  } = quickSpec(
    { name: 'words', workload: 'tokens', models: ['small', 'large', 'none'], settings: { length: 3 }, ...more },
    { source: 'estimate' },
  );
  return rest;
};

it('no file below src names the workload of this test', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((name) => /name: 'tokens'|testWorkloads/.test(readFileSync(join('src', name), 'utf8')))).toEqual(
    [],
  );
});

describe('a workload of its own', () => {
  let folder: string;
  const stdout = async (...args: string[]) => {
    const { code, stdout, stderr } = await bench.run(args);
    expect(code, stderr).toBe(0);
    return stdout;
  };

  it('is measured in trials like any other, without what it cannot do', async () => {
    const result = await bench.run(['run', bench.writeSpec(specOf({ current: { batchSize: 1, model: 'small' } }))]);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stderr).toMatch(/J\/token .* tokens\/s/);
    expect(result.stderr).toContain('there is no vocabulary none');
    expect(result.stdout + result.stderr).not.toMatch(/image/i);
    folder = runFolderIn(result.stdout);
    const { run } = loadRun(folder);
    expect(run.workload).toEqual({ name: 'tokens', unit: 'token', phases: ['score', 'pick'], serves: false });
    expect([...run.skipped.keys()]).toEqual(['none b1 t1 spin', 'none b2 t1 spin']);
    const finished = run.trials.filter((t) => t.state === 'finished');
    // Four configurations in two blocks, and three reference trials.
    expect(finished).toHaveLength(11);
    for (const { windows, configuration } of finished)
      for (const { work, batchMs, start, end, phases } of windows) {
        // The process of the trial knows the workload's own key: three tokens for each text.
        expect(work).toBe(3 * batchMs.length * Number(/b(\d)/.exec(configuration)![1]));
        // It ends with its last phase: where the process had to wait after it, a little before the 300 ms.
        expect(end.monotonicMs - start.monotonicMs).toBeGreaterThan(200);
        const inPhases = phases!.score!.ms + phases!.pick!.ms;
        expect(inPhases).toBeCloseTo(end.monotonicMs - start.monotonicMs, 3);
      }
  });

  it('is given in its unit in the table', async () => {
    const text = await stdout('show', folder);
    expect(text).toMatch(/J\/token \(est\.\) .*tokens\/J \(est\.\) .*tokens\/s/);
    expect(text).toMatch(/score .*\n.*pick /);
    expect(text).toContain('the whole work');
    expect(text).not.toMatch(/image|inference|NMS/i);
  });

  it('is given in its unit as JSON, without the names for images', async () => {
    const json = await stdout('show', folder, '--json');
    const report = JSON.parse(json);
    expect(report.run.workload).toEqual({ name: 'tokens', unit: 'token', phases: ['score', 'pick'], serves: false });
    expect(report.run).toMatchObject({ scope: null, images: null, imageSize: null });
    const [small, , large] = report.configurations;
    for (const c of [small, large]) {
      expect(c).toMatchObject({ unit: 'token', n: 2 });
      expect(c.joulesPerUnit.mean).toBeGreaterThan(0);
      expect(c.unitsPerSecond).toBeGreaterThan(0);
      expect(c.phases.map((p: { phase: string }) => p.phase)).toEqual(['score', 'pick']);
    }
    // Four times the words take more time for a token.
    expect(large.joulesPerUnit.mean).toBeGreaterThan(small.joulesPerUnit.mean);
    expect(json).not.toMatch(/(joules|images?)PerImage|imagesPer/);
  });

  it('is exported in its unit', async () => {
    const csv = await stdout('export', folder, '--format', 'csv');
    for (const head of ['batch size (tokens)', 'energy (J/token)', 'throughput (tokens/s)', 'CPU time (s/token)'])
      expect(csv).toContain(head);
    const trials = await stdout('export', folder, '--format', 'csv', '--trials');
    expect(trials).toContain('energy (J/token)');
    const markdown = await stdout('export', folder, '--format', 'markdown');
    expect(markdown).toContain('| J/token (estimated) |');
    for (const text of [csv, trials, markdown]) expect(text).not.toMatch(/image|inference|NMS/i);
    const html = await stdout('export', folder, '--format', 'html');
    const [, messages] = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)!;
    expect([messages!.includes('"unit":"token"'), /PerImage|ImagesPer/i.test(messages!)]).toEqual([true, false]);
  });
});

it.each([
  [
    'a workload that there is not',
    { workload: 'tokns' },
    'workload: there is no workload "tokns": did you mean tokens?',
  ],
  [
    'values of what makes no difference',
    { spinning: [true, false] },
    'spinning: makes no difference to the workload tokens',
  ],
  [
    'a value that a key of the workload cannot have',
    { settings: { length: 0 } },
    'settings.length: 0 is too small (allowed: whole number from 1 to 100)',
  ],
  [
    'a key that the workload has not',
    { settings: { lenght: 3 } },
    'settings.lenght: unknown key: did you mean length? (allowed: length)',
  ],
])('refuses %s, with its place', async (_, more, said) => {
  const result = await bench.run(['run', bench.writeSpec(specOf(more), 'wrong.energy.yaml')]);
  expect(result).toMatchObject({ code: 2, stdout: '' });
  expect(result.stderr).toMatch(/wrong\.energy\.yaml:\d+:\d+ /);
  expect(result.stderr).toContain(said);
});
