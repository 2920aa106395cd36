import { readFileSync, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { builtInArchitecture } from './builtIn';
import { parseCfg } from './cfg';
import { builtInModels, isBuiltIn } from './family';
import type { Architecture } from './layers';
import { ModelError } from './modelError';

/** What a name or path of a model stands for. */
export type ModelSource =
  { kind: 'architecture'; name: string; architecture: Architecture } | { kind: 'onnx'; name: string; file: string };

/**
 * @param nameOrPath a built-in name, or the path of a cfg (.yaml, .yml) or a model (.onnx)
 * @param baseDirectory what a path is relative to
 * @throws ModelError (CfgError for a cfg) with what is allowed
 */
export function readSource(nameOrPath: string, baseDirectory = process.cwd()): ModelSource {
  if (isBuiltIn(nameOrPath)) {
    return { kind: 'architecture', name: nameOrPath, architecture: builtInArchitecture(nameOrPath) };
  }
  const extension = extname(nameOrPath).toLowerCase();
  const name = basename(nameOrPath, extname(nameOrPath));
  const file = resolve(baseDirectory, nameOrPath);
  switch (extension) {
    case '.yaml':
    case '.yml':
      return { kind: 'architecture', name, architecture: parseCfg(readText(file), nameOrPath) };
    case '.onnx':
      requireFile(file);
      return { kind: 'onnx', name, file };
    case '.pt':
      throw new ModelError(
        `${nameOrPath}: checkpoints (.pt) are not supported by this version; export it to .onnx, or profile its architecture by name or cfg`,
      );
    default: {
      const near = nearest(nameOrPath);
      const hint = near ? ` (did you mean ${near}?)` : '';
      throw new ModelError(
        `unknown model ${nameOrPath}${hint}; allowed: ${builtInModels.join(', ')}, or a path to a cfg .yaml or an .onnx`,
      );
    }
  }
}

function readText(file: string): string {
  requireFile(file);
  return readFileSync(file, 'utf8');
}

function requireFile(file: string): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new ModelError(`there is no file ${file}`);
}

/** The built-in name with the fewest edits, if they are few. */
function nearest(name: string): string | undefined {
  const ranked = builtInModels.map((known) => ({ known, edits: editDistance(name.toLowerCase(), known) }));
  const best = ranked.reduce((a, b) => (b.edits < a.edits ? b : a));
  return best.edits <= 3 ? best.known : undefined;
}

/** Insertions, deletions and replacements that turn one word into the other (Levenshtein 1966). */
function editDistance(from: string, to: string): number {
  if (from.length > 64) return from.length;
  let previous = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[to.length] ?? 0;
}
