import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noticesOf, packagesIn, packagesOf } from '../../../scripts/notices.mjs';

const root = resolve(import.meta.dirname, '../../..');

describe('what the package holds of others', () => {
  it('is named with its licence text: what is bundled into the program and the page, and what is shipped', async () => {
    const bundled: string[] = [];
    for (const entry of ['src/cli/main.ts', 'src/extension/extension.ts', 'webview/main.ts']) {
      const { metafile } = await build({
        absWorkingDir: root,
        entryPoints: [entry],
        ...{ bundle: true, metafile: true, write: false, outdir: 'unused', logLevel: 'silent' },
        platform: entry.startsWith('webview') ? 'browser' : 'node',
        external: ['onnxruntime-node', 'sharp', 'vscode'],
      });
      const found = packagesOf(metafile);
      expect(found.length).toBeGreaterThan(0);
      bundled.push(...found.map((folder) => resolve(root, folder)));
    }
    const shipped = ['onnxruntime-node', 'onnxruntime-common', 'sharp', 'detect-libc', 'semver', '@img/colour'];
    const libvips = `@img/sharp-libvips-${process.platform}-${process.arch}`;
    const notices = noticesOf([...bundled, ...[...shipped, libvips].map((name) => join(root, 'node_modules', name))]);
    for (const name of [
      'zod',
      'yaml',
      'yauzl',
      'chart.js',
      '@vscode/webview-ui-toolkit',
      '@microsoft/fast-element',
      ...shipped,
      libvips,
    ]) {
      const at = notices.indexOf(`\n${name} `);
      expect(at, name).toBeGreaterThan(0);
      const section = notices.slice(at, notices.indexOf('='.repeat(80), at));
      expect(section, name).toMatch(/\nLicence: .+\nSource: .*github/);
      expect(section.length, name).toBeGreaterThan(name === libvips ? 2000 : 600);
    }
    // libvips and what is linked with it: its source, and the licences that its own refers to.
    expect(notices).toMatch(/https:\/\/github\.com\/libvips\/libvips\/releases[\s\S]*"vips": "\d/);
    expect(notices).toMatch(/Carbon intensity of electricity[^]*CC BY 4\.0[^]*Source: Ember, Yearly Electricity Data/);
    expect(notices).toMatch(
      /GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3[\s\S]*GNU GENERAL PUBLIC LICENSE\s+Version 3/,
    );
  });
});

describe('notices', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'notices-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const pack = (path: string, manifest: object, files: Record<string, string> = {}) => {
    const own = join(folder, 'node_modules', path);
    mkdirSync(own, { recursive: true });
    const all = {
      'package.json': JSON.stringify({ version: '1.2.3', repository: 'github:a/b', ...manifest }),
      ...files,
    };
    for (const [name, content] of Object.entries(all)) writeFileSync(join(own, name), content);
  };

  it('a package whose licence has no text stops the build', () => {
    pack('odd', { name: 'odd', license: 'Odd-1.0' });
    expect(() => noticesOf(packagesIn(join(folder, 'node_modules')))).toThrow(
      /odd has no licence file.*no text of Odd-1\.0/,
    );
  });

  it('a licence that is the Lesser GPL besides another brings its texts, too', () => {
    pack('win', { name: 'win', license: 'Apache-2.0 AND LGPL-3.0-or-later' }, { LICENSE: 'text of Apache' });
    expect(noticesOf(packagesIn(join(folder, 'node_modules')))).toMatch(
      /text of Apache[\s\S]*GNU LESSER GENERAL PUBLIC/,
    );
  });

  it('packages inside others and in a scope are found, each text once for a version', () => {
    pack('@scope/a', { name: '@scope/a', license: 'MIT', author: 'Ada' });
    pack('b', { name: 'b', license: 'ISC' }, { 'LICENCE.md': 'text of b', 'NOTICE.txt': 'notice of b' });
    pack('b/node_modules/c', { name: 'c', license: 'Own' }, { COPYING: 'text of c' });
    pack('@scope/a/node_modules/b', { name: 'b', license: 'ISC' }, { 'LICENCE.md': 'text of b' });
    const notices = noticesOf(packagesIn(join(folder, 'node_modules')));
    expect(notices).toMatch(/@scope\/a 1\.2\.3\nLicence: MIT\nSource: github:a\/b\n\nCopyright \(c\) Ada and/);
    expect(notices.match(/text of b/g)).toHaveLength(1);
    expect(notices).toMatch(/text of c/);
    const inputs = {
      '../x/node_modules/@scope/a/lib/i.js': {},
      'node_modules/b/i.js': {},
      'node_modules/b/node_modules/c/i.js': {},
      'src/d.ts': {},
    };
    expect(packagesOf({ inputs })).toEqual([
      '../x/node_modules/@scope/a',
      'node_modules/b',
      'node_modules/b/node_modules/c',
    ]);
  });
});
