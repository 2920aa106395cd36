import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Current } from '../../../../src/core/configuration/inUse';
import { applyConfiguration, readPolicy } from '../../../../src/extension/configs/applyConfiguration';
import { actionsOf } from '../../../../src/extension/configs/codeActions';
import { lensesOf, ResultLens, resultCommand } from '../../../../src/extension/configs/codeLens';
import { hintsOf } from '../../../../src/extension/configs/diagnostics';
import { createFileResults } from '../../../../src/extension/configs/fileResults';
import { cfgText } from '../../../../src/models/yolo/builtIn';
import { listRunFolders } from '../../../../src/runs/store/runFolder';
import { documentOf, editor, type FakeDocument, Range } from '../../../support/fakeEditor';
import { writeRun } from '../../../support/runFolders';

vi.mock('vscode', () => import('../../../support/fakeEditor'));

const experiment = '# mine\nmodels: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\ncurrent: { batchSize: 1 } # today\n';
const triton =
  'backend: "onnxruntime"\nmax_batch_size: 1\ninstance_group { kind: KIND_CPU }\ndynamic_batching { } # x\n';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-lens-'));
  Object.assign(editor, { documents: [], answer: undefined, asked: [], said: [] });
});
afterEach(() => rmSync(workspace, { recursive: true }));

const open = (name: string, text: string): FakeDocument => {
  writeFileSync(join(workspace, name), text);
  const document = documentOf(join(workspace, name), text);
  editor.documents = [document];
  return document;
};
const resultsNow = () => createFileResults(() => listRunFolders(workspace));
const lens = (document: FakeDocument) => {
  const found = lensesOf(document as never).find((l) => l instanceof ResultLens);
  return resultCommand(found ?? { document: document as never, without: none }, resultsNow());
};
const none = { title: 'none', command: '' };
const hints = (document: FakeDocument) => hintsOf(document as never, resultsNow());
const actions = (document: FakeDocument, line: number) =>
  actionsOf(document as never, new Range(line, 0, line, 0) as never, { diagnostics: [] } as never, resultsNow());
const apply = (document: FakeDocument, batchSize: number, estimated: boolean) =>
  applyConfiguration(document.uri as never, { batchSize }, estimated ? 'estimated' : null);

describe('lenses', () => {
  it('stand at most two at a place, one of them resolved later', () => {
    const counts = (name: string, text: string) => {
      const lenses = lensesOf(documentOf(`/w/${name}`, text) as never);
      return lenses.map((l) => [l.range.start.line, l instanceof ResultLens ? 'result' : l.command?.title]);
    };
    expect(counts('a.energy.yaml', experiment)).toEqual([
      [2, 'Profile Energy'],
      [2, 'result'],
    ]);
    expect(counts('config.pbtxt', 'backend: "vllm"\nmax_batch_size: 4\n')).toEqual([
      [1, 'runs on a GPU: not measured here'],
    ]);
    expect(counts('m.yaml', cfgText('yolov7-tiny'))).toHaveLength(2);
    expect(counts('config.pbtxt', triton.replace('{ } #', '{ preferred_batch_size: 1 } #'))).toEqual([
      [1, 'Profile Energy'],
      [1, 'result'],
      [3, 'result'],
    ]);
    expect(counts('other.yaml', 'a: 1\n')).toEqual([]);
  });

  it('show the result, that it is stale, or that there is none', async () => {
    const document = open('a.energy.yaml', experiment);
    expect(await lens(document)).toEqual({ title: 'not measured yet', command: '' });
    const folder = await writeRun(workspace, 'r1', document.uri.fsPath, experiment);
    expect(await lens(document)).toMatchObject({
      title: 'greenest batch 4: 21.8 J/image ± 0.21 %, −9.01 % against 1',
      tooltip: expect.stringContaining('Batch 4 is greenest'),
      command: 'greenbatch.openResults',
      arguments: [folder],
    });
    document.text = document.text.replace('4]', '8]');
    expect(await lens(document)).toMatchObject({
      title: expect.stringMatching(/^last result is stale: changed since .*2026/),
      arguments: [folder],
    });
  });

  it('offer more blocks beside a result that is no verdict, once it is known', async () => {
    const few = experiment.replace('current', 'measure: { repeats: { min: 8, max: 8 } }\ncurrent');
    const document = open('a.energy.yaml', few);
    const folder = await writeRun(workspace, 'r1', document.uri.fsPath, few);
    const results = resultsNow();
    const shown = () =>
      lensesOf(document as never, results.moreBlocks(document as never)).map(
        ({ command }) => (command as { title: string } | undefined)?.title ?? 'result',
      );
    expect(shown()).toEqual(['Profile Energy', 'result']);
    const { title } = await resultCommand({ document: document as never, without: none }, results);
    expect(title).toMatch(/^no verdict yet/);
    expect(shown()).toEqual(['Profile Energy', 'result', 'Measure 3 More Blocks']);
    expect(lensesOf(document as never, results.moreBlocks(document as never)).at(-1)!.command).toMatchObject({
      ...{ command: 'greenbatch.addBlocks', arguments: [folder, 3] },
    });
    const other = open('b.energy.yaml', experiment);
    await writeRun(workspace, 'r2', other.uri.fsPath, experiment);
    expect((await results.of(other as never))?.found?.analysis.verdict.kind).toBe('greenest');
    expect(results.moreBlocks(other as never)).toBeNull();
  });

  it('answer from memory until the text or the runs change', async () => {
    const document = open('a.energy.yaml', experiment);
    const results = resultsNow();
    const first = await results.of(document as never);
    await writeRun(workspace, 'r1', document.uri.fsPath, experiment);
    expect(await results.of(document as never)).toBe(first);
    results.forget();
    expect((await results.of(document as never))?.last).toMatchObject({ state: 'current' });
    document.version++;
    document.text = 'a: 1';
    expect((await results.of(document as never))?.last).toMatchObject({ state: 'stale' });
  });
});

describe('the light bulb', () => {
  it('changes the file in place, and goes out', async () => {
    const document = open('a.energy.yaml', experiment);
    await writeRun(workspace, 'r1', document.uri.fsPath, experiment);
    expect(await hints(document)).toMatchObject([
      {
        message: 'Use batch 4: −9.01 % energy per image',
        severity: 3,
        source: 'Greenbatch',
        range: { start: { line: 2 } },
      },
    ]);
    expect(await actions(document, 0)).toEqual([]);
    const [action] = await actions(document, 2);
    expect(action).toMatchObject({
      title: 'Use batch 4: −9.01 % energy per image',
      isPreferred: true,
      edit: { replaced: [{ newText: '4', range: { start: { line: 3, character: 22 } } }] },
    });
    expect(await apply(document, 4, false)).toBe(true);
    expect(document.text).toBe(experiment.replace('batchSize: 1', 'batchSize: 4'));
    expect(document.saved).toBe(1);
    expect(editor).toMatchObject({ asked: [], said: ['a.energy.yaml now uses batch 4'] });
    expect(await hints(document)).toEqual([]);
    expect(await actions(document, 2)).toEqual([]);
    expect((await lens(document)).title).toBe('greenest batch 4: 21.8 J/image ± 0.21 %');
  });

  it('asks before it applies an estimate', async () => {
    const document = open('a.energy.yaml', experiment);
    await writeRun(workspace, 'r1', document.uri.fsPath, experiment, { measured: false });
    const [action] = await actions(document, 2);
    expect(action).toMatchObject({
      title: expect.stringContaining('(estimated)'),
      command: { command: 'greenbatch.apply', arguments: [document.uri, { batchSize: 4 }, 'estimated'] },
    });
    expect(action?.edit).toBeUndefined();
    expect(await apply(document, 4, true)).toBe(false);
    expect(document.text).toBe(experiment);
    editor.answer = 'Apply Anyway';
    expect(await apply(document, 4, true)).toBe(true);
    expect(document.text).not.toBe(experiment);
    expect(editor.asked).toHaveLength(2);
  });

  it('raises a limit of Triton with a remark, and is refused on a GPU with the reason', async () => {
    const document = open('config.pbtxt', triton);
    await writeRun(workspace, 'r1', join(workspace, 'a.energy.yaml'), experiment, {
      servingConfig: document.uri.fsPath,
    });
    const [action] = await actions(document, 1);
    expect(action).toMatchObject({ command: { arguments: [document.uri, { batchSize: 4 }, null] } });
    await apply(document, 4, false);
    expect(document.text).toBe(
      triton.replace('max_batch_size: 1', 'max_batch_size: 4').replace('{ } #', '{ preferred_batch_size: [ 4 ] } #'),
    );
    expect(editor.said).toEqual([expect.stringContaining('max_batch_size was 1')]);

    const gpu = open('config.pbtxt', triton.replace('KIND_CPU', 'KIND_GPU'));
    await writeRun(workspace, 'r2', join(workspace, 'a.energy.yaml'), experiment, { servingConfig: gpu.uri.fsPath });
    expect(await hints(gpu)).toEqual([]);
    // The lens says why; a figure of the CPU would not be its own.
    expect(await actions(gpu, 1)).toEqual([]);
    await expect(apply(gpu, 4, false)).rejects.toThrow('runs on GPUs');
  });

  it('writes the whole configuration that won, and then finds it in use', async () => {
    const count = (n: number) => triton.replace('{ kind', `{ count: ${n} kind`);
    const document = open('config.pbtxt', count(1));
    const swept = 'models: [yolov7-tiny]\nbatchSizes: [1, 4]\ninstances: [1, 2]\nthreads: [1]\n';
    await writeRun(workspace, 'r1', join(workspace, 'a.energy.yaml'), swept, { servingConfig: document.uri.fsPath });
    const use = { batchSize: 4, instances: 2 };
    expect((await lens(document)).title).toMatch(
      /^greenest batch 4 \(2 processes\): .* against batch 1 \(1 process\)$/,
    );
    expect(await actions(document, 1)).toMatchObject([{ command: { arguments: [document.uri, use, null] } }]);
    expect(await applyConfiguration(document.uri as never, use, null)).toBe(true);
    expect(document.text).toContain('count: 2 kind');
    expect(document.text).toContain('preferred_batch_size: [ 4 ]');
    expect(await hints(document)).toEqual([]);
    expect((await lens(document)).title).toMatch(/^greenest batch 4 \(2 processes\): [^,]*$/);
  });

  it('writes with the batch size the delay and the instances that requests were judged for, and names them', async () => {
    const text =
      'backend: "onnxruntime"\nmax_batch_size: 8\ndynamic_batching { preferred_batch_size: 1 } # x\ninstance_group { count: 3 kind: KIND_CPU }\n';
    const document = open('config.pbtxt', text);
    const served = `${experiment}sla: { requestLatencyMs: 60000, arrivalRate: 1, batching: when-free, batchTimeoutMs: 2.5 }\n`;
    await writeRun(workspace, 'r1', join(workspace, 'a.energy.yaml'), served, { servingConfig: document.uri.fsPath });
    expect((await lens(document)).tooltip).toContain(
      'The experiment says how batches are formed, before config.pbtxt: an instance that is free takes what waits, or waits for more at most 2.5 ms; as many',
    );
    const [action] = await actions(document, 1);
    expect(action!.title).toMatch(/^Use batch 4, delay 2\.5 ms, 1 at once: /);
    // Told in a remark: max_batch_size is above it.
    const [uri, use, doubt, policy] = action!.command!.arguments as [never, Current, null, unknown];
    expect(await applyConfiguration(uri, use, doubt, readPolicy(policy))).toBe(true);
    expect(document.text).toBe(
      text
        .replace('{ preferred_batch_size: 1 }', '{ max_queue_delay_microseconds: 2500, preferred_batch_size: [ 4 ] }')
        .replace('[ 4 ]', '4')
        .replace('count: 3', 'count: 1'),
    );
    expect(editor.said).toEqual([expect.stringContaining('up to max_batch_size, which is 8: lower it to 4')]);
    expect(readPolicy({ batching: 'when-free', timeoutMs: 1e12, processes: 1, threads: 1 })).toBeNull();
    expect(readPolicy(undefined)).toBeNull();
  });

  it('says that what runs today was not measured', async () => {
    // Two processes, as the backend has without a count.
    const document = open('config.pbtxt', triton);
    await writeRun(workspace, 'r1', join(workspace, 'a.energy.yaml'), experiment, {
      servingConfig: document.uri.fsPath,
    });
    expect(await lens(document)).toMatchObject({
      title: 'greenest batch 4: 21.8 J/image ± 0.21 %',
      tooltip: expect.stringContaining('runs today (batch 1, 2 processes, spinning) was not measured'),
    });
  });

  it('has nothing to say in a cfg, which has no batch size', async () => {
    const text = cfgText('yolov7-tiny');
    const document = open('m.yaml', text);
    const own = experiment.replace('yolov7-tiny', 'm.yaml');
    await writeRun(workspace, 'r1', join(workspace, 'a.energy.yaml'), own);
    expect((await lens(document)).title).toMatch(/^greenest batch 4/);
    expect(await hints(document)).toEqual([]);
    expect(await actions(document, 1)).toEqual([]);
  });
});
