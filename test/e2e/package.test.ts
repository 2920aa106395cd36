import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, inject, it } from 'vitest';

const { missing, vsix, extensions } = inject('e2e');

/** What may lie in the package for Linux on x64; anything else has slipped in. */
const allowed = [
  /^(package\.json|package\.nls\.json|readme\.md|changelog\.md|LICENSE\.txt|ThirdPartyNotices\.txt|\.vsixmanifest)$/,
  /^dist\/(extension|judgeThread|cli|pictures|webview|report|pipeline)\.(js|css)$/,
  /^media\/((budget|energy|pipeline)\.schema\.json|greenbatch\.svg|icon\.png)$/,
  /^media\/(example|walkthrough)\/[\w.-]+\.(yaml|md|svg)$/,
  /^node_modules\/onnxruntime-node\/(package\.json|LICENSE|dist\/[\w-]+\.js)$/,
  /^node_modules\/onnxruntime-node\/bin\/napi-v6\/linux\/x64\/[\w.]+$/,
  /^node_modules\/onnxruntime-common\/(package\.json|LICENSE|dist\/cjs\/(package\.json|[\w-]+\.js))$/,
  /^node_modules\/sharp\/(package\.json|LICENSE|(lib|dist)\/[\w-]+\.(js|cjs|mjs))$/,
  /^node_modules\/@img\/(colour|sharp-linux-x64|sharp-libvips-linux-x64)\//,
  /^node_modules\/highs\/(package\.json|LICENSE|build\/highs\.(js|wasm))$/,
  /^node_modules\/koffi\/(package\.json|LICENSE\.txt|(index|indirect)\.cjs|src\/koffi\/(src\/)?[\w-]+\.cjs)$/,
  /^node_modules\/@koromix\/koffi-linux-x64\/(package\.json|index\.js|linux_x64\/koffi\.node)$/,
  /^node_modules\/(detect-libc|semver)\/(package\.json|LICENSE|([\w-]+\/)?[\w-]+\.js)$/,
];

describe.skipIf(missing !== null)('the package for Linux on x64', () => {
  const files = () => {
    const [folder] = readdirSync(extensions).filter((name) => name.startsWith('greenbatch.greenbatch-'));
    const root = join(extensions, folder!);
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  };

  it('is at most 30 MB', () => {
    expect(statSync(vsix).size).toBeLessThanOrEqual(30e6);
  });

  it('holds what it needs and nothing else', () => {
    const list = files();
    for (const name of ['cli', 'extension', 'judgeThread', 'pictures', 'webview', 'report', 'pipeline'])
      expect(list).toContain(`dist/${name}.js`);
    expect(list).toContain('ThirdPartyNotices.txt');
    expect(list.some((name) => /onnxruntime_binding\.node$/.test(name))).toBe(true);
    expect(list).toContain('node_modules/@koromix/koffi-linux-x64/linux_x64/koffi.node');
    for (const name of ['highs.js', 'highs.wasm']) expect(list).toContain(`node_modules/highs/build/${name}`);
    expect(list.some((name) => /sharp-linux-x64.*\.node$/.test(name))).toBe(true);
    expect(list.filter((name) => !allowed.some((pattern) => pattern.test(name)))).toEqual([]);
  });
});
