import type { DomainDiagnosis, Machine } from '../../core/energy/diagnosis';
import { filteringText } from '../../core/energy/filtering';
import type { Part } from '../../core/energy/source';
import type { SourceExamination } from '../source';
import { noRemedy } from '../remedy';
import { counterGroup } from './permissionFix';
import type { PowercapTree, Zone } from './powercap';
import { checkPowercap, explainCode, isDenied, type PowercapCheck } from './powercapCheck';
import { permissionRemedy } from './powercapRemedy';

/** Examines every counter of a tree; takes up to 1.2 s and changes nothing. */
export async function examinePowercap(
  tree: PowercapTree,
  wanted: readonly Part['kind'][],
  machine: Machine,
): Promise<SourceExamination> {
  const check = await checkPowercap(tree, wanted, machine);
  return {
    source: {
      ...{ kind: 'powercap', usable: check.usable, readable: check.usable, measured: true },
      ...{ code: check.code, reason: check.reason, ...check.remedy, counters: `below ${tree.root}` },
    },
    domains: tree.zones.map((zone) => diagnoseZone(tree, zone, check, wanted, machine)),
    notes: notesOn(tree, machine),
  };
}

function diagnoseZone(
  tree: PowercapTree,
  zone: Zone,
  check: PowercapCheck,
  wanted: readonly Part['kind'][],
  machine: Machine,
): DomainDiagnosis {
  const { id, kind, socket, path, readable, rangeMicrojoules, limitWatts, lockedFiles } = zone;
  const added = check.domains.some((d) => d.id === id && d.added) && !check.dead.includes(id);
  return {
    ...{ source: 'powercap', id, kind, socket, path, readable, added },
    reason: reasonOf(zone, check, wanted),
    ...(check.remedies.get(id) ??
      (isDenied(zone) && zone.twinOf === null ? permissionRemedy(tree, machine, lockedFiles) : noRemedy)),
    ...{ rangeMicrojoules, limitWatts },
  };
}

function reasonOf(zone: Zone, check: PowercapCheck, wanted: readonly Part['kind'][]): string | null {
  if (zone.twinOf !== null)
    return `the same counter as ${zone.twinOf} through another interface (${zone.zone}): not used`;
  if (zone.code !== null) return explainCode(zone.code);
  if (check.dead.includes(zone.id)) return 'dead: the counter did not move in 1.2 s';
  const mirror = check.mirrors.get(zone.id);
  if (mirror !== undefined) return `the same register as ${mirror}: not added again`;
  if (zone.rangeMicrojoules === null)
    return 'max_energy_range_uj cannot be read: a window in which the counter wraps is refused';
  if (zone.kind === 'package' || zone.kind === 'dram') {
    return wanted.includes(zone.kind) ? null : 'shown, not added: not among measure.domains';
  }
  if (zone.kind === 'psys') return 'shown, not added: it covers the packages and more';
  if (zone.kind === 'unknown') return 'not used: Greenbatch does not know this kind of zone';
  return 'shown, not added: it is a part of the package';
}

function notesOn(tree: PowercapTree, machine: Machine): string[] {
  const notes: string[] = [];
  if (machine.kind === 'vm') {
    notes.push(
      tree.zones.length === 0
        ? 'This is a virtual machine: its hypervisor does not pass energy counters on.'
        : 'This is a virtual machine with energy counters: they may be made up by the hypervisor, or cover the whole host.',
    );
  }
  if (machine.container) notes.push('This is a container: it sees only what its host mounts into it.');
  if (tree.zones.length > 0 && tree.isKernels) notes.push(`${filteringText(machine.filtering)}.`);
  if (tree.zones.some(isDenied) && tree.isKernels && !machine.container) {
    notes.push(
      `The fix covers all domains of all sockets, gives the group ${counterGroup} read access and survives a reboot.`,
    );
    notes.push('Whoever is in that group can watch other programs through their power (CVE-2020-8694).');
  }
  if (tree.otherTypes.length > 0) notes.push(`Not used: ${tree.otherTypes.join(', ')} (no energy counters of RAPL).`);
  return notes;
}
