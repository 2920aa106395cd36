// Assembles src/vision/planeKernel.wat into src/vision/planeKernelCode.ts, which is checked in: the program needs no assembler.
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const folder = new URL('../src/vision/', import.meta.url);

/** The TypeScript file that holds the assembled kernel. */
export async function assembleKernel() {
  const tools = await wabt();
  const source = tools.parseWat('planeKernel.wat', readFileSync(new URL('planeKernel.wat', folder)), { simd: true });
  source.validate();
  const base64 = Buffer.from(source.toBinary({}).buffer).toString('base64');
  return `/** planeKernel.wat as WebAssembly, base64. Made by \`node scripts/assemble.mjs\`; do not edit. */
export const planeKernelCode =
  '${base64}';
`;
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(new URL('planeKernelCode.ts', folder), await assembleKernel());
