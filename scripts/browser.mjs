// The tests of the panel's page need a Chromium. Where there is none, and we may, Debian's or Ubuntu's is installed;
// else those tests are listed as skipped. GREENBATCH_CHROMIUM names another one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const places = [process.env.GREENBATCH_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];

export function ensureChromium() {
  if (places.some((place) => place && existsSync(place))) return;
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!mayInstall) {
    console.log(
      'No Chromium here: the tests of the panel’s page are skipped (apt-get install chromium as root adds it)',
    );
    return;
  }
  console.log('Installing Chromium for the tests of the panel’s page (once) …');
  const apt = (...args) =>
    spawnSync('apt-get', args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  const install = ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'];
  if (apt(...install).status === 0) return;
  apt('update');
  if (apt(...install).status !== 0) console.log('Chromium could not be installed: the tests of the page are skipped');
}
