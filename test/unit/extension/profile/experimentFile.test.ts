import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseSpec } from '../../../../src/core/spec/specText';
import { experimentFile } from '../../../../src/extension/profile/experimentFile';
import { runProgram } from '../../../../src/extension/program/program';
import type { Session } from '../../../../src/extension/session/session';
import { editor, Uri } from '../../../support/fakeEditor';

vi.mock('vscode', () => import('../../../support/fakeEditor'));
vi.mock('../../../../src/machine/topology', () => ({ physicalCores: () => 16 }));
vi.mock('node:os', async (original) => ({ ...(await original<object>()), availableParallelism: () => 16 }));
vi.mock('../../../../src/extension/program/program', () => ({ programOf: () => ({}), runProgram: vi.fn() }));

/** What the program says of the model. */
const inspected = (sizes: object) => JSON.stringify({ batch: null, height: null, width: null, ...sizes });
const says = (stdout: string, code = 0, stderr = '') =>
  vi.mocked(runProgram).mockResolvedValue({ code, stdout, stderr });

let folder: string;
let session: Session;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-wizard-'));
  mkdirSync(join(folder, '.greenbatch'));
  Object.assign(editor, { said: [], questions: [], replies: [] });
  const memory = new Map<string, unknown>();
  const workspaceState = {
    get: (key: string) => memory.get(key),
    update: async (key: string, value: unknown) => void memory.set(key, JSON.parse(JSON.stringify(value))),
  };
  session = { context: { workspaceState, extensionUri: Uri.file('/extension') } } as unknown as Session;
  vi.mocked(runProgram).mockReset();
  says(inspected({}));
});
afterEach(() => rmSync(folder, { recursive: true }));

const kept = () => join(folder, 'best.energy.yaml');
const scratch = () => join(folder, '.greenbatch', 'experiments', 'best.energy.yaml');
const profile = async (replies: string[], given = {}, today = {}) => {
  Object.assign(editor, { questions: [], replies: [...replies] });
  const serving = Object.keys(today).length === 0 ? undefined : { name: 'config.pbtxt', today };
  const file = await experimentFile(session, { model: Uri.file(join(folder, 'best.onnx')) as never }, given, serving);
  return file?.fsPath;
};
const specIn = (file: string) => {
  const parsed = parseSpec(readFileSync(file, 'utf8'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
};
const answers = ['', 'None yet', 'Drawn', 'No limit', 'Quick look'];

describe('the experiment of a model', () => {
  it('leaves the size to a model that takes any, and offers the usual batch sizes', async () => {
    expect(await profile([...answers, 'Only run'])).toBe(scratch());
    expect(specIn(scratch())).toMatchObject({ models: ['../../best.onnx'], batchSizes: [1, 2, 4, 8, 16, 32] });
    expect(specIn(scratch()).imageSize).toBeUndefined();
  });

  it.each([
    [{ height: 160, width: 160 }, 160],
    [{ height: 384, width: 640 }, [384, 640]],
    [{ width: 320 }, [640, 320]],
    // Smaller than experiments can name: the run takes it from the model.
    [{ height: 28, width: 28 }, undefined],
  ])('has the image size of a model that is fixed to %j', async (sizes, imageSize) => {
    says(inspected(sizes));
    expect(await profile([...answers, 'Write'])).toBe(kept());
    expect(specIn(kept()).imageSize).toEqual(imageSize);
  });

  it('has the one batch size of a model that is fixed to it, and says why and how to have others', async () => {
    says(inspected({ batch: 4 }));
    await profile(['Batch 4', 'Batch 4', 'I do not know', 'Drawn', 'No limit', 'Quick look', 'Only run']);
    expect(specIn(scratch())).toMatchObject({ batchSizes: [4], current: { batchSize: 4 } });
    expect(editor.questions[0]!.offered).toEqual([
      expect.stringMatching(
        /^Batch 4 \| the only batch size that best takes \| To compare others, export it with a free/,
      ),
    ]);
  });

  it('forgets the batch sizes of the last time when the model is now fixed to one', async () => {
    await profile([...answers, 'Only run']);
    rmSync(scratch());
    says(inspected({ batch: 2 }));
    await profile(['Write it anew']);
    expect(specIn(scratch()).batchSizes).toEqual([2]);
  });

  it('asks nothing about a model that takes no images, and tells what the program says', async () => {
    says('', 2, 'greenbatch: best.onnx has the input tokens: int64[1, 128]; allowed: one');
    expect(await profile(answers)).toBeUndefined();
    expect(editor.questions).toEqual([]);
    expect(editor.said).toEqual([expect.stringContaining('tokens: int64[1, 128]')]);
  });

  it('is not asked of the program for what leaves every size free', async () => {
    await experimentFile(session, { model: Uri.file(join(folder, 'cfg.yaml')) as never }, {});
    expect(runProgram).not.toHaveBeenCalled();
  });
});

it('an experiment for a serving config says that batching is left to that file', async () => {
  const sla = { requestLatencyMs: 100, arrivalRate: 4 };
  await profile(['', 'Drawn', 'Quick look', 'Write'], { sla, split: null }, { batchSize: 8 });
  expect(readFileSync(kept(), 'utf8')).toContain(
    '# Here batching, batchTimeoutMs and instances are left to config.pbtxt: a run has them of it with --for config.pbtxt\nsla:\n',
  );
  expect(specIn(kept()).sla).toEqual({ ...sla, percentile: 95 });
});

describe('how the cores are split today', () => {
  const rest = ['Drawn', 'No limit', 'Thorough', 'Only run'];
  const titles = () => editor.questions.map(({ title }) => /\d\/7/.exec(title)?.[0]);

  it('is asked where a batch size is in use, remembered, and measured', async () => {
    await profile(['', 'Batch 8', '16 processes', ...rest]);
    expect(titles()).toEqual(['1/7', '2/7', '3/7', '4/7', '5/7', '6/7', '7/7']);
    expect(editor.questions[2]!.offered).toEqual([
      '1 process of 16 threads | what most servers do by themselves',
      '16 processes of 1 thread each',
      'Another split… | processes × threads of each',
      'I do not know | measured as one process with every core',
    ]);
    expect(specIn(scratch())).toMatchObject({
      instances: [16],
      threads: [1],
      current: { batchSize: 8, instances: 16, threads: 1, spinning: true },
    });
    await profile(['Change', '', 'Batch 8', 'Another', '4 x 2', ...rest]);
    expect(editor.questions[3]!.offered[0]).toBe('16 processes of 1 thread each');
    expect(specIn(scratch())).toMatchObject({ instances: [4], threads: [2] });
    await profile(['Change', '', 'Batch 8', 'I do not know', ...rest]);
    expect(editor.questions[3]!.offered[0]).toBe('4 processes of 2 threads each');
    expect(specIn(scratch())).toMatchObject({ instances: [1], current: { batchSize: 8 } });
    expect(specIn(scratch()).current?.instances).toBeUndefined();
  });

  it('is taken from a serving config that says it, with the batch size', async () => {
    const today = { batchSize: 6, instances: 4, threads: 4, spinning: true };
    await profile(['', ...rest], {}, today);
    expect(titles()).toEqual(['1/7', '4/7', '5/7', '6/7', '7/7']);
    expect(specIn(scratch())).toMatchObject({
      batchSizes: [1, 2, 4, 6, 8, 16, 32],
      instances: [4],
      threads: [4],
      current: today,
    });
    // Of one that names no threads, only those are asked.
    await profile(['Change', '', '2 processes of 8', ...rest], {}, { batchSize: 6, instances: 2 });
    expect(editor.questions[2]!.offered.slice(0, 2)).toEqual([
      '2 processes of 8 threads each',
      '2 processes of 16 threads each | more threads than CPUs here: not measured, and no saving stated',
    ]);
    expect(specIn(scratch()).current).toEqual({ batchSize: 6, instances: 2, threads: 8, spinning: true });
  });

  it('is swept if wanted, and every effort says how long it takes', async () => {
    await profile(['', 'Batch 8', '1 process', 'Drawn', 'No limit', 'Thorough, with', 'Only run']);
    const [quick, thorough, split] = editor.questions[5]!.offered;
    expect(quick).toMatch(/^Quick look \| at least [\d]+ min( \d+ s)? for 6 configurations \| windows of 1\.5 s/);
    expect(thorough).toMatch(/^Thorough \| at least .* for 6 configurations \| windows of 5 s/);
    expect(split).toMatch(
      /^Thorough, with the split of the cores \| at least .* for 30 configurations \| from 1 process of 16 threads to 16 processes of 1, spinning and not, at batch 1, 8 and 32: /,
    );
    const text = readFileSync(scratch(), 'utf8');
    expect(text).toContain('\n# Here on 16 cores 5 ways, which makes 30 configurations\nsplit: auto\n');
    expect(text).not.toMatch(/^# (instances|threads):/m);
    expect(specIn(scratch())).toMatchObject({
      split: 'auto',
      batchSizes: [1, 8, 32],
      spinning: [true, false],
      current: { batchSize: 8, instances: 1, threads: 16, spinning: true },
    });
  });
});

describe('as last time', () => {
  it.each([
    ['kept', 'Write', kept],
    ['only run', 'Only run', scratch],
  ])('is the file that was %s, with what a person has mended in it', async (_, last, place) => {
    await profile([...answers, last]);
    writeFileSync(place(), `${readFileSync(place(), 'utf8')}threads: [1] # mended\n`);
    const mended = readFileSync(place(), 'utf8');
    expect(await profile(['As last time'])).toBe(place());
    expect(editor.questions).toHaveLength(1);
    expect(editor.questions[0]!.offered[0]).toBe('As last time | best.energy.yaml as it stands');
    expect(readFileSync(place(), 'utf8')).toBe(mended);
    if (place() === kept()) expect(existsSync(scratch())).toBe(false);
  });

  it.each([
    ['kept', 'Write', kept],
    ['only run', 'Only run', scratch],
  ])('says that the file that was %s is gone, and writes it anew in its place', async (_, last, place) => {
    await profile([...answers, last]);
    const first = readFileSync(place(), 'utf8');
    rmSync(place());
    expect(await profile(['Write it anew'])).toBe(place());
    expect(editor.questions[0]).toMatchObject({
      placeHolder: 'best.energy.yaml, which ran last time, is no longer there',
      offered: ['Write it anew and run it | batches 1, 2, 4, 8, 16, 32; no latency limit', 'Change…'],
    });
    expect(readFileSync(place(), 'utf8')).toBe(first);
    expect(await profile(['As last time'])).toBe(place());
  });

  it('never writes over a kept file: other answers go to one of their own, which is then the last', async () => {
    await profile([...answers, 'Write']);
    const first = readFileSync(kept(), 'utf8');
    expect(await profile(['As last time'], { batchSizes: [8] })).toBe(scratch());
    expect(specIn(scratch()).batchSizes).toEqual([8]);
    expect(await profile(['Change', '1, 2', ...answers.slice(1)])).toBe(scratch());
    expect(await profile(['As last time'])).toBe(scratch());
    expect(specIn(scratch()).batchSizes).toEqual([1, 2]);
    expect(readFileSync(kept(), 'utf8')).toBe(first);
  });

  it('is nothing when it is dismissed', async () => {
    await profile([...answers, 'Write']);
    expect(await profile([])).toBeUndefined();
  });
});
