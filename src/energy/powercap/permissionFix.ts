import path from 'node:path';

/**
 * How to make energy counters readable, for pasting into a terminal; never run by the program.
 *
 * Linux shows `energy_uj` to root only, since its fine steps betray what other programs compute
 * (CVE-2020-8694, PLATYPUS). So a group of its own gets read permission, not the world. A udev rule
 * covers all zones and lasts: it runs for each zone when the driver adds it, at boot or later. A
 * systemd-tmpfiles line runs once at boot, possibly before the driver is loaded, and is lost when
 * the module is reloaded.
 */
export const counterGroup = 'rapl';
const ruleFile = '/etc/udev/rules.d/70-greenbatch-rapl.rules';

/** Shell commands that make the kernel's own counters readable to the user who pastes them. */
export function permissionFix(lockedFiles: readonly string[]): string {
  const locked = lockedFiles.map((file) => path.basename(file));
  const files = [...new Set(['energy_uj', 'max_energy_range_uj', ...locked])].join(' ');
  const action = `cd %S%p && chgrp ${counterGroup} ${files} && chmod g+r ${files}`;
  return [
    `sudo groupadd --system --force ${counterGroup}`,
    `sudo usermod --append --groups ${counterGroup} "$(id -un)"`,
    `sudo tee ${ruleFile} <<'EOF'`,
    `# CPU energy counters for group ${counterGroup}; root only by default (CVE-2020-8694: they are a side channel)`,
    `SUBSYSTEM=="powercap", ACTION!="remove", KERNEL=="intel-rapl*:*", RUN+="/bin/sh -c '${action}'"`,
    'EOF',
    'sudo udevadm control --reload',
    'sudo udevadm trigger --subsystem-match=powercap --action=add --settle',
    `# then log out and in again (VS Code: "Remote-SSH: Kill VS Code Server on Host"), so that you are in group ${counterGroup}`,
  ].join('\n');
}
