import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Machine } from '../../../../src/core/energy/diagnosis';
import { diagnosisText } from '../../../../src/core/energy/diagnosisText';
import { defaultPowercapRoot, discoverPowercap } from '../../../../src/energy/powercap/powercap';
import { examinePowercap } from '../../../../src/energy/powercap/powercapExamination';
import { machineWith } from '../../../support/machines';
import { asOrdinaryUser } from '../../../support/ordinaryUser';
import { layOut, readCapture, whileMoving } from '../../../support/powercapCapture';

/** Trees and refusals of real machines, as people published them: excerpts mostly, and what stood around them. */
const captures = resolve(
  process.env.GREENBATCH_FIXTURES ?? join(import.meta.dirname, '../../../../../shared/data'),
  'rapl-captures',
);

/** What is said beside a capture, in the thread that it is from: names of zones that it lists without them, and the machine. */
const told: Record<string, { names?: Record<string, string>; machine?: Partial<Machine> }> = {
  'sysfs/haos-issue4931_dangling_symlinks.txt': { machine: { kind: 'container', container: true, model: 190 } },
  'sysfs/scaphandre-issue131_i9-10900X_dtpm.txt': { names: { 'intel-rapl:0': 'package-0' } },
  'sysfs/node_exporter-issue1808_16packages_paths.txt': {
    names: { 'intel-rapl:0': 'package-0', 'intel-rapl:d': 'package-13', 'intel-rapl:e': 'package-14' },
    machine: { sockets: Array.from({ length: 16 }, (_, i) => i) },
  },
  'sysfs/procfs/powercap.ttar': { machine: { sockets: [0, 10] } },
  'sysfs/thermal_daemon-issue401_client_ls.txt': { names: { 'intel-rapl:0': 'package-0', 'intel-rapl:1': 'psys' } },
  'sysfs/thermal_daemon-issue45_i7-4770S_overflow.txt': { names: { 'intel-rapl:0:1': 'uncore' } },
  'sysfs/intel-powertelemetry-issue3_server_excerpts.txt': {
    names: { 'intel-rapl:0': 'package-0', 'intel-rapl:1': 'package-1' },
    machine: { sockets: [0, 1] },
  },
  'errors/energy_uj_permission_denied_codecarbon232.txt': { names: { 'intel-rapl:0': 'package-0' } },
  'errors/vm_no_powercap.txt': { machine: { kind: 'vm' } },
};

const filesOf = (folder: string, wanted: RegExp) =>
  existsSync(join(captures, folder))
    ? readdirSync(join(captures, folder)).flatMap((name) => (wanted.test(name) ? `${folder}/${name}` : []))
    : [];
const files = [
  ...filesOf('sysfs', /\.txt$/),
  ...filesOf('sysfs/procfs', /\.ttar$/),
  ...filesOf('errors', /^(?:energy_uj|vm)_/),
];

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** What the doctor says of powercap to an ordinary user, on 60 columns, were the tree the kernel's own. */
async function saidOf(root: string, counters: readonly string[], other: Partial<Machine> = {}): Promise<string> {
  const machine = machineWith({ sockets: [0], ...other });
  const { source, domains, notes } = await whileMoving(counters, () =>
    asOrdinaryUser(() =>
      examinePowercap(
        { ...discoverPowercap(root), isKernels: true, root: defaultPowercapRoot },
        ['package', 'dram'],
        machine,
      ),
    ),
  );
  const diagnosis = { root, sources: [source], domains, machine, hazards: [], notes };
  return diagnosisText(diagnosis, 60).replaceAll(root, defaultPowercapRoot);
}

describe.skipIf(files.length === 0)('captures of powercap (shared data, GREENBATCH_FIXTURES)', () => {
  it('are all there', () => expect(files.length).toBeGreaterThanOrEqual(13));

  it.each(files)('%s: its domains, or refused with the reason', async (file) => {
    const base = mkdtempSync(join(tmpdir(), 'greenbatch-capture-'));
    folders.push(base);
    chmodSync(base, 0o755);
    const root = join(base, 'powercap');
    const { names, machine } = told[file] ?? {};
    const counters = layOut(readCapture(readFileSync(join(captures, file), 'utf8')), root, names);
    await expect(`${await saidOf(root, counters, machine)}\n`).toMatchFileSnapshot(
      `../../../golden/powercap/${file
        .split('/')
        .at(-1)!
        .replace(/\.\w+$/, '')}.txt`,
    );
  });
});
