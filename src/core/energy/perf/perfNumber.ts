/**
 * Numbers as perf prints them. It follows LC_NUMERIC, so that `1,234` alone could be either of two: but what has a
 * fraction is printed with a known number of decimals, and only whole numbers without.
 */

const decimalSigns = '.,٫';
/** U+FFFD: a sign of an old character set that was lost on the way. */
const groupSigns = "., '’٬\u00a0\u2009\u202f\ufffd";

/** A number of a text for people, grouped or not, as a part of a pattern, without groups. */
export const groupedNumber = String.raw`\d{1,18}(?:[${groupSigns}]\d{2,3})*(?:[${decimalSigns}]\d{1,9})?`;

/** A number of CSV or JSON, which perf never groups; without groups. */
export const plainNumber = String.raw`\d{1,18}(?:[${decimalSigns}]\d{1,9})?`;

const fixed = new RegExp(String.raw`^(\d{1,18})(?:[${decimalSigns}](\d{1,9}))?$`);
const grouped = new RegExp(
  // One and the same sign between groups, the last of three digits; of two in India.
  String.raw`^(\d{1,3}(?:([${groupSigns}])(?:\d{2,3}\2)*\d{3})?|\d{1,18})(?:([${decimalSigns}])(\d\d))?$`,
);

/**
 * A number without groups: what stands behind its only sign is the fraction.
 *
 * @returns null where it is none
 */
export function parsePlain(text: string): number | null {
  const match = fixed.exec(text);
  return match ? Number(`${match[1]}.${match[2] ?? '0'}`) : null;
}

/**
 * A number that perf may have grouped, with two decimals or none.
 *
 * @returns null where it is none, or can be read in two ways (`1,234`)
 */
export function parseGrouped(text: string): number | null {
  const match = grouped.exec(text);
  if (!match) return null;
  const [, whole = '', sign, decimalSign, decimals] = match;
  if (sign !== undefined) {
    const isAmbiguous =
      decimals === undefined && decimalSigns.includes(sign) && whole.indexOf(sign) === whole.length - 4;
    if (sign === decimalSign || isAmbiguous) return null;
  }
  return Number(`${whole.replace(/\D/g, '')}.${decimals ?? '0'}`);
}
