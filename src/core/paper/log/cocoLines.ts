/**
 * The twelve lines that pycocotools prints of an evaluation:
 * ` Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.512`.
 */

/** What each of the twelve is, in their order. */
const places = [
  ...['AP 0.50:0.95 all 100', 'AP 0.50 all 100', 'AP 0.75 all 100'],
  ...['AP 0.50:0.95 small 100', 'AP 0.50:0.95 medium 100', 'AP 0.50:0.95 large 100'],
  ...['AR 0.50:0.95 all 1', 'AR 0.50:0.95 all 10', 'AR 0.50:0.95 all 100'],
  ...['AR 0.50:0.95 small 100', 'AR 0.50:0.95 medium 100', 'AR 0.50:0.95 large 100'],
];
const pattern =
  /^ ?Average (?:Precision|Recall) {1,8}\((AP|AR)\) @\[ IoU=(0\.\d\d(?::0\.\d\d)?) {1,8}\| area= {0,8}(\w{1,8}) \| maxDets= {0,8}(\d{1,4}) \] = (-1\.000|[01]\.\d{3})$/;

export const isCocoLine = (line: string): boolean => /^ ?Average (?:Precision|Recall) /.test(line);

/**
 * The twelve in pycocotools' order, each from its own line whatever the order of the lines: 0 to 1, −1 where there is no such object.
 *
 * @returns a sentence's end that says what is wrong, where they are not twelve different ones
 */
export function readCocoLines(lines: readonly string[]): number[] | string {
  const stats = new Map<string, number>();
  for (const line of lines) {
    const match = pattern.exec(line.trimEnd());
    if (!match) return `has a line of COCO's evaluation that is not whole: ${line.trim().slice(0, 80)}`;
    const [, kind, iou, area, most, value] = match;
    const place = `${kind} ${iou} ${area} ${most}`;
    if (!places.includes(place)) return `has a number that COCO's evaluation does not: ${place}`;
    if (stats.has(place)) return `has ${place} of COCO's evaluation twice`;
    stats.set(place, Number(value));
  }
  const missing = places.find((place) => !stats.has(place));
  return missing === undefined ? places.map((place) => stats.get(place)!) : `lacks ${missing} of COCO's evaluation`;
}
