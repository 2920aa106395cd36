import { beforeEach, expect, it, vi } from 'vitest';
import { specSchema } from '../../../src/core/spec/spec';
import { openSource } from '../../../src/energy/openSource';
import { type EnergySource, SourceError } from '../../../src/energy/source';
import { zonePart } from '../../support/runEvents';

const { list } = vi.hoisted(() => ({ list: [] as EnergySource[] }));
vi.mock('../../../src/energy/sources', () => ({ energySources: list }));

const sourceOf = (kind: string, measured: boolean, covers: string, fails?: Error): EnergySource => ({
  ...{ kind, measured, covers },
  describe: async () => {
    if (fails) throw fails;
    return { parts: [zonePart(kind, { source: kind, measured, added: true })], reason: null };
  },
  open: () => ({ read: () => 1, close() {} }),
  diagnose: () => Promise.reject(new Error('not asked')),
});
const locked = new SourceError('source-permission', 'it is locked', 'sudo open it');
const absent = new SourceError('source-absent', 'it is not there');
const opened = async (...sources: EnergySource[]) => {
  list.push(...sources);
  const { measure } = specSchema.parse({ models: ['yolov7'], batchSizes: [1] });
  const { source, reader } = await openSource(measure, {});
  reader.close();
  return { kind: source.parts[0]!.source, reason: source.reason, code: source.code, fix: source.fix };
};
beforeEach(() => void list.splice(0));

const estimate = sourceOf('estimate', false, 'cpu');

it('takes the first that measures the CPU, and nothing that measures something else', async () => {
  const [meter, first, second] = [
    sourceOf('meter', true, 'gpu'),
    sourceOf('first', true, 'cpu'),
    sourceOf('second', true, 'cpu'),
  ];
  expect(await opened(meter, first, second, estimate)).toMatchObject({ kind: 'first', reason: null });
});

it('goes on to the next that measures where one cannot be used, and says why', async () => {
  const sources = [sourceOf('first', true, 'cpu', locked), sourceOf('second', true, 'cpu'), estimate];
  expect(await opened(...sources)).toEqual({
    ...{ kind: 'second', reason: 'it is locked', code: undefined, fix: undefined },
  });
});

it('estimates where none measures, and says why by the first of them', async () => {
  const sources = [sourceOf('first', true, 'cpu', locked), sourceOf('second', true, 'cpu', absent), estimate];
  expect(await opened(sourceOf('meter', true, 'gpu'), ...sources)).toEqual({
    ...{ kind: 'estimate', reason: 'it is locked', code: 'source-permission', fix: 'sudo open it' },
  });
});

it('keeps the reasons of all that are there and cannot be used', async () => {
  const stuck = new SourceError('source-dead', 'it stood still');
  const sources = [sourceOf('first', true, 'cpu', absent), sourceOf('second', true, 'cpu', stuck), estimate];
  expect(await opened(...sources)).toMatchObject({
    ...{ kind: 'estimate', reason: 'it is not there it stood still', code: 'source-absent', fix: null },
  });
});

it('hides no bug behind an estimate, and has none to offer where there is no source at all', async () => {
  await expect(opened(sourceOf('first', true, 'cpu', new TypeError('a bug')), estimate)).rejects.toThrow('a bug');
  list.splice(0);
  await expect(opened(sourceOf('meter', true, 'gpu'))).rejects.toMatchObject({ code: 'source-absent' });
});
