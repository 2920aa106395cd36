import { expect, it } from 'vitest';
import { publishedFigures } from '../../../../src/core/analysis/figures';
import { figureTables } from '../../../../src/core/figure/figureTable';

it('has layers of the same axes in one table, of other axes in another, and none of a layer without points', () => {
  const tables = figureTables(publishedFigures()[3]!);
  expect(tables.map(({ table }) => table.columns[3])).toEqual(['Energy Consumption per Input (J)', 'Energy (J/image)']);
  expect(tables[0]!.table.rows).toHaveLength(11);
  expect(tables[0]!.table.rows[0]).toEqual(['published', '5', '223.7', '51182', '51172', '51192']);
});
