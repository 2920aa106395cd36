import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyEdits } from '../../../../src/core/configFiles/configFile';
import { recogniseConfig, suggestEdit } from '../../../../src/core/configFiles/recognise';
import { batchHint, resultLine } from '../../../../src/core/configFiles/resultHint';
import { analyseFor, findLastResult } from '../../../../src/runs/index/lastResult';
import { createRunIndex } from '../../../../src/runs/index/runIndex';
import { listRunFolders } from '../../../../src/runs/store/runFolder';
import { eventsFile } from '../../../../src/runs/store/folders';
import { servedModelFile } from '../../../../src/runs/index/sourceFiles';
import { cfgText } from '../../../../src/models/yolo/builtIn';
import { judge, type Judgement } from '../../../../src/core/analysis/verdict/judge';
import { writeRun } from '../../../support/runFolders';
import { emptyResult, termsOf, trialOf } from '../../../support/simulatedSweep';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'greenbatch-last-'));
});
afterEach(() => rmSync(workspace, { recursive: true }));

const experiment = 'models: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\ncurrent: { batchSize: 1 } # today\n';
const cfg = cfgText('yolov7-tiny');
const index = createRunIndex();
const hintOf = (analysis: Judgement) => batchHint(analysis, { kind: 'experiment' }, undefined);

const file = (name: string) => join(workspace, name);
const find = (name: string, text: string) => {
  const config = recogniseConfig(name, text);
  if (!config) throw new Error(`${name} is not recognised`);
  return findLastResult(config, file(name), index, listRunFolders(workspace));
};
const write = (name: string, content: string) => {
  mkdirSync(join(file(name), '..'), { recursive: true });
  writeFileSync(file(name), content);
};

describe('the last result of an experiment', () => {
  it('is the newest complete run of what it says', async () => {
    expect(await find('a.energy.yaml', experiment)).toBeNull();
    await writeRun(workspace, '20261123-080000-a', file('a.energy.yaml'), experiment);
    const newest = await writeRun(workspace, '20261123-090000-b', file('a.energy.yaml'), experiment);
    await writeRun(workspace, '20261123-100000-c', file('a.energy.yaml'), experiment, { complete: false });
    await writeRun(workspace, '20261123-110000-d', file('b.energy.yaml'), experiment.replace('4]', '8]'));
    expect(await find('a.energy.yaml', experiment)).toEqual({
      state: 'current',
      folder: newest,
      createdAt: Date.parse('2026-11-23T08:00:00Z'),
      model: null,
    });
    // The same content under another name is the same experiment.
    expect(await find('copy.energy.yaml', experiment)).toMatchObject({ state: 'current', folder: newest });
  });

  it('stays when only the verdict’s terms, comments or layout change, and is stale otherwise', async () => {
    await writeRun(workspace, 'r1', file('a.energy.yaml'), experiment);
    const state = async (text: string) => (await find('a.energy.yaml', text))?.state;
    for (const same of [
      experiment.replace('batchSize: 1', 'batchSize: 4'),
      `# hello\nname: x\n${experiment}`,
      `${experiment}preferences: { latency: 1 }\n`,
      `${experiment}measure: { equivalencePercent: 3 }\n`,
      '{"batchSizes": [1, 2, 4], "models": ["yolov7-tiny"]}',
    ])
      expect(await state(same), same).toBe('current');
    for (const other of [
      experiment.replace('4]', '8]'),
      experiment.replace('tiny', 'x').replace('yolov7-x', 'yolov7x'),
      `${experiment}imageSize: 320\n`,
      `${experiment}measure: { windowSeconds: 9 }\n`,
      `${experiment}nonsense: [`,
    ])
      expect(await state(other), other).toBe('stale');
    expect(await find('b.energy.yaml', experiment.replace('4]', '8]'))).toBeNull();
  });

  it('is stale once a model it names has changed', async () => {
    write('m.yaml', cfg);
    const text = experiment.replace('yolov7-tiny', './m.yaml');
    await writeRun(workspace, 'r1', file('a.energy.yaml'), text);
    expect(await find('a.energy.yaml', text)).toMatchObject({ state: 'current' });
    write('m.yaml', `${cfg}# changed\n`);
    expect(await find('a.energy.yaml', text)).toMatchObject({ state: 'stale' });
    rmSync(file('m.yaml'));
    expect(await find('a.energy.yaml', text)).toMatchObject({ state: 'stale' });
  });

  it('passes over damaged logs, and sees runs that appear, end and go', async () => {
    const folder = await writeRun(workspace, 'r1', file('a.energy.yaml'), experiment, { complete: false });
    for (const [name, content] of [
      ['x', '{\n'],
      ['y', ''],
      ['z', '{"type":"run.created"}\n{"type":"session.ended","reason":"complete"}\n'],
    ]) {
      mkdirSync(join(workspace, '.greenbatch/runs', name!));
      writeFileSync(eventsFile(join(workspace, '.greenbatch/runs', name!)), content!);
    }
    expect(await find('a.energy.yaml', experiment)).toBeNull();
    await writeRun(workspace, 'r1', file('a.energy.yaml'), experiment);
    expect(await find('a.energy.yaml', experiment)).toMatchObject({ state: 'current', folder });
    rmSync(folder, { recursive: true });
    expect(await find('a.energy.yaml', experiment)).toBeNull();
  });
});

describe('the last result of a model or serving config', () => {
  it('of a cfg goes by its content, wherever it lies', async () => {
    write('models/m.yaml', cfg);
    const text = 'models: [yolov7-tiny, models/m.yaml]\nbatchSizes: [1, 2, 4]\n';
    await writeRun(workspace, 'r1', file('a.energy.yaml'), text);
    expect(await find('models/m.yaml', cfg)).toMatchObject({ state: 'current', model: 'models/m.yaml' });
    expect(await find('elsewhere.yaml', cfg)).toMatchObject({ state: 'current', model: 'models/m.yaml' });
    expect(await find('models/m.yaml', cfg.replace('nc: 80', 'nc: 8'))).toMatchObject({ state: 'stale' });
    expect(await find('elsewhere.yaml', cfg.replace('nc: 80', 'nc: 8'))).toBeNull();
    const config = recogniseConfig('m.yaml', cfg)!;
    const { analysis } = analyseFor(config, 'm.yaml', (await find('models/m.yaml', cfg))!);
    expect(analysis.configurations.map((c) => c.model)).toEqual(Array(3).fill('models/m.yaml'));
  });

  const triton =
    'backend: "onnxruntime"\nmax_batch_size: 1\ninstance_group { count: 1 }\ndynamic_batching { } # default\n';

  it('of a serving config goes by what it says besides what a suggestion sets', async () => {
    write('m/config.pbtxt', triton);
    await writeRun(workspace, 'r1', file('a.energy.yaml'), experiment, { servingConfig: file('m/config.pbtxt') });
    expect(await find('m/config.pbtxt', triton)).toMatchObject({ state: 'current', model: null });
    expect(await find('m/config.pbtxt', triton.replace('size: 1', 'size: 4'))).toMatchObject({ state: 'current' });
    expect(await find('m/config.pbtxt', triton.replace('count: 1', 'count: 4'))).toMatchObject({ state: 'current' });
    expect(await find('m/config.pbtxt', `${triton}name: "x"`)).toMatchObject({ state: 'stale' });
  });

  it('of a serving config goes by the model that it serves', async () => {
    write('m/config.pbtxt', triton);
    write('m/1/model.onnx', 'old');
    write('m/2/model.onnx', 'weights');
    await writeRun(workspace, 'r1', file('m/2/a.energy.yaml'), experiment.replace('yolov7-tiny', 'model.onnx'));
    const found = await find('m/config.pbtxt', triton);
    expect(found).toMatchObject({ state: 'current', model: 'model.onnx' });
    const { analysis } = analyseFor(recogniseConfig('config.pbtxt', triton)!, 'config.pbtxt', found!);
    expect(analysis.verdict.inUse).toBe('model.onnx b1 t2 spin');
    expect(resultLine(analysis)).toBe('greenest batch 4: 21.8 J/image ± 0.21 %, −9.01 % against 1');
    // Two processes, as the backend's own number is: that was not measured.
    const two = analyseFor(
      recogniseConfig('config.pbtxt', triton.replace(/instance_group.*/, ''))!,
      'config.pbtxt',
      found!,
    );
    expect(two.analysis.verdict.inUse).toBeNull();
    expect(resultLine(two.analysis)).toBe('greenest batch 4: 21.8 J/image ± 0.21 %');
    write('m/2/model.onnx', 'retrained');
    expect(await find('m/config.pbtxt', triton)).toMatchObject({ state: 'stale' });
  });

  it('finds the model file that a serving config names, and nothing else', () => {
    write('m/3/net.onnx', '');
    const served = (name: string, text: string) => servedModelFile(recogniseConfig(name, text)!, file(`m/${name}`));
    expect(served('config.pbtxt', `${triton}default_model_filename: "net.onnx"`)).toBe(file('m/3/net.onnx'));
    expect(served('config.pbtxt', `${triton}default_model_filename: "../3/net.onnx"`)).toBeNull();
    expect(served('config.pbtxt', triton)).toBeNull();
    const settings = (uri: string) => JSON.stringify({ name: 'a', parameters: { uri } });
    expect(served('model-settings.json', settings('./3/net.onnx'))).toBe(file('m/3/net.onnx'));
    expect(served('model-settings.json', settings(`file://${file('m/3/net.onnx')}`))).toBe(file('m/3/net.onnx'));
    for (const uri of ['s3://bucket/net.onnx', './3', './none.onnx', 'file://%zz'])
      expect(served('model-settings.json', settings(uri)), uri).toBeNull();
  });
});

describe('a result on requests', () => {
  const sla = { requestLatencyMs: 60_000, percentile: 95, arrivalRate: 1 };
  const served = `${experiment}sla: { requestLatencyMs: 60000, arrivalRate: 1 }\n`;
  const triton = (delay: number) =>
    `backend: "onnxruntime"\nmax_batch_size: 8\ndynamic_batching { preferred_batch_size: 1 max_queue_delay_microseconds: ${delay} }\ninstance_group { count: 1 kind: KIND_CPU }\n`;
  const at = async (text: string) =>
    analyseFor(recogniseConfig('config.pbtxt', text)!, 'config.pbtxt', (await find('config.pbtxt', text))!);
  const run = (text: string, more = {}) =>
    writeRun(workspace, 'r1', file('a.energy.yaml'), text, { servingConfig: file('config.pbtxt'), ...more });

  it('above a serving config is judged by what that says now of how batches are formed', async () => {
    write('config.pbtxt', triton(2000));
    await run(served, {
      served: { sla: { ...sla, batching: 'when-free', batchTimeoutMs: 2 }, taken: ['batching', 'batchTimeoutMs'] },
    });
    expect(await at(triton(2000))).toMatchObject({ sla: { ...sla, batching: 'when-free', batchTimeoutMs: 2 } });
    const changed = await at(triton(7000));
    expect(changed).toMatchObject({ sla: { ...sla, batching: 'when-free', batchTimeoutMs: 7 } });
    expect(changed.served).toMatch(/^config\.pbtxt says how batches are formed: .* at most 7 ms; as many at once/);
    // Its experiment goes by what the run took.
    const own = analyseFor(
      recogniseConfig('a.energy.yaml', served)!,
      'a.energy.yaml',
      (await find('a.energy.yaml', served))!,
    );
    expect(own.sla).toEqual({ ...sla, batching: 'when-free', batchTimeoutMs: 2 });
    expect(own.served).toMatch(/^Requests are judged for a server where an instance .* at most 2 ms\.$/);
  });

  it('is written with the delay and the instances that it was judged for', async () => {
    write('config.pbtxt', triton(7000));
    await run(served.replace('1 }\n', '1, batching: when-free, batchTimeoutMs: 3 }\n'));
    const text = triton(7000).replace('count: 1', 'count: 3');
    const config = recogniseConfig('config.pbtxt', text)!;
    const { analysis, sla: judged } = await at(text);
    expect(judged).toMatchObject({ batching: 'when-free', batchTimeoutMs: 3 });
    const hint = batchHint(analysis, config, judged)!;
    expect(hint.policy).toEqual({ batching: 'when-free', timeoutMs: 3, processes: 1, threads: 2 });
    expect(hint.text).toMatch(/^Use batch \d, delay 3 ms, 1 at once: /);
    const suggestion = suggestEdit(config, hint.use, hint.policy);
    if ('refused' in suggestion) throw new Error(suggestion.refused);
    const after = applyEdits(text, suggestion.edits);
    expect(after).toBe(
      text
        .replace('batch_size: 1 ', `batch_size: ${hint.use.batchSize} `)
        .replace('7000', '3000')
        .replace('count: 3', 'count: 1'),
    );
    expect((await find('config.pbtxt', after))?.state).toBe('current');
  });

  it('of files that name no model belongs to the very file', async () => {
    const text = 'max_batch_size { value: 8 }\n';
    write('batching.pbtxt', text);
    await writeRun(workspace, 'r1', file('a.energy.yaml'), experiment, { servingConfig: file('batching.pbtxt') });
    expect(await find('batching.pbtxt', `${text}batch_timeout_micros { value: 5 }`)).toMatchObject({
      state: 'current',
    });
    expect(await find('other/batching.pbtxt', text)).toBeNull();
  });
});

describe('what a result says', () => {
  const resultOf = async (text: string, measured = true) => {
    await writeRun(workspace, 'r1', file('a.energy.yaml'), experiment, { measured });
    return analyseFor(recogniseConfig('a.energy.yaml', text)!, 'a.energy.yaml', (await find('a.energy.yaml', text))!);
  };

  it('in a line, and as a hint', async () => {
    const { analysis } = await resultOf(experiment);
    expect(resultLine(analysis)).toBe('greenest batch 4: 21.8 J/image ± 0.21 %, −9.01 % against 1');
    expect(hintOf(analysis)).toEqual({
      policy: null,
      isContradicted: false,
      use: { batchSize: 4 },
      text: 'Use batch 4: −9.01 % energy per image',
      estimated: false,
    });
  });

  it('follows what the file says today', async () => {
    const { analysis } = await resultOf(experiment.replace('batchSize: 1', 'batchSize: 4'));
    expect(resultLine(analysis)).toBe('greenest batch 4: 21.8 J/image ± 0.21 %');
    expect(hintOf(analysis)).toBeNull();
    const unnamed = await resultOf(experiment.replace(/current.*\n/, ''));
    expect(hintOf(unnamed.analysis)?.text).toBe('Use batch 4: greenest of 1, 2 and 4');
    const limited = `${experiment}sla: { requestLatencyMs: 1, percentile: 50, arrivalRate: 0.1 }\n`;
    const infeasible = await resultOf(limited);
    expect(resultLine(infeasible.analysis)).toBe('no batch size keeps the limit');
    expect(hintOf(infeasible.analysis)).toBeNull();
  });

  it('names what is tied, and leaves alone who uses one of them', () => {
    const trials = [1, 2, 3, 4, 5].map((block) => trialOf(block, 2 + block / 1000));
    const results = [1, 2, 4].map((batchSize) => emptyResult(batchSize, { trials }));
    results[0]!.trials = trials.map((t) => ({ ...t, joulesPerUnit: 3 * t.joulesPerUnit }));
    const analysis = judge(results, termsOf({ currentBatchSize: 1 }));
    expect(resultLine(analysis)).toMatch(/^batch [24], tied with [24]: 2\.00 J\/image ± .* %, −66\.67 % against 1$/);
    expect(hintOf(judge(results, termsOf({ currentBatchSize: 2 })))).toBeNull();
    expect(hintOf(analysis)?.text).toMatch(/^Use batch [24]: −66\.67 % energy per image$/);
    expect(resultLine(judge(results.slice(0, 1), termsOf()))).toMatch(/^no verdict yet/);
  });

  it('says which domains it is without', () => {
    const trials = (joules: number) => [1, 2, 3, 4, 5].map((block) => trialOf(block, joules + block / 1000));
    const results = [1, 2].map((batchSize) => emptyResult(batchSize, { trials: trials(4 - batchSize) }));
    const analysis = judge(results, { ...termsOf({ currentBatchSize: 1 }), missing: ['package-1', 'dram-1'] });
    expect(resultLine(analysis)).toMatch(/^without package-1 \+ dram-1: greenest batch 2: /);
    expect(hintOf(analysis)).toMatchObject({
      ...{ estimated: false, text: expect.stringMatching(/ \(without package-1 \+ dram-1\)$/) },
    });
  });

  it('says that it is estimated', async () => {
    const { analysis, measured } = await resultOf(experiment, false);
    expect(measured).toBe(false);
    expect(resultLine(analysis)).toMatch(/^estimated: greenest batch 4/);
    expect(hintOf(analysis)).toMatchObject({ estimated: true, text: expect.stringMatching(/\(estimated\)$/) });
  });
});

describe('the index of runs', () => {
  it('finds the newest among 500 quickly, and reads a log again only when it changed', async () => {
    for (let i = 0; i < 500; i++) {
      const text = experiment.replace('[1, 2, 4]', `[1, ${i + 2}]`);
      if (i < 3) await writeRun(workspace, `20261123-${String(i).padStart(6, '0')}`, file('a.energy.yaml'), text);
      else {
        const folder = join(workspace, '.greenbatch/runs', `20261122-${String(i).padStart(6, '0')}`);
        mkdirSync(folder);
        writeFileSync(eventsFile(folder), '{}\n');
      }
    }
    const own = createRunIndex();
    const folders = listRunFolders(workspace);
    expect(own.complete(folders)).toHaveLength(3);
    const [first] = own.complete(folders);
    expect(own.complete(folders)[0]).toBe(first);
    utimesSync(eventsFile(folders[0]!), new Date(), new Date(Date.now() + 5000));
    expect(own.complete(folders)[0]).not.toBe(first);
    expect(own.complete(folders)[1]).toBe(own.complete(folders)[1]);
  });

  it('keeps a run that has been complete while blocks are added to it, and leaves out one that never was', async () => {
    const complete = await writeRun(workspace, 'r1', file('a.energy.yaml'), experiment);
    const never = await writeRun(workspace, 'r2', file('a.energy.yaml'), experiment, { complete: false });
    const kept = createRunIndex();
    expect(kept.complete([complete, never]).map((run) => run.folder)).toEqual([complete]);
    const added = { type: 'blocks.added', at: 1, blocks: 5, afterBlock: 5, upToBlock: 10, untilVerdict: true };
    const ended = { type: 'session.ended', at: 2, session: 2, reason: 'interrupted', exitCode: 130, message: '' };
    for (const event of [added, ended]) {
      for (const folder of [complete, never]) appendFileSync(eventsFile(folder), `${JSON.stringify(event)}\n`);
      // Whoever has seen it complete, and whoever comes only now.
      for (const one of [kept, createRunIndex()])
        expect(one.complete([complete, never]).map((run) => run.folder)).toEqual([complete]);
    }
  });
});
