import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { plainLine } from '../core/words/plain';
import { namesIn, readProcFile } from './smallFile';

/** What the machine is going to start by itself; milliseconds since 1970. */
export type DueTimer = { name: string; at: number };

/** What fires as often as this is in every run alike. */
const routineMs = 3_600_000;
const longestWaitMs = 350;

/**
 * Timers of systemd and entries of the system's crontabs that fire within a span; crontabs of users are theirs alone to read.
 * null where nothing of either is known. Never throws, never waits for more than a third of a second.
 */
export async function dueTimers(fromMs: number, toMs: number, root = '/'): Promise<DueTimer[] | null> {
  const [units, entries] = [await systemdTimers(), cronEntries(root)];
  if (units === null && entries === null) return null;
  const due = (units ?? []).filter(({ at }) => at >= fromMs && at <= toMs);
  const fired = (entries ?? []).flatMap(({ name, fires }) => {
    const at = firstMinute(fires, fromMs, toMs);
    return at === null ? [] : [{ name, at }];
  });
  return [...due, ...fired].sort((a, b) => a.at - b.at);
}

function systemdTimers(): Promise<DueTimer[] | null> {
  return new Promise((done) => {
    const options = {
      timeout: longestWaitMs,
      killSignal: 'SIGKILL',
      env: { ...process.env, TZ: 'UTC', LC_ALL: 'C', SYSTEMD_COLORS: '0' },
    } as const;
    try {
      execFile('systemctl', ['list-timers', '--no-pager', '--no-legend', '--full'], options, (error, text) =>
        done(error ? null : parseTimers(text)),
      );
    } catch {
      done(null);
    }
  });
}

/** `NEXT LEFT LAST PASSED UNIT ACTIVATES`, a timer a line; NEXT and LAST are `Sat 2026-11-28 06:25:00 UTC`, or `-` or `n/a`. */
export function parseTimers(text: string): DueTimer[] {
  const moment = /\w{3} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? UTC/g;
  return text.split('\n').flatMap((line) => {
    const [next, last] = [...line.matchAll(moment)];
    const unit = /\s(\S+\.timer)(?:\s|$)/.exec(line)?.[1];
    if (!next || line.slice(0, next.index).trim() !== '' || unit === undefined) return [];
    const [at, before] = [next, last].map((match) => (match ? Date.parse(`${match[1]}T${match[2]}Z`) : Number.NaN));
    if (Number.isNaN(at) || at! - before! < routineMs) return [];
    return [{ name: plainLine(unit, 80), at: at! }];
  });
}

type CronEntry = { name: string; fires: (date: Date) => boolean };

/** Of /etc/crontab and /etc/cron.d; null where no cron runs. Entries that give way to systemd or anacron do nothing where those are. */
function cronEntries(root: string): CronEntry[] | null {
  const pids = ['cron.pid', 'crond.pid'].map((file) => join(root, 'run', file));
  if (!pids.some((file) => existsSync(file))) return null;
  const given = [
    ...(existsSync(join(root, 'run/systemd/system')) ? ['/run/systemd/system'] : []),
    ...(existsSync(join(root, 'usr/sbin/anacron')) ? ['anacron'] : []),
  ];
  const files = ['etc/crontab', ...namesIn(join(root, 'etc/cron.d')).map((name) => `etc/cron.d/${name}`)];
  return files.flatMap((file) =>
    (readProcFile(join(root, file)) ?? '').split('\n').flatMap((line) => {
      const fires = parseCronLine(line);
      return fires === null || given.some((word) => line.includes(word))
        ? []
        : [{ name: plainLine(`/${file}`, 80), fires }];
    }),
  );
}

/**
 * When an entry of a crontab fires (crontab(5)): minute, hour, day of the month, month, day of the week; the two days are either-or where
 * both are named. null for what is no entry, and for what fires every hour or oftener.
 */
export function parseCronLine(line: string): ((date: Date) => boolean) | null {
  const fields = line.trim().split(/\s+/);
  const [minute, hour, day, month, weekday] = fields;
  if (fields.length < 6 || !/^[\d*]/.test(minute!) || hour!.startsWith('*')) return null;
  const sets = [
    setOf(minute!, 0, 59),
    setOf(hour!, 0, 23),
    setOf(day!, 1, 31),
    setOf(named(month!, monthNames, 1), 1, 12),
    setOf(named(weekday!, dayNames, 0), 0, 7),
  ];
  if (sets.some((set) => set === null)) return null;
  const [minutes, hours, days, months, weekdays] = sets as Set<number>[];
  const isOpen = [day!, weekday!].map((text) => text.startsWith('*'));
  return (date) => {
    const onDay = days!.has(date.getDate());
    const onWeekday = weekdays!.has(date.getDay()) || (date.getDay() === 0 && weekdays!.has(7));
    const isDay = isOpen[0] || isOpen[1] ? onDay && onWeekday : onDay || onWeekday;
    return minutes!.has(date.getMinutes()) && hours!.has(date.getHours()) && months!.has(date.getMonth() + 1) && isDay;
  };
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const named = (text: string, names: readonly string[], first: number) =>
  text
    .toLowerCase()
    .replace(/[a-z]{3}/g, (name) => (names.includes(name) ? String(names.indexOf(name) + first) : name));

/** `*`, `5`, `1-5`, any of these with a step `/2`, and lists; null for anything else. */
function setOf(text: string, least: number, most: number): Set<number> | null {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [, all, from, to, step] = /^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    if (all === undefined && from === undefined) return null;
    const [low, high] = all ? [least, most] : [Number(from), Number(to ?? (step ? most : from))];
    for (let value = low; value <= Math.min(high, most); value += Math.max(1, Number(step ?? 1))) values.add(value);
  }
  return values;
}

/** No run is planned for longer than is looked ahead. */
const farthestMinutes = 7 * 24 * 60;

function firstMinute(fires: CronEntry['fires'], fromMs: number, toMs: number): number | null {
  const start = Math.ceil(fromMs / 60_000) * 60_000;
  for (let i = 0; i < farthestMinutes && start + i * 60_000 <= toMs; i++)
    if (fires(new Date(start + i * 60_000))) return start + i * 60_000;
  return null;
}
