import type { ConfigurationResult } from '../../values/result';

/** ln of joules per unit of work over those of the reference in the same block, of the blocks that both have: what a block or a day does to both cancels. */
export function lnRatios(result: ConfigurationResult, reference: ConfigurationResult): number[] {
  const related = new Map(reference.trials.map(({ block, joulesPerUnit }) => [block, Math.log(joulesPerUnit)]));
  return result.trials.flatMap(({ block, joulesPerUnit }) => {
    const other = related.get(block);
    return other === undefined ? [] : [Math.log(joulesPerUnit) - other];
  });
}
