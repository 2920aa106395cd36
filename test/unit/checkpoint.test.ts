import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInArchitecture } from '../../src/model/builtIn';
import { readCheckpoint } from '../../src/model/checkpoint/checkpoint';
import { compareOutputs, compareWithUnfused, writeFamilyCheckpoint } from '../support/trainedFamily';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-checkpoint-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const size = { height: 64, width: 64 };

describe('a checkpoint in the layout of YOLOv7', () => {
  it.each([
    ['yolov7-tiny', 'deploy'],
    ['yolov7-tiny', 'training'],
    ['yolov7', 'deploy'],
    ['yolov7', 'training'],
  ] as const)('of %s (%s) computes what the network computes unfused', async (name, layout) => {
    const file = join(folder, `${name}.pt`);
    const { cfg } = writeFamilyCheckpoint(file, name, layout);
    const { architecture } = await readCheckpoint(file);
    expect(architecture).toEqual(builtInArchitecture(name));
    const isTraining = layout === 'training';
    const { model, built, reference } = await compareWithUnfused(folder, file, cfg, { size, isTraining });
    rmSync(file);
    expect(model.classNames?.[3]).toBe('class 3');
    const { difference, spread } = compareOutputs(built, reference, 85, 64);
    expect(difference).toBeLessThan(1e-4);
    expect(spread).toBeGreaterThan(0.1);
  });
});
