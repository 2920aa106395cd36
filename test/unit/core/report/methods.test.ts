import { describe, expect, it } from 'vitest';
import { methodsOf } from '../../../../src/core/report/methods';
import { reportOf } from '../../../../src/core/report/report';
import { foldRun } from '../../../../src/core/run/fold';
import { sweep } from '../../../support/runEvents';

const factsFor = (measured = true, change: (report: ReturnType<typeof reportOf>) => void = () => {}) => {
  const report = reportOf(foldRun(sweep(measured)), () => [], { folder: '/runs/x', status: 'complete' });
  change(report);
  return Object.fromEntries(methodsOf(report, report));
};

describe('how a run was measured', () => {
  it('says what the joules are of, how often, by what and where', () => {
    const facts = factsFor(true, ({ run }) => {
      run.environment = { cpuModel: 'Xeon Gold 6240R', sockets: 2, physicalCores: 48, memoryBytes: 192 * 2 ** 30 };
      run.blocks = 5;
    });
    expect(facts).toMatchObject({
      'Energy source': 'MEASURED powercap · 1 package + 1 dram',
      'What is added': 'package-0 + dram-0',
      'What a window holds': expect.stringMatching(/^inference only .*; gross/),
      Repeats: expect.stringMatching(/^n = 5 trials of each of 3 configurations, in 5 blocks, each in shuffled order/),
      Intervals: expect.stringMatching(/^95 % /),
      Machine: 'Xeon Gold 6240R, sockets 2, cores 48, 192 GiB of memory',
      Program: expect.stringContaining('greenbatch'),
    });
  });

  it('names each model by its whole hash, and what the machine did meanwhile', () => {
    const sha256 = 'a'.repeat(64);
    const facts = factsFor(true, ({ run }) => {
      run.models = [{ model: 'yolov7-tiny', sha256, parameters: null, gflops: null }];
      run.otherLoadPercent = 40;
    });
    expect(facts.Model).toBe(`yolov7-tiny, sha256 ${sha256}`);
    expect(facts.Conditions).toMatch(/^Other processes took 40 %/);
  });

  it('says estimated, and of few trials that no interval is shown', () => {
    const facts = factsFor(false, (report) => {
      for (const c of report.configurations) c.n = 2;
    });
    expect(facts['What is added']).toMatch(/estimated from CPU time/);
    expect(facts.Repeats).toMatch(/^n = 2 trials/);
    expect(facts.Intervals).toMatch(/^none is shown/);
  });
});
