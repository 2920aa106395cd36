import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stageProgram } from '../../../../src/engine/launch/stage';

/** An installed program with the native packages it needs, as small as can be. */
function install() {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-stage-'));
  const add = (name: string, manifest: object, files: Record<string, string>) => {
    for (const [file, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
      const path = join(folder, 'node_modules', name, file);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text);
    }
  };
  add(
    'onnxruntime-node',
    { dependencies: { 'onnxruntime-common': '1', 'global-agent': '1' } },
    {
      [`bin/napi-v6/${process.platform}/${process.arch}/ort.node`]: 'native',
      'bin/napi-v6/plan9/x64/ort.node': 'foreign',
      'dist/index.js': '',
    },
  );
  add('onnxruntime-common', {}, { 'dist/index.js': 'common' });
  add('sharp', { optionalDependencies: { '@img/absent': '1' } }, {});
  writeFileSync(join(folder, 'cli.js'), 'console.log(1)');
  return { folder, program: { node: process.execPath, script: join(folder, 'cli.js') }, cache: join(folder, 'cache') };
}

describe('staging a program', () => {
  it('takes node, the bundle and this platform’s natives, and no others', () => {
    const { program, cache } = install();
    const staged = stageProgram(program, cache);
    const at = (path: string) => join(staged.script, '..', 'node_modules', path);
    expect(readFileSync(staged.script, 'utf8')).toBe('console.log(1)');
    expect(existsSync(staged.node)).toBe(true);
    expect(existsSync(at(`onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/ort.node`))).toBe(true);
    expect(existsSync(at('onnxruntime-node/bin/napi-v6/plan9'))).toBe(false);
    expect(existsSync(at('onnxruntime-common/dist/index.js'))).toBe(true);
    expect(existsSync(at('sharp/package.json'))).toBe(true);
  });

  it('gives the same folder again, and another one for another program', () => {
    const { program, cache } = install();
    const first = stageProgram(program, cache);
    expect(stageProgram(program, cache)).toEqual(first);
    writeFileSync(program.script, 'console.log(2)');
    const second = stageProgram(program, cache);
    expect(second.script).not.toBe(first.script);
    // The bundle was copied: rewriting the installed one in place does not touch the first.
    expect(readFileSync(first.script, 'utf8')).toBe('console.log(1)');
  });

  it('keeps the installed node where a copy of it does not run', () => {
    const { program, cache, folder } = install();
    const broken = join(folder, 'node');
    writeFileSync(broken, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    expect(stageProgram({ ...program, node: broken }, cache).node).toBe(broken);
  });

  it('removes programs that were not used for a month', () => {
    const { program, cache } = install();
    const old = stageProgram(program, cache).script;
    const long = new Date(Date.now() - 40 * 86_400_000);
    utimesSync(join(old, '..'), long, long);
    writeFileSync(program.script, 'console.log(3)');
    const fresh = stageProgram(program, cache).script;
    expect(existsSync(old)).toBe(false);
    expect(statSync(fresh).isFile()).toBe(true);
  });

  it('does not take for old what a run was started from lately, however long ago it was staged', () => {
    const { program, cache } = install();
    const old = stageProgram(program, cache).script;
    const long = new Date(Date.now() - 40 * 86_400_000);
    utimesSync(join(old, '..'), long, long);
    stageProgram(program, cache);
    writeFileSync(program.script, 'console.log(3)');
    stageProgram(program, cache);
    expect(existsSync(old)).toBe(true);
  });

  it('names what is missing', () => {
    const { program, cache, folder } = install();
    writeFileSync(join(folder, 'node_modules', 'sharp', 'package.json'), '{"dependencies":{"gone":"1"}}');
    expect(() => stageProgram(program, cache)).toThrow(/gone is missing/);
  });

  it('stages anew what others could have changed, and shares no file that they may change', () => {
    const { program, cache, folder } = install();
    const shared = join(folder, 'node_modules/onnxruntime-common/dist/index.js');
    chmodSync(shared, 0o666);
    const { script } = stageProgram(program, cache);
    const staged = join(script, '../node_modules/onnxruntime-common/dist/index.js');
    expect(statSync(staged).ino).not.toBe(statSync(shared).ino);
    expect(statSync(staged).mode & 0o022).toBe(0);
    // Another bundle in its place, one more writer, a bundle that is a link to somebody's file.
    const spoil: (() => void)[] = [
      () => writeFileSync(script, 'console.log("theirs")'),
      () => chmodSync(staged, 0o666),
      () => chmodSync(join(script, '..'), 0o777),
    ];
    for (const change of spoil) {
      change();
      expect(stageProgram(program, cache).script).toBe(script);
      expect(readFileSync(script, 'utf8')).toBe('console.log(1)');
      expect(statSync(staged).mode & 0o022).toBe(0);
      expect(statSync(join(script, '..')).mode & 0o077).toBe(0);
    }
  });
});
