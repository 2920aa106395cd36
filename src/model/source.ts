import { readFileSync, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { builtInArchitecture } from './builtIn';
import { nearestName } from '../core/spec/nearestName';
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
      const near = nearestName(nameOrPath, builtInModels);
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
