import { describe, expect, it } from 'vitest';
import { completionsAt } from '../../../../../src/core/spec/help/completions';
import { specJsonSchema } from '../../../../../src/core/spec/specJsonSchema';
import { parseSpec } from '../../../../../src/core/spec/specText';

/** Where `|` stands. */
const at = (marked: string) => completionsAt(marked.replace('|', ''), marked.indexOf('|'));
const texts = (marked: string) => at(marked).items.map(({ text }) => text);

describe('what may be written', () => {
  it('is each key of the file, in the order of the schema, with its meaning', () => {
    const { items } = at('|');
    expect(items.map(({ text }) => text)).toEqual(Object.keys(specJsonSchema().properties!));
    expect(items.every(({ kind, description }) => kind === 'key' && description)).toBe(true);
    const opens = Object.fromEntries(items.map(({ text, opens }) => [text, opens]));
    expect(opens).toMatchObject({ models: 'list', measure: 'group', name: 'value', imageSize: 'value' });
  });

  it('is no key that its group has already, but for the one that is being written', () => {
    expect(texts('models: [yolov7]\nbatchSizes: [1]\n|')).not.toContain('models');
    expect(texts('models: [yolov7]\nbatchSizes|: [1]\n')).toContain('batchSizes');
    expect(texts('measure:\n  repeats: { min: 5, |')).toEqual(['max', 'intervalPercent']);
    expect(texts('sla:\n  percentile: 95\n  |')).not.toContain('percentile');
  });

  it('is each name where names are listed, of yes and no both, and what stands there by itself', () => {
    expect(texts('measure:\n  scope: |')).toEqual(['inference', 'end-to-end', 'process']);
    expect(texts('measure: { idleAt: |')).toContain('thrice');
    expect(texts('spinning: [|')).toEqual(['true', 'false']);
    expect(texts('measure:\n  domains:\n    - |')).toEqual(['package', 'dram']);
    expect(texts('images: { rect: |')).toEqual(['true', 'false']);
    expect(texts('measure:\n  windowSeconds: |')).toEqual(['5']);
    expect(texts('models: [|')).toContain('yolov7-tiny');
  });

  it('is nothing where nothing is known', () => {
    for (const marked of ['nothing:\n  |', 'name: |x', 'models: [yolov7-tiny] # |', 'measure: { scope: { |'])
      expect(
        texts(marked).filter((text) => text !== '"first sweep"'),
        marked,
      ).toEqual([]);
  });

  it('takes the place of the word that is begun, also after a byte order mark', () => {
    expect(at('mea|')).toMatchObject({ from: 0 });
    expect(at('\uFEFFmeasure:\n  sc|')).toMatchObject({ from: 12 });
    expect(at('measure: { scope: inf|')).toMatchObject({ from: 18 });
  });

  it('makes a valid experiment of each name that it offers', () => {
    const base = 'models: [yolov7-tiny]\nbatchSizes: [1, 8]\n';
    for (const key of ['scope', 'pin', 'idleAt', 'order', 'perf', 'source']) {
      const values = texts(`${base}measure:\n  ${key}: |`);
      expect(values.length, key).toBeGreaterThan(1);
      for (const value of values)
        expect(parseSpec(`${base}measure:\n  ${key}: ${value}\n`), `${key}: ${value}`).toMatchObject({ ok: true });
    }
  });
});
