import type { Part } from '../../core/energy/source';
import { plainLine } from '../../core/words/plain';
import { monotonicMs } from '../../machine/clock';
import { perfProgram as stateOfProgram } from '../../machine/perfProgram';
import { readSmallFile } from '../../machine/smallFile';
import { refuseUnknownDomains, withoutKind } from '../coverage';
import type { MachineOfCounters } from '../raplDriver';
import { advise, noRemedy, type Remedy } from '../remedy';
import { aliveWithinMs } from '../watch';
import { domainsOf, lacksOf, type PerfCheck } from './perfCheck';
import { everyMs, type PerfForm, perfProgram, type PerfStartProblem } from './perfProcess';
import { absence, absenceRemedy, explainProblem, problemRemedy } from './perfRemedy';
import { isKernelsPmu, partsOf, type Pmu } from './pmu';
import { installCommand } from './programNote';
import { openProgram } from './programReader';

/** From the best to the oldest: JSON has six decimals (perf 5.19), control stops the count for a reading (perf 5.10). */
const forms: readonly PerfForm[] = [
  { form: 'json', control: true },
  { form: 'csv', control: true },
  { form: 'csv', control: false },
];

/**
 * As the events are checked, of `perf stat`: it is started, in the first form that it knows, and read until every counter has moved. Takes
 * .5 s to 2 s.
 *
 * @throws ExpectedError `experiment` where this machine cannot have a domain that may be missing
 */
export function checkPerfProgram(
  pmu: Pmu,
  wanted: readonly Part['kind'][],
  machine: MachineOfCounters,
  { allowed = [], env = process.env }: { allowed?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): PerfCheck {
  const refuse = (
    code: PerfCheck['code'],
    reason: string,
    remedy: Remedy,
    parts: Part[] = [],
    problems = new Map<string, string>(),
  ): PerfCheck => ({ usable: false, code, reason, remedy, parts, missing: [], problems });

  if (pmu.code !== null) return refuse('source-absent', absence(pmu), absenceRemedy(pmu, machine));
  const events = partsOf(pmu, wanted, machine.vendor === 'amd');
  if (events.every(({ added }) => !added))
    return refuse('source-absent', `it has no ${wanted.join(' or ')} event`, noRemedy);
  if (events.some(({ kind, added }) => wanted.includes(kind) && !added)) {
    const reason = 'the dies of a socket share one counter here, which perf stat adds up once for each of them';
    return refuse('source-partial', reason, advise('Use measure.perf: event'));
  }
  // The topology describes this machine; a PMU made up elsewhere may differ.
  const sockets = isKernelsPmu(pmu.folder) ? machine.sockets : [];
  const named = programParts(events, forms[0]!);
  refuseUnknownDomains(allowed, domainsOf(named), sockets);

  const opened = openInBestForm(events, env);
  if ('said' in opened) {
    const { code, reason, remedy } = refusalOf(opened, machine, env);
    return refuse(code, reason, remedy, named);
  }
  const { parts, control, still } = opened;
  if (still === null) return refuse('source-absent', `${perfProgram(env)} stopped answering`, noRemedy, named);
  const problems = new Map(still.map((id) => [id, 'DEAD']));
  const { refused, missing } = lacksOf(parts, { wanted, sockets, problems, allowed, machine });
  if (refused) return refuse(refused.code, refused.reason, refused.remedy, parts, problems);
  const absent = wanted.filter((kind) => !parts.some((part) => part.kind === kind));
  const notes = [
    ...absent.map((kind) => withoutKind(kind, 'event', machine.vendor)),
    ...(control
      ? []
      : [`this perf cannot be stopped for a reading (before 5.10): edges are known to ± ${everyMs / 2} ms`]),
  ];
  return {
    ...{ usable: true, code: null, reason: notes.length > 0 ? notes.join('; ') : null, remedy: noRemedy },
    parts: parts.filter(({ id }) => !problems.has(id)),
    ...{ missing, problems },
  };
}

/** The parts in the best form that this perf knows, and what of them stands still; null: it stopped answering. */
function openInBestForm(
  events: readonly Part[],
  env: NodeJS.ProcessEnv,
): { parts: Part[]; control: boolean; still: string[] | null } | PerfStartProblem {
  let problem: PerfStartProblem = { code: null, said: '' };
  for (const form of forms) {
    const parts = programParts(events, form);
    const opened = openProgram(parts, 'edges', env);
    if ('said' in opened) {
      problem = opened;
      if (isUnknownOption(opened)) continue;
      return opened;
    }
    const still = stillParts(parts, () => opened.read(() => ({ busySeconds: 0, totalSeconds: 0 })));
    opened.close();
    return { parts, control: form.control, still };
  }
  return problem;
}

const isUnknownOption = ({ said }: PerfStartProblem) => /unknown (?:option|switch)|^\s*usage: perf/im.test(said);

/** perf adds up the dies of a socket, where it has several: one part a socket. */
function programParts(events: readonly Part[], { form, control }: PerfForm): Part[] {
  const resolution = form === 'json' ? 1 : 10_000;
  const added = events.filter((part) => part.added);
  const firsts = added.filter((part, i) => added.findIndex((other) => isSameCounter(part, other)) === i);
  return firsts.map(({ cpu: _, ...part }) => ({
    ...part,
    ...{ id: part.scope.number === null ? part.kind : `${part.kind}-${part.scope.number}`, way: 'program' },
    printed: { form, control, everyMs, resolution },
  }));
}

const isSameCounter = (one: Part, other: Part) => one.kind === other.kind && one.scope.number === other.scope.number;

/** Ids of the parts that did not move within `aliveWithinMs`; null where perf cannot be read. */
function stillParts(parts: readonly Part[], read: () => { counters: (number | null)[] } | null): string[] | null {
  const first = read();
  const untilMs = monotonicMs() + aliveWithinMs;
  for (;;) {
    const last = first && read();
    if (!last) return null;
    const still = parts.filter((_, i) => last.counters[i] === null || last.counters[i] === first.counters[i]);
    if (still.length === 0 || monotonicMs() > untilMs) return still.map(({ id }) => id);
  }
}

function refusalOf(
  { code, said }: PerfStartProblem,
  machine: MachineOfCounters,
  env: NodeJS.ProcessEnv,
): { code: PerfCheck['code']; reason: string; remedy: Remedy } {
  const program = perfProgram(env);
  const state = stateOfProgram(program);
  if (state === 'missing' || state === 'no-tools') {
    const reason =
      state === 'missing' ? `there is no program ${program}` : `${program} has no tools for the kernel that runs`;
    return { code: 'source-absent', reason, remedy: installRemedy() };
  }
  if (code !== null)
    return {
      code: 'source-absent',
      reason: `${program} cannot be started (${code}: ${plainLine(said)})`,
      remedy: noRemedy,
    };
  if (/perf_event_paranoid|Permission denied|No permission|not permitted|is limited/i.test(said)) {
    const remedy = problemRemedy('EACCES', machine);
    const byGroup =
      remedy.fix === null
        ? []
        : ['Or give the program alone the right, by a group that owns it (docs/cli.md, “The right to count”)'];
    const advice = [...(remedy.advice === null ? [] : [remedy.advice]), ...byGroup];
    return {
      ...{ code: 'source-permission', reason: explainProblem('EACCES') },
      remedy: { ...remedy, advice: advice.length > 0 ? advice.join('\n') : null },
    };
  }
  const lines = said.split('\n').map((line) => line.trim());
  const why = said === '' ? 'it said nothing, and printed no energy' : plainLine(lines.join(' '), 300);
  return { code: 'source-absent', reason: `${program} stat does not count: ${why}`, remedy: noRemedy };
}

function installRemedy(): Remedy {
  const fix = installCommand(readSmallFile('/etc/os-release').text ?? '');
  return { advice: 'Install perf, or name the program with GREENBATCH_PERF', fix };
}
