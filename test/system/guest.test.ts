import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { counterTotal } from '../../src/core/energy/counterSeries';
import { windowValue } from '../../src/core/values/trialValue';
import { stageProgram } from '../../src/engine/launch/stage';
import { readPower } from '../../src/runs/store/powerLog';
import { loadRun } from '../../src/runs/store/runFolder';
import { finish, program, quickSpec } from '../support/greenbatch';

/**
 * The kernel's own powercap driver in an emulated two-socket guest: its files, permissions and wraps are real, its
 * power is made up and its speed says nothing. The guest belongs to the larger test data (tools/energy-lab beside it).
 */

const lab = resolve(process.env.GREENBATCH_FIXTURES ?? '../shared/data', '../tools/energy-lab/rapl-guest');
const missing = !existsSync(join(lab, 'run')) || process.getuid?.() !== 0;

describe.skipIf(missing)(
  'a guest with the real powercap driver (needs root and the energy lab)',
  { timeout: 900_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'greenbatch-guest-'));
    const mount = join(folder, 'mount');
    const out = join(folder, 'out');
    const guest = async (args: string[], job: string) => {
      mkdirSync(mount, { recursive: true });
      writeFileSync(join(mount, 'job.sh'), job);
      return finish(
        spawn(join(lab, 'run'), [...args, '--out', out, '--timeout', '600', '--mount', mount, '--', 'bash', 'job.sh']),
      );
    };

    it('is built, and given the program', () => {
      execFileSync('apt-get', ['update'], { stdio: 'ignore' });
      execFileSync(join(lab, 'build'), { stdio: 'ignore' });
      const staged = stageProgram({ node: process.execPath, script: program }, join(folder, 'cache'));
      cpSync(dirname(staged.script), mount, { recursive: true, dereference: true });
      mkdirSync(out);
      // The guest's unprivileged user must be able to read all this.
      execFileSync('chmod', ['-R', 'a+rX', folder]);
      expect(existsSync(join(mount, 'cli.js'))).toBe(true);
    });

    it('shows an unprivileged user which counters are closed, and the fix for all of them', async () => {
      const result = await guest(['--user', 'cc'], 'node cli.js doctor --json; echo "exit $?" >&2');
      const report = JSON.parse(result.stdout);
      expect(report.domains.map((d: { id: string }) => d.id).sort()).toEqual([
        'dram-0',
        'dram-1',
        'package-0',
        'package-1',
      ]);
      for (const domain of report.domains) expect(domain).toMatchObject({ readable: false });
      expect(JSON.stringify(report)).toMatch(/tmpfiles|udev/);
      expect(result.stderr).toContain('exit 3');
    });

    it('measures over wraps of a real driver’s counters', async () => {
      const spec = quickSpec(
        { batchSizes: [1], imageSize: 32, images: { generated: { count: 1 } } },
        { source: 'powercap', windowSeconds: 3, idleSeconds: 2, repeats: { min: 1, max: 1 } },
      );
      writeFileSync(join(mount, 'guest.energy.yaml'), stringify(spec));
      // 2³² less 6,000 J in units of 61 µJ: the packages wrap after about a minute.
      const start = 2 ** 32 - Math.round(6000 / 61.035e-6);
      const result = await guest(
        ['--rapl', `start_raw=${start}`],
        'export GREENBATCH_CACHE=/out/cache; node cli.js run guest.energy.yaml --out /out/run',
      );
      expect(result.code, result.stderr).toBe(0);
      expect(result.stderr).toContain('MEASURED powercap · 2 package + 2 dram');
      const { run, samples } = loadRun(join(out, 'run'));
      const windows = run.trials.flatMap((t) => t.windows.map((w) => windowValue(run, t, w, samples)));
      expect(windows.length).toBe(3);
      for (const window of windows) {
        if (!window.valid) throw new Error(window.message);
        // Two packages of 45 W at rest and up to 120 W more, and their memory.
        expect(window.watts).toBeGreaterThan(90);
        expect(window.watts).toBeLessThan(400);
      }
      const series = readPower(join(out, 'run', 'power.jsonl'))[0]!.samples;
      const wraps = run.source!.parts.map((part, i) => {
        const points = series.map((s) => ({ monotonicMs: s.monotonicMs, microjoules: s.counters[i] ?? null }));
        const total = counterTotal({ ...part, rangeMicrojoules: part.range }, points);
        if (!total.valid) throw new Error(total.message);
        return total.wraps;
      });
      expect(Math.max(...wraps)).toBeGreaterThanOrEqual(1);
    });
  },
);
