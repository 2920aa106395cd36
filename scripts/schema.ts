// Writes the JSON schemas from the definitions the program validates with. Run: npx tsx scripts/schema.ts
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { reportSchema } from '../src/core/run/reportSchema';
import { specJsonSchema } from '../src/core/spec/specJsonSchema';

const files = {
  'media/energy.schema.json': specJsonSchema(),
  'docs/show.schema.json': z.toJSONSchema(reportSchema),
};
for (const [file, schema] of Object.entries(files)) writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
const { status } = spawnSync(
  process.execPath,
  ['node_modules/@biomejs/biome/bin/biome', 'format', '--write', ...Object.keys(files)],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
