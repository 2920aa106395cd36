import { describe, expect, it } from 'vitest';
import { readPerfStat } from '../../../../../src/core/energy/perf/perfStat';

const read = (text: string) => readPerfStat(text, 'out.perf');
const text = (rows: string, { of = "'system wide'", elapsed = '10.002168423 seconds time elapsed' } = {}) =>
  `\n Performance counter stats for ${of}:\n\n${rows}\n\n      ${elapsed}\n\n`;
const json = (...rows: Record<string, unknown>[]) =>
  rows.map((row) => `${JSON.stringify(row).replaceAll('":', '" : ').replaceAll(',"', ', "')}\n`).join('');
const counter = (event: string, value: string, more: Record<string, unknown> = {}) => ({
  ...{ 'counter-value': value, unit: 'Joules', event, 'event-runtime': 10002168423, 'pcnt-running': 100 },
  ...more,
});
const wholeOf = (joules: number, seconds: number | null) => ({ domains: [{ name: 'package', joules }], seconds });
const warned = expect.any(Array) as string[];

describe('the text for people', () => {
  it('gives domains, seconds, and nothing to warn of', () => {
    const rows = `          3,352.31 Joules power/energy-pkg/
             48.05 Joules power/energy-ram/             (100.00%)
             10.10 Joules power/energy-cores/                                    
              2.20 Joules power/energy-gpu/
          4,444.44 Joules power/energy-psys/k
     1,234,567,890      cycles                    #    1.2 GHz       [100.00%]`;
    expect(read(text(rows))).toEqual({
      domains: [
        { name: 'package', joules: 3352.31 },
        { name: 'dram', joules: 48.05 },
        { name: 'core', joules: 10.1 },
        { name: 'uncore', joules: 2.2 },
        { name: 'psys', joules: 4444.44 },
      ],
      seconds: 10.002168423,
      warnings: [],
    });
  });

  it.each([
    ['German', '3.352,31', '60,002888474'],
    ['French', '3\u202f352,31', '60,002888474'],
    ['French of old', '3\u00a0352,31', '60,002888474'],
    ['Swedish', '3 352,31', '60,002888474'],
    ['Swiss', "3'352.31", '60.002888474'],
  ])('is read in a %s locale', (_, value, elapsed) => {
    const rows = `S0        1           ${value} Joules power/energy-pkg/\nS1        1               7.00 Joules power/energy-pkg/`;
    expect(read(text(rows, { elapsed: `${elapsed} seconds time elapsed` }))).toMatchObject({
      domains: [
        { name: 'package', socket: 0, joules: 3352.31 },
        { name: 'package', socket: 1, joules: 7 },
      ],
      seconds: 60.002888474,
    });
  });

  it('takes repeats as their mean and says so', () => {
    const rows = '   85.17 Joules power/energy-pkg/        ( +-  0.62% )';
    const elapsed = '1.00134 +- 0.00154 seconds time elapsed  ( +-  0.15% )';
    expect(read(text(rows, { of: "'system wide' (3 runs)", elapsed }))).toEqual({
      ...wholeOf(85.17, 1.00134),
      warnings: ['joules and seconds are means of 3 runs (-r); standard errors: power/energy-pkg/ ± 0.62 %'],
    });
  });

  it('sums intervals, and sums dies and cores by socket', () => {
    const rows = [1, 2].flatMap((i) => [
      `     ${i}.001048308 S0-D0           1              10.10 Joules power/energy-pkg/`,
      `     ${i}.001048308 S0-D1           1              20.20 Joules power/energy-pkg/`,
      `     ${i}.001048308 S0-D2           0      <not counted> Joules power/energy-pkg/`,
    ]);
    const header = '#           time die          cpus             counts   unit events';
    expect(read(`${header}\n${rows.join('\n')}\n`)).toEqual({
      domains: [{ name: 'package', socket: 0, joules: 60.6 }],
      seconds: 2.001048308,
      warnings: [],
    });
  });

  it('checks a summary behind intervals', () => {
    const intervals = ['1.000000001', '2.000000001']
      .map((time) => `     ${time}     1.50 Joules power/energy-pkg/\n`)
      .join('');
    const summary = (joules: string) => intervals + text(`  ${joules} Joules power/energy-pkg/`);
    expect(read(summary('3.01')).domains).toEqual([{ name: 'package', joules: 3 }]);
    expect(() => read(summary('3.10'))).toThrow(/is no summary of the intervals/);
  });

  it('passes over what the measured program prints around the report', () => {
    const { domains } = read(`Energy: 5.23 of something\n${text('   85.17 Joules power/energy-pkg/')}bye\n`);
    expect(domains).toEqual([{ name: 'package', joules: 85.17 }]);
  });

  it('warns where perf was not told to count system-wide, and where it extrapolated', () => {
    const rows = '   85.17 Joules power/energy-pkg/    (49.95%)';
    const { warnings } = read(text(rows, { of: "'sleep 1'" }));
    expect(warnings).toEqual([
      expect.stringMatching(/for 50\.0 % of the time only/),
      expect.stringMatching(/not told to count system-wide \(-a\), but 'sleep 1'/),
    ]);
  });

  it('says how little hundredths of a joule say of a short time', () => {
    expect(read(text('   0,05 Joules power/energy-pkg/')).warnings).toEqual([
      expect.stringMatching(/± 10\.0 % of 0\.05/),
    ]);
    expect(read(text('   0,00 Joules power/energy-pkg/')).warnings).toEqual([
      expect.stringMatching(/leaves nothing of 0 J/),
    ]);
  });
});

describe('CSV', () => {
  const row = '475.42,Joules,power/energy-pkg/,20005659301,100.00,,';

  it('has no time without duration_time: that of the counters is of all sockets', () => {
    const { warnings, ...whole } = read(`# started on Sat Nov 28 05:58:28 2026\n\n${row}\n`);
    expect(whole).toEqual(wholeOf(475.42, null));
    expect(warnings).toEqual([expect.stringMatching(/add the event duration_time/)]);
    expect(read(`${row}\n10002829650,ns,duration_time,10002829650,100.00,,\n`)).toEqual({
      ...wholeOf(475.42, 10.00282965),
      warnings: [],
    });
  });

  it.each([',', ';', '|', '\t', ':', ' ', '::'])('is read with the separator %j', (sep) => {
    const other = ['12', '', 'cycles', '3', '100.00', '1.2', 'GHz'].join(sep);
    expect(read(`${row.replaceAll(',', sep)}\n${other}\n`).domains).toEqual([{ name: 'package', joules: 475.42 }]);
  });

  it('is read with a decimal comma, which is the separator too', () => {
    const rows = [
      'S0,1,475,42,Joules,power/energy-pkg/,10002829650,100,00,,',
      'S1,1,9,05,Joules,power/energy-pkg/,10002829650,100,00,,',
    ];
    expect(read(`${rows.join('\n')}\n`)).toEqual({
      domains: [
        { name: 'package', socket: 0, joules: 475.42 },
        { name: 'package', socket: 1, joules: 9.05 },
      ],
      seconds: 10.00282965,
      warnings: [expect.stringMatching(/seconds are how long the counters ran/)],
    });
    const timed = '     1.001048308,19,63,Joules,power/energy-pkg/,2002406532,100,00,,\n';
    expect(read(timed)).toEqual({ ...wholeOf(19.63, 1.001048308), warnings: [] });
  });

  it('takes repeats as their mean; the time of the counters is not theirs', () => {
    const { warnings, ...whole } = read('S0,1,85.17,Joules,power/energy-pkg/,0.62%,1001343899,100.00,,\n');
    expect(whole).toEqual({ domains: [{ name: 'package', socket: 0, joules: 85.17 }], seconds: null });
    expect(warnings[0]).toMatch(/means of several runs \(-r\); standard errors: power\/energy-pkg\/ of S0 ± 0.62 %/);
  });

  it('adds up the CPUs of -A and the nodes of --per-node, whose sockets are not said', () => {
    const rows = ['CPU0', 'CPU28'].map((cpu) => `${cpu},10.25,Joules,power/energy-pkg/,1001343899,100.00,,\n`).join('');
    const without = 'CPU1,<not counted>,Joules,power/energy-pkg/,0,100.00,,\n';
    expect(read(rows + without)).toMatchObject(wholeOf(20.5, 1.001343899));
    const nodes = ['N0,1', 'N1,1'].map((node) => `${node},1.25,Joules,power/energy-pkg/,5,100.00,,\n`).join('');
    expect(read(nodes)).toMatchObject({ domains: [{ name: 'package', joules: 2.5 }] });
  });

  it.each(['         summary,', ''])('checks the summary of intervals that begins with %j', (begin) => {
    const timed = ['1', '2'].map((s) => `     ${s}.000000001,1.50,Joules,power/energy-pkg/,5,100.00,,\n`).join('');
    const summary = (joules: string) => `${timed}${begin}${joules},Joules,power/energy-pkg/,5,100.00,,\n`;
    expect(read(summary('2.99'))).toMatchObject(wholeOf(3, 2.000000001));
    expect(() => read(summary('2.90'))).toThrow(/is no summary of the intervals/);
  });
});

describe('JSON lines', () => {
  it('are read, also with the keys of later versions', () => {
    const rows = ['S0', 'S1'].map((socket, i) =>
      counter('power/energy-pkg/', `${i + 1}.500000`, {
        socket,
        counters: 1,
        'metric-value': 'nan',
        'metric-threshold': 'good',
      }),
    );
    expect(read(json(...rows))).toEqual({
      domains: [
        { name: 'package', socket: 0, joules: 1.5 },
        { name: 'package', socket: 1, joules: 2.5 },
      ],
      seconds: 10.002168423,
      warnings: [expect.stringMatching(/how long the counters ran/)],
    });
  });

  it.each([
    [
      'a decimal comma',
      '{"counter-value" : "88,445740", "unit" : "Joules", "event" : "power/energy-pkg/", "event-runtime" : 1, "pcnt-running" : 100,00}',
    ],
    [
      'a metric that is none',
      '{"counter-value" : "88.445740", "unit" : "Joules", "event" : "power/energy-pkg/", "event-runtime" : 1, "pcnt-running" : 100.00, "metric-value" : -nan, "metric-unit" : ""}',
    ],
    [
      'the brace of the first versions',
      '{"interval" : 1.000000001}"counter-value" : "88.445740", "unit" : "Joules", "event" : "power/energy-pkg/", "event-runtime" : 1, "pcnt-running" : 100.00}',
    ],
  ])('are read with %s, which is no JSON', (_, line) => {
    expect(read(`${line}\n`).domains).toEqual([{ name: 'package', joules: 88.44574 }]);
  });

  it('have seconds of duration_time, which only one socket counts', () => {
    const rows = ['S0', 'S1'].flatMap((socket, i) => [
      counter('power/energy-pkg/', '2.000000', { socket, 'aggregate-number': 1, 'event-runtime': 9 + i }),
      counter('duration_time', i === 0 ? '1001102293.000000' : '<not counted>', {
        socket,
        'aggregate-number': 1 - i,
        unit: 'ns',
      }),
    ]);
    expect(read(json(...rows))).toMatchObject({ seconds: 1.001102293, warnings: [] });
  });
});

describe('what has no number', () => {
  it('is named, and nothing stands in its place', () => {
    const rows = `     5.00 Joules power/energy-pkg/\n   <not supported> Joules power/energy-ram/\n     <not counted> Joules power/energy-psys/`;
    expect(read(text(rows))).toMatchObject({
      domains: [{ name: 'package', joules: 5 }],
      warnings: [
        expect.stringMatching(/^power\/energy-ram\/ has no number: <not supported>/),
        expect.stringMatching(/^power\/energy-psys\/ has no number: <not counted>/),
      ],
    });
  });

  it('leaves out a socket with a die, and a domain with an interval, that was not counted', () => {
    const dies = `S0-D0 1 5.00 Joules power/energy-pkg/\nS0-D1 1 <not counted> Joules power/energy-pkg/\nS1-D0 1 6.00 Joules power/energy-pkg/`;
    expect(read(text(dies))).toMatchObject({
      domains: [{ name: 'package', socket: 1, joules: 6 }],
      warnings: [expect.stringMatching(/of S0-D1 has no number/)],
    });
    const timed = (time: string, ram: string) =>
      `${time},5.00,Joules,power/energy-pkg/,5,100.00,,\n${time},${ram},Joules,power/energy-ram/,5,100.00,,\n`;
    expect(read(timed('1.000000001', '<not counted>') + timed('2.000000001', '3.00'))).toMatchObject({
      domains: [{ name: 'package', joules: 10 }],
      warnings: [expect.stringMatching(/energy-ram\/ has no number: <not counted>/)],
    });
  });
});

describe('names', () => {
  it('of events with modifiers are those of the domain; one of its own stays, with a warning', () => {
    const { domains, warnings } = read(
      text(
        '  5.00 Joules energy-pkg\n  6.00 Joules power/energy-ram,cpu=0/\n  7.00 Joules power_core/energy-core/\n  8.00 Joules mine',
      ),
    );
    expect(domains.map(({ name }) => name)).toEqual(['package', 'dram', 'core', 'mine']);
    expect(warnings).toEqual([expect.stringMatching(/^mine is in joules/)]);
  });
});

describe('a file is refused', () => {
  const one = text('   85.17 Joules power/energy-pkg/');
  const csv = '475.42,Joules,power/energy-pkg/,20005659301,100.00,,\n';
  const j = json(counter('power/energy-pkg/', '1.000000'));
  it.each([
    ['two texts', one + one, /line 9 begins a second report/],
    ['two texts of -o --append', `# started on a\n${one}# started on b\n${one}`, /several reports \(--append\)/],
    ['two of CSV', csv + csv, /stands in line 1 and again in line 2/],
    ['two of JSON', j + j, /stands in line 1 and again in line 2/],
    ['two formats', csv + j, /several formats/],
    ['text and CSV', one + csv, /several formats/],
    [
      'two runs of intervals',
      '2.000000001,1.00,Joules,power/energy-pkg/,5,100.00,,\n1.000000001,1.00,Joules,power/energy-pkg/,5,100.00,,\n',
      /time goes back at line 2/,
    ],
    ['intervals of repeats', '1.000000001,1.00,Joules,power/energy-pkg/,0.10%,5,100.00,,\n', /-r with -I/],
    [
      'an interval without a line',
      '1.000000001,1.00,Joules,power/energy-pkg/,5,100.00,,\n1.000000001,1.00,Joules,power/energy-ram/,5,100.00,,\n2.000000001,1.00,Joules,power/energy-pkg/,5,100.00,,\n',
      /interval 2.000000001 has not the events/,
    ],
    [
      'a socket without a line',
      'S0,1,1.00,Joules,power/energy-pkg/,5,100.00,,\nS0,1,1.00,Joules,power/energy-ram/,5,100.00,,\nS1,1,1.00,Joules,power/energy-pkg/,5,100.00,,\n',
      /place S1 has not the events/,
    ],
    ['a torn text', one.slice(0, -20), /has no end/],
    ['a text without a beginning', one.slice(40), /is about energy, but no whole line/],
    [
      'a torn line of CSV',
      `${csv}12.00,Joules,power/energy-r`,
      /line 2 is about energy, but no whole line of perf stat -x/,
    ],
    ['a torn line of JSON', j + j.slice(0, 60), /line 2 is no whole line of perf stat -j/],
    ['a torn interval', ' 1.000000001  1.00 Joules power/energy-p', /its last line has no end/],
    ['one more column', `cg,${csv}`, /line 1 is about energy, but no whole line/],
    ['one more number', `7,${csv}`, /line 1 is about energy, but no whole line/],
    ['a thread', `sleep-123,${csv}`, /line 1 is about energy/],
    [
      'a number that could be two',
      one.replace('85.17', '1,234'),
      /1,234 J, which is no number as perf prints one, or could be two/,
    ],
    [
      'decimals that perf does not print',
      csv.replace('475.42', '475.421'),
      /475\.421 J, which is no number as perf prints one/,
    ],
    ['more joules than there are', csv.replace('475.42', '47542000000.00'), /47542000000\.00 J, which is no number/],
    ['a raw count', csv.replace('Joules', '').replace('475.42', '2041913'), /without a unit: a raw count/],
    ['another unit', csv.replace('Joules', 'mJ'), /in mJ, not in Joules/],
    [
      'one domain twice',
      one.replace('energy-pkg/', 'energy-pkg/\n  5.00 Joules power/energy-pkg/k'),
      /one domain: it would be counted twice/,
    ],
    [
      'nothing counted',
      one.replace('85.17', '<not supported>'),
      /it holds no joules: power\/energy-pkg\/ has no number: <not supported> \(with -a/,
    ],
    ['no energy', one.replace('Joules power/energy-pkg/', 'cycles'), /names no energy event$/],
    ['an empty one', '', /names no energy event$/],
    ['a recording', 'PERFILE2\0\0', /is a recording: perf stat report/],
    ['a binary', 'a\0b', /is no text/],
    [
      "perf's complaint",
      "event syntax error: 'power/energy-pkg/'\n   \\___ Cannot find PMU `power'. Missing kernel support?\n",
      /perf says: event syntax error/,
    ],
  ])('for %s', (_, file, reason) => {
    expect(() => read(file)).toThrow(
      expect.objectContaining({ code: 'perf-output', message: expect.stringMatching(reason) as string }) as Error,
    );
    expect(() => read(file)).toThrow(/^out\.perf is not read as an output of perf stat: /);
  });
});

describe('line ends of Windows and a byte order mark', () => {
  it('change nothing', () => {
    const report = text('   85.17 Joules power/energy-pkg/');
    expect(read(`\ufeff${report.replaceAll('\n', '\r\n')}`)).toEqual(read(report));
    expect(read(report)).toEqual({ ...wholeOf(85.17, 10.002168423), warnings: [] });
  });
});

it('a large file is read in time, and adds up to the last digit', () => {
  const lines = Array.from(
    { length: 100_000 },
    (_, i) => `${i + 1}.000000001,19.63,Joules,power/energy-pkg/,2002406532,100.00,,\n`,
  );
  expect(read(lines.join(''))).toEqual({ ...wholeOf(1_963_000, 100_000.000000001), warnings: warned });
  const padding = `${' '.repeat(4_090)}\n`.repeat(2_000);
  expect(read(padding + text('   85.17 Joules power/energy-pkg/')).domains).toHaveLength(1);
}, 20_000);
