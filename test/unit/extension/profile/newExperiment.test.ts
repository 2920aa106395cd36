import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { specSchema } from '../../../../src/core/spec/spec';
import { parseSpec } from '../../../../src/core/spec/specText';
import { writeSpec } from '../../../../src/core/spec/specWrite';
import { childEnvironment } from '../../../../src/extension/program/childEnvironment';
import {
  experimentOf,
  modelName,
  parseBatchSizes,
  readAnswers,
  relativeModel,
} from '../../../../src/extension/profile/newExperiment';

describe('the environment of started programs', () => {
  it('is Node.js in any executable, silent, and without what the editor tells its own processes', () => {
    const env = { PATH: '/bin', VSCODE_IPC_HOOK: 'x', ELECTRON_NO_ASAR: '1', NODE_OPTIONS: '--inspect', HOME: '/h' };
    expect(childEnvironment(env, { cacheFolder: '', powercapRoot: '' })).toEqual({
      PATH: '/bin',
      HOME: '/h',
      ELECTRON_RUN_AS_NODE: '1',
      ORT_DISABLE_TELEMETRY: '1',
      NO_COLOR: '1',
      GREENBATCH_ERRORS: 'json',
    });
  });

  it('takes settings over the variables, and leaves the variables where a setting is empty', () => {
    const env = { GREENBATCH_CACHE: '/old', GREENBATCH_POWERCAP_ROOT: '/tree' };
    const made = childEnvironment(env, { cacheFolder: '/new', powercapRoot: '' });
    expect(made).toMatchObject({ GREENBATCH_CACHE: '/new', GREENBATCH_POWERCAP_ROOT: '/tree' });
  });
});

describe('answers about a new experiment', () => {
  it('reads batch sizes as people type them', () => {
    expect(parseBatchSizes('8, 1 4;4')).toEqual([1, 4, 8]);
    for (const wrong of ['', 'a', '0', '1, -2', '1.5', '70000']) expect(parseBatchSizes(wrong), wrong).toBeNull();
  });

  it('takes of a memory only what can be used, whatever it holds', () => {
    expect(readAnswers({ batchSizes: [2, 1], sla: null, images: { folder: './x' } })).toEqual({
      batchSizes: [1, 2],
      sla: null,
      images: { folder: './x' },
    });
    expect(readAnswers({ current: 4, effort: 'quick' })).toEqual({ current: 4, effort: 'quick' });
    expect(readAnswers({ current: 0.5, effort: 'slow' })).toEqual({});
    expect(readAnswers({ batchSizes: [0], sla: { requestLatencyMs: -1, arrivalRate: 1 } })).toEqual({});
    fc.assert(fc.property(fc.anything(), (value) => typeof readAnswers(value) === 'object'));
  });

  it('makes a valid experiment of any answers', () => {
    const answers = fc.record({
      batchSizes: fc.uniqueArray(fc.integer({ min: 1, max: 65_536 }), { minLength: 1, maxLength: 6 }),
      current: fc.option(fc.integer({ min: 1, max: 65_536 })),
      effort: fc.constantFrom('quick' as const, 'thorough' as const),
      images: fc.constant({ generated: { count: 8 } }),
      sla: fc.option(
        fc.record({
          requestLatencyMs: fc.integer({ min: 1, max: 10_000 }),
          arrivalRate: fc.integer({ min: 1, max: 1000 }),
        }),
      ),
    });
    fc.assert(
      fc.property(answers, (given) => {
        const spec = experimentOf('yolov7-tiny', given, { batch: null, height: null, width: null });
        expect(specSchema.safeParse(spec).success).toBe(true);
        expect(parseSpec(writeSpec(spec)).ok).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('names models for people, and paths so that they are never taken for a built-in name', () => {
    expect(modelName('/w/cfg/yolov7-e6.yaml')).toBe('yolov7-e6');
    expect(modelName('c:\\models\\best.pt')).toBe('best');
    expect(relativeModel('yolov7.onnx')).toBe('./yolov7.onnx');
    expect(relativeModel('..\\models\\best.onnx')).toBe('../models/best.onnx');
  });
});
