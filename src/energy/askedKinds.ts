import type { Spec } from '../core/spec/spec';
import { oneOf } from '../core/spec/specJsonSchema';
import { didYouMean, type SpecIssue } from '../core/spec/specIssues';
import type { EnergySource } from './source';

/** `auto`, or the kinds that an experiment names. */
export type AskedKinds = Spec['measure']['source'];

/** What of `measure.source` no source of this program can give: kinds that there are not, and two that cover the same. */
export function kindIssues(asked: AskedKinds, sources: readonly EnergySource[]): SpecIssue[] {
  if (asked === 'auto') return [];
  const issue = (index: number, message: string): SpecIssue => ({
    path: Array.isArray(asked) ? ['measure', 'source', index] : ['measure', 'source'],
    at: 'value',
    message,
    allowed: oneOf([...(Array.isArray(asked) ? [] : ['auto']), ...sources.map(({ kind }) => kind)]),
  });
  const kinds = [asked].flat();
  const found = kinds.map((kind) => sources.find((source) => source.kind === kind));
  return found.flatMap((source, index) => {
    const kind = kinds[index]!;
    if (!source) {
      const known = sources.map((s) => s.kind);
      return [issue(index, `there is no energy source ${JSON.stringify(kind)}${didYouMean(kind, known)}`)];
    }
    const twin = found.slice(0, index).find((s) => s?.covers === source.covers && s.measured === source.measured);
    if (!twin) return [];
    return [
      issue(index, `${kind} and ${twin.kind} are both of the ${source.covers}: together they would count it twice`),
    ];
  });
}
