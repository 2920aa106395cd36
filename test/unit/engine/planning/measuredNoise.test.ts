import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../src/core/statistics/random';
import { specSchema } from '../../../../src/core/spec/spec';
import { parse } from 'yaml';
import { measuredNoise, noiseOf } from '../../../../src/engine/planning/measuredNoise';
import { machineId } from '../../../../src/machine/machineId';
import { processorOf } from '../../../../src/machine/processor';
import { emptyResult, trialOf } from '../../../support/simulatedSweep';
import { writeRun } from '../../../support/runFolders';

let workspace: string;
beforeEach(() => void (workspace = mkdtempSync(join(tmpdir(), 'greenbatch-noise-'))));
afterEach(() => rmSync(workspace, { recursive: true }));

const text = 'models: [yolov7-tiny]\nbatchSizes: [1, 2]\n';
const id = machineId();
const here = { ...processorOf(), ...(id === null ? {} : { machineId: id }) };
const write = (name: string, more: Parameters<typeof writeRun>[4] = {}, spec = text) =>
  writeRun(workspace, name, join(workspace, 'a.energy.yaml'), spec, { environment: here, ...more });
const noise = (spec = text) => measuredNoise(workspace, specSchema.parse(parse(spec)), workspace);

describe('how far trials scatter on this machine', () => {
  it('is what finished runs of the same work tell of it', async () => {
    expect(noise()).toBeNull();
    await write('one');
    await write('two');
    const found = noise()!;
    expect(found.runs.sort()).toEqual(['one', 'two']);
    expect(found.percent.low).toBeGreaterThan(0);
    expect(found.percent.high).toBeLessThan(1);
  });

  it('is not told by runs of another machine, of other windows, unfinished ones, or other models', async () => {
    await write('elsewhere', { environment: { cpuModel: 'another', machineId: 'another' } });
    await write('unfinished', { complete: false });
    await write('longer', {}, `${text}measure: { windowSeconds: 77 }\n`);
    expect(noise()).toBeNull();
    expect(noise(`${text}measure: { windowSeconds: 77 }\n`)?.runs).toEqual(['longer']);
    expect(noise(text.replace('yolov7-tiny', 'yolov7'))).toBeNull();
  });

  it('is the scatter about block and configuration, whatever those do', () => {
    const normal = seededNormal(3);
    const results = [1, 2, 3, 4].map((k) => emptyResult(k));
    for (let block = 1; block <= 60; block++) {
      const shared = 0.05 * normal();
      for (const [k, result] of results.entries())
        result.trials.push(trialOf(block, Math.exp(k + shared + 0.01 * normal())));
    }
    expect(noiseOf(results)).toBeCloseTo(1, 0);
    expect(noiseOf(results.slice(0, 1))).toBeNull();
    expect(noiseOf(results.map((r) => ({ ...r, trials: r.trials.slice(0, 4) })))).toBeNull();
  });
});
