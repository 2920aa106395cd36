import { expand, type PlainRow } from './expand';
import { type BuiltInModel, family } from './family';
import type { Architecture } from './layers';
import { resolveRows } from './resolveRows';
import type { Cell, CellValue, Row } from './rows';

/** Classes of COCO, on which the family is trained. */
const classes = 80;

/** The layers of a built-in network, the same as parsing its `cfgText`. */
export function builtInArchitecture(name: BuiltInModel): Architecture {
  const definition = family[name];
  const architecture = resolveRows(
    {
      classes,
      depthMultiple: 1,
      widthMultiple: 1,
      anchors: definition.anchors.map((level) => [...level]),
      ...{ activation: undefined, channelMultiple: undefined },
      rows: expand(definition).rows.map(toRow),
    },
    (_, problem, allowed) => {
      throw new Error(`built-in ${name}: ${problem}; allowed: ${allowed}`);
    },
  );
  if (!architecture) throw new Error(`built-in ${name} is incomplete`);
  return architecture;
}

/** A built-in network as a cfg file in YOLOv7's format, to start an own one from. */
export function cfgText(name: BuiltInModel): string {
  const definition = family[name];
  const { rows, headAt } = expand(definition);
  const line = ({ from, module, args }: PlainRow, index: number) => {
    const source = Array.isArray(from) ? `[${from.join(', ')}]` : from === index - 1 ? -1 : from;
    const values = args.map((value) => value ?? 'None').join(', ');
    return `  - [${source}, 1, ${module}, [${values}]]  # ${index}`;
  };
  const lines = rows.map(line);
  return [
    `# ${name}: the deployed network, for Greenbatch and YOLOv7. Row: [from, number, module, arguments].`,
    `nc: ${classes}  # classes`,
    'depth_multiple: 1.0',
    'width_multiple: 1.0',
    'anchors:  # width, height pairs in pixels, a line for each level',
    ...definition.anchors.map((level) => `  - [${level.join(', ')}]`),
    'backbone:',
    ...lines.slice(0, headAt),
    'head:',
    ...lines.slice(headAt),
    '',
  ].join('\n');
}

function toRow({ from, module, args }: PlainRow): Row {
  const cell = (value: CellValue): Cell => ({ value, line: 0, column: 0 });
  return {
    from: cell(Array.isArray(from) ? from.map(cell) : from),
    number: cell(1),
    module: cell(module),
    args: args.map(cell),
  };
}
