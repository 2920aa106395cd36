import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { discoverPowercap, partsOf, type Zone } from '../../../../src/energy/powercap/powercap';
import { checkPowercap } from '../../../../src/energy/powercap/powercapCheck';
import { makePowercapTree, type TestTree, type TreeOptions } from '../../../support/powercapTree';
import { cpus, machineWith } from '../../../support/machines';
import { asOrdinaryUser } from '../../../support/ordinaryUser';

const machine = machineWith({ sockets: [] });
const both = ['package', 'dram'] as const;
const cleanups: (() => void)[] = [];
afterEach(() => {
  while (cleanups.length > 0) cleanups.pop()!();
});

function tree(options: TreeOptions = {}): TestTree {
  const made = makePowercapTree(options);
  cleanups.push(() => made.remove());
  return made;
}

function folder(): string {
  const made = mkdtempSync(path.join(os.tmpdir(), 'greenbatch-odd-'));
  cleanups.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function addZone(root: string, zone: string, files: Record<string, string>): string {
  const at = path.join(root, zone);
  mkdirSync(at, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(at, name), text);
  return at;
}

/** Counters that move by themselves would need a process; here a timer moves them while the check waits. */
async function checkMoving(
  made: TestTree,
  wanted: readonly ('package' | 'dram')[] = both,
  still: string[] = [],
  allowed: string[] = [],
  ofMachine = machine,
) {
  let microjoules = 1_000_000;
  const timer = setInterval(() => {
    microjoules += 100_000;
    made.zones.forEach((zone, i) => {
      if (!still.includes(zone.id) && existsSync(zone.file)) made.set(zone.id, microjoules + i * 1e9);
    });
  }, 3);
  try {
    return await checkPowercap(discoverPowercap(made.root), wanted, ofMachine, allowed);
  } finally {
    clearInterval(timer);
  }
}

const idsOf = (zones: readonly Pick<Zone, 'id'>[]) => zones.map((zone) => zone.id);

describe('discoverPowercap', () => {
  it.each(['links', 'nested', 'flat'] as const)('finds the same zones in a tree of %s', (layout) => {
    const { root } = tree({ layout, sockets: 2, core: true, psys: true, mmioTwins: true });
    const { zones } = discoverPowercap(root);
    expect(idsOf(zones.filter((zone) => zone.twinOf === null))).toEqual([
      ...['psys', 'package-0', 'core-0', 'dram-0', 'package-1', 'core-1', 'dram-1'],
    ]);
    expect(zones.filter((zone) => zone.twinOf !== null).map((zone) => zone.twinOf)).toEqual(['package-0', 'package-1']);
    expect(zones.find((zone) => zone.id === 'dram-1')).toMatchObject({
      socket: 1,
      rangeMicrojoules: 65_712_999_613,
      limitWatts: 165,
    });
    const domains = partsOf(zones, ['package', 'dram']);
    expect(idsOf(domains.filter((d) => d.added))).toEqual(['package-0', 'dram-0', 'package-1', 'dram-1']);
    expect(domains.every((d) => existsSync(d.path!))).toBe(true);
    expect(idsOf(partsOf(zones, ['package']).filter((d) => d.added))).toEqual(['package-0', 'package-1']);
  });

  it('numbers sixteen packages in hexadecimal and takes the socket from the name', () => {
    const { root } = tree({ sockets: 16, psys: true, dram: false });
    const zones = discoverPowercap(root).zones;
    expect(zones.find((zone) => zone.zone === 'intel-rapl:f')).toMatchObject({ id: 'package-14', socket: 14 });
    expect(zones.find((zone) => zone.zone === 'intel-rapl:10')).toMatchObject({ id: 'package-15', socket: 15 });
    expect(zones.map((zone) => zone.socket)).toEqual([null, ...Array.from({ length: 16 }, (_, i) => i)]);
  });

  it('knows dies, numbered psys, other control types and zones it cannot name', () => {
    const root = folder();
    const counter = { energy_uj: '174924188972\n', max_energy_range_uj: '262143328850\n' };
    addZone(root, 'intel-rapl:0', { name: 'package-0-die-0\n', ...counter });
    addZone(root, 'intel-rapl:0/intel-rapl:0:0', { name: 'dram\n', ...counter });
    addZone(root, 'intel-rapl:1', { name: 'package-0-die-1\n', ...counter });
    addZone(root, 'intel-rapl:2', { name: 'psys-1\n', ...counter });
    addZone(root, 'intel-rapl:3', { name: 'platinum\n', ...counter });
    addZone(root, 'intel-rapl:4:0', { name: 'dram\n', ...counter });
    addZone(root, 'dtpm', { enabled: '1\n' });
    const { zones, otherTypes } = discoverPowercap(root);
    expect(zones.map(({ id, kind, socket }) => [id, kind, socket])).toEqual([
      ['package-0-die-0', 'package', 0],
      ['dram-0-die-0', 'dram', 0],
      ['package-0-die-1', 'package', 0],
      ['psys-1', 'psys', 1],
      ['platinum@intel-rapl:3', 'unknown', null],
      ['dram@intel-rapl:4:0', 'dram', null],
    ]);
    expect(otherTypes).toEqual(['dtpm']);
  });

  it('says why each counter cannot be read', () => {
    const root = folder();
    const range = { max_energy_range_uj: '262143328850\n' };
    addZone(root, 'intel-rapl:0', { name: 'package-0\n', energy_uj: '', ...range });
    addZone(root, 'intel-rapl:1', { name: 'package-1\n', energy_uj: 'twelve\n', ...range });
    addZone(root, 'intel-rapl:2', { name: 'package-2\n', ...range });
    mkdirSync(path.join(addZone(root, 'intel-rapl:3', { name: 'package-3\n' }), 'energy_uj'));
    execFileSync('mkfifo', [path.join(addZone(root, 'intel-rapl:4', { name: 'package-4\n' }), 'energy_uj')]);
    symlinkSync('../../devices/virtual/powercap/intel-rapl/intel-rapl:5', path.join(root, 'intel-rapl:5'));
    addZone(root, 'intel-rapl:6', { energy_uj: '5\n' });
    writeFileSync(path.join(root, 'intel-rapl:7'), 'a file, not a folder');
    const codes = Object.fromEntries(discoverPowercap(root).zones.map((zone) => [zone.zone.slice(11), zone.code]));
    expect(codes).toEqual({
      0: 'EMPTY',
      1: 'GARBAGE',
      2: 'ENOENT',
      3: 'EISDIR',
      4: 'IRREGULAR',
      5: 'ENOENT',
      6: 'UNNAMED',
      7: 'ENOTDIR',
    });
    expect(discoverPowercap(path.join(root, 'nowhere')).code).toBe('ENOENT');
  });

  it('shows no text that the kernel would not write for a name', () => {
    const root = folder();
    for (const [number, name] of ['root:x:0:0:root', 'package-0\npackage-1', 'a'.repeat(65)].entries())
      addZone(root, `intel-rapl:${number}`, { name, energy_uj: '5\n' });
    mkdirSync(path.join(root, 'dtpm\nadded'));
    const { zones, otherTypes } = discoverPowercap(root);
    expect(zones.map(({ id, code }) => [id, code])).toEqual(
      [0, 1, 2].map((n) => [`unnamed@intel-rapl:${n}`, 'UNNAMED']),
    );
    expect(otherTypes).toEqual([]);
  });

  it('keeps a zone whose range cannot be read, and does not hang on links in circles', () => {
    const root = folder();
    const zone = addZone(root, 'intel-rapl/intel-rapl:0', { name: 'package-0\n', energy_uj: '60293987000000\n' });
    symlinkSync(root, path.join(zone, 'intel-rapl:1'));
    symlinkSync('..', path.join(zone, 'intel-rapl'));
    const zones = discoverPowercap(root).zones;
    expect(zones.find((z) => z.id === 'package-0')).toMatchObject({
      readable: true,
      rangeMicrojoules: null,
      limitWatts: null,
    });
  });

  it('never throws, whatever the tree holds', () => {
    const name = fc.constantFrom(
      'intel-rapl',
      'intel-rapl:0',
      'intel-rapl:1',
      'intel-rapl:0:0',
      'intel-rapl-mmio:0',
      'name',
      'energy_uj',
      'max_energy_range_uj',
      'constraint_0_power_limit_uw',
    );
    const content = fc.oneof(
      fc.constantFrom('package-0\n', 'package-1-die-0', 'dram', 'psys', '5', '', '1e9', '-1'),
      fc.string({ maxLength: 20 }),
    );
    const entries = fc.array(fc.record({ path: fc.array(name, { minLength: 1, maxLength: 4 }), content }), {
      maxLength: 12,
    });
    const base = folder();
    let run = 0;
    fc.assert(
      fc.property(entries, (files) => {
        const root = path.join(base, String(run++));
        mkdirSync(root);
        for (const file of files) {
          try {
            mkdirSync(path.join(root, ...file.path.slice(0, -1)), { recursive: true });
            writeFileSync(path.join(root, ...file.path), file.content);
          } catch {
            // A file already stands where a folder is wanted.
          }
        }
        const { zones } = discoverPowercap(root, 0);
        expect(new Set(idsOf(zones)).size).toBe(zones.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('checkPowercap', () => {
  it('accepts a machine whose asked-for counters all move', async () => {
    const check = await checkMoving(tree({ psys: true, core: true }));
    expect(check).toMatchObject({ usable: true, code: null, reason: null, dead: [] });
    expect(check.domains.filter((d) => d.added)).toHaveLength(4);
  });

  it('refuses half a machine: a missing dram, an unreadable counter, a nameless zone', async () => {
    const noDram = tree();
    rmSync(noDram.zone('dram-1').folder, { recursive: true });
    expect(await checkMoving(noDram)).toMatchObject({
      usable: false,
      code: 'source-partial',
      reason: expect.stringContaining('dram-1'),
    });
    const empty = tree();
    writeFileSync(empty.zone('package-1').file, '');
    unlinkSync(empty.zone('dram-0').file);
    const still = ['package-1', 'dram-0'];
    expect(await checkMoving(empty, both, still)).toMatchObject({
      usable: false,
      code: 'source-partial',
      reason: expect.stringMatching(/dram-0: .*package-1: /),
    });
    const dangling = tree({ sockets: 1 });
    symlinkSync('/nowhere/at/all', path.join(dangling.root, 'intel-rapl:1'));
    expect(await checkMoving(dangling)).toMatchObject({ usable: false, code: 'source-partial' });
  });

  it('measures packages alone where no socket has dram, and says so', async () => {
    const check = await checkMoving(tree({ dram: false }));
    expect(check).toMatchObject({ usable: true, reason: expect.stringContaining('no dram counter') });
    expect(await checkMoving(tree({ dram: false }), ['dram'])).toMatchObject({ usable: false, code: 'source-absent' });
  });

  it('refuses dead counters within little more than a second', async () => {
    const began = performance.now();
    expect(await checkMoving(tree(), both, ['package-1'])).toMatchObject({
      usable: false,
      code: 'source-dead',
      dead: ['package-1'],
    });
    expect(performance.now() - began).toBeLessThan(3000);
    const dram = await checkMoving(tree(), both, ['dram-0', 'dram-1']);
    expect(dram).toMatchObject({
      code: 'source-dead',
      remedy: { advice: expect.stringContaining('measure.domains: [package]'), fix: null },
    });
    expect(await checkMoving(tree(), ['package'], ['dram-0', 'dram-1'])).toMatchObject({ usable: true });
  });

  /** dram-0 dead, package-1 unreadable, dram-1 absent. */
  const halved = () => {
    const made = tree();
    writeFileSync(made.zone('package-1').file, '');
    rmSync(made.zone('dram-1').folder, { recursive: true });
    return { made, still: ['package-1', 'dram-0'] };
  };

  it('names all that lacks at once, whatever it lacks, and how to do without', async () => {
    const { made, still } = halved();
    expect(await checkMoving(made, both, still)).toMatchObject({
      ...{ usable: false, code: 'source-partial', missing: [], dead: ['dram-0'] },
      reason: 'package-1: the counter file is empty; no counter for dram-1; dram-0: the counter stood still for 1.2 s',
      remedy: { advice: expect.stringMatching(/measure.allowMissing: \[package-1, dram-1, dram-0\]$/) },
    });
  });

  it('measures without what may be missing, and says which it was', async () => {
    const { made, still } = halved();
    const check = await checkMoving(made, both, still, ['dram-0', 'package-1', 'dram-1', 'package-0']);
    expect(check).toMatchObject({ usable: true, code: null, reason: null, missing: ['dram-0', 'package-1', 'dram-1'] });
    expect(check.domains.map(({ id, added }) => [id, added])).toEqual([['package-0', true]]);
    // All of them have to be listed; the advice still is the whole list.
    const partly = await checkMoving(made, both, still, ['package-1']);
    expect(partly).toMatchObject({
      ...{ usable: false, code: 'source-partial' },
      reason: 'no counter for dram-1; dram-0: the counter stood still for 1.2 s',
      remedy: { advice: expect.stringMatching(/measure.allowMissing: \[package-1, dram-1, dram-0\]$/) },
    });
    expect(await checkMoving(tree(), both, [], ['dram-1'])).toMatchObject({ usable: true, missing: [] });
  });

  it('takes what is listed and not found for missing, where no tree can tell what there has to be', async () => {
    const one = tree({ sockets: 1, dram: false });
    expect(await checkMoving(one, both, [], ['dram-0', 'package-1'])).toMatchObject({
      ...{ usable: true, missing: ['dram-0', 'package-1'] },
    });
  });

  it('measures nothing where all may be missing and is, nor where a zone has no name', async () => {
    const all = ['package-0', 'dram-0', 'package-1', 'dram-1'];
    const dead = await checkMoving(tree(), both, all, all);
    expect(dead).toMatchObject({ usable: false, code: 'source-dead', dead: all });
    expect(dead.remedy.advice).not.toContain('allowMissing');
    const nameless = tree();
    rmSync(path.join(nameless.zone('package-1').folder, 'name'));
    const check = await checkMoving(nameless, both, [], all);
    expect(check).toMatchObject({ usable: false, code: 'source-partial' });
    expect(check.remedy.advice).not.toContain('allowMissing');
  });

  it('adds the register that two dies of one package share only once', async () => {
    const made = tree({ dram: false });
    for (const [die, id] of [
      [0, 'package-0'],
      [1, 'package-1'],
    ] as const) {
      writeFileSync(path.join(made.zone(id).folder, 'name'), `package-0-die-${die}\n`);
    }
    const mirror = {
      ...made,
      set: (_: string, uj: number) => {
        for (const id of ['package-0', 'package-1']) made.set(id, uj % 1e9);
      },
    };
    const check = await checkMoving(mirror, ['package']);
    expect(check.domains.map(({ id, added }) => [id, added])).toEqual([
      ['package-0-die-0', true],
      ['package-0-die-1', false],
    ]);
    expect(check.reason).toContain('same counter as package-0-die-0');
    expect((await checkMoving(made, ['package'])).domains.every((d) => d.added)).toBe(true);
  });

  it('takes a name that is locked for a matter of permission, on one socket and on all', async () => {
    const made = tree({ dram: false });
    chmodSync(made.root, 0o755);
    const nameOf = (id: string) => path.join(made.zone(id).folder, 'name');
    const check = () => asOrdinaryUser(() => checkPowercap(discoverPowercap(made.root), ['package'], machine));
    chmodSync(nameOf('package-1'), 0o400);
    expect(await check()).toMatchObject({
      usable: false,
      code: 'source-partial',
      remedy: { advice: expect.stringContaining('not the kernel’s'), fix: null },
    });
    chmodSync(nameOf('package-0'), 0o400);
    const all = await check();
    expect(all).toMatchObject({
      usable: false,
      code: 'source-permission',
      reason: expect.stringContaining('no readable name'),
    });
    expect([all.remedy, ...all.remedies.values()].every(({ fix }) => fix === null)).toBe(true);
  });

  it('names locked counters of all sockets, and no command where an experiment’s tree may link to what nobody should open', async () => {
    const made = tree();
    chmodSync(made.root, 0o755);
    for (const zone of made.zones) chmodSync(zone.file, 0o400);
    const check = await asOrdinaryUser(() => checkPowercap(discoverPowercap(made.root), both, machine));
    expect(check).toMatchObject({
      usable: false,
      code: 'source-permission',
      reason: 'package-0, dram-0, package-1, dram-1: permission denied: only root may read it, since CVE-2020-8694',
    });
    expect(check.remedy.fix).toBeNull();
    chmodSync(made.zone('package-0').file, 0o444);
    expect((await asOrdinaryUser(() => checkPowercap(discoverPowercap(made.root), both, machine))).code).toBe(
      'source-partial',
    );
  });

  it('adds packages and dram of a TPMI machine, and neither of its psys', async () => {
    const made = tree({ psys: true, sockets: 2 });
    addZone(made.root, 'intel-rapl:3', { name: 'psys-1\n', energy_uj: '5\n', max_energy_range_uj: '262143328850\n' });
    const check = await checkMoving(made, both, [], [], machineWith({ ...cpus.graniteRapids, sockets: [] }));
    expect(check).toMatchObject({ usable: true, reason: null });
    expect(check.domains.map(({ id, added, scope }) => [id, added, scope])).toEqual([
      ['psys', false, { of: 'machine', number: null }],
      ...[0, 1].flatMap((socket) =>
        ['package', 'dram'].map((kind) => [`${kind}-${socket}`, true, { of: 'socket', number: socket }]),
      ),
      ['psys-1', false, { of: 'socket', number: 1 }],
    ]);
    const dead = await checkMoving(made, both, ['package-1'], [], machineWith({ ...cpus.graniteRapids, sockets: [] }));
    expect(dead.remedy.fix).toBe('sudo modprobe -r intel_rapl_tpmi && sudo modprobe intel_rapl_tpmi');
  });

  it('says of AMD that its CPUs have no dram counter, which is no fault', async () => {
    const check = await checkMoving(tree({ dram: false, core: true }), both, [], [], machineWith(cpus.milan));
    expect(check).toMatchObject({ usable: true, reason: 'AMD CPUs have no dram counter: dram energy is not included' });
    expect(check.domains.flatMap(({ id, added }) => (added ? id : []))).toEqual(['package-0', 'package-1']);
  });

  it('tells a tree that is masked from one that is not there, and from one whose folder is closed', async () => {
    const root = path.join(folder(), 'class');
    mkdirSync(root);
    for (const zone of ['intel-rapl', 'intel-rapl:0', 'intel-rapl:0:0'])
      symlinkSync(`../devices/virtual/powercap/${zone}`, path.join(root, zone));
    const container = machineWith({ kind: 'container', container: true });
    const check = (isKernels: boolean) =>
      checkPowercap({ ...discoverPowercap(root), isKernels, root: '/sys/class/powercap' }, both, container);
    const masked = { usable: false, code: 'source-absent', reason: expect.stringContaining('is masked, as runtimes') };
    expect(await check(true)).toMatchObject(masked);
    expect((await check(true)).remedy.advice).toMatch(
      /GREENBATCH_POWERCAP_ROOT.*\n.*hostPath[^]*systempaths=unconfined/,
    );
    expect((await check(false)).reason).toContain('not mounted with them');
    mkdirSync(path.join(root, 'intel-rapl:1'));
    expect((await check(true)).reason).not.toContain('masked');
    const closed = { ...discoverPowercap(root), zones: [], code: 'EACCES' };
    expect(await checkPowercap(closed, both, machine)).toMatchObject({ code: 'source-permission' });
  });
});
