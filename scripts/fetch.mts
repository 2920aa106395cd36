// What the tests of the extension need and a fresh machine lacks: a Chromium, and VS Code's server. Where one cannot be had,
// its tests are listed as skipped. GREENBATCH_CHROMIUM names another Chromium.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium, findServer } from '../test/support/vscodeServer';

/** Debian's or Ubuntu's, where we may install it. */
function ensureChromium(): void {
  if (findChromium() !== null) return;
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!mayInstall) {
    console.log(
      'No Chromium here: the tests of the panel’s page are skipped (apt-get install chromium as root adds it)',
    );
    return;
  }
  console.log('Installing Chromium for the tests of the panel’s page (once) …');
  const apt = (...args: string[]) =>
    spawnSync('apt-get', args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status;
  const install = ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'];
  if (apt(...install) === 0) return;
  apt('update');
  if (apt(...install) !== 0) console.log('Chromium could not be installed: the tests of the page are skipped');
}

ensureChromium();
findServer();
