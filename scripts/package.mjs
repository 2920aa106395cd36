// Makes a .vsix for each platform, with the native packages of that platform alone: npm run package [-- linux-x64 …]
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { noticesOf, packagesIn } from './notices.mjs';
import { prepare, run } from './prepare.mjs';

/** VS Code's name of each platform, and npm's. ONNX Runtime has no binaries for others (darwin-x64, musl). */
const targets = {
  'linux-x64': { os: 'linux', cpu: 'x64' },
  'linux-arm64': { os: 'linux', cpu: 'arm64' },
  'darwin-arm64': { os: 'darwin', cpu: 'arm64' },
  'win32-x64': { os: 'win32', cpu: 'x64' },
};
const mostMegabytes = 30;
/** Only what these packages' installers need. */
const installOnly = ['adm-zip', 'global-agent'];

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in targets));
if (unknown.length > 0) {
  console.error(`no platform ${unknown.join(', ')}; there are ${Object.keys(targets).join(', ')}`);
  process.exit(2);
}
prepare();
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
/** Where there is none for a platform, it reads no events of perf: only Linux has them. */
const optional = manifest.optionalDependencies;
const unbundled = Object.fromEntries(
  ['highs', 'onnxruntime-node', 'sharp'].map((name) => [name, manifest.dependencies[name]]),
);
for (const [target, platform] of Object.entries(targets)) {
  if (chosen.length === 0 || chosen.includes(target)) await makePackage(target, platform);
}

async function makePackage(target, { os, cpu }) {
  const folder = mkdtempSync(join(tmpdir(), `greenbatch-${target}-`));
  try {
    stage(folder, os, cpu);
    const vsix = resolve(`greenbatch-${manifest.version}-${target}.vsix`);
    await createVSIX({
      cwd: folder,
      packagePath: vsix,
      target,
      allowMissingRepository: true,
      rewriteRelativeLinks: false,
    });
    const megabytes = statSync(vsix).size / 1e6;
    console.log(`${vsix}: ${megabytes.toFixed(1)} MB`);
    if (target === 'linux-x64' && megabytes > mostMegabytes) {
      console.error(`FAILED: more than ${mostMegabytes} MB; "npx vsce ls --tree" shows what slipped in`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files of one platform in a folder of their own; .vscodeignore says which of them are packed. */
function stage(folder, os, cpu) {
  for (const name of ['README.md', 'CHANGELOG.md', 'LICENSE', 'package.nls.json', '.vscodeignore', 'media', 'dist']) {
    cpSync(name, join(folder, name), { recursive: true });
  }
  // What is bundled is no dependency of the package any more, and nothing may be run when it is packed.
  const { scripts: _scripts, devDependencies: _dev, private: _private, allowScripts: _allow, ...published } = manifest;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...published, dependencies: unbundled }, null, 2));

  // sharp and koffi bring one package for each platform: npm picks those of the target.
  const other = join(folder, 'install');
  mkdirSync(other);
  writeFileSync(join(other, 'package.json'), '{"private":true}');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  const platform = [`--os=${os}`, `--cpu=${cpu}`, ...(os === 'linux' ? ['--libc=glibc'] : [])];
  run('npm', [
    'install',
    '--prefix',
    other,
    ...flags,
    ...platform,
    `sharp@${unbundled.sharp}`,
    `koffi@${optional.koffi}`,
  ]);
  cpSync(join(other, 'node_modules'), join(folder, 'node_modules'), { recursive: true });
  rmSync(other, { recursive: true });
  rmSync(join(folder, 'node_modules', '.bin'), { recursive: true, force: true });

  // ONNX Runtime has all platforms in one package.
  for (const name of ['onnxruntime-node', 'onnxruntime-common']) {
    const from = resolve('node_modules', name);
    const bin = join(from, 'bin');
    cpSync(from, join(folder, 'node_modules', name), {
      recursive: true,
      filter: (path) => !path.startsWith(bin) || isOf(path.slice(bin.length), os, cpu),
    });
  }
  // WebAssembly runs on every platform.
  cpSync(resolve('node_modules/highs'), join(folder, 'node_modules/highs'), { recursive: true });
  const bundled = JSON.parse(readFileSync('dist/bundled.json', 'utf8'));
  const shipped = packagesIn(join(folder, 'node_modules'));
  writeFileSync(join(folder, 'ThirdPartyNotices.txt'), noticesOf([...bundled, ...shipped]));
  const file = join(folder, 'node_modules/onnxruntime-node/package.json');
  const runtime = JSON.parse(readFileSync(file, 'utf8'));
  const dependencies = Object.entries(runtime.dependencies).filter(([name]) => !installOnly.includes(name));
  const lean = { ...runtime, scripts: undefined, dependencies: Object.fromEntries(dependencies) };
  writeFileSync(file, JSON.stringify(lean, null, 2));
  if (!existsSync(join(folder, 'node_modules/onnxruntime-node/bin/napi-v6', os, cpu))) {
    throw new Error(`onnxruntime-node ${unbundled['onnxruntime-node']} has no binaries for ${os} ${cpu}`);
  }
}

/** Whether a path below `bin` leads to, or lies in, `napi-v6/<os>/<cpu>`. */
function isOf(path, os, cpu) {
  const parts = path.split(/[\\/]/).filter(Boolean);
  return (parts[1] ?? os) === os && (parts[2] ?? cpu) === cpu;
}
