import { describe, expect, it } from 'vitest';
import type { AskedOfPipeline } from '../../../../src/core/panel/protocol/pipelineMessages';
import {
  askedOf,
  describeTerm,
  differingTerms,
  isTermValue,
  keptMoved,
  movedTo,
  placeOf,
  spanOf,
  steps,
  terms,
  valueAt,
} from '../../../../webview/page/pipelineTerms';

const ofFile: AskedOfPipeline = {
  ...{ weights: { alpha: 2, beta: 0.5, gamma: 0.1, delta: 0 }, slaSeconds: 0.9, load: 20 },
  axes: ['joulesPerRequest', 'accuracy'],
};
const term = (key: string) => terms.find((one) => one.key === key)!;

describe('what is asked', () => {
  it('is the file’s with what was moved; limits in ms come to seconds without what binary fractions leave', () => {
    const asked = askedOf(ofFile, { delta: 3, sla: 1150 }, ['cores', 'latencySeconds']);
    expect(asked).toEqual({
      ...{ weights: { alpha: 2, beta: 0.5, gamma: 0.1, delta: 3 }, slaSeconds: 1.15, load: 20 },
      axes: ['cores', 'latencySeconds'],
    });
    expect(differingTerms(asked, ofFile)).toEqual([
      'δ, weight of energy 3 per J/request instead of 0',
      'Latency limit 1150 ms instead of 900',
    ]);
    expect(differingTerms(askedOf(ofFile, {}, null), ofFile)).toEqual([]);
  });

  it('no longer counts as moved once it is the file’s again', () => {
    const moved = movedTo({ load: 30 }, 'sla', 1150, ofFile);
    expect(moved).toEqual({ load: 30, sla: 1150 });
    expect(movedTo(moved, 'sla', 900, ofFile)).toEqual({ load: 30 });
  });

  it('takes of a kept state what can be asked, and nothing else', () => {
    expect(keptMoved({ alpha: 1, beta: -1, delta: '2', sla: 0, load: 5, other: 1 })).toEqual({ alpha: 1, load: 5 });
    expect(keptMoved(null)).toEqual({});
    expect([isTermValue('alpha', 0), isTermValue('load', 0), isTermValue('load', Number.NaN)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('is read out with its unit', () => {
    expect([describeTerm(term('sla'), 900), describeTerm(term('alpha'), 0.5)]).toEqual(['900 ms', '0.5']);
  });
});

describe('the scale of a slider', () => {
  it('has 0 at its lowest place where that is a value, then equal ratios', () => {
    const span = spanOf(term('delta'), 0, 0);
    expect(span).toEqual({ least: 0.001, most: 1000 });
    const at = (place: number) => valueAt(term('delta'), span, place);
    expect([at(0), at(1), at(steps)]).toEqual([0, 0.001, 1000]);
    for (let place = 1; place < steps; place++)
      expect(at(place + 1) / at(place)).toBeCloseTo(10 ** (6 / (steps - 1)), 1);
  });

  it.each(['alpha', 'sla'])('finds the place of a value again (%s)', (key) => {
    const span = spanOf(term(key), 900, 900);
    for (let place = 0; place <= steps; place++)
      expect(placeOf(term(key), span, valueAt(term(key), span, place))).toBe(place);
  });

  it('reaches as far as the values in force', () => {
    expect(spanOf(term('load'), 20, 5000)).toEqual({ least: 1, most: 5000 });
    expect(spanOf(term('alpha'), 2, 1e-6)).toEqual({ least: 1e-6, most: 1000 });
    expect(placeOf(term('load'), { least: 1, most: 400 }, 1e6)).toBe(steps);
  });
});
