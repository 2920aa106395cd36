import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { windowEnergy } from '../../src/core/energy/energyWindow';
import type { SpecInput } from '../../src/core/spec/spec';
import { configurationResults, windowValue } from '../../src/core/values/trialValue';
import { loadRun } from '../../src/runs/store/runFolder';
import { readTruth, truthLogger, windowAllowed } from '../support/energyTruth';
import { finish, quickSpec } from '../support/greenbatch';
import { guestMissing, makeGuest, quantum } from '../support/guest';
import { everyLayer } from '../support/smallCfgs';

/** What can happen to a server in the middle of a run, on a machine of its own that is reached by ssh. */

const repeats = 2;
const once = { min: repeats, max: repeats };

describe.skipIf(guestMissing)(
  'a guest to which things happen (needs root and the energy lab)',
  { timeout: 500_000 },
  () => {
    const guest = makeGuest();
    let machine: Awaited<ReturnType<typeof guest.up>>;
    const prelude = `${truthLogger.replace('mkfifo', '[ -e /tmp/never ] || mkfifo')}
export GREENBATCH_CACHE=/tmp/cache; mkdir -p /tmp/w/.greenbatch; cd /tmp/w; cp /mnt/host/*.yaml .
greenbatch() { node /root/p/cli.js "$@"; }
rapl=/sys/class/powercap/intel-rapl
# A trial's phase: phase NUMBER NAME
phase() { until grep -qs '"phase":"'$2'".*"trial":'$1',' log; do read -t 0.1 -u 9; done; }
ended() { until grep -qs session.ended log; do read -t 0.2 -u 9; done; }
`;
    /** In bash, as root; what it prints. */
    const job = async (script: string) => {
      const { code, stdout, stderr } = await finish(machine.start(`timeout 400 bash -c ${quoted(prelude + script)}`));
      expect(code, stderr).toBe(0);
      return stdout.trim().split('\n');
    };
    const writeSpec = (name: string, measure: SpecInput['measure']) =>
      writeFileSync(
        join(guest.mount, `${name}.energy.yaml`),
        stringify(
          quickSpec(
            { models: ['./small.yaml'], batchSizes: [1], imageSize: 32, images: { generated: { count: 1 } } },
            { source: 'powercap', idleSeconds: 1, repeats: once, ...measure },
          ),
        ),
      );
    /** Starts a run; its log is \`log\` from then on. */
    const begin = (name: string) => `
greenbatch run ${name}.energy.yaml --detach --out /tmp/w/.greenbatch/runs/${name} > /dev/null
ln -sfn .greenbatch/runs/${name}/events.jsonl log
`;
    /** Fetches a run; all its windows that count hold the exact energy. */
    const judged = async (name: string) => {
      await job(`cp -r .greenbatch/runs/${name} /tmp/truth /out`);
      const loaded = loadRun(join(guest.out, name));
      const { run, samples, status } = loaded;
      expect(status, JSON.stringify(run.sessions.at(-1)?.end)).toBe('complete');
      expect(configurationResults(run, samples).map((c) => c.trials.length)).toEqual([repeats]);
      const truth = readTruth(readFileSync(join(guest.out, 'truth'), 'utf8'));
      const windows = run.trials.flatMap((trial) =>
        trial.windows.map((window) => {
          const inside = samples(trial.session, window.start.monotonicMs - 1500, window.end.monotonicMs);
          const energy = windowEnergy(run.source!, window.start, inside, window.end);
          if (!windowValue(run, trial, window, samples).valid || !energy.valid) return { trial, energy: null };
          for (const { id, low, high } of windowAllowed(truth, run.source!, window)) {
            const said = `trial ${trial.trial}, ${id}: ${energy.byDomain[id]} J, allowed ${low} to ${high} J`;
            expect(energy.byDomain[id], said).toBeGreaterThanOrEqual(low);
            expect(energy.byDomain[id], said).toBeLessThanOrEqual(high);
          }
          return { trial, energy };
        }),
      );
      expect(windows.filter(({ energy }) => energy !== null).length).toBeGreaterThanOrEqual(repeats);
      return { ...loaded, windows };
    };

    beforeAll(async () => {
      guest.build();
      writeFileSync(join(guest.mount, 'small.yaml'), everyLayer);
      machine = await guest.up();
      await job(`cp -r /mnt/host/program /root/p; log_truth > /dev/null 2>&1 < /dev/null & disown`);
    }, 600_000);
    afterAll(() => {
      machine.down();
      guest.remove();
    });

    it('goes on when the ssh connection that began it is killed; it is found and followed from another one', async () => {
      writeSpec('ssh', { windowSeconds: 2 });
      const first = machine.start(`bash -c ${quoted(`${prelude}greenbatch run ssh.energy.yaml`)}`, true);
      let shown = '';
      first.stdout.setEncoding('utf8').on('data', (text: string) => {
        shown += text;
      });
      await job(`until ls .greenbatch/runs/*-ssh-*/events.jsonl > /dev/null 2>&1; do read -t 0.2 -u 9; done
ln -sfn .greenbatch/runs/*-ssh-*/events.jsonl log; phase 2 window`);
      first.kill('SIGKILL');
      const runs = JSON.parse((await job('greenbatch runs --json')).join('\n')) as { status: string }[];
      expect(runs).toMatchObject([{ status: 'running' }]);
      const attached = await job(
        'greenbatch attach latest 2>&1; echo "attach $?"; cp -r .greenbatch/runs/*-ssh-* ssh; mv ssh .greenbatch/runs',
      );
      expect(attached.at(-1)).toBe('attach 0');
      // From the first line on, as the connection that was killed had it.
      const line = shown.split(/\r?\n/).find((text) => text.startsWith('drift check'))!;
      expect(attached.join('\n')).toContain(line.trimEnd());
      const { run } = await judged('ssh');
      expect(run.sessions).toHaveLength(1);
      expect(run.trials.map(({ state }) => state)).toEqual(new Array(run.trials.length).fill('finished'));
    });

    it('counts a wrap of package 1 within a window, and does not mind its time of day being set', async () => {
      writeSpec('clock', { warmupSeconds: 2, windowSeconds: 2, windows: 4 });
      await job(`${begin('clock')}
# At 45 to 165 W so many joules are used within the four windows, never before or after them.
phase 2 warmup; e=$(cat $rapl:1/energy_uj); p=/sys/module/fakerapl/parameters/start_raw
echo $((($(cat $p) + 4294967296 - 400 * 16384 - e * 1000 / 61035) % 4294967296)) > $p
set_clock() { date -s @$(($(date +%s) + $1)) > /dev/null; }
phase 3 window; read -t 1 -u 9; set_clock 3600
phase 4 window; read -t 1 -u 9; set_clock -7200
ended; set_clock 3600`);
      const { windows } = await judged('clock');
      const wrapped = windows.filter(({ energy }) => energy !== null && energy.wraps > 0);
      expect(wrapped.map(({ trial }) => trial.trial)).toContain(2);
      const report = JSON.parse((await job('greenbatch show .greenbatch/runs/clock --json')).join('\n')) as {
        run: { warnings: { code: string; message: string }[] };
      };
      expect(report.run.warnings.find(({ code }) => code === 'clock-set')?.message).toContain('by 7200 s at once');
    });

    it('loses its driver for a part of a window, and for good: nothing wrong is said, and it goes on when that is back', async () => {
      writeSpec('driver', { windowSeconds: 4 });
      const said = await job(`
raw=$(cat /sys/module/fakerapl/parameters/start_raw); load() { insmod /mnt/host/fakerapl.ko ${quantum} start_raw=$raw; }
${begin('driver')}
phase 2 window; read -t 1 -u 9; rmmod fakerapl; read -t 2 -u 9; load
phase 4 window; rmmod fakerapl; ended
greenbatch run --resume .greenbatch/runs/driver > refused.txt 2>&1; echo "refused $?"
grep -c modprobe refused.txt
load; greenbatch run --resume .greenbatch/runs/driver > resumed.txt 2>&1; echo "resumed $?"; grep -v "^warning" resumed.txt >&2`);
      expect(said[0]).toBe('refused 3');
      expect(Number(said[1])).toBeGreaterThan(0);
      expect(said[2]).toBe('resumed 0');
      const { run, samples } = await judged('driver');
      const failed = run.trials.filter(({ state }) => state === 'failed');
      expect(failed.every(({ failure }) => failure!.code === 'source-lost')).toBe(true);
      expect(failed[0]).toMatchObject({
        trial: 2,
        failure: {
          message: expect.stringMatching(/^package-0: the counter could not be read for [23]\.\d of 4\.\d s/) as string,
        },
      });
      expect(run.sessions[0]!.end).toMatchObject({ reason: 'failed', code: 'source-lost', exitCode: 3 });
      // The sampler found the counters again in the same session.
      const { start, end } = run.trials.find(({ trial }) => trial === 3)!.windows[0]!;
      const inside = samples(1, start.monotonicMs, end.monotonicMs);
      expect(inside.length).toBeGreaterThan(20);
      for (const { counters } of inside) expect(counters).not.toContain(null);
    });
  },
);

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
