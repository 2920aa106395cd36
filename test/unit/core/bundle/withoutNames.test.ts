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
