import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DomainDiagnosis, Machine } from '../../../../src/core/energy/diagnosis';
import { diagnosisText } from '../../../../src/core/energy/diagnosisText';
import { examinePerf } from '../../../../src/energy/perf/perfExamination';
import { absence, absenceRemedy, explainProblem, problemRemedy } from '../../../../src/energy/perf/perfRemedy';
import { defaultPmuFolder } from '../../../../src/energy/perf/pmu';
import type { Remedy } from '../../../../src/energy/remedy';
import { machineWith } from '../../../support/machines';
import { makePmu, perfEventsMissing } from '../../../support/perfPmu';

/** What perf printed on real machines, as people published it. */
const captures = resolve(
  process.env.GREENBATCH_FIXTURES ?? join(import.meta.dirname, '../../../../../shared/data'),
  'rapl-captures',
);
const textOf = (file: string) => readFileSync(join(captures, file), 'utf8');
const goldenOf = (file: string) => `../../../golden/perf/${basename(file, '.txt')}.doctor.txt`;

/** On 60 columns, were the PMU the kernel's own. */
function said(
  usable: boolean,
  code: string | null,
  reason: string | null,
  remedy: Remedy,
  domains: DomainDiagnosis[] = [],
) {
  const counters = domains.length > 0 ? `of ${defaultPmuFolder}` : null;
  const source = { kind: 'perf', usable, readable: usable, measured: true, code, reason, ...remedy, counters };
  return diagnosisText({ root: '', sources: [source], domains, machine: machineWith(), hazards: [], notes: [] }, 60);
}

describe.skipIf(!existsSync(captures))('captures of perf (shared data, GREENBATCH_FIXTURES)', () => {
  it.each(['errors/perf_event_paranoid_2.txt', 'errors/perf_event_paranoid_4_ubuntu.txt'])(
    '%s: the level that it says, and the fix',
    async (file) => {
      const paranoid = Number(/perf_event_paranoid setting is (-?\d+)/.exec(textOf(file))![1]);
      const rights = { paranoid, perfmon: false, sysAdmin: false };
      const remedy = problemRemedy('EACCES', machineWith(), rights);
      const text = said(false, 'source-permission', `package-0: ${explainProblem('EACCES', rights)}`, remedy);
      await expect(`${text}\n`).toMatchFileSnapshot(goldenOf(file));
    },
  );

  it('errors/perf_no_power_pmu.txt: the module that is missing', async () => {
    const file = 'errors/perf_no_power_pmu.txt';
    const [, kernel, model] = /kernel (\S+), model (\d+)/.exec(textOf(file))!;
    const machine: Partial<Machine> = { kernel: kernel!, family: 6, model: Number(model) };
    const pmu = { folder: defaultPmuFolder, code: 'ENOENT', type: 0, events: [], cpus: [] };
    const text = said(false, 'source-absent', absence(pmu), absenceRemedy(pmu, machineWith(machine)));
    await expect(`${text}\n`).toMatchFileSnapshot(goldenOf(file));
  });

  it.skipIf(perfEventsMissing() !== null)('perf-list: the domains of each machine', async () => {
    const file = 'perf-list/client_and_server_power_events.txt';
    const texts = [];
    for (const block of textOf(file)
      .split(/^# --- /m)
      .slice(1)) {
      const events = [...block.matchAll(/power\/(energy-\w+)\//g)].map(([, name]) => [name!, 10] as const);
      const { folder, remove } = makePmu({ events: Object.fromEntries(events) });
      try {
        const { source, domains } = await examinePerf(folder, ['package', 'dram'], machineWith());
        texts.push(
          said(source.usable, source.code, source.reason, source, domains).replaceAll(folder, defaultPmuFolder),
        );
      } finally {
        remove();
      }
    }
    expect(texts).toHaveLength(4);
    await expect(`${texts.join('\n\n')}\n`).toMatchFileSnapshot(goldenOf(file));
  });
});
