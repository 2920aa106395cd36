import { cruise, type IConfiguration, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
// @ts-expect-error: plain JavaScript, without types.
import untyped from '../../.dependency-cruiser.cjs';

const config = untyped as { forbidden: (IForbiddenRuleType & { name: string })[]; options: IConfiguration['options'] };

/** Files by their path; each imports what is named, `type ` in front for a type alone. */
type Tree = Record<string, string[]>;

/** What is allowed, and near to what is not. */
const clean: Tree = {
  'src/core/energy/joules.ts': ['../words/units'],
  'src/core/words/units.ts': [],
  'src/machine/clock.ts': ['node:os', '../core/words/units'],
  'src/runs/store/events.ts': ['node:fs', '../../machine/clock'],
  'src/models/onnx/session.ts': ['onnxruntime-node', '../../machine/clock'],
  'src/engine/session/engine.ts': ['../../models/onnx/session', '../trial/trial'],
  'src/engine/trial/trial.ts': ['../../core/energy/joules'],
  'src/workloads/detection/decode/decode.ts': ['sharp'],
  'src/solver/solver.ts': ['highs', '../core/words/units'],
  'src/extension/window/show.ts': ['vscode', '../../core/words/units'],
  'webview/page/toolkit.ts': ['@vscode/webview-ui-toolkit'],
  'webview/charts/plans/plan.ts': ['type chart.js', '../../../src/core/energy/joules'],
  'webview/charts/draw/chart.ts': ['chart.js', '../plans/plan'],
};

/** What each rule is there to find: a file with one import that it must not have. */
const faults: [rule: string, file: string, imported: string][] = [
  ['no-circle-of-files', 'src/core/words/plain.ts', './said'],
  ['no-circle-of-files', 'src/core/words/label.ts', 'type ./scope'],
  ['no-file-that-is-not-there', 'src/core/words/one.ts', './gone'],
  ['core-imports-only-what-is-below-it', 'src/core/run/plan.ts', '../../machine/clock'],
  ['machine-imports-only-what-is-below-it', 'src/machine/topology.ts', '../runs/store/events'],
  ['runs-imports-only-what-is-below-it', 'src/runs/index/index.ts', '../../engine/trial/trial'],
  ['energy-imports-only-what-is-below-it', 'src/energy/source.ts', '../models/onnx/session'],
  ['models-imports-only-what-is-below-it', 'src/models/cache/cache.ts', '../../runs/store/events'],
  ['workloads-imports-only-what-is-below-it', 'src/workloads/detection/detection.ts', '../../engine/trial/trial'],
  ['solver-imports-only-what-is-below-it', 'src/solver/loaded.ts', '../machine/clock'],
  ['engine-imports-only-what-is-below-it', 'src/engine/launch/launch.ts', '../../extension/window/show'],
  ['cli-imports-only-what-is-below-it', 'src/cli/text/table.ts', '../../../webview/charts/plans/plan'],
  ['extension-imports-only-what-is-below-it', 'src/extension/session/session.ts', '../../engine/session/engine'],
  ['extension-imports-only-what-is-below-it', 'src/extension/session/type.ts', 'type ../../engine/session/engine'],
  ['webview-imports-only-what-is-below-it', 'webview/parts/header.ts', '../../src/runs/store/events'],
  ['core-is-pure', 'src/core/run/file.ts', 'node:fs'],
  ['core-is-pure', 'src/core/run/bare.ts', 'fs'],
  ['core-is-pure', 'webview/page/page.ts', 'node:path'],
  ['chart-plans-draw-nothing', 'webview/charts/plans/bars.ts', 'chart.js'],
  ['chart-plans-know-no-page', 'webview/charts/plans/card.ts', '../draw/chart'],
  ['chart-plans-know-no-page', 'webview/charts/plans/type.ts', 'type ../../page/toolkit'],
  ['onnxruntime-node-in-one-place', 'src/models/yolo/graph.ts', 'onnxruntime-node'],
  ['sharp-in-one-place', 'src/workloads/detection/draw/draw.ts', 'sharp'],
  ['vscode-in-one-place', 'src/cli/main.ts', 'vscode'],
  ['chart.js-in-one-place', 'webview/parts/card.ts', 'type chart.js'],
  ['highs-in-one-place', 'src/cli/text/solved.ts', 'highs'],
  ['@vscode/webview-ui-toolkit-in-one-place', 'webview/page/dom.ts', '@vscode/webview-ui-toolkit'],
];

/** What closes the circles; each is told of once, at its first file. */
const otherHalves: Tree = { 'src/core/words/said.ts': ['./plain'], 'src/core/words/scope.ts': ['./label'] };

/** No file is in a circle, but their folders are. */
const circleOfFolders: Tree = { 'src/core/words/scope.ts': ['../energy/watts'], 'src/core/energy/watts.ts': [] };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'greenbatch-rules-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Which rules a tree breaks, and where. */
async function broken(tree: Tree): Promise<{ rule: string; file: string }[]> {
  write('tsconfig.json', '{}');
  for (const name of ['chart.js', 'highs', 'onnxruntime-node', 'sharp', '@vscode/webview-ui-toolkit']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, '');
  }
  for (const [path, imports] of Object.entries(tree)) {
    const lines = imports.map((name, i) => {
      const [, type = '', from] = /^(type )?(.*)$/.exec(name)!;
      return `import ${type}{ a as a${i} } from '${from}';\nexport ${type}{ a${i} };\n`;
    });
    write(path, `${lines.join('')}export const a = 1;\n`);
  }
  const { forbidden, options } = config;
  const { output } = await cruise(
    ['src', 'webview'],
    { ...options, ruleSet: { forbidden }, validate: true, baseDir: root },
    options?.enhancedResolveOptions,
  );
  const { violations, totalCruised } = (output as ICruiseResult).summary;
  expect(totalCruised).toBeGreaterThanOrEqual(Object.keys(tree).length);
  return violations.map(({ rule, from }) => ({ rule: rule.name, file: from }));
}

describe('the rules of who may import whom', () => {
  it('let a clean tree be', async () => {
    expect(await broken(clean)).toEqual([]);
  });

  it('find each fault, where it is, and nothing else', async () => {
    const tree = {
      ...clean,
      ...otherHalves,
      ...Object.fromEntries(faults.map(([, file, imported]) => [file, [imported]])),
    };
    // Where lower folders import higher ones there are circles of folders as well.
    const found = (await broken(tree)).filter(({ rule }) => rule !== 'no-circle-of-folders');
    const inOrder = (list: { rule: string; file: string }[]) => list.map((f) => `${f.rule}: ${f.file}`).sort();
    expect(inOrder(found)).toEqual(inOrder(faults.map(([rule, file]) => ({ rule, file }))));
  });

  it('find a circle of two folders without a circle of files', async () => {
    const found = await broken({ ...clean, ...circleOfFolders });
    expect(found.map(({ rule, file }) => `${rule}: ${file}`).sort()).toEqual([
      'no-circle-of-folders: src/core/energy',
      'no-circle-of-folders: src/core/words',
    ]);
  });

  it('have a fault here each', () => {
    const seen = new Set(['no-circle-of-folders', ...faults.map(([rule]) => rule)]);
    expect(config.forbidden.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
  });
});
