import { isIdleKey, mostCells, readRows } from '../yolo/cfg';
import type { Architecture } from '../yolo/layers';
import { ModelError } from '../modelError';
import { resolveRows } from '../yolo/resolveRows';
import type { Cell, CellValue } from '../yolo/rows';
import { describeValue, type PickleValue } from './pickleValue';

const shown = 5;

/**
 * The architecture that a checkpoint says it has: the cfg it was made from, which the model keeps in `yaml`.
 *
 * @param anchors as trained, in pixels: those of the cfg may have been replaced in training
 * @throws ModelError naming the rows that are not understood
 */
export function readStoredCfg(yaml: PickleValue | undefined, anchors: number[][], where: string): Architecture {
  if (!(yaml instanceof Map)) throw new ModelError(`${where} does not say its architecture (model.yaml is missing)`);
  let cells = 0;
  const cell = (value: PickleValue | undefined, depth = 0): Cell => ({
    value: content(value, depth),
    line: 0,
    column: 0,
  });
  const content = (value: PickleValue | undefined, depth: number): CellValue => {
    if (++cells > mostCells) throw new ModelError(`${where} has a cfg larger than that of any network`);
    if (Array.isArray(value)) return depth < 4 ? value.map((item) => cell(item, depth + 1)) : null;
    return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string' ? value : null;
  };
  const top = new Map<string, Cell>([['anchors', cell(anchors)]]);
  for (const [key, value] of yaml) {
    if (key === 'anchors') continue;
    const name = typeof key === 'string' ? key : describeValue(key);
    if (!isIdleKey(name)) top.set(name, cell(value));
  }
  const problems: string[] = [];
  const architecture = resolveRows(
    readRows(top, (_, problem, allowed) => problems.push(`${problem}; allowed: ${allowed}`)),
    (_, problem, allowed) => problems.push(`${problem}; allowed: ${allowed}`),
  );
  if (problems.length === 0 && architecture) return architecture;
  const more = problems.length > shown ? [`… and ${problems.length - shown} more`] : [];
  throw new ModelError(
    [`${where} holds an architecture that cannot be built:`, ...problems.slice(0, shown), ...more].join('\n  '),
  );
}
