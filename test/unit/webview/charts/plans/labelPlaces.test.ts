import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, crosses, overlap, placeNames } from '../../../../../webview/charts/plans/labelPlaces';

const area: Box = { left: 0, top: 0, right: 600, bottom: 300 };
const markOf = ({ x, y, radius }: { x: number; y: number; radius: number }): Box => ({
  left: x - radius,
  top: y - radius,
  right: x + radius,
  bottom: y + radius,
});

describe('names of points in a chart', () => {
  it('stand right of a point that is alone, touching it nowhere', () => {
    const point = { x: 100, y: 100, radius: 5, width: 40 };
    expect(placeNames([point], 14, { marks: [markOf(point)], lines: [], area })).toEqual([
      { left: 108, right: 148, top: 93, bottom: 107, leader: null },
    ]);
  });

  it('stand on the other side at the edge, and away from a line where there is room', () => {
    const atEdge = { x: 590, y: 100, radius: 5, width: 40 };
    const [place] = placeNames([atEdge], 14, { marks: [], lines: [], area });
    expect(place!.right).toBeLessThan(590);
    const point = { x: 100, y: 100, radius: 5, width: 40 };
    const line = { from: { x: 100, y: 100 }, to: { x: 400, y: 100 } };
    const [beside] = placeNames([point], 14, { marks: [], lines: [line], area });
    expect(crosses(line, beside!)).toBe(false);
  });

  it('cover no mark, no other name and no edge, however many points there are', () => {
    const points = fc.array(
      fc.record({
        x: fc.double({ min: 0, max: 600, noNaN: true }),
        y: fc.double({ min: 0, max: 300, noNaN: true }),
        radius: fc.integer({ min: 2, max: 14 }),
        width: fc.integer({ min: 10, max: 120 }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(points, (wanted) => {
        const marks = wanted.map(markOf);
        const placed = placeNames(wanted, 14, { marks, lines: [], area });
        const places = placed.filter((place) => place !== null);
        for (const [i, place] of places.entries()) {
          expect(marks.some((mark) => overlap(place, mark))).toBe(false);
          expect(places.slice(i + 1).some((other) => overlap(place, other))).toBe(false);
          expect(place.left >= 0 && place.top >= 0 && place.right <= 600 && place.bottom <= 300).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are left out where there is no room, rather than drawn over something', () => {
    const small: Box = { left: 0, top: 0, right: 30, bottom: 30 };
    expect(placeNames([{ x: 15, y: 15, radius: 5, width: 40 }], 14, { marks: [], lines: [], area: small })).toEqual([
      null,
    ]);
  });

  it('have a line to their point where they stand farther off', () => {
    const point = { x: 100, y: 100, radius: 5, width: 20 };
    const around = [-1, 0, 1].flatMap((dx) =>
      [-1, 0, 1].map((dy): Box => markOf({ x: 100 + 20 * dx, y: 100 + 20 * dy, radius: 12 })),
    );
    const [place] = placeNames([point], 14, { marks: around, lines: [], area });
    expect(place!.leader).not.toBeNull();
  });
});
