import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { RunReport } from '../../src/core/report/report';
import { makeBench, runFolderIn } from '../support/greenbatch';

/** The paper's experiments, scaled down for a laptop, through the built program: from architectures and drawn scenes. */

const bench = makeBench();
afterAll(() => bench.remove());

it.each([
  ['exp1', 14],
  ['exp2', 5],
])(
  'runs %s with one command, each configuration a whole process once',
  async (experiment, configurations) => {
    const result = await bench.run(['paper', experiment, '--laptop']);
    expect(result.code, result.stderr).toBe(0);
    const file = `paper-${experiment}-laptop.energy.yaml`;
    expect(result.stderr).toContain(`Experiment: ${file}`);
    expect(readFileSync(join(bench.folder, file), 'utf8')).toContain(`reproduces: paper-${experiment}`);
    const shown = await bench.run(['show', runFolderIn(result.stdout), '--json']);
    const report = JSON.parse(shown.stdout) as RunReport;
    expect(report.run).toMatchObject({ reproduces: `paper-${experiment}`, scope: 'process', status: 'complete' });
    expect(report.configurations).toHaveLength(configurations);
    expect(report.configurations.map((c) => [c.id, c.n])).toEqual(report.configurations.map((c) => [c.id, 1]));
    for (const c of report.configurations)
      expect(c.phases?.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['start', 'inference', 'exit']));
  },
  600_000,
);
