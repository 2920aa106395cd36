import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gitCommit } from '../../../../src/engine/session/gitCommit';

let folder: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder, encoding: 'utf8' }).trim();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-git-'));
  git('init', '-q', '-b', 'main');
  git('commit', '-q', '--allow-empty', '-m', 'one');
});
afterAll(() => rmSync(folder, { recursive: true }));

it('reads the commit of a branch, loose and packed, of a bare HEAD and from a folder below', () => {
  const commit = git('rev-parse', 'HEAD');
  expect(gitCommit(folder)).toEqual({ commit });
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  expect(gitCommit(join(folder, 'a/b'))).toEqual({ commit });
  git('pack-refs', '--all');
  expect(existsSync(join(folder, '.git/refs/heads/main'))).toBe(false);
  expect(gitCommit(folder)).toEqual({ commit });
  git('checkout', '-q', '--detach');
  expect(gitCommit(folder)).toEqual({ commit });
  git('checkout', '-q', 'main');
});

it('reads that of a worktree, which keeps its branch elsewhere', () => {
  git('worktree', 'add', '-q', join(folder, 'tree'), '-b', 'side');
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'two'], {
    cwd: join(folder, 'tree'),
  });
  expect(gitCommit(join(folder, 'tree'))).toEqual({ commit: git('rev-parse', 'side') });
  expect(git('rev-parse', 'side')).not.toBe(git('rev-parse', 'main'));
});

it('runs nothing that the repository names', () => {
  const trap = join(folder, 'trap');
  writeFileSync(trap, `#!/bin/sh\ntouch ${join(folder, 'sprung')}\n`);
  chmodSync(trap, 0o755);
  for (const key of ['core.fsmonitor', 'core.sshCommand', 'filter.x.clean', 'core.pager']) git('config', key, trap);
  expect(gitCommit(folder)).not.toBeNull();
  expect(existsSync(join(folder, 'sprung'))).toBe(false);
});

it('is null where HEAD says something else, leads out of the folder, or is no file', () => {
  const bare = mkdtempSync(join(tmpdir(), 'greenbatch-head-'));
  mkdirSync(join(bare, '.git'));
  writeFileSync(join(bare, 'secret'), 'a'.repeat(40));
  for (const head of ['', 'x', 'ref: refs/heads/none', 'ref: refs/../../secret', 'ref: /etc/passwd', 'a'.repeat(39)]) {
    writeFileSync(join(bare, '.git/HEAD'), head);
    expect(gitCommit(bare), head).toBeNull();
  }
  unlinkSync(join(bare, '.git/HEAD'));
  symlinkSync('/dev/zero', join(bare, '.git/HEAD'));
  expect(gitCommit(bare)).toBeNull();
  unlinkSync(join(bare, '.git/HEAD'));
  execFileSync('mkfifo', [join(bare, '.git/HEAD')]);
  expect(gitCommit(bare)).toBeNull();
  rmSync(bare, { recursive: true });
});
