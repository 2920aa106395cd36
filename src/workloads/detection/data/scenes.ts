import type { Size } from '../../../core/spec/spec';
import { loadSharp } from '../decode/sharp';

/** Sizes as they occur in photo collections such as COCO; scene `index` takes one of them. */
const sceneSizes: Size[] = [
  { height: 480, width: 640 },
  { height: 427, width: 640 },
  { height: 640, width: 480 },
  { height: 426, width: 640 },
  { height: 640, width: 427 },
  { height: 375, width: 500 },
  { height: 360, width: 640 },
  { height: 500, width: 500 },
];

/** The size of scene `index`, in pixels. */
export function sceneSize(index: number): Size {
  return sceneSizes[index % sceneSizes.length]!;
}

type Random = () => number;
type Colour = [number, number, number];
type Canvas = Size & { data: Uint8Array; random: Random };

/**
 * Draws scene `index` of the series `seed`: sky, ground and 3 to 14 object-like shapes of very different size, under
 * sensor-like noise. The same (seed, index) gives the same pixels everywhere; returned as JPEG, so that scenes take the
 * same way as files.
 */
export async function drawScene(seed: number, index: number): Promise<Buffer> {
  const { height, width } = sceneSize(index);
  const random = mulberry32((Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0);
  const canvas: Canvas = { height, width, data: new Uint8Array(height * width * 3), random };
  const horizon = Math.round(height * (0.3 + 0.35 * random()));
  drawGradient(canvas, 0, horizon, colour(random, 120, 255), colour(random, 170, 255));
  drawGradient(canvas, horizon, height, colour(random, 70, 170), colour(random, 30, 120));
  const objects = 3 + Math.floor(random() * 12);
  for (let i = 0; i < objects; i++) drawObject(canvas, horizon);
  addNoise(canvas, 6 + Math.floor(random() * 10));
  const sharp = await loadSharp();
  return sharp(canvas.data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

function drawGradient(canvas: Canvas, from: number, to: number, top: Colour, bottom: Colour): void {
  for (let y = from; y < to; y++) {
    const share = (y - from) / Math.max(1, to - from - 1);
    fillSpan(canvas, y, 0, canvas.width, mix(top, bottom, share));
  }
}

/** Something that stands on the ground, larger the nearer (the lower) it stands: a person, a vehicle, a house, a ball. */
function drawObject(canvas: Canvas, horizon: number): void {
  const { random, height, width } = canvas;
  const depth = random() ** 2;
  const foot = horizon + depth * (height - horizon);
  const tall = Math.max(6, height * (0.03 + 0.6 * depth) * (0.6 + 0.8 * random()));
  const centre = random() * width;
  const main = colour(random, 0, 255);
  const second = colour(random, 0, 255);
  const kind = Math.floor(random() * 4);
  if (kind === 0) {
    drawBox(canvas, centre, foot - tall * 0.25, tall * 0.13, tall * 0.25, second);
    drawEllipse(canvas, centre, foot - tall * 0.6, tall * 0.16, tall * 0.22, main);
    drawEllipse(canvas, centre, foot - tall * 0.9, tall * 0.09, tall * 0.1, [214, 170, 140]);
  } else if (kind === 1) {
    drawBox(canvas, centre, foot - tall * 0.35, tall * 0.8, tall * 0.2, main);
    drawBox(canvas, centre, foot - tall * 0.62, tall * 0.45, tall * 0.14, second);
    for (const side of [-0.5, 0.5])
      drawEllipse(canvas, centre + side * tall, foot - tall * 0.12, tall * 0.13, tall * 0.13, [25, 25, 28]);
  } else if (kind === 2) {
    drawBox(canvas, centre, foot - tall * 0.35, tall * 0.45, tall * 0.35, main);
    drawRoof(canvas, centre, foot - tall * 0.7, tall * 0.55, tall * 0.3, second);
    drawBox(canvas, centre, foot - tall * 0.15, tall * 0.1, tall * 0.15, second);
  } else {
    drawEllipse(canvas, centre, foot - tall * 0.25, tall * 0.25, tall * 0.25, main);
    drawEllipse(
      canvas,
      centre - tall * 0.08,
      foot - tall * 0.33,
      tall * 0.08,
      tall * 0.08,
      mix(main, [255, 255, 255], 0.6),
    );
  }
}

function drawBox(canvas: Canvas, x: number, y: number, halfWidth: number, halfHeight: number, fill: Colour): void {
  drawRows(canvas, y - halfHeight, y + halfHeight, (row) => ({
    x,
    half: halfWidth,
    fill: shade(fill, row, y, halfHeight),
  }));
}

function drawEllipse(canvas: Canvas, x: number, y: number, radiusX: number, radiusY: number, fill: Colour): void {
  drawRows(canvas, y - radiusY, y + radiusY, (row) => {
    const v = (row - y) / radiusY;
    return { x, half: radiusX * Math.sqrt(Math.max(0, 1 - v * v)), fill: shade(fill, row, y, radiusY) };
  });
}

/** A triangle with its top at `y`. */
function drawRoof(canvas: Canvas, x: number, base: number, halfWidth: number, tall: number, fill: Colour): void {
  drawRows(canvas, base - tall, base, (row) => ({ x, half: (halfWidth * (row - base + tall)) / tall, fill }));
}

type Span = { x: number; half: number; fill: Colour };

function drawRows(canvas: Canvas, from: number, to: number, span: (row: number) => Span): void {
  const last = Math.min(canvas.height - 1, Math.round(to));
  for (let row = Math.max(0, Math.round(from)); row <= last; row++) {
    const { x, half, fill } = span(row);
    fillSpan(canvas, row, Math.round(x - half), Math.round(x + half), fill);
  }
}

function fillSpan({ data, width }: Canvas, row: number, from: number, to: number, [r, g, b]: Colour): void {
  const start = (row * width + Math.max(0, from)) * 3;
  const end = (row * width + Math.min(width, to)) * 3;
  for (let i = start; i < end; i += 3) {
    data[i] = r;
    data[i + 1] = g;
    data[i + 2] = b;
  }
}

/** Brighter above the middle, darker below, as under a sky. */
function shade(fill: Colour, row: number, middle: number, half: number): Colour {
  const light = ((middle - row) / Math.max(1, half)) * 0.25;
  return mix(fill, light > 0 ? [255, 255, 255] : [0, 0, 0], Math.min(1, Math.abs(light)));
}

/** Triangular noise of the given amplitude, the same for the three channels of a pixel. */
function addNoise({ data, random }: Canvas, amplitude: number): void {
  const table = new Int8Array(4096);
  for (let i = 0; i < table.length; i++) table[i] = Math.round((random() - random()) * amplitude);
  // Reading on from random places of a table is many times quicker than drawing for each pixel, and looks the same.
  for (let start = 0; start < data.length; start += 1536) {
    const end = Math.min(start + 1536, data.length);
    let at = Math.floor(random() * 4096);
    for (let i = start; i < end; i += 3) {
      const noise = table[at++ & 4095]!;
      data[i] = clamp(data[i]! + noise);
      data[i + 1] = clamp(data[i + 1]! + noise);
      data[i + 2] = clamp(data[i + 2]! + noise);
    }
  }
}

const clamp = (value: number) => (value < 0 ? 0 : Math.min(value, 255));

function colour(random: Random, low: number, high: number): Colour {
  const channel = () => Math.round(low + random() * (high - low));
  return [channel(), channel(), channel()];
}

function mix(a: Colour, b: Colour, share: number): Colour {
  const channel = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * share);
  return [channel(0), channel(1), channel(2)];
}

/** Numbers in [0, 1), 32-bit state: Tommy Ettinger's mulberry32 (public domain). */
function mulberry32(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
