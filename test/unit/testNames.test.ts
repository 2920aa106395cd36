import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Tests of what no single file of the source holds; they lie in test/unit itself. */
const ofSeveralFiles = ['architecture', 'dependencyRules', 'lintRules', 'surfaces', 'testNames', 'vscodeFolder'];

/** Where the source of a unit test lies, without its ending: `models/yolo/cfg.fuzz.test.ts` tests `src/models/yolo/cfg`. */
function sourceOf(test: string): string {
  const path = test.replace(/(\.\w+)?\.test\.ts$/, '');
  return join(root, /^(webview|scripts)\//.test(path) ? path : `src/${path}`);
}

it('each unit test is named after the file that it tests, in the same folder as under src', () => {
  const tests = readdirSync(join(root, 'test/unit'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.test.ts') && !ofSeveralFiles.includes(file.replace('.test.ts', '')));
  expect(tests.length).toBeGreaterThan(50);
  expect(tests.filter((test) => !['.ts', '.mts', '.mjs'].some((end) => existsSync(sourceOf(test) + end)))).toEqual([]);
});
