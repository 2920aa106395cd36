import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { monotonicMs } from '../../../src/machine/clock';
import { dueTimers, parseCronLine, parseTimers } from '../../../src/machine/dueTimers';
import { type MachineTree, makeMachineTree } from '../../support/machineTree';

const at = (text: string) => Date.parse(`${text}Z`);

describe("systemd's timers", () => {
  it('are read of its list, but for those of every hour', () => {
    // Of systemd 249, 255 (a dash for what is not known) and 245.
    const text = [
      'Sat 2026-11-28 11:20:00 UTC 5min left     Sat 2026-11-28 11:10:00 UTC 4min ago      sysstat-collect.timer  sysstat-collect.service',
      'Sat 2026-11-28 12:00:01 UTC 44min left    Fri 2026-11-27 12:00:00 UTC 23h ago       fstrim.timer           fstrim.service',
      'Sun 2026-11-29 06:25:00 UTC 19h           -                           -             apt-daily.timer        apt-daily.service',
      'Sun 2026-11-29 03:10:00 UTC 15h left      n/a                         n/a           e2scrub_all.timer      e2scrub_all.service',
      'n/a                         n/a           Sat 2026-11-28 09:00:00 UTC 2h ago        boot-only.timer        boot-only.service',
      '-                           -             -                           -             never.timer            never.service',
      '',
    ].join('\n');
    expect(parseTimers(text)).toEqual([
      { name: 'fstrim.timer', at: at('2026-11-28T12:00:01') },
      { name: 'apt-daily.timer', at: at('2026-11-29T06:25:00') },
      { name: 'e2scrub_all.timer', at: at('2026-11-29T03:10:00') },
    ]);
  });
});

describe('an entry of a crontab', () => {
  const fires = (line: string, ...moments: string[]) => moments.map((moment) => parseCronLine(line)!(new Date(moment)));

  it('fires by minute, hour, day, month and weekday', () => {
    expect(fires('25 6 * * * root x', '2026-11-28T06:25', '2026-11-28T06:26', '2026-11-28T18:25')).toEqual([
      true,
      false,
      false,
    ]);
    expect(fires('0 1-5/2 * jan,nov * root x', '2026-11-28T03:00', '2026-11-28T02:00', '2026-12-28T03:00')).toEqual([
      true,
      false,
      false,
    ]);
    // 29 November 2026 is a Sunday.
    for (const sunday of ['0', '7', 'sun', 'SUN', '5-7'])
      expect(fires(`30 3 * * ${sunday} root x`, '2026-11-29T03:30', '2026-11-30T03:30')).toEqual([true, false]);
    // Either of both days.
    expect(fires('0 4 1 * mon root x', '2026-12-01T04:00', '2026-11-30T04:00', '2026-12-02T04:00')).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('is none where the line says something else, or fires every hour', () => {
    for (const line of [
      '# 25 6 * * * root x',
      'SHELL=/bin/sh',
      '',
      '@reboot root x',
      '61x 6 * * * root x',
      '17 * * * * root x',
      '5 */2 * * * root x',
      '0 x * * * root y',
    ])
      expect(parseCronLine(line), line).toBeNull();
  });
});

describe('what is due', () => {
  let tree: MachineTree;
  beforeEach(() => {
    tree = makeMachineTree();
  });
  afterEach(() => tree.delete());
  const from = new Date(2026, 10, 28, 5, 0).getTime();
  const cron = async (toMs: number) =>
    (await dueTimers(from, toMs, tree.root))?.filter(({ name }) => name.startsWith('/etc'));

  it('is what fires in the span, by the file that says so, where a cron runs', async () => {
    tree.write(
      'etc/crontab',
      'PATH=/bin\n25 6 * * * root run-parts /etc/cron.daily\n17 * * * * root run-parts /etc/cron.hourly',
    );
    tree.write('etc/cron.d/backup', '0 5 * * * me /home/me/secret --password x');
    expect((await cron(from + 7.2e6)) ?? []).toEqual([]);
    tree.write('run/crond.pid', 1);
    expect(await cron(from + 7.2e6)).toEqual([
      { name: '/etc/cron.d/backup', at: from },
      { name: '/etc/crontab', at: from + 85 * 60_000 },
    ]);
    expect(await cron(from + 3.6e6)).toHaveLength(1);
  });

  it('is nothing that gives way to systemd or anacron where those are', async () => {
    tree.write('run/cron.pid', 1);
    tree.write('etc/crontab', '25 6 * * * root test -x /usr/sbin/anacron || run-parts /etc/cron.daily');
    tree.write('etc/cron.d/e2scrub', '30 5 * * * root test -e /run/systemd/system || e2scrub');
    expect(await cron(from + 7.2e6)).toHaveLength(2);
    tree.write('usr/sbin/anacron', '');
    tree.write('run/systemd/system/x', '');
    expect(await cron(from + 7.2e6)).toEqual([]);
  });

  it('does not wait for a systemd that does not answer, on this machine', async () => {
    const before = monotonicMs();
    await dueTimers(Date.now(), Date.now() + 8.64e7);
    expect(monotonicMs() - before).toBeLessThan(2000);
  });
});
