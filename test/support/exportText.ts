import { type Exported, exportFormats } from '../../src/runs/export/exportFormats';

type Formats = typeof exportFormats;
type TextName = { [K in keyof Formats]: Formats[K]['isText'] extends true ? K : never }[keyof Formats];

/** A run in a format that is text. */
export function exportText(
  runFolder: string,
  format: TextName,
  { pageFolder, trials = false, others = [], footprint = null }: Pick<Exported, 'pageFolder'> & Partial<Exported>,
): string {
  return exportFormats[format].make({ runFolder, others, trials, pageFolder, footprint });
}
