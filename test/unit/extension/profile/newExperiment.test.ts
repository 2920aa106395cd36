import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { specSchema } from '../../../../src/core/spec/spec';
import { parseSpec } from '../../../../src/core/spec/specText';
import { writeSpec } from '../../../../src/core/spec/specWrite';
import { childEnvironment } from '../../../../src/extension/program/childEnvironment';
import {
  experimentOf,
  modelName,
  lengthOf,
  parseBatchSizes,
  parseSplit,
  readAnswers,
  remarksOf,
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
      GREENBATCH_EDITOR_PID: String(process.pid),
    });
  });

  it('takes settings over the variables, and leaves the variables where a setting is empty', () => {
    const env = { GREENBATCH_CACHE: '/old', GREENBATCH_POWERCAP_ROOT: '/tree' };
    const made = childEnvironment(env, { cacheFolder: '/new', powercapRoot: '' });
    expect(made).toMatchObject({ GREENBATCH_CACHE: '/new', GREENBATCH_POWERCAP_ROOT: '/tree' });
  });
});

const free = { batch: null, height: null, width: null };
const sixteen = { cores: 16, cpus: 32 };
const asked = { batchSizes: [1, 2, 4, 8, 16, 32], images: { generated: { count: 8 } }, sla: null };

describe('the split of the cores in a new experiment', () => {
  const made = (answers: object, machine = sixteen) => {
    const all = { ...asked, ...answers };
    const experiment = experimentOf('best.onnx', all, free, machine);
    return { ...experiment, remarks: remarksOf(experiment, all, machine) };
  };

  it('is that of today where it is known and has room, and one process otherwise', () => {
    expect(made({})).not.toHaveProperty('instances');
    expect(made({ current: 8, split: { instances: 4, threads: 4 } })).toMatchObject({
      batchSizes: asked.batchSizes,
      instances: [4],
      threads: [4],
      current: { batchSize: 8, instances: 4, threads: 4, spinning: true },
      remarks: { current: expect.stringMatching(/^spinning as ONNX Runtime does/) },
    });
    expect(made({ current: 8, split: { instances: 1, threads: 16, spinning: false } })).toMatchObject({
      spinning: [false],
      current: { instances: 1, threads: 16, spinning: false },
      remarks: {},
    });
    expect(made({ current: 8, split: { instances: 1, threads: 16 } })).not.toHaveProperty('threads');
    // Triton's own: two processes with every core each.
    const crowded = made({ current: 8, split: { instances: 3, threads: 16 } });
    expect(crowded).not.toHaveProperty('instances');
    expect(crowded).toMatchObject({
      current: { instances: 3, threads: 16 },
      remarks: {
        current: '3 processes of 16 threads each are not among what is measured on 16 cores, so no saving is stated',
      },
    });
    expect(made({ current: null, split: { instances: 4, threads: 4 } })).not.toHaveProperty('current');
  });

  it('is swept at few batch sizes: the ends and the one in use, spinning and not', () => {
    expect(made({ effort: 'split', current: 8 })).toMatchObject({
      split: 'auto',
      batchSizes: [1, 8, 32],
      spinning: [true, false],
      current: { batchSize: 8 },
      remarks: {
        split: 'on 16 cores 5 ways, which makes 30 configurations',
        batchSizes: 'of 1, 2, 4, 8, 16 and 32: a few, for on a CPU the split of the cores is worth more',
      },
    });
    expect(made({ effort: 'split', split: { instances: 2, threads: 8, spinning: false } }).spinning).toEqual([
      false,
      true,
    ]);
    expect(made({ effort: 'split', batchSizes: [4] })).toMatchObject({ batchSizes: [4] });
    expect(made({ effort: 'split', current: 8, split: { instances: 2, threads: 16 } }).remarks.current).toMatch(
      /not among what is measured/,
    );
  });

  it('takes no longer on many cores than somebody waits', () => {
    const of = (cores: number) => {
      const { batchSizes, spinning } = made({ effort: 'split', current: 8 }, { cores, cpus: 2 * cores });
      return { batchSizes, spinning };
    };
    expect(of(2)).toEqual({ batchSizes: [1, 8, 32], spinning: [true, false] });
    expect(of(96)).toEqual({ batchSizes: [1, 8, 32], spinning: [true] });
    expect(of(360)).toEqual({ batchSizes: [1, 8], spinning: [true] });
    const hour = lengthOf(experimentOf('m', { ...asked, effort: 'split' }, free, { cores: 96, cpus: 192 }), {
      cores: 96,
      cpus: 192,
    });
    expect(hour.configurations).toBe(36);
    expect(hour.seconds).toBeLessThan(3600);
  });

  it('is read as people type it', () => {
    expect(parseSplit(' 4 x 2')).toEqual({ instances: 4, threads: 2 });
    expect(parseSplit('4×2')).toEqual({ instances: 4, threads: 2 });
    for (const wrong of ['', '4', '0 x 2', '4 x', 'a x b', '4 x 99999', '2000 x 1'])
      expect(parseSplit(wrong), wrong).toBeNull();
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
    expect(readAnswers({ current: 0.5, effort: 'slow', split: { instances: 0, threads: 1 } })).toEqual({});
    expect(readAnswers({ effort: 'split', split: { instances: 2, threads: 1, spinning: 'x' } })).toEqual({
      effort: 'split',
      split: { instances: 2, threads: 1 },
    });
    expect(readAnswers({ split: null })).toEqual({ split: null });
    expect(readAnswers({ batchSizes: [0], sla: { requestLatencyMs: -1, arrivalRate: 1 } })).toEqual({});
    fc.assert(fc.property(fc.anything(), (value) => typeof readAnswers(value) === 'object'));
  });

  it('makes a valid experiment of any answers', () => {
    const answers = fc.record({
      batchSizes: fc.uniqueArray(fc.integer({ min: 1, max: 65_536 }), { minLength: 1, maxLength: 6 }),
      current: fc.option(fc.integer({ min: 1, max: 65_536 })),
      split: fc.option(
        fc.record({ instances: fc.integer({ min: 1, max: 1024 }), threads: fc.integer({ min: 1, max: 4096 }) }),
      ),
      effort: fc.constantFrom('quick' as const, 'thorough' as const, 'split' as const),
      images: fc.constant({ generated: { count: 8 } }),
      sla: fc.option(
        fc.record({
          requestLatencyMs: fc.integer({ min: 1, max: 10_000 }),
          arrivalRate: fc.integer({ min: 1, max: 1000 }),
        }),
      ),
    });
    fc.assert(
      fc.property(answers, fc.integer({ min: 1, max: 384 }), (given, cores) => {
        const machine = { cores, cpus: 2 * cores };
        const spec = experimentOf('yolov7-tiny', given, free, machine);
        expect(specSchema.safeParse(spec).success).toBe(true);
        const text = writeSpec(spec, remarksOf(spec, given, machine));
        const parsed = parseSpec(text);
        expect(parsed.ok && parsed.spec).toEqual(specSchema.parse(spec));
        const { configurations, seconds } = lengthOf(spec, machine);
        // No wait that nobody was told of.
        if (given.effort === 'split') expect(configurations).toBeLessThanOrEqual(60);
        expect(seconds).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });

  it('names models for people', () => {
    expect(modelName('/w/cfg/yolov7-e6.yaml')).toBe('yolov7-e6');
    expect(modelName('c:\\models\\best.pt')).toBe('best');
  });
});
