import { expect, test } from 'vitest';
import { parseHourlyIntensity } from '../../../../src/core/footprint/hourlyIntensity';
import { seededRandom } from '../../../../src/core/statistics/random';
import { repeats } from '../../../support/repeats';

const seeds = [
  Array.from({ length: 24 }, (_, i) => `${i},${100 + i}`).join('\n'),
  `hour;g\n${Array.from({ length: 168 }, (_, i) => `${i};${100 + i}`).join('\r\n')}`,
  Array.from(
    { length: 48 },
    (_, i) => `2026-02-0${1 + Math.floor(i / 24)}T${String(i % 24).padStart(2, '0')}:00Z,${i}.25`,
  ).join('\n'),
];
const scraps = [
  '',
  ',',
  ';',
  '\t',
  '\n',
  '\r',
  '"',
  '#',
  '-',
  ':',
  'Z',
  '+99:99',
  '1e309',
  '24',
  '168',
  'NaN',
  '\u0000',
  '\ufeff',
  '9'.repeat(400),
  'T',
  ' ',
];

test('whatever a file holds, it is hours of a whole cycle or a problem in words', () => {
  const random = seededRandom(20261128);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  let read = 0;
  for (let i = 0; i < repeats(2000, 100_000); i++) {
    let text = pick(seeds);
    for (let times = Math.floor(random() * 4); times > 0; times--) {
      const at = Math.floor(random() * text.length);
      text = text.slice(0, at) + pick(scraps) + text.slice(at + Math.floor(random() * 3));
    }
    const found = parseHourlyIntensity(text);
    if ('problem' in found) {
      expect(found.problem.length).toBeLessThan(250);
      continue;
    }
    read++;
    const { cycle, gramsPerKilowattHour } = found.hourly;
    expect(gramsPerKilowattHour).toHaveLength(cycle === 'day' ? 24 : 168);
    for (const grams of gramsPerKilowattHour) expect(grams >= 0 && grams <= 5000, text).toBe(true);
  }
  expect(read).toBeGreaterThan(100);
});
