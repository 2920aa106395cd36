import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Part } from '../../../../src/core/energy/source';
import { discoverPowercap, partsOf } from '../../../../src/energy/powercap/powercap';
import { checkPowercap } from '../../../../src/energy/powercap/powercapCheck';
import { openReader } from '../../../../src/energy/openReader';
import { makePowercapTree, type TestTree } from '../../../support/powercapTree';
import { machineWith } from '../../../support/machines';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  while (cleanups.length > 0) await cleanups.pop()!();
});

/** In memory where that is possible: a busy disk may hold up the script between emptying a file and writing it. */
function tree(): TestTree {
  if (existsSync('/dev/shm')) vi.stubEnv('TMPDIR', '/dev/shm');
  const made = makePowercapTree();
  vi.unstubAllEnvs();
  cleanups.push(() => made.remove());
  return made;
}

async function rewritten(way: 'rename' | 'truncate' | 'remove'): Promise<TestTree> {
  const made = tree();
  const script = path.join(import.meta.dirname, '../../../support/rewritingDriver.mjs');
  const child = spawn(process.execPath, [script, way, ...made.zones.map((zone) => zone.file)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(async () => {
    const exited = once(child, 'exit');
    child.kill();
    await exited;
  });
  await once(child.stdout, 'data');
  return made;
}

const domainsIn = (made: TestTree): Part[] => partsOf(discoverPowercap(made.root).zones, ['package', 'dram']);

describe('counters that a script rewrites', () => {
  it.each(['rename', 'truncate', 'remove'] as const)(
    'are read without a gap, and found, while it works by %s',
    async (way) => {
      const made = await rewritten(way);
      const domains = domainsIn(made);
      expect(domains).toHaveLength(4);
      const reader = openReader(domains);
      cleanups.push(() => reader.close());
      const seen = domains.map(() => new Set<number | null>());
      let before = domains.map(() => 0);
      for (let i = 0; i < 3000; i++) {
        const counters = reader.read().counters;
        counters.forEach((value, k) => {
          seen[k]!.add(value);
          expect(value).toBeGreaterThanOrEqual(before[k]!);
        });
        before = counters.map((value) => value ?? 0);
        if (i % 30 === 0) {
          expect(discoverPowercap(made.root).zones.map((zone) => zone.code)).toEqual([null, null, null, null]);
        }
        if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      for (const values of seen) expect(values.size).toBeGreaterThan(50);
      const check = await checkPowercap(discoverPowercap(made.root), ['package', 'dram'], machineWith({ sockets: [] }));
      expect(check).toMatchObject({ usable: true });
    },
    60_000,
  );

  it('are followed by path after a single replacement, and null once they are gone', async () => {
    const made = tree();
    const [zone] = made.zones;
    const reader = openReader(domainsIn(made));
    cleanups.push(() => reader.close());
    made.set(zone!.id, 5);
    expect(reader.read().counters[0]).toBe(5);
    writeFileSync(`${zone!.file}.new`, '6\n');
    renameSync(`${zone!.file}.new`, zone!.file);
    expect(reader.read().counters[0]).toBe(6);
    // The whole folder swapped: the old file still has its name there.
    renameSync(zone!.folder, `${zone!.folder}.old`);
    mkdirSync(zone!.folder);
    writeFileSync(zone!.file, '7\n');
    expect(reader.read().counters[0]).toBe(7);
    unlinkSync(zone!.file);
    expect(reader.read().counters[0]).toBeNull();
    writeFileSync(zone!.file, '8\n');
    expect(reader.read().counters[0]).toBe(8);
  });

  it('are waited for once: a counter that stays empty does not slow the readings', () => {
    const made = tree();
    const reader = openReader(domainsIn(made));
    cleanups.push(() => reader.close());
    writeFileSync(made.zone('package-0').file, '');
    expect(reader.read().counters[0]).toBeNull();
    const began = performance.now();
    for (let i = 0; i < 100; i++) expect(reader.read().counters[0]).toBeNull();
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
