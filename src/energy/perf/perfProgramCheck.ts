import type { Machine } from '../../core/energy/diagnosis';
import type { Part } from '../../core/energy/source';
import { plainLine } from '../../core/words/plain';
import { monotonicMs } from '../../machine/clock';
import { perfParanoid } from '../../machine/perfParanoid';
import { readSmallFile } from '../../machine/smallFile';
import { aliveWithinMs } from '../watch';
import { absence, absenceRemedy, nothing, paranoidFix, type PerfCheck, type Remedy, unseenPackages } from './perfCheck';
import { everyMs, type PerfForm, perfProgram, type PerfStartProblem } from './perfProcess';
import { partsOf, type Pmu } from './pmu';
import { openProgram } from './programReader';

/** From the best to the oldest: JSON has six decimals (perf 5.19), control stops the count for a reading (perf 5.10). */
const forms: readonly PerfForm[] = [
  { form: 'json', control: true },
  { form: 'csv', control: true },
  { form: 'csv', control: false },
];

/**
 * Whether `perf stat` counts all asked-for domains of all sockets: it is started, in the first form that it knows, and read until every
 * counter has moved. Takes .5 s to 2 s.
 */
export function checkPerfProgram(
  pmu: Pmu,
  wanted: readonly Part['kind'][],
  machine: Pick<Machine, 'kind' | 'sockets' | 'vendor'>,
  env: NodeJS.ProcessEnv = process.env,
): PerfCheck {
  const none = (code: PerfCheck['code'], reason: string, remedy: Remedy, parts: Part[] = []): PerfCheck => ({
    ...{ usable: false, code, reason, remedy, parts, problems: new Map() },
  });
  if (pmu.code !== null) return none('source-absent', absence(pmu), absenceRemedy(pmu, machine));
  const events = partsOf(pmu, wanted, machine.vendor === 'amd');
  if (events.every(({ added }) => !added))
    return none('source-absent', `it has no ${wanted.join(' or ')} event`, nothing);
  if (events.some(({ kind, added }) => wanted.includes(kind) && !added)) {
    const advice = 'Use measure.perf: event';
    const reason = 'the dies of a socket share one counter here, which perf stat adds up once for each of them';
    return none('source-partial', reason, { advice, fix: null });
  }
  const unseen = unseenPackages(pmu, events, machine);
  if (unseen !== null) return none('source-partial', unseen, nothing);

  let problem: PerfStartProblem = { code: null, said: '' };
  for (const form of forms) {
    const parts = programParts(events, form);
    const opened = openProgram(parts, 'edges', env);
    if ('said' in opened) {
      problem = opened;
      if (isUnknownOption(opened)) continue;
      break;
    }
    const still = stillParts(parts, () => opened.read(() => ({ busySeconds: 0, totalSeconds: 0 })));
    opened.close();
    if (still === null)
      return none('source-absent', `${perfProgram(env)} stopped answering while it was read`, nothing, parts);
    if (still.length > 0) {
      const reason = `${still.join(', ')}: the counter stood still for ${aliveWithinMs / 1000} s, or perf does not support it`;
      return { ...none('source-dead', reason, nothing, parts), problems: new Map(still.map((id) => [id, 'DEAD'])) };
    }
    const absent = wanted.filter((kind) => !parts.some((part) => part.kind === kind));
    const notes = [
      ...absent.map((kind) => `this machine has no ${kind} event: ${kind} energy is not included`),
      ...(form.control
        ? []
        : [`this perf cannot be stopped for a reading (before 5.10): edges are known to half of ${everyMs} ms`]),
    ];
    return {
      ...{ usable: true, code: null, reason: notes.length > 0 ? notes.join('; ') : null, remedy: nothing },
      ...{ parts, problems: new Map() },
    };
  }
  const refused = refusalOf(problem, env);
  return none(refused.code, refused.reason, refused.remedy, programParts(events, forms[0]!));
}

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

const isUnknownOption = ({ said }: PerfStartProblem) => /unknown (?:option|switch)|^\s*usage: perf/im.test(said);

function refusalOf(
  { code, said }: PerfStartProblem,
  env: NodeJS.ProcessEnv,
): Pick<PerfCheck, 'code' | 'reason' | 'remedy'> & { reason: string } {
  const program = perfProgram(env);
  if (code === 'ENOENT' || /perf not found for kernel/.test(said)) {
    const what = code === 'ENOENT' ? `there is no program ${program}` : `${program} has no tools for this kernel`;
    return { code: 'source-absent', reason: what, remedy: installRemedy() };
  }
  if (code !== null)
    return {
      code: 'source-absent',
      reason: `${program} cannot be started (${code}: ${plainLine(said)})`,
      remedy: nothing,
    };
  if (/perf_event_paranoid|Permission denied|No permission|not permitted|is limited/i.test(said)) {
    const level = perfParanoid();
    const reason =
      level !== null && level > 0
        ? `permission denied: perf_event_paranoid is ${level}, and above 0 only root, and a perf that has CAP_PERFMON, may count the whole machine`
        : 'permission denied, though perf_event_paranoid allows it: a container’s seccomp profile, or a security module';
    const advice = 'Or give the program alone the right, by a group that owns it (docs/cli.md, "The right to count")';
    const isLevel = level !== null && level > 0;
    return { code: 'source-permission', reason, remedy: isLevel ? { advice, fix: paranoidFix } : nothing };
  }
  const why =
    said === ''
      ? 'it said nothing, and printed no energy'
      : plainLine(
          said
            .split('\n')
            .map((line) => line.trim())
            .join(' '),
          300,
        );
  return { code: 'source-absent', reason: `${program} stat does not count: ${why}`, remedy: nothing };
}

/** Where each distribution has the program. */
const packages: readonly { like: RegExp; command: string }[] = [
  { like: /\bubuntu\b/, command: 'sudo apt install linux-tools-common "linux-tools-$(uname -r)"' },
  { like: /\bdebian\b/, command: 'sudo apt install linux-perf' },
  { like: /\b(?:fedora|rhel|centos)\b/, command: 'sudo dnf install perf' },
  { like: /\bsuse\b/, command: 'sudo zypper install perf' },
  { like: /\barch\b/, command: 'sudo pacman -S perf' },
];

/** @param osRelease what tells the distribution: os-release(5) */
export function installRemedy(osRelease = readSmallFile('/etc/os-release').text ?? ''): Remedy {
  const ids = osRelease
    .split('\n')
    .filter((line) => /^ID(?:_LIKE)?=/.test(line))
    .join(' ');
  const command = packages.find(({ like }) => like.test(ids))?.command;
  return command === undefined
    ? { advice: 'Install perf: linux-tools of this kernel, or name the program with GREENBATCH_PERF', fix: null }
    : { advice: 'Install perf, or name the program with GREENBATCH_PERF', fix: command };
}
