import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { judge } from '../../src/core/analysis/verdict/judge';
import { configurationLabels } from '../../src/core/configuration/label';
import { termsOf } from '../../src/core/report/report';
import type { SpecInput } from '../../src/core/spec/spec';
import { configurationResults } from '../../src/core/values/trialValue';
import { readPower } from '../../src/runs/store/powerLog';
import { powerFile } from '../../src/runs/store/folders';
import { listRunFolders, loadRun, lookup } from '../../src/runs/store/runFolder';

/**
 * What the split of the cores is worth: a sweep of yolov7-tiny over splits, batch sizes and spinning and one of yolov7 over splits
 * and batch sizes, and what the verdict is under three latency limits. `RUNS` names folders of runs that were made elsewhere, to be
 * judged here.
 */
const limitsMs = [50, 200, 1000];
/** Requests a second: about an eighth of what one process with all of 16 cores keeps up with. */
const arrivalRates: Record<string, number> = { 'yolov7-tiny': 5, yolov7: 1 };

const sweep = (model: string, spinning: boolean[]): SpecInput => ({
  ...{ name: `splits of ${model}`, models: [model], batchSizes: [1, 4], instances: [1, 4, 16], spinning },
  current: { batchSize: 1, instances: 1, ...(spinning.length > 1 && { spinning: true }) },
  measure: {
    idleAt: 'thrice',
    idleSeconds: 3,
    restSeconds: 2,
    warmupSeconds: 1,
    windowSeconds: 2,
    repeats: { min: 5, max: 5 },
  },
});

function measure(): string[] {
  const workspace = mkdtempSync(join(tmpdir(), 'greenbatch-splits-'));
  mkdirSync(join(workspace, '.greenbatch'));
  for (const [model, spinning] of [
    ['yolov7-tiny', [true, false]],
    ['yolov7', [true]],
  ] as const) {
    const file = join(workspace, `${model}.energy.yaml`);
    writeFileSync(file, stringify(sweep(model, [...spinning])));
    const { status } = spawnSync(process.execPath, [resolve('dist/cli.js'), 'run', file], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`the sweep of ${model} ended with code ${status}`);
  }
  return listRunFolders(workspace);
}

for (const folder of process.env.RUNS?.split(':') ?? measure()) {
  const { run } = loadRun(folder);
  const results = configurationResults(run, lookup(readPower(powerFile(folder))));
  const labels = configurationLabels(results);
  const arrivalRate = arrivalRates[run.configurations[0]!.model] ?? 1;
  console.log(`\n${run.name}, ${arrivalRate} requests/s`);
  for (const requestLatencyMs of limitsMs) {
    const terms = termsOf(run);
    const sla = { requestLatencyMs, percentile: 95, arrivalRate };
    const { verdict, configurations } = judge(results, { ...terms, sla });
    console.log(`  p95 of requests within ${requestLatencyMs} ms: ${verdict.kind}: ${verdict.sentence}`);
    for (const { sentence } of verdict.levers) console.log(`    ${sentence}`);
    for (const c of configurations) {
      const p95 = c.requestLatencyMs?.atPercentile.value;
      const feasible = verdict.feasibility.find((f) => f.id === c.id)?.feasible;
      if (requestLatencyMs === limitsMs[0] || process.env.ALL)
        console.log(
          `      ${labels.get(c.id)}: ${c.joulesPerRequest?.mean.toFixed(3)} J/request, p95 ${p95?.toFixed(0)} ms, keeps it: ${feasible}`,
        );
    }
  }
}
