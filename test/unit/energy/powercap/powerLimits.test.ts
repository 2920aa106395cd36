import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { limitWindowSeconds, powerLimits, sustainedWatts } from '../../../../src/energy/powercap/powerLimits';

let root = '';
afterEach(() => rmSync(root, { recursive: true, force: true }));

function treeOf(zones: Record<string, Record<string, string>>): string {
  root = mkdtempSync(join(tmpdir(), 'limits-'));
  for (const [zone, files] of Object.entries(zones)) {
    mkdirSync(join(root, zone));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, zone, file), `${text}\n`);
  }
  return root;
}
const longTerm = {
  constraint_0_name: 'long_term',
  constraint_0_power_limit_uw: '65000000',
  constraint_0_time_window_us: '27983872',
};

it('are those of packages that are in force, by the names of their parts', () => {
  treeOf({
    'intel-rapl:0': { ...longTerm, name: 'package-0', enabled: '1', constraint_1_time_window_us: '2440' },
    'intel-rapl:1': { ...longTerm, name: 'package-1', enabled: '0' },
    'intel-rapl:2': { ...longTerm, name: 'package-2', constraint_0_name: 'short_term' },
    'intel-rapl:3': { ...longTerm, name: 'psys' },
    'intel-rapl:0:0': { ...longTerm, name: 'dram' },
  });
  expect(sustainedWatts(root)).toEqual({ 'package-0': 65 });
  expect(limitWindowSeconds(root)).toBeCloseTo(27.98, 2);
  expect(powerLimits(root)['intel-rapl:0']).toBe(65_000_000);
});

it('are none where nothing is named, or no folder is there', () => {
  treeOf({ 'intel-rapl:0': { name: 'package-0' } });
  for (const at of [root, join(root, 'nowhere')]) {
    expect(sustainedWatts(at)).toEqual({});
    expect(limitWindowSeconds(at)).toBeNull();
  }
});
