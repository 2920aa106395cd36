import { expect, it } from 'vitest';
import { publishedNotes, publishedTable } from '../../../../src/core/paper/publishedTable';

it('shows the figures’ numbers and the same measurements under the work that was done', () => {
  const { columns, rows } = publishedTable('exp2');
  expect(columns).toEqual(['model', 'batch', 'J of the run', 'ms/image', 'J/batch slot', 'J/image', 'request latency']);
  expect(rows[0]).toEqual(['YOLOv7-E6E', '5', '255909', '223.7', '51182', '51.18', '1.12 s']);
  expect(rows.at(-1)).toEqual(['YOLOv7-E6E', '1000', '329348', '345.0', '329', '65.87', '345 s']);
  expect(publishedNotes('exp2').at(-1)).toBe(
    'Per batch slot energy falls with the batch size; per image it rises, from 51.2 J at batch 5 to 65.9 J at batch 1000',
  );
});

it('has F1 where the paper states it', () => {
  expect(publishedTable('exp1').columns).toContain('F1 (AP, AR)');
  expect(publishedTable('exp1').rows[0]).toContain('0.4766');
  expect(publishedNotes('exp1')[0]).toContain('± 0.0001 of F1');
});
