import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openEvent, openEventCounter } from '../../../../src/energy/perf/eventCounter';
import { discoverPmu, partsOf } from '../../../../src/energy/perf/pmu';
import { makePmu, perfEventsMissing, type PmuOptions, pmuWatts } from '../../../support/perfPmu';

const missing = perfEventsMissing();
if (missing) console.warn(`skipped: counters of perf (${missing})`);

function partOf(options: PmuOptions = {}) {
  const pmu = makePmu(options);
  onTestFinished(pmu.remove);
  return partsOf(discoverPmu(pmu.folder), ['package', 'dram'], false)[0]!;
}

describe('openEvent', () => {
  it.skipIf(missing)('counts microjoules by the scale of the PMU', async () => {
    const counter = openEventCounter(partOf());
    onTestFinished(() => counter.close());
    const beganNs = process.hrtime.bigint();
    const began = counter.read()!;
    await sleep(200);
    const joules = (counter.read()! - began) / 1e6;
    const seconds = Number(process.hrtime.bigint() - beganNs) / 1e9;
    expect(Number.isInteger(began)).toBe(true);
    expect(joules / seconds / pmuWatts['energy-pkg']).toBeCloseTo(1, 1);
  });

  it.skipIf(missing)('begins at its opening, whatever another one has counted', async () => {
    const part = partOf();
    const early = openEventCounter(part);
    await sleep(50);
    const late = openEventCounter(part);
    onTestFinished(() => [early, late].forEach((counter) => counter.close()));
    expect(early.read()! - late.read()!).toBeGreaterThan(0.04 * pmuWatts['energy-pkg'] * 1e6);
  });

  it.skipIf(missing)('says why it cannot be opened: no such PMU, no such CPU', () => {
    expect(openEvent(partOf({ type: 999_999 }))).toMatchObject({ code: 'ENOENT' });
    expect(openEvent({ ...partOf(), cpu: 4095, scope: { of: 'socket', number: 7 } })).toHaveProperty('code');
  });

  it.skipIf(missing)('is opened on the CPU that has taken over its socket', () => {
    const counter = openEvent({ ...partOf(), cpu: 4095 });
    expect('code' in counter ? counter.code : counter.read()).toEqual(expect.any(Number));
    if (!('code' in counter)) counter.close();
  });

  it('is never read where its file has gone', () => {
    const { path, cpu, scope } = partOf();
    const counter = openEventCounter({ path: `${path}-gone`, cpu: cpu!, scope });
    expect(counter.read()).toBeNull();
    counter.close();
  });
});
