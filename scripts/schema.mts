// Writes the JSON schemas from the definitions the program validates with. Run: npx tsx scripts/schema.mts
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import * as z from 'zod';
import { reportJsonSchema } from '../src/core/export/reportJsonSchema';
import { comparisonSchema } from '../src/core/analysis/comparison/comparisonSchema';
import { specJsonSchema } from '../src/core/spec/specJsonSchema';

const files = {
  'media/energy.schema.json': specJsonSchema(),
  'docs/show.schema.json': z.toJSONSchema(reportJsonSchema),
  'docs/compare.schema.json': z.toJSONSchema(comparisonSchema),
};
for (const [file, schema] of Object.entries(files)) {
  writeFileSync(file, await format(JSON.stringify(schema), { ...(await resolveConfig(file)), filepath: file }));
}
