import type { Part, SourceRecord } from './source';

/**
 * Which parts of a source make which number. Measured and estimated joules are different things and are never one sum that
 * anything is ranked by: where an added part is measured, joules and watts are of the measured added parts alone, and those
 * of all added parts stand beside them as a number of its own, PARTLY ESTIMATED.
 */

type Parts = Pick<SourceRecord, 'parts'>;

/** Whether joules made from the source are measured. */
export const isMeasured = ({ parts }: Parts): boolean => parts.some((part) => part.added && part.measured);

/** Whether a part's joules are in the number that configurations are ranked by. */
export function isCounted(source: Parts, part: Part): boolean {
  return part.added && part.measured === isMeasured(source);
}

export const countedParts = (source: Parts): Part[] => source.parts.filter((part) => isCounted(source, part));

/** Added parts that are estimated although others are measured: they are in the PARTLY ESTIMATED total alone. */
export const partsBeside = (source: Parts): Part[] =>
  source.parts.filter((part) => part.added && !isCounted(source, part));

/** All kinds that a source is made of, as one word or a sum of them: `powercap`, `powercap + nvml`. */
export const kindsOf = ({ parts }: Parts): string => sourcesOf(parts).join(' + ');

/** The kinds of sources that parts come from, each once. */
export const sourcesOf = (parts: readonly Part[]): string[] => [...new Set(parts.map((part) => part.source))];

/** The same with the way that each is read in, where it has several: `perf event`. */
export const instrumentsOf = (parts: readonly Part[]): string[] => [
  ...new Set(parts.map(({ source, way }) => (way === undefined ? source : `${source} ${way}`))),
];

/** Whether readings take long, and the count pauses meanwhile: then nothing is read within a window. */
export const isReadSlowly = (parts: readonly Part[]): boolean => parts.some(({ printed }) => printed !== undefined);
