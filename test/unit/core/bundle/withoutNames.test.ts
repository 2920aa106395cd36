import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameRemover, replacementsFor } from '../../../../src/core/bundle/withoutNames';

const here = { hosts: ['zebra.lab.example'], users: ['maria'], folders: ['/srv/runs of maria'] };
const remover = (events: unknown[]) => nameRemover(replacementsFor(events, here));

describe('a log without names', () => {
  const created = {
    specFile: '/home/ada lovelace/study/night.energy.yaml',
    sourceFiles: [{ path: '/home/ada lovelace/study/models/a.onnx' }, { path: '/data/private/a.onnx' }],
    spec: { measure: { powercapRoot: '/data/private/powercap' } },
  };

  it.each([
    ['the experiment’s folder', '/home/ada lovelace/study/night.energy.yaml', './night.energy.yaml'],
    [
      'what lies below it',
      'cannot read /home/ada lovelace/study/models/a.onnx: torn',
      'cannot read ./models/a.onnx: torn',
    ],
    ['a file of the same name elsewhere', '/data/private/a.onnx', 'outside-1/a.onnx'],
    [
      'counters that are shown elsewhere',
      '/data/private/powercap/intel-rapl:0/energy_uj',
      'outside-1/powercap/intel-rapl:0/energy_uj',
    ],
    ['the kernel’s own', '/sys/class/powercap/intel-rapl:0/energy_uj', '/sys/class/powercap/intel-rapl:0/energy_uj'],
    ['a host, long and short', 'zebra.lab.example (Zebra) measures', 'host (host) measures'],
    ['an account', 'maria’s process', 'user’s process'],
    ['the runs’ own folder', '/srv/runs of maria/1 is a link', 'outside-2/1 is a link'],
    ['a unit, and an address', '1.5 J/image, https://example.org/a/b', '1.5 J/image, https://example.org/a/b'],
    ['a word that holds a name', 'mariana zebrafish', 'mariana zebrafish'],
  ])('%s', (_, text, wanted) => {
    expect(remover([created]).remove(text)).toBe(wanted);
  });

  it('finds accounts and folders that only a message names', () => {
    const events = [created, { message: 'EACCES: /home/bob/.cache/greenbatch/m.onnx of bob' }];
    expect(remover(events).remove(events[1])).toEqual({ message: 'EACCES: outside-2/m.onnx of user' });
  });

  it.each([
    ['a path with spaces in quotes', "open '/home/Jane Roe/Secret Client/m'", "open 'outside-2/m'"],
    ['a path behind a colon', 'fs:/export/home/bob/acme of bob', 'fs:outside-2/acme of user'],
    [
      'a path with spaces',
      'EACCES: /home/Jane Roe/Secret Client (old)/m.onnx of Jane',
      'EACCES: outside-2/m.onnx of user',
    ],
    ['one with an apostrophe', "open '/home/Jane O'Roe/Jo's client/m' of O'Roe", "open 'outside-2/m' of O'Roe"],
    ['one of Windows', 'C:\\Users\\Jane Roe\\Secret Client\\m is torn', 'outside-2\\m is torn'],
    ['an account with a space at the end', 'no room in /home/Jane Roe', 'no room in outside-2/user'],
    ['an account, and words with a slash behind its folder', '/home/bob says read/write; bob', 'outside-2/write; user'],
    ['a path from an account’s folder on', '~/dora/y', 'outside-2/y'],
    ['another account’s folder', 'see ~dora/y of dora', 'see outside-2/y of user'],
    ['a path of Windows’ network', 'on \\\\srv\\share\\eve', 'on outside-2\\eve'],
    ['a path of Windows with slashes', 'x:/team/plan/y', 'outside-2/y'],
    ['an address of a file', 'file:///home/carol/top of carol', 'file://outside-2/top of user'],
  ])('finds %s in a message', (_, message, wanted) => {
    const events = [created, { message }];
    const found = remover(events).remove(message);
    expect(found.replace(/outside-\d/, 'outside-2')).toBe(wanted);
  });

  it('knows a path with spaces from any field that is one, and finds it in texts', () => {
    const folder = '/home/Jane Roe/Secret Client/coco';
    const event = {
      spec: { images: { folder } },
      specText: `images: ${folder} # Jane Roe’s`,
      message: `no ${folder}/a.jpg`,
    };
    expect(remover([created, event]).remove(event)).toEqual({
      spec: { images: { folder: 'outside-3' } },
      specText: 'images: outside-3 # user’s',
      message: 'no outside-3/a.jpg',
    });
  });

  it.each(['model', 'Package', 'greenbatch', 'accuracy'])('leaves the log’s own words alone: an account %s', (user) => {
    const event = {
      type: 'model.ready',
      model: 'a',
      package: 0,
      program: 'greenbatch 0.1.0',
      message: `/home/${user}/x/y`,
    };
    const names = nameRemover(replacementsFor([created, event], { hosts: [user], users: [user], folders: [] }));
    expect(names.remove(event)).toEqual({ ...event, message: 'outside-2/y' });
  });

  it('changes names of keys too, no number, and counts', () => {
    const names = remover([created]);
    const value = { '/data/private/a.onnx': [1.5, null, true], n: -0.1 };
    expect(names.remove(value)).toEqual({ 'outside-1/a.onnx': [1.5, null, true], n: -0.1 });
    expect(names.counts()).toEqual({ 'outside-1': 1 });
  });

  it('leaves words alone that tell of nobody', () => {
    const names = nameRemover(replacementsFor([{}], { hosts: ['localhost'], users: ['root', 'x'], folders: ['/'] }));
    expect(names.remove('run as root on localhost: x / y')).toBe('run as root on localhost: x / y');
  });
});

/** A word of a folder's name that stands nowhere else. */
const secret = fc.integer({ min: 0, max: 1e6 }).map((n) => `zq${n.toString(36)}`);
const folderName = fc
  .tuple(
    secret,
    fc.array(fc.tuple(fc.constantFrom(' ', '  ', '\u00a0', '-', '_', '.', '&', "'"), secret), { maxLength: 4 }),
  )
  .chain(([first, more]) =>
    fc
      .constantFrom('', ' (old)', ' [2]', '(v1)', '.d')
      .map((ending) => first + more.map(([mark, word]) => mark + word).join('') + ending),
  );
const root = fc.constantFrom('/', '/home/', '/Users/', '/srv/', '~/', 'C:\\', 'D:/', '\\\\');
const sentence = fc.constantFrom<[string, string]>(
  ['EACCES: permission denied, open ', ''],
  ['cannot read ', ': torn'],
  ['', ' is no image, at 2.5 J/image and 3 images/s'],
  ['weights=', ', 3 of them'],
  ['(', ')'],
  ['file://', ' of 5'],
  ["open '", "' failed"],
  ['see `', '`'],
);

it('leaves nothing of a folder’s name in a message, spaces or none, in quotes or without', () => {
  const path = fc.tuple(root, fc.array(folderName, { minLength: 2, maxLength: 4 })).map(([start, names]) => {
    const slash = start.includes('\\') ? '\\' : '/';
    return { folders: names, text: start + [...names, 'm.onnx'].join(slash) };
  });
  fc.assert(
    fc.property(path, sentence, ({ text, folders }, [before, after]) => {
      // An address is of a path from the root on.
      fc.pre(before !== 'file://' || text.startsWith('/'));
      const event = { message: before + text + after };
      const told = nameRemover(replacementsFor([{}, event], { hosts: [], users: [], folders: [] })).remove(
        event,
      ).message;
      for (const word of folders.join(' ').match(/zq\w+/g) ?? []) expect(told, event.message).not.toContain(word);
      expect(told).toMatch(/outside-1[/\\]m\.onnx/);
      expect(told.endsWith(`m.onnx${after}`)).toBe(true);
    }),
    { seed: 16, numRuns: 500 },
  );
});
