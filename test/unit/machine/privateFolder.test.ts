import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isPrivateTree, privateFolder } from '../../../src/machine/privateFolder';

let base: string;
const at = (...names: string[]) => join(base, ...names);
const modeOf = (path: string) => statSync(path).mode & 0o777;
const isRoot = process.getuid?.() === 0;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'greenbatch-private-'));
});
afterEach(() => rmSync(base, { recursive: true }));

it('is made for this user alone, whatever the umask', () => {
  const before = process.umask(0o002);
  try {
    expect(privateFolder(at('a', 'cache'))).toBe(at('a', 'cache'));
  } finally {
    process.umask(before);
  }
  expect(modeOf(at('a', 'cache'))).toBe(0o700);
});

it('is closed to others where they could only read', () => {
  mkdirSync(at('cache'));
  chmodSync(at('cache'), 0o755);
  privateFolder(at('cache'));
  expect(modeOf(at('cache'))).toBe(0o700);
});

it.each([0o770, 0o777, 0o702])('is refused where others could write (%o), with the way out', (mode) => {
  mkdirSync(at("it's"));
  chmodSync(at("it's"), mode);
  expect(() => privateFolder(at("it's"))).toThrow(
    expect.objectContaining({ code: 'cache-not-private', fix: `rm -r '${base}/it'\\''s'` }),
  );
  expect(modeOf(at("it's"))).toBe(mode);
});

it.skipIf(!isRoot)('is refused where it belongs to somebody else, also behind a link', () => {
  mkdirSync(at('theirs'));
  chownSync(at('theirs'), 65534, 65534);
  symlinkSync(at('theirs'), at('link'));
  for (const name of ['theirs', 'link']) {
    expect(() => privateFolder(at(name))).toThrow(expect.objectContaining({ code: 'cache-not-private', fix: null }));
  }
});

it('knows a tree in which others may change something', () => {
  mkdirSync(at('tree', 'deep'), { recursive: true, mode: 0o700 });
  writeFileSync(at('tree', 'deep', 'file'), '', { mode: 0o600 });
  symlinkSync('/etc/passwd', at('tree', 'link'));
  expect(isPrivateTree(at('tree'))).toBe(true);
  expect(isPrivateTree(at('nothing'))).toBe(false);
  chmodSync(at('tree', 'deep', 'file'), 0o666);
  expect(isPrivateTree(at('tree'))).toBe(false);
  chmodSync(at('tree', 'deep', 'file'), 0o600);
  chmodSync(at('tree', 'deep'), 0o770);
  expect(isPrivateTree(at('tree'))).toBe(false);
});
