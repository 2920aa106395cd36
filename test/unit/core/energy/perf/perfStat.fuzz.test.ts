import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPerfStat } from '../../../../../src/core/energy/perf/perfStat';
import { ExpectedError } from '../../../../../src/core/failure/expectedError';
import { repeats } from '../../../../support/repeats';

const text = `
 Performance counter stats for 'system wide' (3 runs):

S0        1           3,352.31 Joules power/energy-pkg/      ( +-  0.62% )
S0        1              48.05 Joules power/energy-ram/      ( +-  1.02% )
S1        1      <not counted> Joules power/energy-pkg/
S1        1              50.15 Joules power/energy-ram/      ( +-  0.02% )
S0        2      1,234,567,890      cycles         #    1.2 GHz       (49.95%)

           60.0029 +- 0.0154 seconds time elapsed  ( +-  0.15% )

`;
const lines = (of: (i: number) => string) => [1, 2, 3].map((i) => `${of(i)}\n`).join('');
const samples = {
  text,
  intervals: lines((i) => `     ${i}.001048308          5 591,86 Joules power/energy-pkg/`),
  csv: ['475.42,Joules,power/energy-pkg/', '48.05,Joules,power/energy-ram/']
    .map((line) => `${line},20005659301,100.00,,\n`)
    .join(''),
  csvIntervals: lines((i) => `     ${i}.001048308,19,63,Joules,power/energy-pkg/,2002406532,100,00,,`),
  json: ['pkg', 'ram', 'psys']
    .map(
      (name, i) =>
        `{"socket" : "S0", "aggregate-number" : 1, "counter-value" : "${i}8.445740", "unit" : "Joules", "event" : "power/energy-${name}/", "event-runtime" : 10002168423, "pcnt-running" : 100.00}\n`,
    )
    .join(''),
};
const sample = fc.constantFrom(...Object.values(samples));

/** null where it is refused; anything else that is thrown fails the test. */
function read(file: string) {
  try {
    return readPerfStat(file, 'out.perf');
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'perf-output' && error.message.startsWith('out.perf '))
      return null;
    throw error;
  }
}

function expectSound(file: string): void {
  const found = read(file);
  expect(found?.domains).not.toEqual([]);
  if (found === null) return;
  const { domains, seconds } = found;
  expect(domains.every(({ joules }) => Number.isFinite(joules) && joules >= 0)).toBe(true);
  expect(domains.every(({ socket }) => socket === undefined || Number.isInteger(socket))).toBe(true);
  expect(new Set(domains.map(({ name, socket }) => `${name} ${socket}`)).size).toBe(domains.length);
  expect(seconds === null || (Number.isFinite(seconds) && seconds > 0)).toBe(true);
}

it('the samples are read', () => {
  for (const file of Object.values(samples)) expect(read(file)).not.toBeNull();
});

it('whatever a file holds, it is read or refused', () => {
  fc.assert(fc.property(fc.string({ maxLength: 400 }), expectSound), { numRuns: repeats(2_000, 200_000) });
  const pieces = fc.constantFrom(
    ...[
      'Joules',
      'power/energy-pkg/',
      ',',
      ' ',
      '\n',
      'S0',
      '1',
      '12.50',
      '1.000000001',
      '<not counted>',
      '100.00',
      '{"',
    ],
    ...[
      '"counter-value" : ',
      '}',
      " Performance counter stats for 'system wide':\n",
      ' 1.5 seconds time elapsed\n',
      'ns',
      'duration_time',
    ],
  );
  const glued = fc.array(pieces, { maxLength: 60 }).map((list) => list.join(''));
  fc.assert(fc.property(glued, expectSound), { numRuns: repeats(3_000, 300_000) });
});

it('a file with some characters changed is read or refused', () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom(...'019.,;: \t\n-%<>{}"SJpe/é\u00a0\ud800')), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(sample, changes, (file, list) => {
      let changed = file;
      for (const [at, removed, put] of list) {
        const place = at % (changed.length + 1);
        changed = changed.slice(0, place) + put + changed.slice(place + removed);
      }
      expectSound(changed);
    }),
    { numRuns: repeats(5_000, 500_000) },
  );
});

it('a torn file is refused, or what is left of it has the same joules', () => {
  for (const file of Object.values(samples)) {
    const whole = read(file)!;
    for (let length = 0; length < file.length; length++) {
      const found = read(file.slice(0, length));
      if (found === null) continue;
      const isTimed = /^ +1\.001048308/.test(file);
      // Fewer intervals are a shorter measurement: joules and seconds stay together.
      if (isTimed) {
        const part = Math.round(found.seconds!) / 3;
        expect(found.domains[0]!.joules).toBeCloseTo(whole.domains[0]!.joules * part, 5);
      } else expect(whole.domains).toEqual(expect.arrayContaining(found.domains));
    }
  }
});

it('a line that stands twice, or another report behind it, is refused', () => {
  for (const file of Object.values(samples)) {
    expect(read(file + file)).toBeNull();
    file.split('\n').forEach((line, i, all) => {
      if (line.includes('Joules')) expect(read([...all.slice(0, i), line, ...all.slice(i)].join('\n'))).toBeNull();
    });
  }
  fc.assert(
    fc.property(sample, sample, (one, other) => {
      expect(read(one + other)).toBeNull();
    }),
  );
});

it('what the measured program prints around the report changes nothing', () => {
  const noise = fc
    .stringMatching(/^[a-z]{1,20}( [a-z]{1,9}){0,5}$/)
    .filter((line) => !/joules|energy|perf/i.test(line));
  fc.assert(
    fc.property(fc.constantFrom(samples.text, samples.csv, samples.json), noise, noise, (file, before, after) => {
      expect(read(`${before}\n${file}${after}\n`)).toEqual(read(file));
    }),
  );
});
