import type { Size } from '../core/spec/spec';
import { loadSharp } from './sharp';

export type LabelledBox = {
  /** Pixels of the upright image. */
  left: number;
  top: number;
  right: number;
  bottom: number;
  /** Index of the class: boxes of a class look the same in all images. */
  classIndex: number;
  label: string;
};

/** M. Okabe and K. Ito, Color Universal Design (2008): told apart with any kind of colour vision. */
const palette = ['#E69F00', '#56B4E9', '#009E73', '#F0E442', '#0072B2', '#D55E00', '#CC79A7'];
/** Colours whose labels need light text. */
const dark = new Set(['#009E73', '#0072B2', '#D55E00']);
/** With more classes than colours, lines differ too: solid, dashed, dotted, in units of their width. */
const dashes = ['', '4 2', '1 1.5'];

/** Boxes and labels as an SVG of the image's size; the surest one, the first, lies on top. */
export function boxesSvg({ height, width }: Size, boxes: readonly LabelledBox[]): string {
  const line = Math.max(2, Math.round(Math.max(height, width) / 320));
  const font = Math.max(11, Math.round(Math.max(height, width) / 48));
  const shapes = [...boxes].reverse().map((box) => boxShape(box, { height, width }, line, font));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join('')}</svg>`;
}

function boxShape(box: LabelledBox, image: Size, line: number, font: number): string {
  const round = Math.floor(box.classIndex / palette.length);
  // Moved on by one each round, so that classes far apart (COCO's person and chair) seldom share a colour.
  const colour = palette[(box.classIndex + round) % palette.length]!;
  const dash = dashes[round % dashes.length]!;
  const pattern = dash
    .split(' ')
    .map((part) => Number(part) * line)
    .join(' ');
  const [w, h] = [Math.max(0, box.right - box.left), Math.max(0, box.bottom - box.top)].map(rounded);
  const place = `x="${rounded(box.left)}" y="${rounded(box.top)}" width="${w}" height="${h}" fill="none"`;
  const labelHeight = Math.round(font * 1.3);
  // A label's width in a usual sans-serif; a little too wide does no harm.
  const labelWidth = Math.ceil(box.label.length * font * 0.58 + font * 0.6);
  const x = rounded(Math.max(0, Math.min(box.left - line / 2, image.width - labelWidth)));
  const above = box.top - labelHeight;
  const y = rounded(above >= 0 ? above : Math.min(box.top, image.height - labelHeight));
  return [
    // Dark below, so that the line is seen on any ground.
    `<rect ${place} stroke="#000" stroke-opacity="0.6" stroke-width="${line + 2}"/>`,
    `<rect ${place} stroke="${colour}" stroke-width="${line}"${dash === '' ? '' : ` stroke-dasharray="${pattern}"`}/>`,
    `<rect x="${x}" y="${y}" width="${labelWidth}" height="${labelHeight}" fill="${colour}"/>`,
    `<text x="${rounded(x + font * 0.3)}" y="${rounded(y + font)}" font-family="sans-serif" font-size="${font}" fill="${dark.has(colour) ? '#fff' : '#000'}">${escapeXml(box.label)}</text>`,
  ].join('');
}

const rounded = (value: number) => Math.round(value * 10) / 10;

/** Text as XML holds it; characters that XML 1.0 does not know become U+FFFD. */
export function escapeXml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character]!);
}

export type DrawnFormat = 'jpeg' | 'png';

/** A copy of an encoded image, upright, with boxes and labels on it. Rejects with the decoder's reason. */
export async function drawBoxes(
  bytes: Uint8Array,
  size: Size,
  boxes: readonly LabelledBox[],
  format: DrawnFormat,
): Promise<Buffer> {
  const sharp = await loadSharp();
  const image = sharp(bytes, { autoOrient: true }).composite([{ input: Buffer.from(boxesSvg(size, boxes)) }]);
  return (format === 'jpeg' ? image.jpeg({ quality: 92 }) : image.png()).toBuffer();
}

/** Whether this machine has a font for labels: without one they stay empty. */
export async function hasLabelFont(): Promise<boolean> {
  const sharp = await loadSharp();
  const text = (content: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="24"><text x="2" y="18" font-family="sans-serif" font-size="18">${content}</text></svg>`;
  const draw = (content: string) =>
    sharp(Buffer.from(text(content)))
      .raw()
      .toBuffer();
  const [one, other] = await Promise.all([draw('ab'), draw('WM')]);
  // Missing glyphs are nothing, or the same box for each letter.
  return !one.equals(other);
}
