import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { foldBands } from '../../../../src/core/panel/series/bands';
import { unpackColumns } from '../../../../src/core/panel/protocol/columns';
import { createPowerHistory, plainWatts } from '../../../../src/core/panel/series/powerHistory';
import { powerSeries } from '../../../../src/core/energy/energyWindow';
import { thinRows } from '../../../../src/core/panel/series/thinRows';
import type { RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { reportOf } from '../../../../src/core/report/report';
import { openLiveRun } from '../../../../src/extension/runs/liveRun';
import { eventsFile, powerFile } from '../../../../src/runs/store/folders';
import { followPower } from '../../../../src/runs/store/followPower';
import { followRunPower } from '../../../../src/runs/store/followRunPower';
import { peekOf, peekRun } from '../../../../src/runs/index/peekRun';
import { followRun, loadRun, stateOf } from '../../../../src/runs/store/runFolder';
import type { Sightings } from '../../../../src/runs/ownership/lease';
import { foreignLease, writeLease } from '../../../support/foreignLease';
import { until } from '../../../support/greenbatch';
import { created, readingAt, sessionStarted, source, sweep, toLines, trialEvents } from '../../../support/runEvents';

const parent = mkdtempSync(join(tmpdir(), 'greenbatch-live-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));
let made = 0;
const newFolder = (events: RunEvent[] = []) => {
  const folder = join(parent, `20260101-00000${made++}-run`);
  mkdirSync(folder);
  if (events.length > 0) writeFileSync(eventsFile(folder), toLines(events));
  return folder;
};
const header = { version: 1, session: 1, wallOffsetMs: 0, domains: ['package-0', 'dram-0'] } as const;
const sampleLine = (seconds: number, watts = 50) => {
  const { monotonicMs, busySeconds, totalSeconds, counters } = readingAt(seconds, watts);
  return `${JSON.stringify([monotonicMs, busySeconds, totalSeconds, ...counters])}\n`;
};

describe('a list of runs', () => {
  it('tells from the ends of a log what the whole log tells', () => {
    const complete = newFolder(sweep());
    expect(peekRun(complete)).toMatchObject({ name: 'test', status: 'complete', createdAt: 1, problem: null });
    const begun = newFolder([created(), ...sessionStarted()]);
    // Its engine is no process of this boot.
    expect(peekRun(begun).status).toBe('stopped');
    const now = { ...created(), at: Date.now() };
    expect(peekRun(newFolder([now])).status).toBe('starting');
    // Nobody took it in hand since 1970.
    expect(peekRun(newFolder([created()])).status).toBe('stopped');
    for (const folder of [complete, begun]) expect(peekRun(folder).status).toBe(loadRun(folder).status);
  });

  it('calls one that nobody began the same in every view', async () => {
    const ages = { starting: 1000, stopped: 120_000 };
    for (const [status, ageMs] of Object.entries(ages)) {
      const folder = newFolder([{ ...created(), at: Date.now() - ageMs }]);
      const live = openLiveRun(folder);
      await live.ready;
      expect([status, peekRun(folder).status, loadRun(folder).status, live.status()]).toEqual(Array(4).fill(status));
      // One that goes on here costs something here.
      expect(live.work.taken()?.cpuSeconds ?? 0)[status === 'starting' ? 'toBeGreaterThan' : 'toBe'](0);
      live.dispose();
    }
    expect(stateOf(foldRun([created()]), '/run', undefined, 1 + 60_000).status).toBe('starting');
    expect(stateOf(foldRun([created()]), '/run', undefined, 1 + 60_001).status).toBe('stopped');
  });

  it('names the machine that has one in hand the same in every view, and notices when nobody has any more', async () => {
    const folder = newFolder([created(), ...sessionStarted()]);
    writeLease(folder, foreignLease({ goodForMs: 1500 }));
    const live = openLiveRun(folder);
    await live.ready;
    const running = { status: 'running', host: 'node-17' };
    expect(peekRun(folder)).toMatchObject({ ...running, resumable: false });
    expect(loadRun(folder)).toMatchObject(running);
    expect([live.status(), live.host()]).toEqual(['running', 'node-17']);
    expect(live.work.taken()).toBeNull();
    await until(() => live.status() === 'stopped', 10);
    expect(live.host()).toBeNull();
    live.dispose();
    // A log that ends has its end, whoever is about to resume it.
    writeLease(folder, foreignLease());
    appendFileSync(eventsFile(folder), toLines(sweep().slice(-1)));
    expect([peekRun(folder), loadRun(folder)]).toMatchObject(Array(2).fill({ status: 'complete', host: null }));
  });

  it('follows one that seems to be over until that is sure: a clock may be wrong', async () => {
    const folder = newFolder([created(), ...sessionStarted()]);
    const behind = (beats: number) =>
      writeLease(folder, foreignLease({ beats, goodForMs: 5000, renewedAt: Date.now() - 600_000 }));
    behind(1);
    const live = openLiveRun(folder);
    await live.ready;
    const sightings: Sightings = new Map();
    expect([live.status(), peekRun(folder, sightings).status]).toEqual(['stopped', 'stopped']);
    behind(2);
    await until(() => live.status() === 'running', 5);
    expect([live.host(), peekRun(folder, sightings).host, peekRun(folder).host]).toEqual(['node-17', 'node-17', null]);
    live.dispose();
  });

  it('offers to resume only what resuming can help, in list and follower alike', async () => {
    const ends = [
      [{ reason: 'interrupted', exitCode: 130, message: 'stopped' }, true],
      [{ reason: 'failed', exitCode: 1, message: 'the disk is full', code: 'disk-full', fix: null }, true],
      [{ reason: 'failed', exitCode: 2, message: 'another model', code: 'model-changed', fix: null }, false],
      [{ reason: 'failed', exitCode: 3, message: 'locked', code: 'source-permission', fix: 'chmod' }, false],
      // A log of before has no code.
      [{ reason: 'failed', exitCode: 1, message: 'broke' }, true],
      [{ reason: 'complete', exitCode: 0, message: '' }, false],
    ] as const;
    for (const [end, resumable] of ends) {
      const events = [created(), ...sessionStarted(), { type: 'session.ended', at: 9, ...end } as RunEvent];
      const folder = newFolder(events);
      expect([end.reason, peekRun(folder).resumable]).toEqual([end.reason, resumable]);
      expect(peekOf(folder, foldRun(events), { status: end.reason, host: null }).resumable).toBe(resumable);
    }
    expect(peekRun(newFolder([created()]))).toMatchObject({ status: 'stopped', resumable: true });
    expect(peekRun(newFolder([{ ...created(), at: Date.now() }])).resumable).toBe(false);
  });

  it('is not stopped by a long last line, a torn one, or a damaged run', () => {
    const [long] = trialEvents(1, 1, 'b1', 0).filter((e) => e.type === 'trial.window');
    const batchMs = new Array(5000).fill(1.25);
    const folder = newFolder([created(), ...sessionStarted(), { ...long, batchMs } as RunEvent]);
    expect(peekRun(folder).status).toBe('stopped');
    appendFileSync(eventsFile(folder), '{"type":"session.en');
    expect(peekRun(folder).status).toBe('stopped');
    const damaged = newFolder();
    writeFileSync(eventsFile(damaged), 'nonsense\n');
    expect(peekRun(damaged)).toMatchObject({ status: 'damaged', problem: expect.any(String) });
    expect(peekRun(join(parent, 'none')).status).toBe('damaged');
  });
});

describe('following the power series', () => {
  it('gives each line once, whole ones only, in pieces of any size', () => {
    const folder = newFolder();
    const follow = followPower(powerFile(folder));
    expect(follow.poll()).toEqual({ records: [], more: false });
    const lines = Array.from({ length: 200 }, (_, i) => sampleLine(i / 10)).join('');
    const text = `${JSON.stringify(header)}\n${lines}`;
    writeFileSync(powerFile(folder), text.slice(0, -5));
    const seen: number[] = [];
    const drain = (bytes: number) => {
      for (let more = true; more;) {
        const read = follow.poll(bytes);
        for (const record of read.records) if ('sample' in record) seen.push(record.sample.monotonicMs);
        more = read.more;
      }
    };
    drain(300);
    expect(seen.length).toBe(199);
    appendFileSync(powerFile(folder), text.slice(-5));
    drain(1 << 20);
    expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => (i / 10) * 1000));
  });
});

describe('the power history', () => {
  const history = (samples: number, watts = (_: number) => 50) => {
    const power = createPowerHistory();
    power.begin({ ...header, domains: [...header.domains] }, source);
    let joules = 0;
    for (let i = 0; i < samples; i++) {
      joules += watts(i) / 10;
      const reading = readingAt(i / 10);
      power.add({ ...reading, counters: [Math.round(joules * 1e6), reading.counters[1]!] });
    }
    return power;
  };

  it('holds the watts of each domain, their sum now, and the joules so far', () => {
    const power = history(101);
    expect(power.rows()).toBe(100);
    const [columns] = power.columns(0, 4000).map(unpackColumns);
    expect(columns!.seconds[99]).toBeCloseTo(10, 6);
    expect(columns!.watts[0]![50]).toBeCloseTo(50, 2);
    expect(columns!.watts[1]![50]).toBeCloseTo(10, 2);
    expect(power.wattsNow()).toBeCloseTo(60, 2);
    expect(power.joulesSoFar()).toBeCloseTo(600, 2);
    expect(createPowerHistory().joulesSoFar()).toBeNull();
  });

  it('thins a long history and keeps its peak', () => {
    const power = history(20_000, (i) => (i === 12_345 ? 5000 : 50));
    const [columns] = power.columns(0, 400).map(unpackColumns);
    expect(columns!.seconds.length).toBeLessThanOrEqual(400);
    expect(Math.max(...columns!.watts[0]!)).toBeCloseTo(5000, 0);
    expect([...columns!.seconds]).toEqual([...columns!.seconds].sort((a, b) => a - b));
  });

  it('gives a report the same figures as all samples do', () => {
    const events = sweep();
    const folder = newFolder(events);
    const lines = Array.from({ length: 6000 }, (_, i) => sampleLine(i / 10)).join('');
    writeFileSync(powerFile(folder), `${JSON.stringify(header)}\n${lines}`);
    const loaded = loadRun(folder);
    const power = createPowerHistory();
    const follow = followPower(powerFile(folder));
    for (const record of follow.poll(1 << 24).records) {
      if ('header' in record) power.begin(record.header, source);
      else power.add(record.sample);
    }
    const place = { folder, status: 'complete' };
    expect(reportOf(loaded.run, power.samples, place)).toEqual(reportOf(loaded.run, loaded.samples, place));
  });

  it('takes its short cut only where it gives the same watts', () => {
    let taken = 0;
    const counter = fc.oneof(fc.integer({ min: 0, max: 66_000_000_000 }), fc.constant(null));
    const rise = fc.oneof(fc.integer({ min: 0, max: 200_000_000 }), fc.integer({ min: -3e11, max: 3e11 }));
    fc.assert(
      fc.property(counter, rise, counter, rise, fc.double({ min: 50, max: 1200, noNaN: true }), (a, da, b, db, ms) => {
        const before = { ...readingAt(1), counters: [a, b] };
        const counters = [a === null ? null : a + da, b === null ? null : b + db];
        const after = { ...readingAt(1), monotonicMs: 1000 + ms, counters };
        const quick = plainWatts(source, before, after);
        if (quick === null) return;
        taken++;
        const [point] = powerSeries(source, [before, after]);
        quick.forEach((watts, i) => expect(watts).toBeCloseTo(point!.watts[i]!, 6));
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it('thins to no more rows than asked, all of them where they are few', () => {
    expect(thinRows([1, 2, 3], 4)).toEqual([0, 1, 2]);
    expect(
      thinRows(
        new Float32Array(1000).map((_, i) => i % 7),
        100,
      ).length,
    ).toBeLessThanOrEqual(100);
  });
});

describe('the bands of the power plot', () => {
  it('are idle, and the phases of each trial, each with an end', () => {
    const bands = foldBands(sweep()).list;
    expect(bands.filter((b) => b.kind === 'idle')).toHaveLength(1);
    expect(bands.filter((b) => b.kind === 'window')).toHaveLength(15);
    for (const band of bands) expect(band.toMs).toBeGreaterThan(band.fromMs);
  });

  it('stay open while a phase goes on, and are closed by what ends it', () => {
    const [started, phase] = trialEvents(1, 1, 'b1', 10);
    const bands = foldBands([created(), ...sessionStarted(), started!, phase!]);
    expect(bands.list[0]).toMatchObject({ kind: 'window', configuration: 'b1', fromMs: 10_000, toMs: null });
    const failed = { reason: 'timeout', message: '', signal: null, exitCode: null } as const;
    bands.apply({ type: 'trial.failed', at: 12_002, trial: 1, ...failed });
    expect(bands.list[0]!.toMs).toBe(12_000);
  });
});

describe('a live run', () => {
  it('follows the log and the series as they are written, and stops when the run has ended', async () => {
    const events = sweep();
    const folder = newFolder(events.slice(0, 3));
    const live = openLiveRun(folder);
    const seen: RunEvent[] = [];
    live.onChange((some) => seen.push(...some));
    await live.ready;
    expect(live.run()?.name).toBe('test');
    writeFileSync(powerFile(folder), `${JSON.stringify(header)}\n${sampleLine(0)}${sampleLine(1)}`);
    appendFileSync(eventsFile(folder), toLines(events.slice(3)));
    live.wake();
    await until(() => live.status() === 'complete' && live.power.rows() === 1, 5);
    expect(seen.length).toBe(events.length);
    live.dispose();
  });

  it('says what is wrong with a damaged log, and keeps what was before it', async () => {
    const folder = newFolder([created(), ...sessionStarted()]);
    appendFileSync(eventsFile(folder), 'nonsense\n');
    const live = openLiveRun(folder);
    await live.ready;
    expect(live.problem()).toMatch(/events\.jsonl:4/);
    live.dispose();
  });
});

describe('a run whose zones are not the same in each session', () => {
  /** Both sessions draw 50 W and 10 W for 10 s; in the second one another zone, not added, stands in front. */
  const psys = { ...source.parts[0]!, id: 'psys', kind: 'psys', added: false };
  const later = { ...source, parts: [psys, ...source.parts] };
  const laterLine = (seconds: number) => {
    const { monotonicMs, busySeconds, totalSeconds, counters } = readingAt(seconds);
    return `${JSON.stringify([monotonicMs, busySeconds, totalSeconds, Math.round(seconds * 200e6), ...counters])}\n`;
  };
  const first = [created(), ...sessionStarted(1)];
  const ended = {
    type: 'session.ended',
    at: 9,
    session: 1,
    reason: 'interrupted',
    exitCode: 130,
    message: '',
  } as const;
  const second: RunEvent[] = [sessionStarted(2)[0]!, { type: 'source.opened', at: 5, source: later }];
  const seconds = Array.from({ length: 101 }, (_, i) => i / 10);
  const firstPower = `${JSON.stringify(header)}\n${seconds.map((s) => sampleLine(s)).join('')}`;
  const laterHeader = { ...header, session: 2, domains: ['psys', ...header.domains] };
  const laterPower = `${JSON.stringify(laterHeader)}\n${seconds.map((s) => laterLine(s)).join('')}`;

  it('counts the joules of each with its own source', async () => {
    const folder = newFolder([...first, ended, ...second]);
    writeFileSync(powerFile(folder), firstPower + laterPower);
    const live = openLiveRun(folder);
    await live.ready;
    expect(live.power.joulesSoFar()).toBeCloseTo(2 * 600, 1);
    expect(live.power.wattsNow()).toBeCloseTo(60, 1);
    live.dispose();
  });

  it('draws them in the report as a panel does', () => {
    const folder = newFolder([...first, ended, ...second]);
    writeFileSync(powerFile(folder), firstPower + laterPower);
    const { run } = loadRun(folder);
    const power = followRunPower(folder);
    power.poll(run);
    const columns = power.history.columns(0, 4000).map(unpackColumns);
    expect(columns.map((c) => c.domains)).toEqual([header.domains, laterHeader.domains]);
    expect(columns[1]!.watts.map((w) => Math.round(w[50]!))).toEqual([200, 50, 10]);
  });

  it('waits for the source of a session whose samples came first', () => {
    const folder = newFolder([...first, ended]);
    const power = followRunPower(folder);
    const log = followRun(folder);
    log.poll();
    writeFileSync(powerFile(folder), firstPower + laterPower);
    appendFileSync(eventsFile(folder), toLines(second.slice(0, 1)));
    log.poll();
    power.poll(log.run()!);
    expect(power.history.joulesSoFar()).toBeCloseTo(600, 1);
    appendFileSync(eventsFile(folder), toLines(second.slice(1)));
    log.poll();
    power.poll(log.run()!);
    expect(power.history.joulesSoFar()).toBeCloseTo(2 * 600, 1);
  });
});
