import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

type Step = { path: string; isNew: boolean; imports: string[] };

/** What each recipe ("### To add …") says of files: `- new PATH, importing A, B: …` and `- a line in PATH: …`. */
const recipes = text
  .split(/^### To add /m)
  .slice(1)
  .map((recipe) => {
    const section = recipe.split(/^##/m)[0]!;
    const steps = [...section.matchAll(/^- (new|a line in|docs?:) ([^:]*)/gm)].map(([, how, names]): Step => {
      const [path = '', ...imports] = [...names!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
      return { path, isNew: how === 'new', imports };
    });
    return { name: section.split('\n')[0]!.trim(), steps };
  });

const filled = (path: string) => path.replace(/<\w+>/g, 'additional');

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-recipes-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the import rules say of a tree like ours in which these recipes were followed: a line imports the new file before it. */
function violations(...recipesOf: readonly (readonly Step[])[]): string {
  const tree = mkdtempSync(join(folder, 'tree-'));
  for (const part of ['src', 'webview', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs'])
    cpSync(join(root, part), join(tree, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  for (const steps of recipesOf) {
    let before: string | null = null;
    for (const { path, isNew, imports } of steps.filter((step) => step.path.startsWith('src/'))) {
      const file = filled(path);
      if (isNew) {
        mkdirSync(dirname(join(tree, file)), { recursive: true });
        writeFileSync(join(tree, file), imports.map((to) => importing(file, to)).join(''));
        before = file;
      } else if (before !== null) appendFileSync(join(tree, file), importing(file, before));
    }
  }
  try {
    execFileSync(
      process.execPath,
      [join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'), 'src', 'webview'],
      {
        ...{ cwd: tree, encoding: 'utf8', stdio: 'pipe' },
      },
    );
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

function importing(from: string, to: string): string {
  const path = relative(dirname(from), filled(to).replace(/\.ts$/, ''));
  return `import '${path.startsWith('.') ? path : `./${path}`}';\n`;
}

describe('docs/architecture.md', () => {
  it('has a recipe for each seam', () => {
    expect(recipes.map(({ name }) => name)).toEqual([
      'an energy source',
      'a workload',
      'a metric',
      'an analysis',
      'a command',
    ]);
  });

  it.each(recipes)('names in the recipe for $name only files that are there, and says what is new', ({ steps }) => {
    expect(steps.length).toBeGreaterThanOrEqual(2);
    for (const { path, isNew, imports } of steps) {
      expect(path.includes('<'), path).toBe(isNew);
      for (const there of (isNew ? imports : [path]).filter((name) => !name.includes('<')))
        expect(existsSync(join(root, there)), there).toBe(true);
    }
  });

  it('has recipes whose files keep the import rules', { timeout: 60_000 }, () => {
    expect(violations(...recipes.map(({ steps }) => steps))).toBe('');
  });

  it('would notice one that does not', { timeout: 60_000 }, () => {
    const energy = { path: 'src/energy/<kind>/<kind>.ts', isNew: true, imports: ['src/runs/store/folders.ts'] };
    const words = { path: 'src/core/words/<name>.ts', isNew: true, imports: ['src/core/report/report.ts'] };
    const found = violations([energy, words]);
    expect(found).toMatch(/energy-imports-only-what-is-below-it: src\/energy\/additional\/additional\.ts/);
    expect(found).toMatch(/no-circle-of-folders/);
  });

  it('has every folder of the source in its floor plan, with what it may import as the rules have it', () => {
    const plan = new Map(
      [...text.matchAll(/^\| `((?:src\/\w+)|webview)` \|.*\| ([^|]+) \|$/gm)].map(([, name, may]) => [
        name!,
        may!.trim(),
      ]),
    );
    const folders = [...readdirSync(join(root, 'src')).map((name) => `src/${name}`), 'webview'];
    expect([...plan.keys()].sort()).toEqual(folders.sort());
    const rules = readFileSync(join(root, '.dependency-cruiser.cjs'), 'utf8');
    for (const [name, may] of plan) {
      const [, list = ''] = new RegExp(`^  '?${name}'?: \\[([^\\]]*)\\]`, 'm').exec(rules) ?? [];
      const below = [...list.matchAll(/'src\/(\w+)'/g)].map(([, one]) => one!);
      if (may === 'all above') expect(below.length, name).toBeGreaterThan(4);
      else expect(below.join(', ') || 'itself', name).toBe(may);
    }
  });

  it('and all docs beside it name only files that are there', () => {
    const docs = readdirSync(join(root, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`);
    const gone = ['README.md', 'CONTRIBUTING.md', ...docs].flatMap((doc) =>
      [...readFileSync(join(root, doc), 'utf8').matchAll(/`((?:src|webview|test|scripts)\/[\w./-]+)`/g)]
        .map(([, path]) => path!)
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${doc}: ${path}`),
    );
    expect(gone).toEqual([]);
  });
});
