import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { counterTotal } from '../../src/core/energy/counterSeries';
import { windowEnergy } from '../../src/core/energy/energyWindow';
import { windowStart } from '../../src/core/energy/readings';
import type { SpecInput } from '../../src/core/spec/spec';
import { readPower } from '../../src/runs/store/powerLog';
import { loadRun } from '../../src/runs/store/runFolder';
import {
  joulesAllowed,
  type ReadBetween,
  readBetween,
  readTruth,
  truthLogger,
  windowAllowed,
} from '../support/energyTruth';
import { makeBench, quickSpec } from '../support/greenbatch';
import { guestMissing, makeGuest } from '../support/guest';
import { everyLayer } from '../support/smallCfgs';

/** A real network, small enough for an emulated CPU: all of its trials are measured in the guest. */
const specOf = (measure: SpecInput['measure']) =>
  quickSpec({ models: ['./small.yaml'], batchSizes: [1], imageSize: 32, images: { generated: { count: 1 } } }, measure);

describe.skipIf(guestMissing)(
  'a guest with the real drivers of RAPL (needs root and the energy lab)',
  { timeout: 900_000 },
  () => {
    const guest = makeGuest();
    const writeSpec = (name: string, measure: SpecInput['measure']) =>
      writeFileSync(join(guest.mount, `${name}.energy.yaml`), stringify(specOf(measure)));
    const read = (name: string) => readFileSync(join(guest.out, name), 'utf8');
    const doctorIn = (name: string) => JSON.parse(read(name)) as Doctor;
    type Doctor = {
      sources: { kind: string; usable: boolean; code: string | null; reason: string; advice: string; fix: string }[];
      domains: { source: string; id: string; readable: boolean; reason: string; fix: string }[];
    };
    type Report = {
      run: {
        agreement: { withinPercent: number; sentence: string; domains: { id: string; differencePercent: number }[] };
        warnings: { code: string }[];
      };
      source: { parts: { source: string; way?: string }[] };
      configurations: { joulesPerUnit: { mean: number; low: number; high: number } }[];
    };
    const sourceIn = (doctor: Doctor, kind: string) => doctor.sources.find((source) => source.kind === kind)!;
    const closedIn = (doctor: Doctor, kind: string) =>
      doctor.domains.flatMap(({ source, id, readable }) => (source === kind && !readable ? id : [])).sort();
    const everyDomain = ['dram-0', 'dram-1', 'package-0', 'package-1'];

    beforeAll(() => {
      guest.build();
      writeFileSync(join(guest.mount, 'small.yaml'), everyLayer);
    }, 600_000);
    afterAll(() => guest.remove());

    it('is closed to an ordinary user, who pastes what the doctor prints and measures', async () => {
      const once = { idleSeconds: 0, repeats: { min: 1, max: 1 } };
      for (const source of ['perf', 'powercap']) writeSpec(source, { source, ...once });
      writeSpec('program', { source: 'perf', perf: 'program', ...once });
      const result = await guest.run(`
cp -a /mnt/host/system/. /; chmod 4755 /usr/bin/sudo; systemd-udevd --daemon 2> /dev/null
as_cc 'cp -r /mnt/host/program p'
doctor() { as_cc 'node p/cli.js doctor --json' > /out/$1.json; echo "doctor $1 $?"; }
run() { as_cc "node p/cli.js run /mnt/host/$1.energy.yaml --out ~/$2" > /out/$2.txt 2>&1; echo "run $2 $?"; }
paste() {
  node -p "JSON.parse(require('fs').readFileSync('/out/closed.json')).sources.find((s) => s.kind === '$1').fix" > /tmp/$1.sh
  as_cc "bash -eu /tmp/$1.sh" >&2 && echo "pasted $1"
}
doctor closed; for source in perf program powercap; do run $source $source-closed; done
paste perf; run perf perf-open; run program program-open
mv /usr/bin/perf /usr/bin/perf.away; run program program-missing; mv /usr/bin/perf.away /usr/bin/perf
paste powercap; run powercap powercap-open
doctor open
rmmod fakerapl; doctor absent; run perf perf-absent
`);
      expect(result.stdout.trim().split('\n'), result.stderr).toEqual([
        ...['doctor closed 3', 'run perf-closed 3', 'run program-closed 3', 'run powercap-closed 3'],
        ...['pasted perf', 'run perf-open 0', 'run program-open 0', 'run program-missing 3'],
        ...['pasted powercap', 'run powercap-open 0'],
        ...['doctor open 0', 'doctor absent 3', 'run perf-absent 3'],
      ]);
      const closed = doctorIn('closed.json');
      for (const kind of ['powercap', 'perf']) expect(closedIn(closed, kind)).toEqual(everyDomain);
      for (const name of ['perf-closed.txt', 'program-closed.txt']) {
        expect(read(name)).toContain('perf_event_paranoid is 3');
        expect(read(name)).toContain(sourceIn(closed, 'perf').fix.split('\n')[0]);
      }
      expect(read('powercap-closed.txt')).toContain('sudo groupadd');
      expect(read('perf-open.txt')).toContain('MEASURED perf event · 2 package + 2 dram');
      expect(read('program-open.txt')).toContain('MEASURED perf program · 2 package + 2 dram');
      expect(read('program-missing.txt')).toContain('there is no program perf. Install perf');
      expect(read('powercap-open.txt')).toContain('MEASURED powercap · 2 package + 2 dram');
      // The counters are the kernel's own; its processor is an emulated one.
      for (const name of ['powercap-open.txt', 'perf-open.txt', 'program-open.txt'])
        expect(read(name)).toContain('RAPL filtering: unknown (a virtual machine');
      const open = doctorIn('open.json');
      for (const kind of ['powercap', 'perf']) expect(closedIn(open, kind)).toEqual([]);
      const absent = sourceIn(doctorIn('absent.json'), 'perf');
      expect(absent).toMatchObject({ usable: false, code: 'source-absent', fix: null });
      expect(absent.reason).toContain('/sys/bus/event_source/devices/power does not exist');
      expect(read('perf-absent.txt')).toContain(absent.reason);
    });

    it('gives each instrument the exact energy, over wraps, and says which it was', async () => {
      const instruments = [
        { name: 'powercap', measure: { source: 'powercap' }, says: 'powercap' },
        { name: 'event', measure: { source: 'perf' }, says: 'perf event' },
        { name: 'program', measure: { source: 'perf', perf: 'program' }, says: 'perf program' },
      ] as const;
      for (const { name, measure } of instruments)
        writeSpec(name, { ...measure, windowSeconds: 2, idleSeconds: 5, repeats: { min: 3, max: 3 } });
      // Between two windows powercap's counters jump to 1 kJ before their end, so that package-0 wraps in what follows.
      const result = await guest.run(`${truthLogger}
cp -r /mnt/host/program /root/p; export GREENBATCH_CACHE=/tmp/cache
log_truth 2> /dev/null & logger=$!
run() { node /root/p/cli.js run /mnt/host/$1.energy.yaml --out /tmp/$1 > /out/$1.txt 2>&1; echo "run $1 $?"; }
run powercap & run=$!
until grep -qs '"phase":"load"' /tmp/powercap/events.jsonl; do read -t 0.2 -u 9; done
wrap-soon 1000; cut -d ' ' -f 1 /proc/uptime
wait $run
run event; run program
kill $logger; cp -r /tmp/truth ${instruments.map(({ name }) => `/tmp/${name}`).join(' ')} /out

# A trial, then the engine, killed while perf counts for them.
node /root/p/cli.js run /mnt/host/program.energy.yaml --out /tmp/killed --detach > /dev/null 2>&1
log=/tmp/killed/events.jsonl
until grep -qs '"phase":"window"' $log; do read -t 0.2 -u 9; done
pid_in() { sed -n 's/.*"'$1'":{"pid":\\([0-9]*\\).*/\\1/p' $log | tail -1; }
# Pids of processes of this name, children of this one where it is given.
named() {
  local pid name state parent rest
  for stat in /proc/[0-9]*/stat; do
    { read -r pid name state parent rest < $stat; } 2> /dev/null || continue
    [ "$name" = "($1)" ] && [ "\${2:-$parent}" = $parent ] && echo $pid
  done
}
gone() { for pid in $1; do for i in {1..50}; do [ -e /proc/$pid ] || continue 2; read -t 0.1 -u 9; done; return 1; done; }
with_cat() { for perf in $1; do echo $perf $(named cat $perf); done; }
trial=$(pid_in process); counting=$(with_cat "$(named perf $trial)"); kill -9 $trial
gone "$counting" && echo "gone with the trial: $(wc -w <<< "$counting")"
engine=$(pid_in engine); counting=$(with_cat "$(named perf $engine)"); kill -9 $engine; gone "$counting $(named perf)" && echo "gone with the engine"
`);
      const [jumpedAt, ...ran] = result.stdout.trim().split('\n');
      expect(ran, result.stderr).toEqual([
        ...instruments.map(({ name }) => `run ${name} 0`),
        'gone with the trial: 2',
        'gone with the engine',
      ]);
      const truth = readTruth(read('truth'));
      const bench = makeBench();
      const joulesPerImage: { mean: number; low: number; high: number }[] = [];
      for (const { name, says } of instruments) {
        const folder = join(guest.out, name);
        const { run, samples } = loadRun(folder);
        const windows = run.trials.flatMap((trial) => trial.windows.map((window) => ({ window, trial })));
        expect(windows.length).toBeGreaterThanOrEqual(5);
        for (const { window, trial } of [
          ...windows,
          ...run.sessions[0]!.idles.map((window) => ({ window, trial: { session: 1 } })),
        ]) {
          const from = windowStart(window.start);
          const inside = samples(trial.session, from.monotonicMs, window.end.monotonicMs);
          const energy = windowEnergy(run.source!, window.start, inside, window.end);
          if (!energy.valid) throw new Error(energy.message);
          expect(energy.edgeJoules, name).toBeLessThan(0.05 * energy.joules);
          if (name === 'program') expect(energy.edgeJoules).toBeGreaterThan(0);
          for (const { id, low, high } of windowAllowed(truth, run.source!, window)) {
            const joules = energy.byDomain[id]!;
            const allowed = `${name} ${id}: ${joules} J, allowed ${low} to ${high} J`;
            expect(joules, allowed).toBeGreaterThanOrEqual(low);
            expect(joules, allowed).toBeLessThanOrEqual(high);
            // A bound that everything is within would show nothing.
            expect(high - low, allowed).toBeLessThan(0.05 * joules);
          }
        }
        expect((await bench.run(['show', folder])).stdout).toContain(`[MEASURED ${says} · 2 package + 2 dram]`);
        expect((await bench.run(['export', folder, '--format', 'markdown'])).stdout).toContain(`MEASURED ${says} ·`);
        // The page makes its label of the facts that it holds, by the same function.
        const [kind, way] = says.split(' ');
        expect((await bench.run(['export', folder, '--format', 'html'])).stdout).toContain(
          `"source":"${kind}",${way === undefined ? '' : `"way":"${way}",`}"kind":"package"`,
        );
        expect((await bench.run(['export', folder, '--format', 'csv'])).stdout).toContain(`,measured ${says},`);
        const report = JSON.parse((await bench.run(['show', folder, '--json'])).stdout) as Report;
        expect(new Set(report.source.parts.map(({ source, way = '' }) => `${source} ${way}`.trimEnd()))).toEqual(
          new Set([says]),
        );
        const { agreement, warnings } = report.run;
        expect(agreement.domains.map(({ id }) => id).sort()).toEqual(everyDomain);
        for (const { differencePercent } of agreement.domains)
          expect(Math.abs(differencePercent), agreement.sentence).toBeLessThanOrEqual(agreement.withinPercent);
        expect(warnings.map(({ code }) => code)).not.toContain('instruments-disagree');
        joulesPerImage.push(report.configurations[0]!.joulesPerUnit);
      }
      bench.remove();
      const told = JSON.stringify(joulesPerImage);
      expect(Math.max(...joulesPerImage.map(({ low }) => low)), told).toBeLessThanOrEqual(
        Math.min(...joulesPerImage.map(({ high }) => high)),
      );

      const { source } = loadRun(join(guest.out, 'powercap')).run;
      const series = readPower(join(guest.out, 'powercap', 'power.jsonl'))[0]!.samples.filter(
        ({ monotonicMs }) => monotonicMs > Number(jumpedAt) * 1000 + 20,
      );
      for (const [i, part] of source!.parts.entries()) {
        const { id, kind, scope } = part;
        const points = series.map((s) => ({ monotonicMs: s.monotonicMs, microjoules: s.counters[i] ?? null }));
        const total = counterTotal({ ...part, rangeMicrojoules: part.range }, points);
        if (!total.valid) throw new Error(total.message);
        if (id === 'package-0') expect(total.wraps).toBe(1);
        // A sample does not say whether it was held up.
        const [start, end] = [series[0]!, series.at(-1)!].map((s) => readBetween({ ...s, uncertainMs: 20 })) as [
          ReadBetween,
          ReadBetween,
        ];
        const { low, high } = joulesAllowed(truth, { kind, socket: scope.number! }, start, end);
        expect(total.microjoules / 1e6, id).toBeGreaterThanOrEqual(low);
        expect(total.microjoules / 1e6, id).toBeLessThanOrEqual(high);
      }
    });
  },
);
