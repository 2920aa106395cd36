import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseCfg } from '../../../../src/models/yolo/cfg';
import { countParameters } from '../../../../src/models/yolo/count';
import { writeCheckpoint } from '../../../support/checkpointWriter';
import { compareOutputs, compareWithUnfused } from '../../../support/trainedFamily';
import { yolov5Cfg, yolov5Sizes } from '../../../support/yolov5Cfg';

describe('YOLOv5', () => {
  it.each(Object.entries(yolov5Sizes))('%s has the parameters its authors print', (_, [depth, width, plain, p6]) => {
    expect(countParameters(parseCfg(stringify(yolov5Cfg(depth, width, false)))).fused).toBe(plain);
    expect(countParameters(parseCfg(stringify(yolov5Cfg(depth, width, true)))).fused).toBe(p6);
  });

  it('of the P6 series computes what it computes unfused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'greenbatch-yolov5-'));
    try {
      const file = join(folder, 'yolov5n6.pt');
      const cfg = yolov5Cfg(0.33, 0.25, true);
      writeCheckpoint(file, { cfg, architecture: parseCfg(stringify(cfg)), head: 'Detect' });
      const size = { height: 128, width: 64 };
      const { model, built, reference } = await compareWithUnfused(folder, file, cfg, { size, isTraining: false });
      expect(model.boxes).toBe(3 * (16 * 8 + 8 * 4 + 4 * 2 + 2 * 1));
      const { difference, spread } = compareOutputs(built, reference, 85, 128);
      expect(difference).toBeLessThan(1e-4);
      expect(spread).toBeGreaterThan(0.01);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
