import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { created, toLines } from '../support/runEvents';
import { makeBench, quickSpec } from '../support/greenbatch';

/** Pipes and devices in every place where a file of a workspace is read: none is waited for, none is read. */

const bench = makeBench();
const at = (...names: string[]) => join(bench.folder, ...names);
afterAll(() => bench.remove());

const sources = ['pipe', 'zeros'] as const;
beforeAll(() => {
  execFileSync('mkfifo', [at('pipe')]);
  symlinkSync('/dev/zero', at('zeros'));
  mkdirSync(at('images'));
  for (const source of sources) {
    for (const ending of ['onnx', 'pt', 'yaml', 'energy.yaml', 'json', 'zip', 'txt', 'pbtxt', 'jpg']) {
      symlinkSync(at(source), at(`${source}.${ending}`));
    }
    symlinkSync(at(source), at('images', `${source}.jpg`));
    mkdirSync(at(`run-${source}`));
    symlinkSync(at(source), at(`run-${source}`, 'events.jsonl'));
  }
});

const specOf = (name: string, more: Parameters<typeof quickSpec>[0]) => bench.writeSpec(quickSpec(more), name);

/** The command, and what it must say; it ends with 2 each time. */
const places: Record<string, (source: string) => string[]> = {
  'an experiment': (source) => ['run', at(`${source}.energy.yaml`)],
  'a model .onnx': (source) => ['run', specOf(`m1-${source}.energy.yaml`, { models: [`./${source}.onnx`] })],
  'a cfg': (source) => ['build', at(`${source}.yaml`), '-o', at('out.onnx')],
  'a checkpoint': (source) => ['build', at(`${source}.pt`), '-o', at('out.onnx')],
  weights: (source) => [
    'detect',
    '--model',
    'yolov7-tiny',
    '--weights',
    at(`${source}.pt`),
    '--images',
    at('images'),
    '-o',
    at('o'),
  ],
  'a model that detects': (source) => [
    'detect',
    '--model',
    at(`${source}.onnx`),
    '--images',
    at('images'),
    '-o',
    at('o'),
  ],
  annotations: (source) => ['evaluate', '--annotations', at(`${source}.json`), '--detections', at(`${source}.json`)],
  'an archive of images': (source) => [
    'evaluate',
    '--labels',
    at('images'),
    '--images',
    at(`${source}.zip`),
    '--detections',
    at(`${source}.json`),
  ],
  'the log of a run': (source) => ['show', at(`run-${source}`)],
  'a run to resume': (source) => ['run', '--resume', at(`run-${source}`)],
  'a run to export': (source) => ['export', at(`run-${source}`), '--format', 'csv'],
  'runs to compare': (source) => ['compare', at(`run-${source}`), at(`run-${source}`)],
};

it.each(sources.flatMap((source) => Object.keys(places).map((place) => [source, place] as const)))(
  'a %s as %s is refused at once',
  async (source, place) => {
    const started = performance.now();
    const { code, stderr } = await bench.run(places[place]!(source));
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/not? a? ?(regular )?file|is no |cannot be read|there is no file/);
    expect(stderr).not.toMatch(/\n +at /);
    expect(performance.now() - started).toBeLessThan(20_000);
  },
);

it('lists runs beside hostile ones', async () => {
  for (const source of sources) {
    mkdirSync(at('.greenbatch/runs', `hostile-${source}`), { recursive: true });
    symlinkSync(at(source), at('.greenbatch/runs', `hostile-${source}`, 'events.jsonl'));
  }
  mkdirSync(at('.greenbatch/runs/good'), { recursive: true });
  writeFileSync(at('.greenbatch/runs/good/events.jsonl'), toLines([created()]));
  const { code, stdout, stderr } = await bench.run(['runs', '--json']);
  expect(code, stderr).toBe(0);
  const rows = JSON.parse(stdout) as { id: string; status: string }[];
  expect(Object.fromEntries(rows.map((r) => [r.id, r.status]))).toMatchObject({
    good: 'stopped',
    'hostile-pipe': 'damaged',
    'hostile-zeros': 'damaged',
  });
});

it('resumes no run through a link, and leaves what it leads to as it was', async () => {
  const victim = at('victim');
  writeFileSync(victim, 'no line end');
  mkdirSync(at('linked'));
  writeFileSync(at('linked/events.jsonl'), toLines([created()]));
  symlinkSync(victim, at('linked/engine.log'));
  const byLog = await bench.run(['run', '--resume', at('linked')]);
  expect(byLog.code).not.toBe(0);
  expect(byLog.stderr).toContain('is a link');
  symlinkSync(at('linked'), at('by-link'));
  const byFolder = await bench.run(['run', '--resume', at('by-link')]);
  expect(byFolder.code).toBe(2);
  expect(byFolder.stderr).toContain('is a link');
  expect(readFileSync(victim, 'utf8')).toBe('no line end');
});
