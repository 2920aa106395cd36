import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { junitHead, junitOf, junitOfFailure } from '../../../../../src/core/analysis/check/junit';
import type { Answer, Check, CheckedLimit } from '../../../../../src/core/analysis/check/checkSchema';
import { elementsOf, parsedXml } from '../../../../support/parsedXml';
import { repeats } from '../../../../support/repeats';

const run = { id: 'r', name: 'r', folder: '/r', status: 'complete', createdAt: '', source: 'powercap' };
const limitOf = (answer: Answer, name: string, message: string): CheckedLimit => ({
  ...{ metric: 'joulesPerUnit', name, unit: 'J/image', kind: 'max', allowed: 2, answer, code: null, message },
  ...{ value: null, increase: null },
  configuration: { id: 'b1', model: 'm', batchSize: 1, instances: 1, threads: 1, spinning: false },
});
const checkOf = (limits: CheckedLimit[], name = 'sweep'): Check => ({
  ...{ version: 1, answer: 'pass', baseline: null, estimated: false, failPercent: 5, passPercent: 5, limits },
  ...{ warnings: [], sentence: 'All are kept.', run: { ...run, name } },
});

describe('a check as JUnit has it', () => {
  it('has a case for each limit: broken a failure, untold skipped, incomparable an error, each with why', () => {
    const answers: Answer[] = ['pass', 'fail', 'cannot-tell', 'not-comparable'];
    const xml = junitOf(checkOf(answers.map((answer) => limitOf(answer, answer, `because ${answer}`))));
    expect(xml.startsWith(junitHead)).toBe(true);
    const root = parsedXml(xml);
    const counts = { tests: '4', failures: '1', errors: '1', skipped: '1' };
    expect(root.attributes).toMatchObject(counts);
    expect(root.children[0]!.attributes).toMatchObject({ name: 'sweep', ...counts });
    const cases = elementsOf(root, 'testcase');
    expect(cases.map(({ attributes, children }) => [attributes.name, children[0]!.name])).toEqual([
      ['pass, at most 2 J/image', 'system-out'],
      ['fail, at most 2 J/image', 'failure'],
      ['cannot-tell, at most 2 J/image', 'skipped'],
      ['not-comparable, at most 2 J/image', 'error'],
    ]);
    expect(cases[1]!.children[0]).toMatchObject({ attributes: { message: 'because fail' }, text: 'because fail' });
  });

  it('is an error where nothing was measured', () => {
    const [only, another] = elementsOf(parsedXml(junitOfFailure('sweep', 'no <counters>')), 'error');
    expect(another).toBeUndefined();
    expect(only!.text).toBe('no <counters>');
  });

  it('is well-formed and says the same, whatever names hold', () => {
    const sign = fc.constantFrom(
      '<',
      '>',
      '&',
      '"',
      "'",
      ']]>',
      '<!--',
      '\u0000',
      '\u001b[31m',
      '\n',
      '\r',
      '\t',
      '\ud800',
      '\uffff',
      '&amp;',
      '💚',
    );
    const text = fc
      .array(fc.oneof(sign, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 12 })
      .map((bits) => bits.join(''));
    fc.assert(
      fc.property(text, text, text, (suite, name, message) => {
        const root = parsedXml(junitOf(checkOf([limitOf('fail', name, message)], suite)));
        const [found] = elementsOf(root, 'testcase');
        // What XML has no place for is told by one sign.
        const shown = (said: string) =>
          said.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd');
        expect(found!.attributes).toEqual({ classname: shown(suite), name: `${shown(name)}, at most 2 J/image` });
        expect(found!.children[0]!.text).toBe(shown(message));
      }),
      { numRuns: repeats(300, 10_000) },
    );
  });
});
