// Writes the JSON schemas. Run: npx tsx scripts/schema.mts
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { schemaFiles } from './schemaFiles';

for (const [file, schema] of Object.entries(schemaFiles)) {
  writeFileSync(file, await format(JSON.stringify(schema), { ...(await resolveConfig(file)), filepath: file }));
}
