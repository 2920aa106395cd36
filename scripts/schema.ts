// Writes media/energy.schema.json from the definition the program validates with. Run: npx tsx scripts/schema.ts
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { specJsonSchema } from '../src/core/specJsonSchema';

const file = 'media/energy.schema.json';
writeFileSync(file, `${JSON.stringify(specJsonSchema(), null, 2)}\n`);
const { status } = spawnSync(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'format', '--write', file], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
