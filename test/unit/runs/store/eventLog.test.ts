import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { foldRun } from '../../../../src/core/run/fold';
import { LogError, openEventLog, readEvents } from '../../../../src/runs/store/eventLog';
import { readPower } from '../../../../src/runs/store/powerLog';
import { created, sessionStarted, toLines, trialEvents } from '../../../support/runEvents';
import { repeats } from '../../../support/repeats';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-log-'));
let files = 0;
const fileWith = (text: string) => {
  const file = join(folder, `${files++}.jsonl`);
  writeFileSync(file, text);
  return file;
};
const whole = [created(), ...sessionStarted(), ...trialEvents(1, 1, 'b1', 10), ...trialEvents(2, 1, 'b2', 20)];

describe('event log', () => {
  it('gives back what was appended', () => {
    const file = join(folder, 'new.jsonl');
    const log = openEventLog(file);
    const { at: _, ...first } = whole[0]!;
    log.append(first as never);
    log.append({ type: 'warning', code: 'x', message: 'two\nlines' }, true);
    log.close();
    const { events } = readEvents(file);
    expect(events.map((e) => e.type)).toEqual(['run.created', 'warning']);
    expect(events[1]).toMatchObject({ message: 'two\nlines' });
  });

  it('reads on from a byte offset', () => {
    const text = toLines(whole);
    const file = fileWith(text.slice(0, 900));
    const first = readEvents(file);
    appendFileSync(file, text.slice(900));
    const rest = readEvents(file, first.bytes, first.lines + 1);
    expect([...first.events, ...rest.events]).toEqual(whole);
    expect(rest.bytes).toBe(Buffer.byteLength(text));
  });

  it('cuts off what a killed writer left before appending', () => {
    const file = fileWith(`${toLines(whole.slice(0, 2))}{"type":"warn`);
    const log = openEventLog(file);
    log.append({ type: 'warning', code: 'after', message: 'm' });
    log.close();
    expect(readEvents(file).events.map((e) => e.type)).toEqual(['run.created', 'session.started', 'warning']);
  });

  it('names the line of what is no event', () => {
    const bad = fileWith(`${toLines(whole.slice(0, 2))}{"type":"trial.started","at":1}\n`);
    expect(() => readEvents(bad)).toThrow(/:3: trial\.started\.trial/);
    expect(() => readEvents(fileWith(`${toLines(whole.slice(0, 1))}nonsense\n`))).toThrow(/:2: not a JSON line/);
    expect(() => readEvents(fileWith('{"type":"warning","at":1,"code":"","message":""}\n'))).toThrow(/first line/);
  });

  it('passes over kinds of events that a later program may add, but not over a later format', () => {
    expect(readEvents(fileWith(`${toLines(whole.slice(0, 1))}{"type":"moon.phase","at":1}\n`)).events).toHaveLength(1);
    const newer = fileWith(`${JSON.stringify({ ...whole[0], version: 3 })}\n`);
    expect(() => readEvents(newer)).toThrow(expect.objectContaining({ code: 'run-newer' }));
    const paused = '{"type":"session.ended","at":1,"session":1,"reason":"paused","exitCode":0,"message":""}\n';
    const word = fileWith(`${toLines(whole)}${paused}`);
    expect(() => readEvents(word)).toThrow(expect.objectContaining({ code: 'run-newer' }));
  });

  it('passes over keys that a later program may add, also where ours are checked strictly', () => {
    const [first, ...rest] = whole as unknown as Record<string, Record<string, unknown>>[];
    const { spec } = first!;
    const more = { ...first, spec: { ...spec, pipeline: 1, measure: { ...(spec!.measure as object), gpu: true } } };
    const text = [more, ...rest].map((event) => `${JSON.stringify(event)}\n`).join('');
    expect(readEvents(fileWith(text)).events).toEqual(readEvents(fileWith(toLines(whole))).events);
    const wrong = { ...first, spec: { ...spec, pipeline: 1, models: 7 } };
    expect(() => readEvents(fileWith(`${JSON.stringify(wrong)}\n`))).toThrow(
      expect.objectContaining({ code: 'run-log' }),
    );
  });

  it('tells of a session of a later program, that went on with a run, as newer', () => {
    const session = whole.find(({ type }) => type === 'session.started');
    const newer = `${toLines(whole)}${JSON.stringify({ ...session, session: 2, version: 3 })}\n`;
    expect(() => readEvents(fileWith(newer))).toThrow(expect.objectContaining({ code: 'run-newer' }));
  });

  it('never throws anything but LogError on mutated logs, and folds what it accepts', { timeout: 300_000 }, () => {
    const runs = repeats(500, 20_000);
    const text = Buffer.from(toLines(whole));
    let seed = 1;
    const random = (n: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed % n;
    };
    const file = fileWith('');
    let refused = 0;
    for (let i = 0; i < runs; i++) {
      const data = Buffer.from(text);
      for (let k = random(4) + 1; k > 0; k--) {
        const at = random(data.length);
        const how = random(4);
        if (how === 0) data[at] = random(256);
        else if (how === 1) data.copyWithin(at, random(data.length));
        else if (how === 2)
          data.fill('0123456789-{}[]",:'.charCodeAt(random(18)), at, Math.min(data.length, at + random(9)));
        else data.write('null', at);
      }
      writeFileSync(file, data.subarray(0, data.length - random(40)));
      try {
        const { events } = readEvents(file);
        if (events.length > 0) foldRun(events);
      } catch (error) {
        expect(error).toBeInstanceOf(LogError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(runs / 10);
  });
});

describe('power log', () => {
  it('reads sessions and leaves out lines that are no samples', () => {
    const header = (session: number) => JSON.stringify({ version: 1, session, wallOffsetMs: 5, domains: ['a', 'b'] });
    const file = fileWith(
      `${header(1)}\n[1,2,3,4,5]\n[1,2,3,4]\n[2,"x",3,4,5]\nrubbish\n[2,2,3,null,6]\n${header(2)}\n[9,2,3,4,5]\n[10,2,3`,
    );
    const sessions = readPower(file);
    expect(sessions.map((s) => s.samples.length)).toEqual([2, 1]);
    expect(sessions[0]?.samples[1]?.counters).toEqual([null, 6]);
    expect(readPower(join(folder, 'absent'))).toEqual([]);
    expect(readFileSync(file, 'utf8').length).toBeGreaterThan(0);
  });
});
