/** What the search over policies takes: `npx tsx test/bench/policySearch.ts`, 36 configurations, and what it finds. */
import { policyAnalysis } from '../../src/core/analysis/policy/policyAnalysis';
import { policyRun } from '../support/policyRuns';

for (const sla of [
  { requestLatencyMs: 200, percentile: 95, arrivalRate: 20 },
  { requestLatencyMs: 2000, percentile: 99, arrivalRate: 5 },
  { requestLatencyMs: 60, percentile: 95, arrivalRate: 40, batching: 'timeout', batchTimeoutMs: 10 } as const,
]) {
  const run = policyRun(sla);
  const before = process.cpuUsage();
  const found = policyAnalysis.run([run])!;
  const { user, system } = process.cpuUsage(before);
  console.log(`${run.results.length} configurations: ${((user + system) / 1000).toFixed(0)} ms of CPU time`);
  console.log(policyAnalysis.sentence(found));
}
