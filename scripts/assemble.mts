// Assembles src/workloads/detection/prepare/planeKernel.wat into planeKernelCode.ts beside it, which is checked in: the program needs no
// assembler. Run: npx tsx scripts/assemble.mts
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const folder = new URL('../src/workloads/detection/prepare/', import.meta.url);

/** The TypeScript file that holds the assembled kernel. */
export async function assembleKernel(): Promise<string> {
  const tools = await wabt();
  const parsed = tools.parseWat('planeKernel.wat', readFileSync(new URL('planeKernel.wat', folder)), { simd: true });
  parsed.validate();
  const base64 = Buffer.from(parsed.toBinary({}).buffer).toString('base64');
  return `/** planeKernel.wat as WebAssembly, base64. Made by \`npx tsx scripts/assemble.mts\`; do not edit. */
export const planeKernelCode =
  '${base64}';
`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(new URL('planeKernelCode.ts', folder), await assembleKernel());
}
