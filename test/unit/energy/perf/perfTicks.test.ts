import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPerfTicks } from '../../../../src/energy/perf/perfTicks';

const counted = [
  { event: 'power/energy-pkg/', place: 'S0', unit: 'Joules' },
  { event: 'power/energy-pkg/', place: 'S1', unit: 'Joules' },
];
const line = (seconds: string, socket: number, value: string) =>
  `     ${seconds},S${socket},1,${value},Joules,power/energy-pkg/,100000000,100.00,,\n`;

describe('createPerfTicks', () => {
  it('adds up intervals, each whole once every socket has its line', () => {
    const ticks = createPerfTicks(counted, 'csv');
    expect(ticks.add(`# started on Sat Nov 28 07:57:41 2026\n\n${line('0.100000000', 0, '1.25')}`)).toEqual([]);
    expect(ticks.add(line('0.100000000', 1, '2.50'))).toEqual([{ seconds: 0.1, counts: [1_250_000, 2_500_000] }]);
    expect(ticks.add(line('0.200000000', 0, '0.01') + line('0.200000000', 1, '<not counted>'))).toEqual([
      { seconds: 0.2, counts: [1_260_000, 2_500_000] },
    ]);
  });

  it('says of an event that is not supported that it is not known, then and later', () => {
    const ticks = createPerfTicks(counted, 'csv');
    ticks.add(line('0.100000000', 0, '1.00') + line('0.100000000', 1, '<not supported>'));
    const [tick] = ticks.add(line('0.200000000', 0, '1.00') + line('0.200000000', 1, '1.00'));
    expect(tick?.counts).toEqual([2_000_000, null]);
  });

  it('reads the JSON of perf to its last decimal', () => {
    const json = (socket: number, value: string) =>
      `{"interval" : 0.100139511, "socket" : "S${socket}", "aggregate-number" : 1, "counter-value" : "${value}", "unit" : "Joules", "event" : "power/energy-pkg/", "event-runtime" : 100144600, "pcnt-running" : 100.00}\n`;
    const [tick] = createPerfTicks(counted, 'json').add(json(0, '1.234567') + json(1, '0.000001'));
    expect(tick).toEqual({ seconds: 0.100139511, counts: [1_234_567, 1] });
  });

  it('refuses a torn interval, another unit and what is no line of perf', () => {
    const add = (text: string) => () => createPerfTicks(counted, 'csv').add(text);
    expect(add(line('0.100000000', 0, '1.00') + line('0.200000000', 0, '1.00'))).toThrow('torn');
    expect(add(line('0.100000000', 0, '1.00') + line('0.100000000', 0, '1.00'))).toThrow('torn');
    expect(add(line('0.1', 0, '1.00').replace('Joules', 'mJ') + line('0.1', 1, '1.00'))).toThrow();
    expect(add('power/energy-pkg/ is not here\n')).toThrow();
    expect(add('x'.repeat(5000))).toThrow('no end');
  });

  it('does not hang on where the text is cut', () => {
    const values = fc.array(fc.nat(100_000), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(values, fc.array(fc.nat(60), { minLength: 1 }), (hundredths, sizes) => {
        const text = hundredths
          .flatMap((value, i) => [0, 1].map((socket) => line(`${i + 1}.000000000`, socket, (value / 100).toFixed(2))))
          .join('');
        const ticks = createPerfTicks(counted, 'csv');
        const found = [];
        for (let at = 0, i = 0; at < text.length; i++) {
          const size = 1 + sizes[i % sizes.length]!;
          found.push(...ticks.add(text.slice(at, at + size)));
          at += size;
        }
        const sum = hundredths.reduce((all, value) => all + value * 10_000, 0);
        expect(found).toHaveLength(hundredths.length);
        expect(found.at(-1)?.counts).toEqual([sum, sum]);
      }),
    );
  });
});
