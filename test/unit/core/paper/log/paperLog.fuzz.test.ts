import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExpectedError } from '../../../../../src/core/failure/expectedError';
import { importedRun } from '../../../../../src/core/paper/log/importedRun';
import { readPaperLog } from '../../../../../src/core/paper/log/paperLog';
import { eventSchema } from '../../../../../src/core/run/events';
import { paperLogOf } from '../../../../support/paperLogs';
import { repeats } from '../../../../support/repeats';

const text = paperLogOf([{}, { batchSize: 32, joules: '39 898,00', target: "'python3 test.py'" }]);
const from = { file: 'a.out', sha256: 'x', runId: 'r', program: 'p', importer: { pid: 1, startTicks: null, bootId: null } }; // prettier-ignore

/** null where it is refused; anything else that is thrown, or an event that no reader takes, fails the test. */
function read(log: string) {
  try {
    const sweeps = readPaperLog(log, 'a.out');
    for (const sweep of sweeps)
      for (const event of importedRun(sweep, from) ?? []) eventSchema.parse({ ...event, at: 1 });
    return sweeps;
  } catch (error) {
    expect(error).toBeInstanceOf(ExpectedError);
    return null;
  }
}

const lines = text.split('\n');
const pieces = fc.constantFrom('\r', '\n', 'EXP ', '9', ',', '-', 'Joules', '<not counted>', 'weights:', '= 1.000', 'e9', ' '); // prettier-ignore

it('reads or refuses a log that is torn anywhere, and never takes half a run', () => {
  fc.assert(
    fc.property(fc.nat(text.length), (end) => {
      for (const { runs } of read(text.slice(0, end)) ?? [])
        for (const { outcome } of runs) expect('energy' in outcome).toBe(true);
    }),
    { numRuns: repeats(300, 20_000) },
  );
});

it('reads or refuses a log with lines lost, doubled and in disorder, and with other characters', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(lines.length - 1), { maxLength: 2 * lines.length }),
      fc.array(fc.tuple(fc.nat(text.length), fc.nat(5), pieces), { maxLength: 8 }),
      (order, edits) => {
        read(order.map((i) => lines[i]).join('\n'));
        let edited = text;
        for (const [at, cut, piece] of edits) edited = edited.slice(0, at) + piece + edited.slice(at + cut);
        read(edited);
      },
    ),
    { numRuns: repeats(300, 20_000) },
  );
});

it('is quick with what is long', () => {
  const begun = performance.now();
  read(
    `weights:${'a '.repeat(1e6)}\nEXP ${'x'.repeat(1e6)} 10\n${' '.repeat(1e6)}\n${' Average Precision  '.repeat(1e4)}`,
  );
  read(`weights:a\n${'EXP a 1\n'.repeat(2e5)}`);
  expect(performance.now() - begun).toBeLessThan(2000);
});
