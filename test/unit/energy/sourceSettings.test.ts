import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { powercap } from '../../../src/energy/powercap/powercapSource';
import { sourceSettings } from '../../../src/energy/sourceSettings';
import { energySources as withTestSources } from '../../support/testSources';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-source-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const root = join(folder, 'powercap');
const zone = (name: string, limit?: string) => {
  mkdirSync(join(root, name), { recursive: true });
  if (limit !== undefined) writeFileSync(join(root, name, 'constraint_0_power_limit_uw'), limit);
};
zone('intel-rapl:0', '165000000\n');
zone('intel-rapl:1', 'unknown\n');
zone('intel-rapl:a');
zone('intel-rapl:0:0', '1\n');
writeFileSync(join(root, 'intel-rapl:0', 'constraint_1_power_limit_uw'), '198000000\n');
writeFileSync(join(root, 'intel-rapl:0', 'constraint_0_time_window_us'), '28000000\n');
writeFileSync(join(root, 'intel-rapl:1', 'constraint_2_power_limit_uw'), 'none\n');
zone('intel-rapl', '1\n');
zone('dtpm:0', '1\n');
const limits = { 'intel-rapl:0': 165_000_000, 'intel-rapl:1': null, 'intel-rapl:a': null };
const further = { 'intel-rapl:0 constraint_1': 198_000_000, 'intel-rapl:1 constraint_2': null };
const ofRapl = {
  raplLimitsMicrowatts: limits,
  raplFurtherLimitsMicrowatts: further,
  raplLimitWindowSeconds: 28,
};
const asked = (powercapRoot?: string, env: NodeJS.ProcessEnv = {}) => ({
  measure: { domains: ['package' as const], powercapRoot },
  env,
});

it('has the power limits of each package, null where one cannot be read, and of nothing else', () => {
  expect(sourceSettings(asked(root))).toEqual(ofRapl);
  expect(sourceSettings(asked(undefined, { GREENBATCH_POWERCAP_ROOT: root }))).toEqual(ofRapl);
  expect(sourceSettings(asked(join(folder, 'nowhere')))).toEqual({
    ...{ raplLimitsMicrowatts: {}, raplFurtherLimitsMicrowatts: {}, raplLimitWindowSeconds: null },
  });
});

it('has what each of the sources records, and nothing of those that record nothing', () => {
  expect(sourceSettings(asked(root), withTestSources)).toEqual({
    ...{ ...ofRapl, testmeterLimitWatts: 60 },
  });
  const { settings: _, ...silent } = powercap;
  expect(sourceSettings(asked(root), [silent])).toEqual({});
});
