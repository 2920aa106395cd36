import type { DomainDiagnosis, Machine } from '../../core/energy/diagnosis';
import type { Part } from '../../core/energy/source';
import { perfProgram } from '../../machine/perfProgram';
import { readSmallFile } from '../../machine/smallFile';
import type { SourceExamination } from '../source';
import { checkPerf, type PerfCheck } from './perfCheck';
import { explainProblem } from './perfRemedy';
import { discoverPmu } from './pmu';
import { programNotes } from './programNote';

/** Examines every energy event of the PMU in `folder`; takes up to 1.2 s and changes nothing. */
export async function examinePerf(
  folder: string,
  wanted: readonly Part['kind'][],
  machine: Machine,
  program = 'perf',
): Promise<SourceExamination> {
  const pmu = discoverPmu(folder);
  const check = await checkPerf(pmu, wanted, machine);
  return {
    source: {
      ...{ kind: 'perf', usable: check.usable, readable: check.usable, measured: true },
      ...{ code: check.code, reason: check.reason, ...check.remedy },
      counters: pmu.code === null ? `of ${folder}` : null,
    },
    domains: check.parts.map((part) => diagnosePart(part, check)),
    notes: pmu.code === null ? notesOn(machine, program) : [],
  };
}

function diagnosePart({ id, kind, scope, path, added }: Part, { problems, remedy }: PerfCheck): DomainDiagnosis {
  const problem = problems.get(id);
  return {
    ...{ source: 'perf', id, kind, socket: scope.number, path, readable: problem === undefined || problem === 'DEAD' },
    added: added && problem === undefined,
    reason: problem === undefined ? (added ? null : 'shown, not added') : explainProblem(problem),
    ...(problem === undefined ? { advice: null, fix: null } : remedy),
    ...{ rangeMicrojoules: null, limitWatts: null },
  };
}

/** Where there are events: a machine without them needs no program to read them. */
function notesOn({ vendor }: Machine, program: string): string[] {
  return [
    ...(vendor === 'amd'
      ? ['perf counts packages on AMD; its power_core (since Linux 6.14) is of their cores, and not used.']
      : []),
    ...programNotes(perfProgram(program), program, readSmallFile('/etc/os-release').text ?? ''),
  ];
}
