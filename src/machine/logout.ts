import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { namesIn, readProcFile } from './smallFile';

/**
 * What ends this process, and all that it starts, when its user logs out. `session`: logind ends the session's processes
 * (`KillUserProcesses=yes`), detached or not, lingering user or not. `user-manager`: it belongs to the user's systemd, which
 * ends with the last session of a user who does not linger. null: nothing does, or there is no systemd.
 */
export type EndAtLogout = 'session' | 'user-manager' | null;

/**
 * By the control group that this process is in (systemd's user@.service and logind's session scopes) and logind's settings.
 * @param root where the machine's files are looked for: another folder in tests
 */
export function endAtLogout(root = '/', user = userInfo().username): EndAtLogout {
  if (!existsSync(join(root, 'run/systemd/system'))) return null;
  const group = controlGroup(readProcFile(join(root, 'proc/self/cgroup')) ?? '');
  if (/\/user@\d+\.service(?:\/|$)/.test(group))
    return existsSync(join(root, 'var/lib/systemd/linger', user)) ? null : 'user-manager';
  if (/\/session-[^/]+\.scope(?:\/|$)/.test(group)) return endsSessions(logindSettings(root), user) ? 'session' : null;
  return null;
}

/** In systemd's hierarchy: of its own (v1, hybrid), else the one there is (v2). */
function controlGroup(cgroups: string): string {
  const own = /^\d+:name=systemd:(.*)$/m.exec(cgroups) ?? /^0::(.*)$/m.exec(cgroups);
  return own?.[1] ?? '';
}

type LogindSettings = { killUserProcesses: boolean; killOnlyUsers: string[]; killExcludeUsers: string[] | null };

/** As logind decides it (`manager_shall_kill`): names go before the switch, and root is spared until somebody else is named. */
function endsSessions({ killUserProcesses, killOnlyUsers, killExcludeUsers }: LogindSettings, user: string): boolean {
  if (killExcludeUsers === null ? user === 'root' : killExcludeUsers.includes(user)) return false;
  return killOnlyUsers.length > 0 ? killOnlyUsers.includes(user) : killUserProcesses;
}

/** Where systemd looks for settings; an earlier folder's file hides one of the same name in a later folder (systemd.conf(5)). */
const settingsFolders = ['etc/systemd', 'run/systemd', 'usr/local/lib/systemd', 'usr/lib/systemd'];

function logindSettings(root: string): LogindSettings {
  const folders = settingsFolders.map((folder) => join(root, folder));
  const main = folders.map((folder) => join(folder, 'logind.conf')).find((file) => existsSync(file));
  const additions = new Map<string, string>();
  for (const folder of folders.map((f) => join(f, 'logind.conf.d')))
    for (const name of namesIn(folder).filter((n) => n.endsWith('.conf')))
      if (!additions.has(name)) additions.set(name, join(folder, name));
  const texts = [main, ...[...additions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file)].map(
    (file) => (file === undefined ? null : readProcFile(file)) ?? '',
  );
  const settings: LogindSettings = {
    killUserProcesses: isYes(defaultOf(texts[0]!) ?? 'no') ?? false,
    killOnlyUsers: [],
    killExcludeUsers: null,
  };
  for (const [key, value] of texts.flatMap(assignments)) {
    const names = (before: string[] | null) => (value === '' ? [] : [...(before ?? []), ...value.split(/\s+/)]);
    if (key === 'KillUserProcesses') settings.killUserProcesses = isYes(value) ?? settings.killUserProcesses;
    if (key === 'KillOnlyUsers') settings.killOnlyUsers = names(settings.killOnlyUsers);
    if (key === 'KillExcludeUsers') settings.killExcludeUsers = value === '' ? null : names(settings.killExcludeUsers);
  }
  return settings;
}

/** What this systemd was built with stands as a comment in the file that comes with it; most distributions build `no`. */
const defaultOf = (text: string): string | null => /^#\s*KillUserProcesses=(\S+)/m.exec(text)?.[1] ?? null;

/** `Key=value` lines of the section [Login]. */
function assignments(text: string): [key: string, value: string][] {
  let section = '';
  return text.split('\n').flatMap((line): [string, string][] => {
    section = /^\s*\[(.*)\]\s*$/.exec(line)?.[1] ?? section;
    const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return section === 'Login' && key !== undefined ? [[key, value!]] : [];
  });
}

/** As systemd reads it; null for anything else, which it ignores. */
function isYes(value: string): boolean | null {
  if (/^(?:1|yes|y|true|t|on)$/i.test(value)) return true;
  return /^(?:0|no|n|false|f|off)$/i.test(value) ? false : null;
}
