import type { Size } from '../../../core/spec/spec';
import { decode } from '../decode/decoding';
import { loadSharp } from '../decode/sharp';

export type LabelledBox = {
  /** Pixels of the upright image. */
  left: number;
  top: number;
  right: number;
  bottom: number;
  /** From 0: boxes of a class look the same in all images. */
  classIndex: number;
  label: string;
};

/** Told apart with any kind of colour vision (M. Okabe and K. Ito, *Color Universal Design*, 2008), with the text that has more contrast. */
export const boxColours = [
  { line: '#E69F00', text: '#000' },
  { line: '#56B4E9', text: '#000' },
  { line: '#009E73', text: '#000' },
  { line: '#F0E442', text: '#000' },
  { line: '#0072B2', text: '#fff' },
  { line: '#D55E00', text: '#000' },
  { line: '#CC79A7', text: '#000' },
] as const;
/** Classes beyond the colours have other lines: solid, dashed, dotted; in widths of the line. */
const dashes = [[], [5, 2], [1, 1.5]];

const smallestFont = 7;
/** Widths of letters in a usual sans-serif, in font sizes; a label a little too wide does no harm. */
const letterWidth = 0.62;
const wideLetterWidth = 1.05;

type Rectangle = { x: number; y: number; width: number; height: number };

/**
 * Boxes and labels as an SVG of the image's size. `boxes` by falling score: the first lies on top and is labelled first.
 * Labels stay inside the image and, where there is room at a corner of their box, do not cover those before.
 */
export function boxesSvg(image: Size, boxes: readonly LabelledBox[]): string {
  const side = Math.max(image.height, image.width);
  const line = Math.max(2, Math.round(side / 320));
  const font = Math.max(12, Math.round(side / 45));
  const labels: string[] = [];
  const taken: Rectangle[] = [];
  for (const box of boxes) {
    const { shape, place } = labelShape(box, image, font, taken);
    taken.push(place);
    labels.push(shape);
  }
  const outlines = boxes.map((box) => outline(box, line));
  const shapes = [...outlines.reverse(), ...labels.reverse()].join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${image.width}" height="${image.height}">${shapes}</svg>`;
}

function outline({ left, top, right, bottom, classIndex }: LabelledBox, line: number): string {
  const { colour, dash } = lookOf(classIndex);
  const [width, height] = [Math.max(0, right - left), Math.max(0, bottom - top)];
  const place = `x="${short(left)}" y="${short(top)}" width="${short(width)}" height="${short(height)}" fill="none"`;
  const pattern = dash.length === 0 ? '' : ` stroke-dasharray="${dash.map((part) => part * line).join(' ')}"`;
  // Dark below, so that the line is seen on any ground.
  return (
    `<rect ${place} stroke="#000" stroke-opacity="0.6" stroke-width="${line + 2}"/>` +
    `<rect ${place} stroke="${colour.line}" stroke-width="${line}"${pattern}/>`
  );
}

function lookOf(classIndex: number) {
  const colour = boxColours[classIndex % boxColours.length]!;
  return { colour, dash: dashes[Math.floor(classIndex / boxColours.length) % dashes.length]! };
}

function labelShape(box: LabelledBox, image: Size, usualFont: number, taken: readonly Rectangle[]) {
  const { text, font, width } = fittingLabel(box.label, usualFont, image.width);
  const place = labelPlace(box, { width, height: Math.ceil(font * 1.3) }, image, taken);
  const { colour } = lookOf(box.classIndex);
  const { x, y, height } = place;
  const shape =
    `<rect x="${short(x)}" y="${short(y)}" width="${width}" height="${height}" fill="${colour.line}"/>` +
    `<text x="${short(x + font * 0.3)}" y="${short(y + font)}" font-family="sans-serif" font-size="${short(font)}" fill="${colour.text}">${escapeXml(text)}</text>`;
  return { shape, place };
}

/** A label that is wider than the image gets smaller letters, then fewer. */
function fittingLabel(label: string, usualFont: number, most: number) {
  let letters = Array.from(label);
  const ems = () => letters.reduce((sum, letter) => sum + (letter < '\u1100' ? letterWidth : wideLetterWidth), 0.6);
  const font = Math.max(smallestFont, Math.min(usualFont, most / ems()));
  while (letters.length > 1 && ems() * font > most) letters = [...letters.slice(0, -2), '…'];
  return { text: letters.join(''), font, width: Math.ceil(ems() * font) };
}

/** Above the box, else inside it at the top, below it, inside at the bottom: the first that is free. */
function labelPlace(
  { left, top, right, bottom }: LabelledBox,
  { width, height }: { width: number; height: number },
  image: Size,
  taken: readonly Rectangle[],
): Rectangle {
  const inside = (x: number, y: number): Rectangle => ({
    x: Math.max(0, Math.min(x, image.width - width)),
    y: Math.max(0, Math.min(y, image.height - height)),
    width,
    height,
  });
  const rows = [top - height, top, bottom, bottom - height].filter((y) => y >= 0 && y + height <= image.height);
  const places = [left, right - width].flatMap((x) => rows.map((y) => inside(x, y)));
  return places.find((place) => !taken.some((other) => overlaps(place, other))) ?? inside(left, rows[0] ?? top);
}

function overlaps(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

const short = (value: number) => Math.round(value * 10) / 10;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text as XML 1.0 holds it; what it does not allow (control characters, half a surrogate pair) becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character]!);
}

/**
 * A copy of an encoded image, upright, with boxes and labels on it; of an animation the first frame.
 *
 * @param size of the upright image, pixels
 * @returns rejects with the decoder's reason
 */
export async function drawBoxes(
  bytes: Uint8Array,
  size: Size,
  boxes: readonly LabelledBox[],
  format: 'jpeg' | 'png',
): Promise<Buffer> {
  const sharp = await loadSharp();
  const overlay = Buffer.from(boxesSvg(size, boxes));
  const { result } = await decode(bytes, (input) => {
    const image = sharp(input, { autoOrient: true }).composite([{ input: overlay }]);
    return (format === 'jpeg' ? image.jpeg({ quality: 92 }) : image.png()).toBuffer();
  });
  return result;
}

/** Whether this machine has a font: without one, labels are coloured patches without text. */
export async function hasLabelFont(): Promise<boolean> {
  const sharp = await loadSharp();
  const drawn = (text: string) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="24"><text x="2" y="18" font-family="sans-serif" font-size="18">${text}</text></svg>`;
    return sharp(Buffer.from(svg)).raw().toBuffer();
  };
  const [narrow, wide] = await Promise.all([drawn('il'), drawn('WM')]);
  // What stands for missing glyphs is nothing, or the same box for each letter.
  return !narrow.equals(wide);
}
