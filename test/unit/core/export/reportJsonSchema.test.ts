import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { reportJsonSchema } from '../../../../src/core/export/reportJsonSchema';

it('stands in docs/show.schema.json (npx tsx scripts/schema.mts)', () => {
  const file = new URL('../../../../docs/show.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(reportJsonSchema))));
});
