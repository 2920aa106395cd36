import { describe, expect, it } from 'vitest';
import { folderFault } from '../../../../src/engine/session/folderFault';

const errno = (code: string, syscall: string, path?: string) =>
  Object.assign(new Error(`${code}: ${syscall}`), { code, syscall, ...(path !== undefined && { path }) });
const named = (error: unknown) => folderFault(error, '/runs/one')?.code ?? null;

describe('folderFault', () => {
  it('names a full disk, and a folder that cannot be written any more, with how to go on', () => {
    expect(named(errno('ENOSPC', 'write'))).toBe('disk-full');
    expect(named(errno('EDQUOT', 'open', '/elsewhere'))).toBe('disk-full');
    expect(named(errno('EROFS', 'open', '/runs/one/power.jsonl'))).toBe('not-writable');
    expect(named(errno('EACCES', 'open', '/runs/one'))).toBe('not-writable');
    for (const syscall of ['write', 'fsync', 'ftruncate']) expect(named(errno('EIO', syscall))).toBe('not-writable');
    expect(folderFault(errno('EROFS', 'write'), '/runs/one')!.message).toContain('greenbatch run --resume /runs/one');
  });

  it('leaves what is of other files, or no fault of a file, to others', () => {
    expect(named(errno('EACCES', 'open', '/runs/one-more/x'))).toBeNull();
    expect(named(errno('EIO', 'read'))).toBeNull();
    expect(named(errno('ENOENT', 'open', '/runs/one/power.jsonl'))).toBeNull();
    expect(named(new Error('broken'))).toBeNull();
    expect(named(null)).toBeNull();
  });
});
