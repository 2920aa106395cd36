import type { Chart } from 'chart.js';
import { drawnParagraph, drawnText } from '../../strings/strings';

/** Named by chart.js, so that nothing of a browser is needed here. */
type Context2d = Chart['ctx'];

/** How wide a text is in a font, as a canvas has it (`bold 12px Helvetica`), in pixels. */
export type MeasureText = (text: string, font: string) => number;

/**
 * The part of a 2D canvas that our charts draw with, writing SVG instead of pixels. Only the transforms and path
 * commands that Chart.js uses are here; it needs no browser.
 */
export type SvgContext = { context: Context2d; body: () => string };

type State = {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  lineCap: string;
  lineJoin: string;
  lineDashOffset: number;
  globalAlpha: number;
  font: string;
  textAlign: 'start' | 'left' | 'center' | 'end' | 'right';
  textBaseline: 'top' | 'hanging' | 'middle' | 'bottom' | 'ideographic' | 'alphabetic';
};
type Matrix = [number, number, number, number, number, number];

export function createSvgContext(
  width: number,
  height: number,
  { measureText, fitsText = false }: { measureText: MeasureText; fitsText?: boolean },
): SvgContext {
  const body: string[] = [];
  /** Of clips, by their ids. */
  const definitions = new Map<string, string>();
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  let dash: number[] = [];
  let clip: string | null = null;
  let path = '';
  const stack: { state: State; matrix: Matrix; dash: number[]; clip: string | null }[] = [];
  const state: State = {
    fillStyle: '#000',
    strokeStyle: '#000',
    lineWidth: 1,
    lineCap: 'butt',
    lineJoin: 'miter',
    lineDashOffset: 0,
    globalAlpha: 1,
    font: '10px sans-serif',
    textAlign: 'start',
    textBaseline: 'alphabetic',
  };

  const at = (x: number, y: number) => {
    const [a, b, c, d, e, f] = matrix;
    return `${short(a * x + c * y + e)} ${short(b * x + d * y + f)}`;
  };
  const add = (part: string) => body.push(clip ? `<g clip-path="url(#${clip})">${part}</g>` : part);
  const stroke = () =>
    `fill="none" stroke="${escape(state.strokeStyle)}" stroke-width="${short(state.lineWidth)}" stroke-linecap="${state.lineCap}" stroke-linejoin="${state.lineJoin}"` +
    (dash.length > 0 ? ` stroke-dasharray="${dash.map(short).join(' ')}"` : '') +
    alpha('stroke');
  const alpha = (of: string) => (state.globalAlpha < 1 ? ` ${of}-opacity="${short(state.globalAlpha)}"` : '');
  const rectangle = (x: number, y: number, w: number, h: number) =>
    `M${at(x, y)}L${at(x + w, y)}L${at(x + w, y + h)}L${at(x, y + h)}Z`;
  const drawText = (text: string, x: number, y: number, outlined: boolean) => {
    const anchor = { start: 'start', left: 'start', center: 'middle', end: 'end', right: 'end' }[state.textAlign];
    const size = Number.parseFloat(/([\d.]+)px/.exec(state.font)?.[1] ?? '10');
    const drop = { top: 0.8, hanging: 0.8, middle: 0.35, bottom: -0.2, ideographic: -0.2, alphabetic: 0 }[
      state.textBaseline
    ];
    const [a, b] = matrix;
    const turn = Math.atan2(b, a) * (180 / Math.PI);
    const place = `transform="translate(${at(x, y)})${turn === 0 ? '' : ` rotate(${short(turn)})`}"`;
    const [, weight = '', family = 'sans-serif'] = /^(bold)?.*?[\d.]+px(?:\/\S+)?\s+(.*)$/.exec(state.font) ?? [];
    const shown = drawnText(text);
    // A viewer without our font squeezes or stretches its own.
    const length =
      fitsText && shown.length > 1
        ? ` textLength="${short(measureText(shown, state.font))}" lengthAdjust="spacingAndGlyphs"`
        : '';
    add(
      `<text ${place}${length} dy="${short(drop * size)}" text-anchor="${anchor}" font-size="${size}" font-family="${escape(family)}"${weight ? ' font-weight="bold"' : ''} ${outlined ? `fill="none" stroke="${escape(state.strokeStyle)}" stroke-width="${short(state.lineWidth)}"` : `fill="${escape(state.fillStyle)}"${alpha('fill')}`}>${escape(shown)}</text>`,
    );
  };

  const context = {
    canvas: { width, height, getContext: () => context } as unknown,
    save: () => stack.push({ state: { ...state }, matrix, dash, clip }),
    restore: () => {
      const before = stack.pop();
      if (!before) return;
      Object.assign(state, before.state);
      ({ matrix, dash, clip } = before);
    },
    setTransform: (...m: number[]) => (matrix = m.slice(0, 6) as Matrix),
    resetTransform: () => (matrix = [1, 0, 0, 1, 0, 0]),
    translate: (x: number, y: number) => {
      const [a, b, c, d, e, f] = matrix;
      matrix = [a, b, c, d, a * x + c * y + e, b * x + d * y + f];
    },
    rotate: (angle: number) => {
      const [a, b, c, d, e, f] = matrix;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      matrix = [a * cos + c * sin, b * cos + d * sin, c * cos - a * sin, d * cos - b * sin, e, f];
    },
    setLineDash: (pattern: number[]) => (dash = pattern),
    getLineDash: () => dash,
    beginPath: () => (path = ''),
    closePath: () => (path += 'Z'),
    moveTo: (x: number, y: number) => (path += `M${at(x, y)}`),
    lineTo: (x: number, y: number) => (path += `${path === '' ? 'M' : 'L'}${at(x, y)}`),
    bezierCurveTo: (a: number, b: number, c: number, d: number, x: number, y: number) =>
      (path += `C${at(a, b)} ${at(c, d)} ${at(x, y)}`),
    rect: (x: number, y: number, w: number, h: number) => (path += rectangle(x, y, w, h)),
    arc: (x: number, y: number, r: number, from: number, to: number) => {
      const point = (angle: number) => at(x + r * Math.cos(angle), y + r * Math.sin(angle));
      const middle = (from + to) / 2;
      const large = Math.abs(to - from) > 2 * Math.PI - 1e-6 ? 0 : Number(Math.abs(to - from) / 2 > Math.PI);
      const leg = (angle: number) => `A${short(r)} ${short(r)} 0 ${large} 1 ${point(angle)}`;
      path += `${path === '' ? 'M' : 'L'}${point(from)}${leg(middle)}${leg(to)}`;
    },
    clip: () => {
      // Named by its shape: the same picture is the same text whatever was drawn before, and what two pictures in one document
      // have by one name is the same clip.
      const id = `${clip ?? 'clip'}-${path.replaceAll(' ', '_')}`;
      // A clip inside a clip is the part of both.
      const within = clip ? ` clip-path="url(#${clip})"` : '';
      definitions.set(id, `<clipPath id="${id}"${within}><path d="${path}"/></clipPath>`);
      clip = id;
    },
    fill: () => path && add(`<path d="${path}" fill="${escape(state.fillStyle)}"${alpha('fill')}/>`),
    stroke: () => path && add(`<path d="${path}" ${stroke()}/>`),
    fillRect: (x: number, y: number, w: number, h: number) =>
      add(`<path d="${rectangle(x, y, w, h)}" fill="${escape(state.fillStyle)}"${alpha('fill')}/>`),
    strokeRect: (x: number, y: number, w: number, h: number) => add(`<path d="${rectangle(x, y, w, h)}" ${stroke()}/>`),
    clearRect: () => undefined,
    fillText: (text: string, x: number, y: number) => drawText(text, x, y, false),
    strokeText: (text: string, x: number, y: number) => drawText(text, x, y, true),
    measureText: (text: string) => ({ width: measureText(text, state.font) }),
  };
  for (const name of Object.keys(state) as (keyof State)[]) {
    Object.defineProperty(context, name, {
      get: () => state[name],
      set: (value: never) => {
        state[name] = value;
      },
    });
  }
  return {
    context: context as unknown as Context2d,
    body: () => `<defs>${[...definitions.values()].join('')}</defs>${body.join('')}`,
  };
}

/** A picture around what contexts have written, with its name and description for those who do not see it. */
export function svgText({
  width,
  height,
  background,
  body,
  title,
  description,
}: {
  width: number;
  height: number;
  background: string;
  body: string;
  title?: string;
  description?: string;
}): string {
  const named = title === undefined ? '' : ` role="img" aria-label="${escape(drawnText(title))}"`;
  const told =
    title === undefined
      ? ''
      : `<title>${escape(drawnText(title))}</title><desc>${escape(drawnParagraph(description ?? ''))}</desc>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"${named}>${told}<rect width="100%" height="100%" fill="${escape(background)}"/>${body}</svg>`;
}

const short = (n: number) => (Number.isFinite(n) ? Number(n.toFixed(2)).toString() : '0');

function escape(text: unknown): string {
  return String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
