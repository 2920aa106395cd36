/**
 * How wide a text is where there is no browser to ask: the advance widths of Helvetica and Helvetica Bold in thousandths of
 * the font size (Adobe's metrics of the core 14 fonts, which Arial and Liberation Sans share). A viewer that draws in
 * another font gets other widths, by up to a tenth as a rule: what is placed by them keeps that much room.
 */

/** From the space (32) to the tilde (126). */
const regular = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
];
const bold = [
  278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
  556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
  280, 389, 584,
];
/** Of other signs: as wide as a digit, or as a square where a script is written in squares. */
const [usual, square] = [556, 1000];
const inSquares =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\u{1f300}-\u{1faff}]/u;

/**
 * @param font as a canvas has it: `bold 12px Helvetica`
 * @returns pixels
 */
export function approximateTextWidth(text: string, font: string): number {
  const size = Number.parseFloat(/([\d.]+)px/.exec(font)?.[1] ?? '10');
  const widths = /^(bold|[6-9]00)\b/.test(font) ? bold : regular;
  let sum = 0;
  for (const sign of text) {
    sum += widths[sign.codePointAt(0)! - 32] ?? (inSquares.test(sign) ? square : usual);
  }
  return (sum * size) / 1000;
}
