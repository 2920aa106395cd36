import { describe, expect, it } from 'vitest';
import { toCsv } from '../../../../../src/core/export/csv';
import { simulatePolicies } from '../../../../../src/core/pipeline/simulation/simulation';
import { policyNames } from '../../../../../src/core/pipeline/simulation/simulationSchema';
import {
  policyTable,
  seriesTable,
  simulationNotes,
  simulationSentence,
} from '../../../../../src/core/pipeline/simulation/simulationText';
import { optionOf, problemOf, solveByTrying } from '../../../../support/pipelines';

const problem = (slaSeconds: number, idleWattsPerCore = 0) =>
  problemOf(
    [
      [
        optionOf({ latencySeconds: 0.05, idleWattsPerCore }),
        optionOf({ variant: 'large', accuracy: 0.9, idleWattsPerCore }),
      ],
    ],
    { slaSeconds },
  );
const result = (slaSeconds: number, idleWattsPerCore = 0) =>
  simulatePolicies({
    ...{ name: 'camera', policies: policyNames, asked: { seconds: 30 }, solve: solveByTrying, clock: () => 0 },
    problem: problem(slaSeconds, idleWattsPerCore),
    pattern: { kind: 'constant', requestsPerSecond: 12 },
  });
const simulation = result(0.5);

it('says that all is simulated, of what load, and how decisions were made', () => {
  expect(simulationSentence(simulation)).toBe(
    'camera: simulated, not measured: 30.0 s of 12.0 requests/s (Poisson arrivals, seed 1), a decision every 10.0 s by what arrived in the last one',
  );
});

it('has a row a policy, and defines its columns', () => {
  const { columns, rows } = policyTable(simulation);
  expect(columns).toEqual(['policy', 'violations', 'J/request', 'cores', 'accuracy']);
  expect(rows.map(([policy]) => policy)).toEqual(policyNames);
  expect(rows.every((row) => /^\d[\d.]* %$/.test(String(row[1])))).toBe(true);
  expect(simulationNotes(simulation, problem(0.5)).join('\n')).toContain('answered after 0.500 s');
});

it('says whether idle power is in the joules', () => {
  expect(simulationNotes(simulation, problem(0.5)).join('\n')).toContain(
    'answered, without idle power of the cores held',
  );
  expect(simulationNotes(result(0.5, 2), problem(0.5, 2)).join('\n')).toContain(
    'answered, with the idle power of the cores held',
  );
});

describe('what could not be simulated', () => {
  it('has no numbers, and its reason', () => {
    const none = result(0.01);
    expect(policyTable(none).rows[0]).toEqual(['energy-aware', null, null, null, null]);
    expect(simulationNotes(none, problem(0.01)).find((note) => note.startsWith('energy-aware'))).toMatch(
      /^energy-aware: nothing was simulated, for nothing is feasible at 12\.0 requests\/s\. No choice keeps the latency limit of 10 ms\. /,
    );
  });
});

it('has a row for each interval of each policy, marked as simulated', () => {
  const table = seriesTable(simulation);
  expect(table.rows).toHaveLength(3 * policyNames.length);
  for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
  const [head, first] = toCsv(table).split('\r\n');
  expect(head).toContain('SLA violations of arrived');
  expect(first).toMatch(/^simulated,energy-aware,0,10,12,/);
  expect(first).toContain('"stage 1: ');
});
