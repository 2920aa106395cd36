import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseArrivalTrace } from '../../../../src/core/latency/arrivalTrace';
import { mostReplayed } from '../../../../src/core/spec/replayedRequests';

const problem = (text: string, seconds = 60) => {
  const read = parseArrivalTrace(text, seconds);
  return 'problem' in read ? read.problem : null;
};

describe('a trace of arrivals', () => {
  it('is the second of each, with or without a head, and lasts to the end of the last one’s second', () => {
    for (const text of ['0\n1.5\n1.5\n6.25\n', 'second\r\n0\r\n1.5\r\n1.5\r\n6.25', '\uFEFF0\n\n1.5\n1.5\n6.25\n\n'])
      expect(parseArrivalTrace(text, 60)).toEqual({ atMs: Float64Array.of(0, 1500, 1500, 6250), periodMs: 7000 });
    expect(parseArrivalTrace('0\n7', 60)).toMatchObject({ periodMs: 8000 });
  });

  it('is cut where it is longer than what is asked for', () => {
    expect(parseArrivalTrace('0\n5.5\n10\n99', 10)).toEqual({ atMs: Float64Array.of(0, 5500), periodMs: 10_000 });
    expect(problem('11\n12', 10)).toContain('no request arrives in its first 10 s');
  });

  it.each([
    ['', 'it has no arrival'],
    ['second\n', 'it has no arrival'],
    ['0\nx\n6', 'line 2: "x" is no second'],
    ['0\n-1\n6', 'line 2: "-1" is no second'],
    ['0\nInfinity', 'line 2: "Infinity" is no second'],
    ['0\n1e300', 'line 2: "1e300" is no second'],
    ['0\nNaN', 'line 2: "NaN" is no second'],
    ['0\n\n5\n4', 'line 4: second 4 comes before 5'],
    ['0,1\n', 'line 1: has more than 1 columns'],
    ['0\n"5', 'line 2: a quote is not closed'],
    ['0\n3', 'lasts 5 s at least'],
  ])('%j is refused by its line', (text, said) => {
    expect(problem(text)).toContain(said);
  });

  it('has a bound', () => {
    expect(problem('9\n'.repeat(mostReplayed + 2))).toContain(`more than ${mostReplayed + 1} rows`);
  });

  it('of any text is refused in words, or ascends within its length', () => {
    const cell = fc.oneof(fc.double().map(String), fc.nat(100).map(String), fc.string({ maxLength: 4 }));
    const text = fc.array(cell, { maxLength: 12 }).map((cells) => cells.join('\n'));
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), fc.integer({ min: 5, max: 90 }), (any, seconds) => {
        const read = parseArrivalTrace(any, seconds);
        if ('problem' in read) {
          expect(read.problem).toMatch(/line \d+|no arrival|lasts 5 s|no request/);
          return;
        }
        const { atMs, periodMs } = read;
        expect(atMs.length).toBeGreaterThan(0);
        expect(periodMs).toBeLessThanOrEqual(1000 * seconds);
        for (const [i, at] of atMs.entries()) {
          expect(at).toBeGreaterThanOrEqual(i === 0 ? 0 : atMs[i - 1]!);
          expect(at).toBeLessThan(periodMs);
        }
      }),
    );
  });
});
