import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const project = resolve(import.meta.dirname, '../..');

/**
 * The whole program with some of its files replaced, bundled as `dist/cli.js` is: how a test adds a kind of source, or of
 * work, that no file below `src` names. It lies below `dist`, so that the native packages are found and staged from there.
 *
 * @param replaced files of the project, by what stands in their place: `{ 'src/energy/sources.ts': 'test/support/testSources.ts' }`
 */
export async function buildOwnProgram(replaced: Readonly<Record<string, string>>) {
  mkdirSync(join(project, 'dist'), { recursive: true });
  const folder = mkdtempSync(join(project, 'dist/own-'));
  const program = join(folder, 'cli.js');
  await build({
    ...{ absWorkingDir: project, entryPoints: ['src/cli/main.ts'], outfile: program, logLevel: 'error' },
    ...{ bundle: true, platform: 'node', target: 'node20', format: 'cjs' },
    external: ['onnxruntime-node', 'sharp'],
    plugins: [replacing(replaced)],
  });
  // The page of a report lies beside the program; it is that of the build.
  for (const page of ['report.js', 'report.css', 'pictures.js'])
    copyFileSync(join(project, 'dist', page), join(folder, page));
  return { program, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Whoever imports the one file gets the other; a file that nobody imports is a mistake of the test. */
function replacing(replaced: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'replacing',
    setup({ onLoad, onEnd }) {
      const unused = new Set(Object.keys(replaced));
      onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => {
        const name = Object.keys(replaced).find((file) => resolve(project, file) === path);
        if (name === undefined) return null;
        unused.delete(name);
        const other = resolve(project, replaced[name]!);
        return { contents: `export * from ${JSON.stringify(other)};`, loader: 'ts', resolveDir: project };
      });
      onEnd(() => {
        if (unused.size > 0) throw new Error(`the program imports no ${[...unused].join(', ')}`);
      });
    },
  };
}
