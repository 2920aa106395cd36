import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInArchitecture } from '../../src/models/yolo/builtIn';
import { readCheckpoint } from '../../src/models/checkpoint/checkpoint';
import { compareOutputs, compareWithUnfused, writeFamilyCheckpoint } from '../support/trainedFamily';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-checkpoints-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const size = { height: 64, width: 64 };

/** The two smaller ones are in test/unit/model/checkpoint/checkpoint.test.ts. Needs 1.5 GB of disk. */
describe('a checkpoint in the layout of YOLOv7', () => {
  it.each([
    ['yolov7x', 'deploy'],
    ['yolov7x', 'training'],
    ['yolov7-w6', 'deploy'],
    ['yolov7-w6', 'training'],
    ['yolov7-e6', 'deploy'],
    ['yolov7-e6', 'training'],
    ['yolov7-d6', 'deploy'],
    ['yolov7-d6', 'training'],
    ['yolov7-e6e', 'deploy'],
    ['yolov7-e6e', 'training'],
  ] as const)('of %s (%s) computes what the network computes unfused', async (name, layout) => {
    const file = join(folder, `${name}.pt`);
    const { cfg } = writeFamilyCheckpoint(file, name, layout);
    const { architecture } = await readCheckpoint(file);
    const withoutRow = (layers: object[]) => [...layers.slice(0, -1), { ...layers.at(-1), row: 0 }];
    expect(withoutRow(architecture.layers)).toEqual(withoutRow(builtInArchitecture(name).layers));
    const isTraining = layout === 'training';
    const { built, reference } = await compareWithUnfused(folder, file, cfg, { size, isTraining });
    rmSync(file);
    const { difference, spread } = compareOutputs(built, reference, 85, 64);
    expect(difference).toBeLessThan(1e-4);
    expect(spread).toBeGreaterThan(0.1);
  });
});
