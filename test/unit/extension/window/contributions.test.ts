import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import manifest from '../../../../package.json';
import nls from '../../../../package.nls.json';
import * as ids from '../../../../src/extension/window/contributions';

const { contributes } = manifest;
const sorted = (values: readonly string[]) => [...new Set(values)].sort();
const manifestText = readFileSync('package.json', 'utf8');
const code = readdirSync('src/extension', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(`src/extension/${name}`, 'utf8') }));
const whenClauses = [...manifestText.matchAll(/"when": "((?:[^"\\]|\\.)*)"/g)].map((m) => m[1]!);

describe('package.json and contributions.ts name the same', () => {
  it('commands', () => {
    expect(sorted(contributes.commands.map((c) => c.command))).toEqual(sorted(Object.values(ids.commands)));
  });

  it('settings, with a default, a scope and a description each', () => {
    const properties: Record<string, object> = contributes.configuration.properties;
    expect(sorted(Object.keys(properties))).toEqual(sorted(Object.values(ids.settings)));
    for (const [key, id] of Object.entries(ids.settings)) expect(id).toBe(`${ids.section}.${key}`);
    for (const property of Object.values(properties)) {
      expect(property).toMatchObject({ scope: expect.any(String), markdownDescription: expect.stringMatching(/^%/) });
      expect(property).toHaveProperty('default');
    }
    const scoped = Object.entries(properties).filter(([, p]) => (p as { scope: string }).scope === 'machine');
    const machine = ids.machineSettings.map((key) => ids.settings[key]);
    expect(sorted(scoped.map(([id]) => id))).toEqual(sorted(machine));
    const trusted = ids.trustedSettings.map((key) => ids.settings[key]);
    for (const id of trusted) expect(properties[id]).toMatchObject({ scope: 'machine-overridable' });
    expect(sorted(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations)).toEqual(
      sorted([...machine, ...trusted]),
    );
  });

  it('views, tasks, panels and tools', () => {
    expect(contributes.views.explorer.map((v) => v.id)).toEqual(Object.values(ids.views));
    expect(sorted(contributes.viewsWelcome.map((v) => v.view))).toEqual(sorted(Object.values(ids.views)));
    expect(contributes.taskDefinitions.map((t) => t.type)).toEqual([ids.taskType]);
    expect(manifest.activationEvents).toContain(`onWebviewPanel:${ids.panelType}`);
    expect(sorted(contributes.languageModelTools.map((t) => t.name))).toEqual(sorted(Object.values(ids.tools)));
  });

  it('context keys', () => {
    const used = whenClauses.flatMap((when) => when.match(/greenbatch\.\w+/g) ?? []);
    const known = [...Object.values(ids.contextKeys), ...Object.values(ids.views)];
    expect(sorted(used.filter((key) => !known.includes(key as never)))).toEqual([]);
    for (const key of Object.values(ids.contextKeys)) expect(used).toContain(key);
  });
});

describe('the manifest', () => {
  it('offers to resume a run where its line in the tree says so', () => {
    const { when } = contributes.menus['view/item/context'].find((item) => item.command === ids.commands.resume)!;
    const [, pattern] = /viewItem =~ \/(.*?)\/ /.exec(when)!;
    const fits = ['run.failed', 'run.failed.resumable', 'run.running', 'run.stopped.resumable'].filter((value) =>
      new RegExp(pattern!).test(value),
    );
    expect(fits).toEqual(['run.failed.resumable', 'run.stopped.resumable']);
  });

  it('has every nls key, and no key is left over', () => {
    const used = [...manifestText.matchAll(/"%([^%"]+)%"/g)].map((m) => m[1]!);
    expect(sorted(used)).toEqual(sorted(Object.keys(nls)));
  });

  it('names only commands that exist, in menus, links and completion events', () => {
    const known = new Set<string>(Object.values(ids.commands));
    const menus = Object.values(contributes.menus)
      .flat()
      .map((item) => item.command);
    const links = [...JSON.stringify(nls).matchAll(/command:(greenbatch\.\w+)/g)].map((m) => m[1]!);
    const events = contributes.walkthroughs.flatMap((w) => w.steps.flatMap((s) => s.completionEvents));
    const completing = events.map((event) => event.replace('onCommand:', ''));
    for (const id of [...menus, ...links, ...completing]) expect(known.has(id), id).toBe(true);
  });

  it('lets the palette find "Profile Energy" by its name alone, and every other command by "Greenbatch"', () => {
    const inWords = (text: string) => nls[text.replaceAll('%', '') as keyof typeof nls];
    // As the palette writes and matches them.
    const labels = contributes.commands.map((c) => ({
      command: c.command,
      label: 'category' in c ? `${inWords(c.category!)}: ${inWords(c.title)}` : inWords(c.title),
    }));
    expect(labels.filter(({ label }) => /profile energy/i.test(label))).toEqual([
      { command: ids.commands.profile, label: 'Profile Energy' },
    ]);
    for (const { command, label } of labels)
      if (command !== ids.commands.profile) expect(label).toMatch(/^Greenbatch: [A-Z]/);
  });

  it('activates on little, and requires the VS Code whose types it is checked with', () => {
    expect(manifest.activationEvents).not.toContain('*');
    expect(manifest.activationEvents).not.toContain('onStartupFinished');
    expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies['@types/vscode']}`);
    expect(contributes.walkthroughs.every((w) => w.steps.length <= 4)).toBe(true);
  });

  it('names only files that are there', () => {
    const files = [...manifestText.matchAll(/"(?:\.\/)?(media\/[^"]+)"/g)].map((m) => m[1]!);
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect(existsSync(file), file).toBe(true);
  });
});

describe('the pictures of the walkthrough', () => {
  const media = contributes.walkthroughs.flatMap((w) => w.steps.map((s) => s.media as Record<string, string>));
  const pictures = media.flatMap((m) => ('svg' in m ? [m.svg!] : []));

  // The page that VS Code draws them in allows no style but its own, no script, and images as data alone.
  it.each(pictures)('%s is drawn by presentation attributes in colours of the theme', (file) => {
    const text = readFileSync(file, 'utf8');
    expect(text).not.toMatch(
      /<style|\sstyle=|\sclass=|<script|<foreignObject|<image|<use|\son\w+=|href=|url\(|@import/i,
    );
    const colours = [...text.matchAll(/\s(?:fill|stroke)="([^"]*)"/g)].map((m) => m[1]!);
    expect(colours.length).toBeGreaterThan(0);
    for (const colour of colours) expect(colour).toMatch(/^none$|^var\(--vscode-[\w-]+\)$/);
    // Whatever is drawn has its colour from itself or from its group: else it is black on a dark theme too.
    const drawn = text.matchAll(/(?:<g([^>]*)>)|<\/g>|<(?:path|rect|circle|text)([^>]*)>/g);
    const groups: string[] = [];
    for (const [tag, group, own] of drawn) {
      if (group !== undefined) groups.push(group);
      else if (own === undefined) groups.pop();
      else expect(`${groups.join(' ')} ${own}`, tag).toMatch(/\sfill="/);
    }
  });

  it('are at least two', () => expect(pictures.length).toBeGreaterThanOrEqual(2));
});

describe('the extension’s code', () => {
  it('reads settings in one file, and writes ids in one file', () => {
    for (const { name, text } of code) {
      if (name !== 'window/config.ts') expect(text, name).not.toMatch(/getConfiguration\(/);
      if (name !== 'window/contributions.ts') expect(text, name).not.toMatch(/['"`]greenbatch\.(?!svg)[a-z]/);
    }
  });

  it('uses every setting', () => {
    const all = code.filter((c) => c.name !== 'window/contributions.ts').map((c) => c.text);
    const text = all.join('\n');
    // The lenses and hints on configurations come with a file of their own.
    const isThere = (key: string) =>
      !/^(codeLens|suggestions)\./.test(key) || existsSync('src/extension/configs/configFeatures.ts');
    for (const key of Object.keys(ids.settings).filter(isThere)) {
      expect(text.includes(`'${key}'`) || text.includes(`settings.${key}`), key).toBe(true);
    }
  });
});
