import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { seededRandom } from '../../../../src/core/statistics/random';
import { buildGraph } from '../../../../src/models/yolo/buildGraph';
import { parseCfg } from '../../../../src/models/yolo/cfg';
import { openArchive, readEntry } from '../../../../src/models/checkpoint/archive';
import { readCheckpoint } from '../../../../src/models/checkpoint/checkpoint';
import { unpickle } from '../../../../src/models/checkpoint/unpickle';
import { ModelError } from '../../../../src/models/modelError';
import { type Cfg, writeCheckpoint } from '../../../support/checkpointWriter';
import { call, dict, encode, instance, named, PersistentId, pickle, tuple } from '../../../support/pickleWriter';
import { everyLayer } from '../../../support/smallCfgs';
import { writeZip, type ZipEntry } from '../../../support/zipWriter';
import { repeats } from '../../../support/repeats';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-hostile-'));
  writeCheckpoint(at('good.pt'), { cfg: parse(everyLayer) as Cfg, architecture: parseCfg(everyLayer), head: 'Detect' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const bytes = (...parts: (string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
const writeArchive = (content: Uint8Array, ...more: ZipEntry[]) => {
  writeZip(at('bad.pt'), [{ name: 'archive/data.pkl', bytes: content }, ...more]);
  return readCheckpoint(at('bad.pt'));
};
const tensor = (size: unknown, stride: unknown, offset: unknown = 0, elements: unknown = 4) =>
  call(
    'torch._utils._rebuild_tensor_v2',
    new PersistentId(tuple('storage', named('torch.FloatStorage'), '0', 'cpu', elements)),
    ...[offset, size, stride, false, new Map()],
  );

describe('a pickle that asks for more than a checkpoint needs', () => {
  const touch = () => at('touched');
  it.each([
    ['os.system', () => call('os.system', `touch ${touch()}`)],
    ['posix.system', () => call('posix.system', `touch ${touch()}`)],
    ['builtins.eval', () => call('builtins.eval', '1 + 1')],
    ['__builtin__.getattr', () => call('__builtin__.getattr', named('os.path'), 'join')],
    ['builtins.exec', () => call('builtins.exec', 'import os')],
    ['torch.load', () => call('torch.load', 'x')],
    ['torch.hub.load', () => call('torch.hub.load', 'x')],
    ['collections.__proto__', () => call('collections.__proto__', 'x')],
    ['functools.partial', () => call('functools.partial', named('os.system'), 'id')],
    ['models.common.Conv', () => call('models.common.Conv', 1)],
  ])('is refused when it calls %s, and nothing is run', async (name, value) => {
    const root = new Map([['model', value()]]);
    await expect(writeArchive(pickle(root))).rejects.toThrow(
      new RegExp(
        `asks to call ${name.replaceAll('.', '\\.')}, which no YOLOv7 or YOLOv5 checkpoint needs; nothing of it was run`,
      ),
    );
    await expect(writeArchive(pickle(root))).rejects.toBeInstanceOf(ModelError);
    expect(existsSync(touch())).toBe(false);
  });

  it('is refused when it makes an object of an unknown class', async () => {
    for (const path of ['subprocess.Popen', 'modelsx.Evil', 'torch.jit.Script']) {
      const root = new Map([['model', instance(path, { args: ['id'] })]]);
      await expect(writeArchive(pickle(root))).rejects.toThrow(`asks to make a ${path}, which no`);
    }
  });

  it('is refused by name through STACK_GLOBAL as well', () => {
    const content = bytes('\x80\x04', encode('os'), encode('system'), '\x93', encode(tuple('id')), 'R.');
    expect(() => unpickle(content, 'x.pt')).toThrow(/^x\.pt asks to call os\.system/);
    expect(() => unpickle(content, 'x.pt')).toThrow(expect.objectContaining({ code: 'model-unsafe' }));
  });

  it('may name what it does not use', () => {
    expect(unpickle(pickle(new Map([['hook', named('os.system')]])), 'x').value).toBeInstanceOf(Map);
  });
});

describe('a pickle made to exhaust', () => {
  const refused = (content: Buffer, message: RegExp) => expect(() => unpickle(content, 'x.pt')).toThrow(message);

  it('costs no stack when it is deep', async () => {
    const deep = bytes('\x80\x02', ']'.repeat(500_000), 'a'.repeat(499_999), '.');
    expect(unpickle(deep, 'x').value).toHaveLength(1);
    await expect(writeArchive(deep)).rejects.toThrow(/holds a list of 1 without a model/);
    // Modules inside one another.
    let module = instance('torch.nn.Module', {});
    for (let i = 0; i < 500; i++) module = instance('torch.nn.Module', { _modules: dict({ m: module }) });
    module.state.set('yaml', new Map());
    const root = new Map([['model', { ...module, type: named('models.yolo.Model') }]]);
    Object.setPrototypeOf(root.get('model'), Object.getPrototypeOf(module));
    await expect(writeArchive(pickle(root))).rejects.toThrow(/more nested modules than any network/);
  });

  it('unfolds no further than any network, when modules refer to one module many times', async () => {
    // Each level holds the one below twenty times: 20^12 modules, from a few hundred bytes.
    let content = bytes('ctorch.nn\nModule\n)\x81q\x00');
    for (let level = 0; level < 12; level++) {
      const children = Array.from({ length: 20 }, (_, i) => bytes(encode(`m${i}`), 'h', String.fromCharCode(level)));
      content = bytes(content, '0', 'cmodels.yolo\nModel\n)\x81', '}', encode('_modules'), '}(', ...children, 'us');
      content = bytes(content, 'bq', String.fromCharCode(level + 1));
    }
    const root = bytes('\x80\x02', content, '0}', encode('model'), 'h\x0cs.');
    const before = process.memoryUsage().rss;
    await expect(writeArchive(root)).rejects.toThrow(/more nested modules than any network/);
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  });

  it('holds no more than 2,000,000 values', () => {
    const before = process.memoryUsage().rss;
    refused(bytes('\x80\x02', '}'.repeat(5_000_000), '.'), /larger than that of any checkpoint/);
    expect(process.memoryUsage().rss - before).toBeLessThan(1.2e9);
  });

  it.each([
    ['dicts', 'ccollections\nOrderedDict\n', '\x86'],
    ['sets', 'c__builtin__\nset\n', ''],
    ['sizes', 'ctorch\nSize\n', ''],
    ['objects whose arguments are of no use', 'cpathlib\nPosixPath\n', ''],
  ])('is charged for %s that are made of one list many times', (_, callable, pair) => {
    // 5000 entries, kept once, and 20,000 copies asked for: 150 kB that were 4 GB.
    const entries = Array.from({ length: 5000 }, (_, i) =>
      bytes('M', Buffer.from([i & 255, i >> 8]), pair === '' ? '' : 'N', pair),
    );
    const list = bytes(']q\x00(', ...entries, 'e0', callable, 'q\x010(');
    const start = performance.now();
    const before = process.memoryUsage().rss;
    refused(bytes('\x80\x02', list, 'h\x01h\x00\x85R'.repeat(20_000), '.'), /larger than that of any checkpoint/);
    expect(process.memoryUsage().rss - before).toBeLessThan(600e6);
    expect(performance.now() - start).toBeLessThan(10_000);
    // A few are no matter.
    expect(() => unpickle(bytes('\x80\x02', list, 'h\x01h\x00\x85R'.repeat(20), 'l.'), 'x')).not.toThrow();
  });

  it('keeps a set apart from the list it was made of', () => {
    const content = bytes('\x80\x02]q\x00(K\x01e', 'c__builtin__\nset\nh\x00\x85Rq\x01K\x02a0', 'h\x00h\x01\x86.');
    expect(unpickle(content, 'x').value).toEqual([[1], [1, 2]]);
  });

  it.each([
    ['names', 'x'.repeat(20_000_000), 1],
    ['dicts of what is no module', 'm', 20_000],
  ])('unfolds no further than any network, when modules share long %s', async (_, name, others) => {
    const child = bytes('ctorch.nn\nModule\n)\x81}', encode('_modules'), '}q\x01(');
    const fill = Array.from({ length: others }, (_, i) => bytes(encode(`${i}`), 'N'));
    const shared = bytes(encode(name), 'q\x020', child, ...fill, 'usbq\x000');
    const children = Array.from({ length: 3000 }, (_, i) => bytes(encode(`${i}`), 'h\x00'));
    const named = bytes('ctorch.nn\nModule\n)\x81}', encode('_modules'), '}(h\x02h\x00', ...children, 'usb');
    const root = bytes('\x80\x02', shared, '}', encode('model'), 'cmodels.yolo\nModel\n)\x81}', encode('_modules'));
    const start = performance.now();
    const content = bytes(root, '}(', encode('a'), named, encode('b'), named, 'usbs.');
    await expect(writeArchive(content)).rejects.toThrow(/more nested modules than any network/);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('cannot ask for memory by a length', () => {
    refused(bytes('\x80\x02X\xff\xff\xff\xff', 'a.'), /damaged data\.pkl: it ends too early, at byte 2/);
    refused(bytes('\x80\x02B\xff\xff\xff\x7f', 'a.'), /ends too early/);
    refused(bytes('\x80\x02\x8b\xff\xff\xff\x7f', 'a.'), /a whole number of 2147483647 bytes/);
    refused(bytes('\x80\x02', 'h\x05.'), /a reference 5 to nothing/);
    // A place in the memo is a key, not an array of that length.
    expect(unpickle(bytes('\x80\x02', ']r\xff\xff\xff\xff', '.'), 'x').value).toEqual([]);
  });

  it.each([
    ['sizes whose product overflows', tensor(tuple(2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1), tuple(1, 1, 1))],
    ['a size beyond its storage', tensor(tuple(5), tuple(1))],
    ['a stride beyond its storage', tensor(tuple(2, 2), tuple(2 ** 52, 1))],
    ['a view of one value as many', tensor(tuple(1_000_000), tuple(0))],
    ['an offset beyond its storage', tensor(tuple(1), tuple(1), 4)],
    ['a negative stride', tensor(tuple(2), tuple(-1), 3)],
    ['a negative size', tensor(tuple(-2), tuple(1))],
    ['a size that is no whole number', tensor(tuple(1.5), tuple(1))],
    ['sizes without strides', tensor(tuple(2, 2), tuple(1))],
    ['a storage of 2^60 values', tensor(tuple(1), tuple(1), 0, 2 ** 60)],
    ['words for numbers', tensor('abc', 'def')],
  ])('is refused with %s', async (_, value) => {
    const root = new Map([['model', value]]);
    await expect(writeArchive(pickle(root))).rejects.toThrow(/has a damaged data\.pkl: a (tensor|storage|persistent)/);
  });

  it('makes no cfg larger than any network has', async () => {
    // Lists of one list a thousand times, four levels deep.
    const list = (from: number) =>
      bytes('](', `h${String.fromCharCode(from)}`.repeat(1000), 'e', `q${String.fromCharCode(from + 1)}0`);
    const lists = bytes(encode('a'), 'q\x000', list(0), list(1), list(2), list(3));
    const units = tensor(tuple(1, 1, 2), tuple(2, 2, 1));
    const head = instance('models.yolo.Detect', {
      _buffers: dict({ anchors: units }),
      stride: tensor(tuple(1), tuple(1)),
    });
    const model = dict({ model: instance('torch.nn.Sequential', { _modules: dict({ 0: head }) }) });
    const yaml = ['nc', 'depth_multiple', 'width_multiple', 'head'].flatMap((key) => [encode(key), encode(1)]);
    const root = bytes(
      ...[
        '\x80\x02',
        lists,
        '}',
        encode('model'),
        'cmodels.yolo\nModel\n)\x81',
        '}(',
        encode('_modules'),
        encode(model),
      ],
      ...[encode('yaml'), '}(', ...yaml, encode('backbone'), 'h\x04', 'uubs.'],
    );
    const storage = { name: 'archive/data/0', bytes: new Uint8Array(new Float32Array([8, 8, 8, 8]).buffer) };
    await expect(writeArchive(root, storage)).rejects.toThrow(/has a cfg larger than that of any network/);
  });
});

describe('an archive that is not what it seems', () => {
  const content = pickle(new Map());
  it.each<[string, ZipEntry[], RegExp]>([
    [
      'a compressed entry (ZIP bomb)',
      [{ name: 'archive/data.pkl', bytes: new Uint8Array(1e8), compress: true }],
      /data\.pkl is compressed, which PyTorch never does/,
    ],
    [
      'a name that leaves the folder',
      [
        { name: 'archive/data.pkl', bytes: content },
        { name: '../../x', bytes: content },
      ],
      /invalid relative path/,
    ],
    [
      'an absolute name',
      [
        { name: 'archive/data.pkl', bytes: content },
        { name: '/etc/passwd', bytes: content },
      ],
      /absolute path/,
    ],
    [
      'a name with a backslash',
      [
        { name: 'archive/data.pkl', bytes: content },
        { name: '..\\x', bytes: content },
      ],
      /is not a sound checkpoint/,
    ],
    [
      'the same name twice',
      [
        { name: 'archive/data.pkl', bytes: content },
        { name: 'archive/data.pkl', bytes: content },
      ],
      /two entries are called archive\/data\.pkl/,
    ],
    [
      'an entry beyond its end',
      [{ name: 'archive/data.pkl', bytes: content, claimedBytes: 0x7fff_ffff }],
      /is not a sound checkpoint/,
    ],
    ['no data.pkl', [{ name: 'archive/other', bytes: content }], /ZIP archive without data\.pkl/],
    [
      'a wrong checksum',
      [{ name: 'archive/data.pkl', bytes: content, claimedCrc32: 1 }],
      /was altered or damaged: entry data\.pkl \(the description of its model\)|archive\/data\.pkl/,
    ],
    [
      'TorchScript in it',
      [
        { name: 'archive/data.pkl', bytes: content },
        { name: 'archive/constants.pkl', bytes: content },
      ],
      /is a TorchScript model/,
    ],
  ])('is refused with %s', async (_, entries, message) => {
    writeZip(at('bad.pt'), entries);
    const before = process.memoryUsage().rss;
    await expect(readCheckpoint(at('bad.pt'))).rejects.toThrow(message);
    await expect(readCheckpoint(at('bad.pt'))).rejects.toBeInstanceOf(ModelError);
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
    expect(existsSync(join(folder, '../../x'))).toBe(false);
  });

  it('is refused with an absurd number of entries, before they are read', async () => {
    writeZip(at('bad.pt'), [{ name: 'archive/data.pkl', bytes: content }], 65_000);
    await expect(readCheckpoint(at('bad.pt'))).rejects.toThrow(/it says it has 65000 entries/);
  });

  it.each<[string, Buffer, RegExp]>([
    ['empty', Buffer.alloc(0), /is empty; download it again/],
    ['a pointer of Git LFS', Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'), /git lfs pull/],
    ['a web page', Buffer.from('<!DOCTYPE html><html>'), /is a web page, so its download failed/],
    ['from before PyTorch 1.6', Buffer.from('800250', 'hex'), /format before PyTorch 1\.6; save it again/],
    ['something else', Buffer.from('GIF89a'), /is no checkpoint of PyTorch/],
  ])('is refused when it is %s', async (_, start, message) => {
    writeFileSync(at('bad.pt'), start);
    await expect(readCheckpoint(at('bad.pt'))).rejects.toThrow(message);
  });

  it.each<[string, unknown, RegExp]>([
    [
      'weights alone',
      dict({ 'model.0.weight': tensor(tuple(4), tuple(1)) }),
      /holds weights without an architecture \(a state_dict\)/,
    ],
    ['weights alone, under a key', dict({ state_dict: dict({ w: tensor(tuple(4), tuple(1)) }) }), /\(a state_dict\)/],
    [
      'YOLOv8',
      dict({ model: instance('ultralytics.nn.tasks.DetectionModel', {}) }),
      /a network of YOLOv8 or later; export it with: yolo export/,
    ],
    [
      'a ResNet',
      instance('torchvision.models.resnet.ResNet', {}),
      /holds a torchvision\.models\.resnet\.ResNet; checkpoints of YOLOv7 and YOLOv5 detectors can be read: export it to \.onnx/,
    ],
    [
      'a YOLOv5 classifier',
      dict({ model: instance('models.yolo.ClassificationModel', {}) }),
      /holds a models\.yolo\.ClassificationModel/,
    ],
    ['no model', dict({ epoch: 3 }), /holds a dict of 1 without a model/],
    [
      'a model without head',
      dict({ model: instance('models.yolo.Model', {}) }),
      /ends in nothing; allowed: a detector/,
    ],
  ])('is refused when it holds %s', async (_, root, message) => {
    await expect(writeArchive(pickle(root))).rejects.toThrow(message);
  });
});

describe('a checkpoint whose parts do not fit each other', () => {
  const small = { cfg: parse(everyLayer) as Cfg, architecture: parseCfg(everyLayer), head: 'Detect' } as const;
  const build = async () => {
    const { architecture, weights } = await readCheckpoint(at('odd.pt'));
    const graph = buildGraph(architecture, { height: 32, width: 32 }, 'float32');
    const source = weights(graph);
    return graph.parameters.map((parameter) => source(parameter).length);
  };

  it.each<[string, Cfg, RegExp]>([
    [
      'another activation',
      parse(everyLayer.replace('nn.ReLU()', 'nn.SiLU()')) as Cfg,
      /model\.11\.act is ReLU, its cfg says SiLU/,
    ],
    [
      'other channels',
      parse(everyLayer.replace('[8, 3, 1]', '[16, 3, 1]')) as Cfg,
      /model\.1\.conv\.weight has the shape 8×12×3×3 instead of 16×12×3×3/,
    ],
    [
      'other strides',
      parse(everyLayer.replace('MP, []', 'MP, [4]').replace('[None, 2,', '[None, 4,')) as Cfg,
      /levels of stride 4, 8, but its architecture makes 4, 16/,
    ],
    [
      'an unknown module',
      parse(everyLayer.replace('SPPCSPC', 'GhostConv')) as Cfg,
      /cannot be built:\n {2}unknown module GhostConv; allowed: Conv/,
    ],
    ['no rows', { ...small.cfg, head: [] }, /cannot be built/],
    ['no classes', { ...small.cfg, nc: 0 }, /nc is 0; allowed: a whole number from 1/],
  ])('is refused with a cfg of %s', async (_, cfg, message) => {
    writeCheckpoint(at('odd.pt'), { ...small, cfg });
    await expect(build()).rejects.toThrow(message);
  });

  it('is refused with another byte in a tensor, by its name and place', async () => {
    const content = readFileSync(at('good.pt'));
    const needle = content.indexOf('archive/data/9');
    const start = needle + 'archive/data/9'.length + content.readUInt16LE(needle - 2);
    content[start]! ^= 1;
    writeFileSync(at('odd.pt'), content);
    await expect(build()).rejects.toThrow(
      new RegExp(
        `odd\\.pt was altered or damaged: entry (archive/)?data/9 \\(model\\.[\\w.]+\\) at byte ${start} does not match its checksum`,
      ),
    );
  });

  it('says for every place where it may be cut off what is missing', async () => {
    const content = readFileSync(at('good.pt'));
    for (let end = 0; end < content.length; end += 997) {
      writeFileSync(at('odd.pt'), content.subarray(0, end));
      await expect(readCheckpoint(at('odd.pt')), `${end}`).rejects.toThrow(/is torn: it ends after \d+|is empty/);
    }
  });
});

describe('whatever the bytes', () => {
  const runs = repeats(500, 10_000);

  it('a pickle is read or refused', () => {
    const good = pickle(
      new Map<string, unknown>([['model', instance('models.yolo.Model', { t: tensor(tuple(2, 2), tuple(2, 1)) })]]),
    );
    const opcodes = fc.constantFrom(
      ...'(.012NJKMGXUTCB}])ltdaesuhjqrcQRb\x80\x81\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8f\x90\x91\x93\x94\x95',
    );
    const parts = fc.oneof(
      opcodes,
      fc.constantFrom('cos\nsystem\n', 'X\x01\x00\x00\x00a', 'K\x01', good.toString('latin1').slice(2, -1)),
    );
    let read = 0;
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 60 }), (list) => {
        try {
          unpickle(bytes('\x80\x02', list.join(''), '.'), 'x');
          read++;
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
        }
      }),
      { numRuns: 20 * runs },
    );
    // Both outcomes must occur, or the bytes test nothing.
    expect(read).toBeGreaterThan(runs / 50);
    expect(read).toBeLessThan(20 * runs);
  });

  it(`a mutated checkpoint is read or refused (${runs} mutations)`, { timeout: 300_000 }, async () => {
    const good = readFileSync(at('good.pt'));
    const directory = good.indexOf('PK\x01\x02', 0, 'latin1');
    const archive = await openArchive(at('good.pt'));
    const entries = [...archive.entries.values()].map((entry) => ({
      name: entry.name,
      bytes: readEntry(archive, entry),
    }));
    const random = seededRandom(5);
    const pick = (below: number) => Math.floor(random() * below);
    const spoil = (content: Buffer, from: number, to: number) => {
      for (let count = 1 + pick(4); count > 0; count--) content[from + pick(to - from)] = pick(256);
      return content;
    };
    let read = 0;
    let slowestMs = 0;
    for (let run = 0; run < runs; run++) {
      if (run % 4 === 0) writeFileSync(at('fuzz.pt'), spoil(Buffer.from(good), directory, good.length));
      else if (run % 4 === 1) writeFileSync(at('fuzz.pt'), spoil(Buffer.from(good), 0, directory));
      else {
        // With checksums that fit, so that what is behind them is reached.
        const spoiled = entries.map(({ name, bytes: plain }) =>
          name === 'archive/data.pkl'
            ? { name, bytes: spoil(Buffer.from(plain), 0, plain.length) }
            : { name, bytes: plain },
        );
        writeZip(at('fuzz.pt'), spoiled);
      }
      const start = performance.now();
      try {
        const { architecture, weights } = await readCheckpoint(at('fuzz.pt'));
        const graph = buildGraph(architecture, { height: 32, width: 32 }, 'float32');
        const source = weights(graph);
        for (const parameter of graph.parameters) source(parameter);
        read++;
      } catch (error) {
        if (!(error instanceof ModelError)) throw new Error(`run ${run}`, { cause: error });
      }
      slowestMs = Math.max(slowestMs, performance.now() - start);
    }
    // Both outcomes must occur often, or the mutations test nothing.
    expect(read).toBeGreaterThan(runs / 50);
    expect(read).toBeLessThan(runs / 1.2);
    expect(slowestMs).toBeLessThan(5000);
  });
});
