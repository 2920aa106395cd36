import { describe, expect, it } from 'vitest';
import type { Part, Reading } from '../../../../src/core/energy/source';
import { createPhaseMeter } from '../../../../src/engine/trial/phaseMeter';
import { source } from '../../../support/runEvents';

const range = 1000;
const domain: Part = { ...source.parts[0]!, range };

/** A reader that gives these counter values one after the other, a millisecond apart. */
function readerOf(values: (number | null)[]) {
  let next = 0;
  return {
    read(): Reading {
      const at = next++;
      return { monotonicMs: at, counters: [values[at]!], busySeconds: at / 100, totalSeconds: at / 50 };
    },
    close: () => undefined,
  };
}

describe('a meter of phases', () => {
  it('leaves out what somebody else tells', () => {
    const meter = createPhaseMeter(readerOf([0, 10, 20, 500, 530]), [domain]);
    meter.start();
    meter.ended('start');
    meter.skipped();
    meter.ended('exit');
    const { start, exit } = meter.phases()!;
    expect([start!.counters[0], exit!.counters[0]]).toEqual([10, 30]);
    expect(meter.end().counters).toEqual([530]);
  });

  it('gives each phase what the counters rose by, over wraps of the counter, and forgets what came before a window', () => {
    // 900 → 950, → 20 (a wrap), → 60 and again → 70, → 70.
    const meter = createPhaseMeter(readerOf([500, 900, 950, 20, 60, 70, 70]), [domain]);
    meter.start();
    meter.ended('load');
    meter.ended('inference');
    meter.ended('nms');
    meter.ended('inference');
    meter.ended('evaluation');
    // The window ends with its last phase, so that its phases add up to it.
    expect(meter.end().counters).toEqual([70]);
    const { load, inference, nms, evaluation, preprocess } = meter.phases()!;
    expect([load, inference, nms, evaluation].map((p) => p!.counters[0])).toEqual([50, 70 + 10, 40, 0]);
    expect(inference!.ms).toBe(2);
    expect(inference!.busySeconds).toBeCloseTo(0.02, 9);
    expect(preprocess).toBeUndefined();
    meter.start();
    expect(meter.phases()).toBeNull();
  });

  it('knows nothing of a phase in which a counter could not be read', () => {
    const meter = createPhaseMeter(readerOf([0, 10, null, 30]), [domain]);
    meter.start();
    meter.ended('load');
    meter.ended('load');
    expect(meter.phases()!.load!.counters).toEqual([null]);
  });

  it('ends a window that told no phases apart with a reading of that moment', () => {
    const meter = createPhaseMeter(readerOf([0, 10, 30]), [domain]);
    expect(meter.start().counters).toEqual([10]);
    expect(meter.end().counters).toEqual([30]);
    expect(meter.phases()).toBeNull();
  });

  it('tells no phases apart where reading takes long', () => {
    const slow: Part = { ...domain, printed: { form: 'json', control: true, everyMs: 100, resolution: 1 } };
    const meter = createPhaseMeter(readerOf([0, 10, 30]), [slow]);
    expect(meter.start().counters).toEqual([10]);
    meter.ended('inference');
    expect(meter.end().counters).toEqual([30]);
    expect(meter.phases()).toBeNull();
  });
});
