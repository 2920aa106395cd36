import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { describe, expect, it } from 'vitest';
import { contextAt } from '../../../../../src/core/spec/help/fileContext';
import { seededRandom } from '../../../../../src/core/statistics/random';

const docs = readFileSync(join(import.meta.dirname, '../../../../../docs/experiment-file.md'), 'utf8');
const whole = /```yaml\n([\s\S]*?)```/g;
const examples = [...docs.matchAll(whole)].map((match) => match[1]!);

/** Where `|` stands. */
const at = (marked: string) => {
  const { wordStart, ...context } = contextAt(marked.replace('|', ''), marked.indexOf('|'));
  return { ...context, word: marked.replace('|', '').slice(wordStart, marked.indexOf('|')) };
};

describe('the place in a file', () => {
  it.each([
    ['|', [], 'key', null, ''],
    ['mod|', [], 'key', null, 'mod'],
    ['models: [yolov7]\nbat|', [], 'key', null, 'bat'],
    ['measure:\n  |', ['measure'], 'key', null, ''],
    ['measure:\n  repeats:\n    mi|', ['measure', 'repeats'], 'key', null, 'mi'],
    ['measure:\n  repeats:\n    min: 5\n  |', ['measure'], 'key', null, ''],
    ['measure:\n  repeats:\n    min: 5\n|', [], 'key', null, ''],
    ['measure: { repeats: { mi|', ['measure', 'repeats'], 'key', null, 'mi'],
    ['measure: { repeats: { min: 5 }, |', ['measure'], 'key', null, ''],
    ['measure: { repeats: { min: 5 } }\n|', [], 'key', null, ''],
    ['measure:\n  { repeats: { min: 5 },\n    win|', ['measure'], 'key', null, 'win'],
    ['measure:\n  scope: |', ['measure'], 'value', 'scope', ''],
    ['measure: { scope: inf|', ['measure'], 'value', 'scope', 'inf'],
    ['models: [yolo|', [], 'item', 'models', 'yolo'],
    ['models: [a, |]', [], 'item', 'models', ''],
    ['models:\n  - |', [], 'item', 'models', ''],
    ['models:\n- a\n- y|', [], 'item', 'models', 'y'],
    ['measure: # how { deep\n  |', ['measure'], 'key', null, ''],
    ['name: "a { b"\n|', [], 'key', null, ''],
    ['"measure":\n  scope: |', ['measure'], 'value', 'scope', ''],
  ] as const)('%j', (marked, path, expects, key, word) => {
    expect(at(marked)).toEqual({ path: [...path], expects, key, word });
  });

  it('is what the YAML parser says, at every key and value of the examples', () => {
    let looked = 0;
    const visit = (text: string, node: unknown, path: string[]) => {
      if (isSeq<Node>(node)) return;
      if (!isMap<Node, Node | null>(node)) return;
      for (const { key, value } of node.items) {
        const name = String(isScalar(key) ? key.value : '');
        expect(contextAt(text, key.range![0]), `${text}\n${name}`).toMatchObject({ path, expects: 'key' });
        if (isScalar(value) && value.range![1] > value.range![0])
          expect(contextAt(text, value.range![0]), `${text}\n${name}`).toMatchObject({
            path,
            expects: 'value',
            key: name,
          });
        looked++;
        visit(text, value, [...path, name]);
      }
    };
    for (const text of examples) visit(text, parseDocument(text).contents, []);
    expect(looked).toBeGreaterThan(60);
  });

  it('is found, or something like it, in whatever is written', () => {
    const random = seededRandom(7);
    const signs = [...'ab:{}[],- \n#"\'\u20ac'];
    for (let i = 0; i < 2000; i++) {
      const text = Array.from(
        { length: Math.floor(random() * 60) },
        () => signs[Math.floor(random() * signs.length)],
      ).join('');
      const offset = Math.floor(random() * (text.length + 1));
      const { wordStart, key, expects } = contextAt(text, offset);
      expect(wordStart).toBeGreaterThanOrEqual(0);
      expect(wordStart).toBeLessThanOrEqual(offset);
      if (expects === 'value') expect(key).not.toBeNull();
    }
  });
});
