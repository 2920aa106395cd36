/** Where names of points stand in a chart: beside their points, and over no mark and no other name. */

export type Box = { left: number; top: number; right: number; bottom: number };
export type Line = { from: { x: number; y: number }; to: { x: number; y: number } };

/** A name to be placed at a point whose mark has this radius; all in pixels. */
export type Wanted = { width: number; x: number; y: number; radius: number };
/** `leader`: where a thin line to the point begins, for a name that stands away from it. */
export type Place = Box & { leader: { x: number; y: number } | null };

/** Right, left, above, below, then the corners: which side of a point is tried first. */
const sides = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
] as const;
/** Pixels between a mark and its name; from the second on with a line between them. */
const distances = [3, 14, 26, 40];

/**
 * A place for each name, in order, so that earlier ones stand nearer; null where there is none: then the point is drawn
 * without a name, which its words and the table still have.
 *
 * @param height of a name, pixels
 * @param marks that no name may cover: points, ends of intervals
 * @param lines that a name rather does not cross
 * @param area in which names stand
 */
export function placeNames(
  wanted: readonly Wanted[],
  height: number,
  { marks, lines, area }: { marks: readonly Box[]; lines: readonly Line[]; area: Box },
): (Place | null)[] {
  const taken: Box[] = [...marks];
  return wanted.map((name) => {
    let best: { place: Place; cost: number } | null = null;
    for (const [ring, distance] of distances.entries()) {
      for (const [i, side] of sides.entries()) {
        const box = boxAt(name, height, side, distance);
        if (!isInside(box, area) || taken.some((other) => overlap(box, other))) continue;
        const crossed = lines.filter((line) => crosses(line, box)).length;
        const cost = 8 * ring + 6 * crossed + i / 8;
        if (best === null || cost < best.cost) best = { place: { ...box, leader: leaderOf(box, name, ring) }, cost };
      }
    }
    if (best) taken.push(best.place);
    return best?.place ?? null;
  });
}

function boxAt(
  { x, y, radius, width }: Wanted,
  height: number,
  [dx, dy]: (typeof sides)[number],
  distance: number,
): Box {
  const away = radius + (dx !== 0 && dy !== 0 ? distance * 0.8 : distance);
  const left = dx === 0 ? x - width / 2 : dx > 0 ? x + away : x - away - width;
  const top = dy === 0 ? y - height / 2 : dy > 0 ? y + away : y - away - height;
  return { left, top, right: left + width, bottom: top + height };
}

/** From the nearest point of the name's edge. */
function leaderOf(box: Box, { x, y }: Wanted, ring: number): Place['leader'] {
  if (ring === 0) return null;
  return { x: Math.min(Math.max(x, box.left), box.right), y: Math.min(Math.max(y, box.top), box.bottom) };
}

const isInside = (box: Box, area: Box) =>
  box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;

export const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Whether a part of a line lies in a box (Liang and Barsky's clipping). */
export function crosses({ from, to }: Line, box: Box): boolean {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  let [first, last] = [0, 1];
  const edges = [
    [-dx, from.x - box.left],
    [dx, box.right - from.x],
    [-dy, from.y - box.top],
    [dy, box.bottom - from.y],
  ] as const;
  for (const [p, q] of edges) {
    if (p === 0) {
      if (q < 0) return false;
    } else if (p < 0) first = Math.max(first, q / p);
    else last = Math.min(last, q / p);
  }
  return first <= last;
}
