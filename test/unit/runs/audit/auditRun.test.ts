import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { agrees, auditText } from '../../../../src/core/audit/auditText';
import { auditPath } from '../../../../src/runs/audit/auditRun';
import { unpackBundle } from '../../../../src/runs/audit/unpackBundle';
import { runBundle } from '../../../../src/runs/export/bundle';
import { zipArchive } from '../../../../src/runs/export/zipArchive';
import { recordedLogs } from '../../../support/recordedLogs';
import { writeRun } from '../../../support/runFolders';
import { readingAt, toLines, trialEvents, created, sessionStarted } from '../../../support/runEvents';
import type { RunEvent } from '../../../../src/core/run/events';

const fixtures = resolve(import.meta.dirname, '../../../fixtures/format1');
const place = mkdtempSync(join(tmpdir(), 'greenbatch-audited-'));
afterAll(() => rmSync(place, { recursive: true }));

const problems = ({ findings }: Awaited<ReturnType<typeof auditPath>>) =>
  findings.filter(({ level }) => level === 'problem').map(({ place: at, message }) => `${at}: ${message}`);
const differing = ({ numbers }: Awaited<ReturnType<typeof auditPath>>) =>
  numbers.filter((number) => !number.agrees).map(({ path }) => path);

let folders = 0;
const newFolder = () => {
  const folder = join(place, String(folders++));
  mkdirSync(folder);
  return folder;
};

describe('an audit', () => {
  it('derives joules, watts, rates, latencies, accuracy and their intervals by other code than the program’s', async () => {
    const { numbers } = await auditPath(recordedLogs('accuracy', place));
    const how = (path: string) => numbers.find((number) => number.path === path)?.how;
    const of = (key: string) => how(`configurations[0].${key}`);
    for (const key of ['joulesPerUnit.mean', 'joulesPerUnit.low', 'joulesPerImage.high', 'netJoulesPerUnit.mean'])
      expect(of(key), key).toBe('derived');
    for (const key of [
      'averageWatts',
      'unitsPerSecond',
      'imagesPerSecond',
      'batchLatencyMs.p50',
      'intervals.averageWatts.low',
    ])
      expect(of(key), key).toBe('derived');
    expect([of('accuracy'), how('run.idleWatts'), how('accuracies[0].accuracy.coco.stats[3]')]).toEqual([
      ...['recorded', 'derived', 'recorded'],
    ]);
    expect(how('verdict.comparisons[0].low')).toBe('same-code');
    // What has no second derivation is of the verdict, the queue, or the machine's states.
    const others = numbers.filter((n) => n.how === 'same-code' && n.stated !== null).map(({ path }) => path);
    expect(
      others.filter((path) => !/^verdict|requestLatency|joulesPerRequest|\.load$|^run\.(drift|state)/.test(path)),
    ).toEqual([]);
  });

  it('says which lines a number is made of', async () => {
    const { numbers, sources } = await auditPath(recordedLogs('finished', place));
    const joules = numbers.find(({ path }) => path === 'configurations[0].joulesPerUnit.mean')!;
    expect(joules).toMatchObject({ n: 7, agrees: true, formula: expect.stringContaining('wraps × range') as string });
    const [events, power] = sources[joules.source]!;
    const lines = readFileSync(join(fixtures, 'finished/events.jsonl'), 'utf8').split('\n');
    for (const [first, last] of events!.lines)
      for (let line = first; line <= last; line++) expect(lines[line - 1]).toContain('"type":"trial.window"');
    expect(power!.file).toBe('power.jsonl');
    expect(power!.lines.length).toBeGreaterThan(3);
  });

  it('tells in a text what agrees, and how each number is made', async () => {
    const result = await auditPath(recordedLogs('finished', place));
    const text = auditText(result, result);
    expect(text).toMatch(/401 derived again from the raw log, 78 recorded in it, 131 recomputed by the same code/);
    expect(text).toContain('All agree, and the log agrees with itself.');
    expect(text).toMatch(/joulesPerUnit\.mean +0\.24043842651714176 +derived/);
    expect(text).toMatch(/← windows of yolov7-tiny b1 t1: events\.jsonl 56, 69, /);
  });

  it('takes a thousand trials in seconds', async () => {
    const folder = newFolder();
    const ids = ['b1', 'b2', 'b4', 'b8'];
    const begin = created([1, 2, 4, 8]) as Extract<RunEvent, { type: 'run.created' }>;
    begin.spec.measure.repeats = { min: 5, max: 1000, intervalPercent: 2 };
    let number = 0;
    const trials = Array.from({ length: 250 }, (_, block) =>
      ids.flatMap((id, i) => {
        number++;
        return trialEvents(number, block + 1, id, 4 * number, 2, 50 + i + ((block * 7) % 5));
      }),
    ).flat();
    writeFileSync(join(folder, 'events.jsonl'), toLines([begin, ...sessionStarted(), ...trials]));
    const header = { version: 2, session: 1, wallOffsetMs: 0, domains: [] };
    writeFileSync(join(folder, 'power.jsonl'), `${JSON.stringify(header)}\n`);
    const before = performance.now();
    const result = await auditPath(folder);
    expect((performance.now() - before) / 1000).toBeLessThan(20);
    expect(differing(result)).toEqual([]);
    expect(result.numbers.find(({ path }) => path === 'configurations[0].n')!.derived).toBe(250);
  });
});

/** Changes a file of a folder; its text has to hold what is changed. */
function change(folder: string, file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(join(folder, file), 'utf8');
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  writeFileSync(join(folder, file), changed);
}

/** The line of a log that holds a text first. */
const lineWith = (folder: string, file: string, part: string) =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(part)) + 1;

function withoutLine(folder: string, file: string, line: number): void {
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  lines.splice(line - 1, 1);
  writeFileSync(join(folder, file), lines.join('\n'));
}

describe('in a bundle', () => {
  let bundle: string;
  beforeEach(async () => {
    bundle = newFolder();
    const archive = join(newFolder(), 'run.zip');
    writeFileSync(archive, runBundle(join(fixtures, 'end-to-end'), ''));
    await unpackBundle(archive, bundle);
  });

  it('nothing is found where nothing was changed, and files beside it are told', async () => {
    writeFileSync(join(bundle, 'notes.txt'), 'mine');
    const result = await auditPath(bundle);
    expect([agrees(result), problems(result)]).toEqual([true, []]);
    expect(result.findings.map(({ place: at }) => at)).toContain('notes.txt');
  });

  it('a file that is changed is found though the manifest is emptied, or lacks it as the folder does', async () => {
    change(bundle, 'result.md', /./, 'X');
    rmSync(join(bundle, 'machine.json'));
    writeFileSync(join(bundle, 'MANIFEST.sha256'), '');
    const found = problems(await auditPath(bundle));
    expect(found).toContain('result.md: a file that the manifest does not list');
    expect(found).toContain('machine.json: the file is missing, in the manifest too');
  });

  it('a result, a row of a CSV, a machine and a run that the log does not tell of are found whatever the manifest says', async () => {
    change(bundle, 'result.md', /\d/, 'X');
    change(bundle, 'configurations.csv', /\d/, 'X');
    change(bundle, 'machine.json', /\d/, '7');
    change(bundle, 'bundle.json', /"measuredBy": "[^"]*"/, '"measuredBy": "another"');
    rmSync(join(bundle, 'MANIFEST.sha256'));
    expect(problems(await auditPath(bundle)).slice(1)).toEqual([
      'bundle.json: measuredBy is another one than in events.jsonl:1',
      ...['result.md', 'configurations.csv', 'machine.json'].map(
        (file) => `${file}: it is not what this program, which made it, says of the log`,
      ),
    ]);
  });

  it('another experiment than the log’s is found whatever the manifest says', async () => {
    change(bundle, 'experiment.energy.yaml', 'models', 'model');
    rmSync(join(bundle, 'MANIFEST.sha256'));
    expect(problems(await auditPath(bundle)).join('\n')).toContain('experiment.energy.yaml: it is missing, or another');
  });

  it('a show.json without numbers, or nested without end, is found', async () => {
    for (const text of ['{}', '['.repeat(20_000) + ']'.repeat(20_000)]) {
      writeFileSync(join(bundle, 'show.json'), text);
      const result = await auditPath(bundle);
      expect(agrees(result)).toBe(false);
      expect(problems(result)).toContain('show.json: it states no number');
    }
  });

  it('numbers that were changed are found though all that says it is a bundle was taken out', async () => {
    change(bundle, 'show.json', /("joulesPerUnit": \{\s*"mean": \d\.\d{8})\d/, '$10');
    for (const file of ['bundle.json', 'MANIFEST.sha256']) rmSync(join(bundle, file));
    const archive = join(newFolder(), 'run.zip');
    const files = ['events.jsonl', 'power.jsonl', 'show.json'];
    writeFileSync(archive, zipArchive(files.map((path) => ({ path, bytes: readFileSync(join(bundle, path)) }))));
    for (const path of [bundle, archive]) {
      const result = await auditPath(path);
      expect([result.kind, differing(result)]).toEqual(['bundle', ['configurations[0].joulesPerUnit.mean']]);
    }
  });

  it('an archive is never being measured, whatever it says of itself', async () => {
    const archive = join(newFolder(), 'run.zip');
    const begun = toLines([{ ...created(), at: Date.now() + 1e9 }]);
    writeFileSync(archive, zipArchive([{ path: 'events.jsonl', bytes: Buffer.from(begun) }]));
    const result = await auditPath(archive);
    expect(problems(result)).toContain('show.json: it is missing, or no JSON: nothing is stated');
  });

  it('one digit of a counter is found, by its hash and by the numbers that follow', async () => {
    const lines = readFileSync(join(bundle, 'events.jsonl'), 'utf8').split('\n');
    // The first one is of a drift check.
    const line = lines.findIndex((each, i) => i > 20 && each.includes('"trial.window"')) + 1;
    const window = JSON.parse(lines[line - 1]!) as { end: { counters: number[] }; trial: number };
    const counted = 1;
    window.end.counters[counted]! += 1000;
    lines[line - 1] = JSON.stringify(window);
    writeFileSync(join(bundle, 'events.jsonl'), lines.join('\n'));
    const result = await auditPath(bundle);
    expect(problems(result)[0]).toMatch(/^events\.jsonl: the file was changed: its sha256 is/);
    expect(differing(result).length).toBeGreaterThan(5);
    expect(auditText(result, result)).toContain('NOT ALL AGREE');
  });

  it('one digit of a stated number is found, whatever the manifest says', async () => {
    change(bundle, 'show.json', /("joulesPerUnit": \{\s*"mean": \d\.\d{8})\d/, '$10');
    change(bundle, 'show.json', /("p50": \d+\.)\d/, '$19');
    rmSync(join(bundle, 'MANIFEST.sha256'));
    const result = await auditPath(bundle);
    expect(differing(result)).toEqual(['configurations[0].joulesPerUnit.mean', 'configurations[0].batchLatencyMs.p50']);
    const text = auditText(result, result);
    expect(text).toMatch(
      /DIFFERS {2}configurations\[0\]\.joulesPerUnit\.mean: stated .*, derived .*, recomputed .*events\.jsonl/,
    );
    expect(problems(result)).toEqual([
      'MANIFEST.sha256: the file is missing: no hash tells whether others were changed',
    ]);
  });

  it('another winner, a number that was taken out and one that was put in are found', async () => {
    change(bundle, 'show.json', /"winner": "[^"]*b4 t1"/, '"winner": "yolov5n.pt b1 t1"');
    change(bundle, 'show.json', /"unsteadyTrials": 0,/, '');
    change(bundle, 'show.json', '"sessions": 1,', '"sessions": 1, "madeUp": 7,');
    const result = await auditPath(bundle);
    expect(result.texts).toEqual([
      { path: 'verdict.winner', stated: 'yolov5n.pt b1 t1', recomputed: 'yolov5n.pt b4 t1' },
    ]);
    expect(differing(result)).toEqual(['run.madeUp', 'run.unsteadyTrials']);
  });

  it('a line that was dropped is found, and said where', async () => {
    withoutLine(bundle, 'power.jsonl', 5);
    expect(problems(await auditPath(bundle))).toEqual([expect.stringMatching(/^power\.jsonl: the file was changed/)]);
  });

  it('the hash of a model that was swapped is found in each place', async () => {
    const log = newFolder();
    cpSync(bundle, log, { recursive: true });
    const sha256 = /"sha256": ?"39bc1cf0/;
    change(bundle, 'bundle.json', sha256, '"sha256": "00bc1cf0');
    expect(problems(await auditPath(bundle)).join('\n')).toMatch(
      /^bundle\.json: the file was changed.*\n.*bundle\.json: \.\/yolov5n\.pt has sha256 00bc1cf0/,
    );
    change(log, 'events.jsonl', /"sha256":"39bc1cf0/, '"sha256":"00bc1cf0');
    const result = await auditPath(log);
    expect(problems(result).join('\n')).toContain('./yolov5n.pt has sha256 39bc1cf0');
    expect(result.texts.map(({ path }) => path)).toEqual(['run.models[0].sha256']);
  });

  it('a file that is gone is found', async () => {
    rmSync(join(bundle, 'show.json'));
    expect(problems(await auditPath(bundle))).toEqual([
      'show.json: the file is missing',
      'show.json: it is missing, or no JSON: nothing is stated',
    ]);
  });
});

describe('in a run’s own folder', () => {
  let run: string;
  beforeEach(() => {
    run = recordedLogs('end-to-end', place);
  });

  it.each(['start', 'end'] as const)(
    'a digit of the counter at the %s of a window is found against the samples',
    async (edge) => {
      const line = lineWith(run, 'events.jsonl', '"trial.window"');
      const lines = readFileSync(join(run, 'events.jsonl'), 'utf8').split('\n');
      const window = JSON.parse(lines[line - 1]!) as Record<'start' | 'end', { counters: number[] }>;
      const counter = window[edge].counters[1]!;
      window[edge].counters[1] = counter >= 5e7 ? counter - 4e7 : counter + 4e7;
      lines[line - 1] = JSON.stringify(window);
      writeFileSync(join(run, 'events.jsonl'), lines.join('\n'));
      expect(problems(await auditPath(run)).join('\n')).toMatch(
        new RegExp(
          `events\\.jsonl:${line}: package-0 at the ${edge} of the window is \\d+, but was \\d+ and \\d+ just before and after \\(power\\.jsonl:\\d+ and \\d+\\)`,
        ),
      );
    },
  );

  it('each line that is no sample is found', async () => {
    const lines = readFileSync(join(run, 'power.jsonl'), 'utf8').split('\n');
    lines.splice(9, 5, ...Array<string>(5).fill('garbage'));
    lines[20] = '[1,2]';
    writeFileSync(join(run, 'power.jsonl'), lines.join('\n'));
    const found = problems(await auditPath(run));
    expect(found).toContain('power.jsonl:10–14: 5 lines are no samples');
    expect(found).toContain('power.jsonl:21: the line is no sample');
  });

  it('a digit of a sample is found against the next one', async () => {
    const lines = readFileSync(join(run, 'power.jsonl'), 'utf8').split('\n');
    const sample = JSON.parse(lines[9]!) as number[];
    sample[4] = sample[4]! - 3e7;
    lines[9] = JSON.stringify(sample);
    writeFileSync(join(run, 'power.jsonl'), lines.join('\n'));
    expect(problems(await auditPath(run)).join('\n')).toMatch(
      /power\.jsonl:10: package-0 fell from \d+ to \d+, which is no wrap/,
    );
  });

  it.each([
    ['trial.window', /finished with 0 of 1 windows: a line trial\.window is missing/],
    ['trial.finished', /neither finished nor failed, and trial \d+ began/],
    ['trial.started', /a line trial\.started is missing/],
    ['block.finished', /block 2 finished after block 0: a line block\.finished is missing/],
  ])('a line %s that was dropped is found, and said where', async (type, message) => {
    withoutLine(run, 'events.jsonl', lineWith(run, 'events.jsonl', `"type":"${type}"`));
    const found = problems(await auditPath(run));
    expect(found.join('\n')).toMatch(message);
    expect(found[0]).toMatch(/^events\.jsonl:\d+: /);
  });

  it('a session that was dropped is found', async () => {
    const resumed = recordedLogs('resumed', place);
    withoutLine(resumed, 'events.jsonl', lineWith(resumed, 'events.jsonl', '"session.started","session":2'));
    expect(problems(await auditPath(resumed)).join('\n')).toContain('a line session.started is missing');
  });

  it('a model with another hash in another session, or than its file, is found', async () => {
    const resumed = recordedLogs('resumed', place);
    const lines = readFileSync(join(resumed, 'events.jsonl'), 'utf8').split('\n');
    const ready = lines.find((line) => line.includes('"model.ready"'))!;
    const third = lines.findIndex((line) => line.includes('"session.started","session":3'));
    lines.splice(third + 2, 0, ready.replace(/"sha256":"../, '"sha256":"zz'));
    writeFileSync(join(resumed, 'events.jsonl'), lines.join('\n'));
    expect(problems(await auditPath(resumed))).toEqual([
      expect.stringMatching(/yolov7-tiny has another sha256 here than in events\.jsonl:\d+/),
    ]);
    const skipped = recordedLogs('skipped', place);
    change(skipped, 'events.jsonl', /("model":".\/fixed\.onnx","sha256":")../, '$1zz');
    expect(problems(await auditPath(skipped))).toEqual([
      expect.stringContaining('./fixed.onnx has another sha256 here than its file'),
    ]);
  });
});

describe('a run of today', () => {
  it('derives in full: rests by block, states, several processes, edges', async () => {
    const workspace = newFolder();
    const file = join(workspace, 'a.energy.yaml');
    const spec =
      'models: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\ncurrent: { batchSize: 1 }\nsla: { requestLatencyMs: 60000, arrivalRate: 1 }\n';
    const run = await writeRun(workspace, 'today', file, spec);
    const log = join(run, 'events.jsonl');
    const state = {
      packages: [{ package: 0, celsius: 50, coreThrottles: 0, packageThrottles: 0 }],
      frequency: { meanMhz: 2600, lowestMhz: 1, highestMhz: 2, cpus: 2 },
      stealSeconds: 0,
      guestSeconds: 0,
      runnable: 1,
    };
    const lines = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .flatMap((text) => {
        const event = JSON.parse(text) as RunEvent;
        if (event.type === 'idle.measured')
          return [1, 2, 3].map((beforeBlock) =>
            JSON.stringify({
              ...event,
              beforeBlock,
              start: readingAt(0, 20 + beforeBlock, 5),
              end: readingAt(4, 20 + beforeBlock, 5),
            }),
          );
        if (event.type === 'trial.window')
          return [
            JSON.stringify({
              ...event,
              engineCpuSeconds: 0.01,
              samplerCpuSeconds: 0.004,
              watchdogCpuSeconds: 0.001,
              editorCpuSeconds: 0.02,
              state: { start: state, end: { ...state, stealSeconds: 0.1 } },
            }),
          ];
        return [text];
      });
    writeFileSync(log, `${lines.join('\n')}\n`);
    const result = await auditPath(run);
    expect(differing(result)).toEqual([]);
    const derived = result.numbers.filter(({ how }) => how === 'derived').map(({ path }) => path);
    for (const path of [
      'run.idle.standardWatts',
      'run.ownCost.joules',
      'run.ownCost.parts.sampler.cpuPercent',
      'configurations[0].state.stealPercent',
      'configurations[1].netJoulesPerUnit.high',
    ])
      expect(derived).toContain(path);
    // The made-up trials are numbered with gaps, which an audit tells.
    expect(problems(result).every((text) => text.includes('trial.started is missing'))).toBe(true);
  });

  it('derives in full where it comes from elsewhere: windows from 1 on, no look at the CPUs, an accuracy of its own', async () => {
    const workspace = newFolder();
    const run = await writeRun(
      workspace,
      'imported',
      join(workspace, 'a.energy.yaml'),
      'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n',
    );
    const log = join(run, 'events.jsonl');
    const stats = [0.5, 0.7, 0.5, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.1, 0.2, 0.3];
    const yolov7 = { P: 0.5, R: 0.6, mAP50: 0.7, mAP: 0.5, labels: 12 };
    const lines = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .flatMap((text) => {
        const event = JSON.parse(text) as RunEvent;
        if (event.type === 'run.created') {
          const imported = { format: 'paper', file: 'run.out', sha256: 'ab', line: 1 };
          const ids = event.configurations.map(({ id }) => id);
          const evaluated = ids.map((configuration) => ({
            type: 'accuracy.imported',
            at: 2,
            configuration,
            model: 'yolov7-tiny',
            images: 6,
            stats,
            yolov7,
          }));
          return [{ ...event, imported }, ...evaluated].map((each) => JSON.stringify(each));
        }
        if (event.type === 'idle.measured') return [];
        if (event.type !== 'trial.window') return [text];
        const still = { busySeconds: 0, totalSeconds: 0 };
        return [
          JSON.stringify({ ...event, window: 1, start: { ...event.start, ...still }, end: { ...event.end, ...still } }),
        ];
      });
    writeFileSync(log, `${lines.join('\n')}\n`);
    const result = await auditPath(run);
    expect(differing(result)).toEqual([]);
    const at = (path: string) => result.numbers.find((number) => number.path === path);
    expect(at('configurations[0].accuracy')).toMatchObject({ how: 'recorded', stated: 0.5 });
    expect(at('run.imported.evaluations[1].paperF1')).toMatchObject({ how: 'derived', derived: 0.6 / 1.1 });
    expect(at('configurations[0].utilisation')).toBeUndefined();
    expect(problems(result).every((text) => text.includes('trial.started is missing'))).toBe(true);
  });

  it('is not audited while it is being measured', async () => {
    const run = newFolder();
    writeFileSync(join(run, 'events.jsonl'), toLines([{ ...created(), at: Date.now() }]));
    await expect(auditPath(run)).rejects.toThrow('audit it when it has ended');
    expect(dirname(run)).toBe(place);
  });
});

describe('a bundle made by an account that is called like a word of the log', () => {
  it('agrees, and names its program', async () => {
    const archive = join(newFolder(), 'run.zip');
    const users = ['model', 'package', 'greenbatch'];
    writeFileSync(archive, runBundle(join(fixtures, 'end-to-end'), '', { hosts: ['trial'], users, folders: [] }));
    const result = await auditPath(archive);
    expect([agrees(result), result.statedBy]).toEqual([true, expect.stringMatching(/^greenbatch \d/)]);
    const bundle = newFolder();
    await unpackBundle(archive, bundle);
    expect(readFileSync(join(bundle, 'bundle.json'), 'utf8')).toMatch(/"measuredBy": "greenbatch \d/);
  });
});

describe('a bundle of another build of the program', () => {
  it('is held to its numbers and to what was decided, not to its wording', async () => {
    const archive = join(newFolder(), 'run.zip');
    writeFileSync(archive, runBundle(join(fixtures, 'end-to-end'), ''));
    const bundle = newFolder();
    await unpackBundle(archive, bundle);
    rmSync(join(bundle, 'MANIFEST.sha256'));
    change(bundle, 'bundle.json', /"program": "[^"]*"/, '"program": "greenbatch 9.9.9"');
    change(bundle, 'show.json', /"sentence": "Batch 4 is/, '"sentence": "Batches of 4 are');
    expect((await auditPath(bundle)).texts).toEqual([]);
    change(bundle, 'show.json', /"winner": "[^"]*b4 t1"/, '"winner": "yolov5n.pt b1 t1"');
    change(bundle, 'show.json', /("p50": \d+\.)\d/, '$19');
    const result = await auditPath(bundle);
    expect(result.texts.map(({ path }) => path)).toEqual(['verdict.winner']);
    expect(differing(result)).toEqual(['configurations[0].batchLatencyMs.p50']);
  });

  it('is held to what every program states: nothing may be left out of it, nor a winner be added', async () => {
    const archive = join(newFolder(), 'run.zip');
    writeFileSync(archive, runBundle(join(fixtures, 'end-to-end'), ''));
    const bundle = newFolder();
    await unpackBundle(archive, bundle);
    rmSync(join(bundle, 'MANIFEST.sha256'));
    change(bundle, 'bundle.json', /"program": "[^"]*"/, '"program": "greenbatch 9.9.9"');
    const show = join(bundle, 'show.json');
    type Shown = {
      paretoFront: string[];
      verdict: { winner?: string };
      configurations: { joulesPerUnit?: unknown; averageWatts?: number }[];
    };
    const stated = readFileSync(show, 'utf8');
    const changed = async (by: (shown: Shown) => void) => {
      const shown = JSON.parse(stated) as Shown;
      by(shown);
      writeFileSync(show, JSON.stringify(shown));
      const result = await auditPath(bundle);
      return [...result.texts.map(({ path }) => path), ...differing(result)];
    };
    const front = (JSON.parse(stated) as Shown).paretoFront.length;
    expect(await changed(() => {})).toEqual([]);
    expect(await changed(({ paretoFront }) => paretoFront.push('made up'))).toEqual([`paretoFront[${front}]`]);
    expect(await changed(({ paretoFront }) => paretoFront.pop())).toEqual([`paretoFront[${front - 1}]`]);
    expect(await changed(({ verdict }) => delete verdict.winner)).toEqual(['verdict.winner']);
    expect(await changed(({ configurations }) => delete configurations[1]!.averageWatts)).toEqual([
      'configurations[1].averageWatts',
    ]);
    const all = await changed(({ configurations }) => configurations.forEach((each) => delete each.joulesPerUnit));
    expect(all).toContain('configurations[0].joulesPerUnit.mean');
    // What an older program did not know is told, and is no difference.
    expect(await changed(({ configurations }) => configurations.forEach((each) => delete each.averageWatts))).toEqual(
      [],
    );
    const { findings } = await auditPath(bundle);
    expect(findings.map(({ message }) => message).join()).toContain('not stated: configurations[0].averageWatts');
  });
});
