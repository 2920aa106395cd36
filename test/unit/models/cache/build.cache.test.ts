import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ResolvedModel, resolveModel } from '../../../../src/models/cache/build';
import { cfgText } from '../../../../src/models/yolo/builtIn';
import { requireRoom } from '../../../../src/models/cache/diskRoom';

const root = resolve(__dirname, '../../../..');
const child = join(__dirname, '../../../support/modelCacheChild.ts');
const run = promisify(execFile);

let folder = '';
let cache = '';
let cfg = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-cache-'));
  cache = join(folder, 'models');
  // A twentieth of yolov7-tiny: what is tested here does not depend on the size.
  cfg = join(folder, 'small.yaml');
  writeFileSync(cfg, cfgText('yolov7-tiny').replace('width_multiple: 1.0', 'width_multiple: 0.2'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const size = { height: 64, width: 64 };
const resolveSmall = (changes = {}) =>
  resolveModel(cfg, { size, input: 'uint8', seed: 1, cacheDirectory: cache, ...changes });
const replace = (path: string, make: () => void) => {
  rmSync(path, { recursive: true });
  make();
};
const inode = (file: string) => statSync(file).ino;
const flipByte = (file: string, at: number) => {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
};

describe('the cache of models', () => {
  it('builds once and then finds', async () => {
    const first = await resolveSmall();
    expect(first).toMatchObject({ name: 'small', input: 'uint8', size, classes: 80, boxes: 252, fixedBatch: null });
    const before = inode(first.file);
    expect(await resolveSmall()).toEqual(first);
    expect(inode(first.file)).toBe(before);
    expect(readdirSync(cache)).toHaveLength(1);
  });

  it('keeps one entry for each size, input, seed and architecture', async () => {
    const models: ResolvedModel[] = [await resolveSmall()];
    models.push(
      await resolveSmall({ size: { height: 64, width: 96 } }),
      await resolveSmall({ size: { height: 96, width: 64 } }),
    );
    models.push(await resolveSmall({ input: 'float32' }), await resolveSmall({ seed: 2 }));
    writeFileSync(cfg, readFileSync(cfg, 'utf8').replace('nc: 80', 'nc: 3'));
    models.push(await resolveSmall());
    expect(new Set(models.map((m) => m.file)).size).toBe(6);
    expect(new Set(models.map((m) => m.sha256)).size).toBe(6);
    // Comments and layout are no part of the architecture.
    writeFileSync(cfg, `# another comment\n${readFileSync(cfg, 'utf8')}`);
    expect(await resolveSmall()).toEqual(models.at(-1));
  });

  it.each([
    ['shorter', (file: string) => truncateSync(file, 1000)],
    ['empty', (file: string) => truncateSync(file, 0)],
    ['altered at equal length', (file: string) => flipByte(file, 100_000)],
    [
      'altered at equal length and time',
      (file: string) => {
        const { atime, mtime } = statSync(file);
        flipByte(file, 100_000);
        utimesSync(file, atime, mtime);
      },
    ],
    ['missing', (file: string) => rmSync(file)],
    ['a folder', (file: string) => replace(file, () => mkdirSync(file))],
    ['without manifest', (file: string) => rmSync(join(dirname(file), 'manifest.json'))],
    ['with a torn manifest', (file: string) => truncateSync(join(dirname(file), 'manifest.json'), 50)],
    [
      'with a manifest of another',
      (file: string) => writeFileSync(join(dirname(file), 'manifest.json'), '{"key":"x","files":[]}'),
    ],
    ['a file itself', (file: string) => replace(dirname(file), () => writeFileSync(dirname(file), 'x'))],
  ])('builds an entry anew that is %s', async (_, damage) => {
    const good = await resolveSmall();
    const bytes = readFileSync(good.file);
    damage(good.file);
    expect(await resolveSmall()).toEqual(good);
    expect(readFileSync(good.file).equals(bytes)).toBe(true);
    expect(readdirSync(cache)).toHaveLength(1);
  });

  it('keeps an entry whose file only looks new, and hashes it once', async () => {
    const good = await resolveSmall();
    const before = inode(good.file);
    utimesSync(good.file, new Date(), new Date());
    expect(await resolveSmall()).toEqual(good);
    expect(inode(good.file)).toBe(before);
    const manifest = JSON.parse(readFileSync(join(dirname(good.file), 'manifest.json'), 'utf8'));
    expect(manifest.files[0].mtimeMs).toBe(statSync(good.file).mtimeMs);
  });

  it('removes what a killed process left long ago, not what another is making', async () => {
    mkdirSync(join(cache, '.partial-1-old'), { recursive: true });
    writeFileSync(join(cache, '.partial-1-old', 'model.onnx'), 'x');
    mkdirSync(join(cache, '.partial-2-new'));
    const hoursAgo = new Date(Date.now() - 2 * 3600 * 1000);
    utimesSync(join(cache, '.partial-1-old'), hoursAgo, hoursAgo);
    await resolveSmall();
    expect(readdirSync(cache).filter((name) => name.startsWith('.'))).toEqual(['.partial-2-new']);
  });

  it('serves processes that build the same at once', async () => {
    const startAt = `${Date.now() + 3000}`;
    const ends = await Promise.all(
      [0, 1, 2].map(() =>
        run(process.execPath, ['--import', 'tsx', child, cache, 'yolov7-tiny', startAt], { cwd: root }),
      ),
    );
    const models = ends.map((end) => JSON.parse(end.stdout) as ResolvedModel);
    expect(models[0]?.parameters).toBe(6_219_709);
    expect(models[1]).toEqual(models[0]);
    expect(models[2]).toEqual(models[0]);
    expect(readdirSync(cache)).toHaveLength(1);
    const direct = await resolveModel('yolov7-tiny', { size, input: 'uint8', seed: 1, cacheDirectory: cache });
    expect(direct).toEqual(models[0]);
  });

  it('serves processes that find the same damaged entry at once', async () => {
    const options = { size, input: 'uint8', seed: 1, cacheDirectory: cache } as const;
    const good = await resolveModel('yolov7-tiny', options);
    flipByte(good.file, 1_000_000);
    const startAt = `${Date.now() + 3000}`;
    const ends = await Promise.all(
      [0, 1].map(() => run(process.execPath, ['--import', 'tsx', child, cache, 'yolov7-tiny', startAt], { cwd: root })),
    );
    expect(ends.map((end) => JSON.parse(end.stdout))).toEqual([good, good]);
    expect(await resolveModel('yolov7-tiny', options)).toEqual(good);
    expect(readdirSync(cache)).toHaveLength(1);
  });
});

describe('a disk without room', () => {
  const askFor = async (before: string, command: string) => {
    const { stdout } = await run(
      'sh',
      ['-c', `${before} && exec "$@"`, 'sh', command, '--import', 'tsx', child, cache, 'yolov7-tiny'],
      {
        cwd: root,
      },
    );
    return JSON.parse(stdout) as ResolvedModel & { error?: string };
  };

  it('in the middle of writing names the folder and the bytes needed, and leaves nothing behind', async () => {
    // The limit on one file's size stands for a full disk: the write fails in the same place.
    const { error } = await askFor('ulimit -f 20000', process.execPath);
    expect(error).toMatch(/^ModelError: no room for the model in .*models: it needs 24\.9 MB \(249\d{5} bytes\), but/);
    expect(readdirSync(cache)).toEqual([]);
  });

  it('beforehand says how much is free', () => {
    expect(() => requireRoom(folder, 2 ** 52)).toThrow(
      /no room .*: it needs 4504 TB \(4503599627370496 bytes\), but .* are free/,
    );
    expect(() => requireRoom(folder, 1)).not.toThrow();
  });

  it('or a file in the place of the folder is explained', async () => {
    writeFileSync(cache, 'x');
    await expect(resolveSmall()).rejects.toThrow(/cannot write the model into .*models/);
  });
});
