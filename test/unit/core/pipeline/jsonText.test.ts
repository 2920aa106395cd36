import { describe, expect, it } from 'vitest';
import { readJson } from '../../../../src/core/pipeline/jsonText';

const problemIn = (text: string) => {
  const read = readJson(text);
  return read.ok ? null : read.problem;
};

describe('JSON of others', () => {
  it.each(['{}', '[1, {"a": "b\\"{[", "b": [{"a": 1}, {"a": 2}]}]', ' "a:b" ', '{"a": {"a": 1}}'])(
    '%s is read',
    (text) => {
      expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
    },
  );

  it.each([
    ['{"a": 1,\n "b": 2, "\\u0061": 3}', '"\\u0061" stands twice (line 2): each key once'],
    ['{"a": ', /^this is not JSON: /],
    ['', /^this is not JSON: /],
    ['{"a": 1} "', /^this is not JSON: /],
    ['{a: 1}', /^this is not JSON: /],
  ])('%j is refused', (text, problem) => {
    expect(problemIn(text)).toEqual(typeof problem === 'string' ? problem : expect.stringMatching(problem));
  });

  it('is refused where it is nested deeply, before anything walks through it', () => {
    expect(problemIn('['.repeat(20) + ']'.repeat(20))).toBeNull();
    // In a string brackets are none, also behind a quote that does not end it.
    expect(problemIn(`"\\"${'['.repeat(30)}"`)).toBeNull();
    expect(problemIn('['.repeat(21) + ']'.repeat(21))).toBe('nested too deeply (line 1): at most 20 levels');
    expect(problemIn('{"a":'.repeat(1_000_000))).toBe('nested too deeply (line 1): at most 20 levels');
  });

  it('takes time in proportion to its length, also with a string that does not end', () => {
    const start = performance.now();
    expect(problemIn(`"${'\\"'.repeat(2_000_000)}`)).toMatch(/^this is not JSON/);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('tells nothing that a terminal would act on', () => {
    expect(problemIn('{"\\u001b[31m": 1, \u001b[31m')).not.toContain('\u001b');
  });
});
