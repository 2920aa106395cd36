import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

// .vscode: F5 and the watch build name files, tasks and scripts that nothing else would miss.

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const launch = JSON.parse(read('.vscode/launch.json'));
const { tasks } = JSON.parse(read('.vscode/tasks.json'));
const manifest = JSON.parse(read('package.json'));

it('launches what is there: the extension with the example workspace, after a task that exists', () => {
  const paths = [...JSON.stringify(launch).matchAll(/\$\{workspaceFolder\}\/([\w./-]+)/g)].map((m) => m[1]!);
  expect(paths).toContain('media/example');
  // dist/ is what the watch build makes.
  for (const path of paths.filter((p) => !p.startsWith('dist/'))) expect(existsSync(join(root, path)), path).toBe(true);
  const needed = launch.configurations.flatMap((c: { preLaunchTask?: string }) => c.preLaunchTask ?? []);
  expect(needed).toEqual(['watch']);
  for (const label of needed) expect(tasks.map((t: { label: string }) => t.label)).toContain(label);
});

it('has tasks whose scripts exist, and reads the lines that the watch build prints', () => {
  for (const { script } of tasks) expect(manifest.scripts).toHaveProperty([script]);
  expect(manifest.scripts.watch).toContain('scripts/bundle.mjs --watch');
  const { begins, ends, pattern } = (({ background, pattern }) => ({
    begins: new RegExp(background.beginsPattern),
    ends: new RegExp(background.endsPattern),
    pattern,
  }))(tasks.find((t: { label: string }) => t.label === 'watch').problemMatcher);
  const printed = [...read('scripts/bundle.mjs').matchAll(/console\.log\('(.+?)'\)/g)].map((m) => m[1]!);
  expect(printed.filter((line) => begins.test(line))).toHaveLength(1);
  expect(printed.filter((line) => ends.test(line))).toHaveLength(1);
  // As esbuild reports an error.
  const lines = ['✘ [ERROR] Unexpected "="', '', '    webview/strings/strings.ts:13:9:'];
  const matches = lines.map((line, i) => new RegExp(pattern[i].regexp).exec(line));
  expect(matches[0]?.[pattern[0].message]).toBe('Unexpected "="');
  const { file, line, column } = pattern[2];
  expect([file, line, column].map((group: number) => matches[2]?.[group])).toEqual([
    'webview/strings/strings.ts',
    '13',
    '9',
  ]);
});

it('stays out of the package', () => {
  // Everything is left out but what a line with ! names.
  const kept = read('.vscodeignore').match(/^!.+/gm)!;
  expect(read('.vscodeignore')).toMatch(/^\*\*$/m);
  expect(kept.filter((line) => /^!(\*|\.vscode)/.test(line))).toEqual([]);
});
