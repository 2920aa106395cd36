import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { servingPolicy } from '../../../../src/cli/options/servingConfig';
import { longestConfig } from '../../../../src/core/configFiles/configFile';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-serving-'));
const said: string[] = [];
vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
afterEach(() => void said.splice(0));
afterAll(() => rmSync(folder, { recursive: true }));

const policyOf = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return servingPolicy(join(folder, name));
};

it('is what the file says of how batches are formed', () => {
  const text = 'max_batch_size { value: 8 }\nbatch_timeout_micros { value: 1500 }\n';
  expect(policyOf('b.pbtxt', text)).toEqual({ batching: 'when-free', batchTimeoutMs: 1.5 });
  expect(said).toEqual([]);
});

it('is none of a file that says nothing of it, which is told', () => {
  for (const [name, text] of [
    ['other.txt', 'hello'],
    ['config.pbtxt', 'max_batch_size: 8 sequence_batching {}'],
    ['torn.pbtxt', 'max_batch_size { value: 8 } batch_timeout_micros {'],
    ['model-settings.json', '\uFEFF{{ template }}'],
    ['a.energy.yaml', 'models: [a.onnx]'],
  ] as const) {
    expect(policyOf(name, text), name).toBeNull();
    expect(said.splice(0), name).toEqual([expect.stringMatching(/does not say how batches are formed/)]);
  }
});

it('needs a file that can be read', () => {
  expect(() => servingPolicy(join(folder, 'none.pbtxt'))).toThrow(/there is no file .*none\.pbtxt/);
  expect(() => policyOf('long.pbtxt', 'x'.repeat(longestConfig + 1))).toThrow(/long\.pbtxt cannot be read/);
  expect(() => servingPolicy(folder)).toThrow(/cannot be read/);
});
