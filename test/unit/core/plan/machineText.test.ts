import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { machineJsonSchema, parseMachine } from '../../../../src/core/plan/machineText';

const root = resolve(import.meta.dirname, '../../../..');
const problemsOf = (text: string) => {
  const parsed = parseMachine(text);
  return parsed.ok ? [] : parsed.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`);
};
const least = 'name: a\ncores: 4\nmemoryGiB: 8\n';

describe('the description of a machine', () => {
  it('needs a name, cores and memory, and says what is missing', () => {
    expect(parseMachine(least)).toEqual({ ok: true, machine: { name: 'a', cores: 4, memoryGiB: 8, sockets: 1 } });
    expect(problemsOf('name: a').join()).toMatch(/cores.*missing.*memoryGiB.*missing/);
  });

  it('is JSON as well', () => {
    expect(parseMachine('{"name":"a","cores":4,"memoryGiB":8,"speeds":"paper"}').ok).toBe(true);
  });

  it.each([
    ['cores: 4.5', /cores/],
    ['threads: 2', /below cores/],
    ['availableGiB: 9', /above memoryGiB/],
    ['coers: 4', /coers: unknown key/],
    ['gflopsPerCore: { low: 9, high: 2 }', /high must not be below low/],
    ['speeds: papers', /speeds/],
    ['speeds: [{ model: a, msPerImage: 0 }]', /msPerImage/],
    ['counters: [psys]', /counters/],
    ['powerLimitWindowSeconds: -1', /powerLimitWindowSeconds/],
  ])('refuses %s', (line, message) => {
    const text = line.startsWith('cores') ? least.replace('cores: 4', line) : `${least}${line}\n`;
    expect(problemsOf(text).join()).toMatch(message);
  });

  it('that is no YAML is refused, at its place', () => {
    expect(problemsOf('name: [')[0]).toMatch(/^1 /);
    expect(problemsOf('')[0]).toBeDefined();
  });

  it('of the paper’s node is valid: 48 cores, 96 threads, 192 GiB', () => {
    const parsed = parseMachine(readFileSync(resolve(root, 'docs/machines/cascade-lake-r.yaml'), 'utf8'));
    const numbers = { sockets: 2, cores: 48, threads: 96, memoryGiB: 192, speeds: 'paper' };
    expect(parsed).toMatchObject({ ok: true, machine: { name: 'cascade-lake-r', ...numbers } });
  });

  it('has each of its keys in docs/planning.md', () => {
    const text = readFileSync(resolve(root, 'docs/planning.md'), 'utf8');
    const { properties } = machineJsonSchema() as { properties: object };
    for (const key of Object.keys(properties)) expect(text).toContain(`| \`${key}\` |`);
  });
});
