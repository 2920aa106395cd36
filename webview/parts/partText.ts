import { isCounted } from '../../src/core/energy/parts';
import type { Part } from '../../src/core/energy/source';
import type { ReportSource } from '../../src/core/report/reportSchema';
import { t } from '../strings/strings';

/** A part of the source by its id, and where its joules are not in the number that configurations are ranked by. */
export function partText(source: ReportSource, part: Part): string {
  if (isCounted(source, part)) return part.id;
  return part.added ? t('{0} (estimated, in the total alone)', part.id) : t('{0} (not added)', part.id);
}
