import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { experimentNow } from '../../../src/extension/experimentNow';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-now-'));
afterAll(() => rmSync(folder, { recursive: true }));

const specText = '# mine\nname: a\nmodels: [yolov7-tiny]\nbatchSizes: [1, 2]\ncurrent: { batchSize: 1 }\n';
const specFile = join(folder, 'a.energy.yaml');
const now = (text: string) => {
  writeFileSync(specFile, text);
  return experimentNow({ specFile, specText });
};

it('is as it was without a change, and says what is in use', async () => {
  expect(await now(specText)).toEqual({ stale: false, inUse: { batchSize: 1 } });
});

it('is not stale for the suggestion that was applied, another name or a comment', async () => {
  expect(await now(specText.replace('batchSize: 1', 'batchSize: 2'))).toEqual({
    stale: false,
    inUse: { batchSize: 2 },
  });
  expect(await now(specText.replace('name: a', 'name: b').replace('# mine\n', ''))).toEqual({
    stale: false,
    inUse: { batchSize: 1 },
  });
  expect(await now(specText.replace(/current.*\n/, ''))).toEqual({ stale: false, inUse: null });
});

it('is stale when it asks for something else, or cannot be understood any more', async () => {
  expect((await now(specText.replace('[1, 2]', '[1, 4]'))).stale).toBe(true);
  expect((await now(`${specText}sla: { requestLatencyMs: 100, arrivalRate: 1 }\n`)).stale).toBe(true);
  expect(await now('models: [')).toEqual({ stale: true, inUse: null });
});

it('knows nothing without a file', async () => {
  expect(await experimentNow(undefined)).toEqual({ stale: null, inUse: null });
  expect(await experimentNow({ specFile: null, specText })).toEqual({ stale: null, inUse: null });
  expect(await experimentNow({ specFile: join(folder, 'gone'), specText })).toEqual({ stale: null, inUse: null });
});
