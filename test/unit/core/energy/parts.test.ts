import { expect, it } from 'vitest';
import { countedParts, isMeasured, kindsOf, partsBeside } from '../../../../src/core/energy/parts';
import { zonePart } from '../../../support/runEvents';

const measured = zonePart('package-0');
const shown = zonePart('psys');
const guess = zonePart('gpu-0', { source: 'guess', measured: false, added: true });
const other = zonePart('fan-0', { source: 'other', measured: false, added: true });
const shownGuess = { ...guess, added: false };

const idsOf = (...parts: (typeof measured)[]) => ({
  isMeasured: isMeasured({ parts }),
  counted: countedParts({ parts }).map((part) => part.id),
  beside: partsBeside({ parts }).map((part) => part.id),
});

it('counts the measured parts alone where any is added and measured, else the estimated ones', () => {
  expect(idsOf(measured, shown)).toEqual({ isMeasured: true, counted: ['package-0'], beside: [] });
  expect(idsOf(guess, measured, other)).toEqual({
    ...{ isMeasured: true, counted: ['package-0'], beside: ['gpu-0', 'fan-0'] },
  });
  expect(idsOf(guess, other)).toEqual({ isMeasured: false, counted: ['gpu-0', 'fan-0'], beside: [] });
});

it('asks nobody who is not added', () => {
  // psys is measured, but nothing of it is in a sum.
  expect(idsOf(guess, shown)).toEqual({ isMeasured: false, counted: ['gpu-0'], beside: [] });
  expect(idsOf(measured, shownGuess)).toEqual({ isMeasured: true, counted: ['package-0'], beside: [] });
  expect(idsOf()).toEqual({ isMeasured: false, counted: [], beside: [] });
});

it('names each kind of source once', () => {
  expect(kindsOf({ parts: [measured, guess, shown, other] })).toBe('powercap + guess + other');
});
