import { statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { readText as readRegularText } from '../../machine/regularFile';
import { builtInArchitecture } from '../yolo/builtIn';
import { nearestName } from '../../core/spec/nearestName';
import { longestCfg, parseCfg } from '../yolo/cfg';
import { type Checkpoint, readCheckpoint } from '../checkpoint/checkpoint';
import { requireSameArchitecture } from '../checkpoint/sameArchitecture';
import { builtInModels, isBuiltIn } from '../yolo/family';
import type { Architecture } from '../yolo/layers';
import { ModelError } from '../modelError';

/** What a name or path of a model stands for. `checkpoint`: the trained weights; null: there are none. */
export type ModelSource =
  | { kind: 'architecture'; name: string; architecture: Architecture; checkpoint: Checkpoint | null }
  | { kind: 'onnx'; name: string; file: string };

export type SourceOptions = {
  /** What paths are relative to; default: the working directory. */
  baseDirectory?: string | undefined;
  /** Checkpoint with the weights of a built-in name or cfg; other models have their own. */
  weightsFile?: string | undefined;
};

/**
 * @param nameOrPath a built-in name, or the path of a cfg (.yaml, .yml), a checkpoint (.pt) or a model (.onnx)
 * @throws ModelError (CfgError for a cfg) with what is allowed
 */
export async function readSource(
  nameOrPath: string,
  { baseDirectory = process.cwd(), weightsFile }: SourceOptions = {},
): Promise<ModelSource> {
  const withWeights = async (modelName: string, architecture: Architecture): Promise<ModelSource> => {
    const described = { kind: 'architecture', name: modelName } as const;
    if (weightsFile === undefined) return { ...described, architecture, checkpoint: null };
    const checkpoint = await openCheckpoint(resolve(baseDirectory, weightsFile));
    requireSameArchitecture(nameOrPath, architecture, checkpoint);
    return { ...described, architecture: checkpoint.architecture, checkpoint };
  };
  if (isBuiltIn(nameOrPath)) return withWeights(nameOrPath, builtInArchitecture(nameOrPath));
  const extension = extname(nameOrPath).toLowerCase();
  const name = basename(nameOrPath, extname(nameOrPath));
  const file = resolve(baseDirectory, nameOrPath);
  switch (extension) {
    case '.yaml':
    case '.yml':
      return withWeights(name, parseCfg(readText(file), nameOrPath));
    case '.onnx':
      requireFile(file);
      return { kind: 'onnx', name, file };
    case '.pt': {
      const checkpoint = await openCheckpoint(file);
      return { kind: 'architecture', name, architecture: checkpoint.architecture, checkpoint };
    }
    default: {
      const near = nearestName(nameOrPath, builtInModels);
      const hint = near ? ` (did you mean ${near}?)` : '';
      throw new ModelError(
        `unknown model ${nameOrPath}${hint}; allowed: ${builtInModels.join(', ')}, or a path to a cfg .yaml, a .pt or an .onnx`,
      );
    }
  }
}

function openCheckpoint(file: string): Promise<Checkpoint> {
  requireFile(file);
  return readCheckpoint(file);
}

function readText(file: string): string {
  requireFile(file);
  const { size } = statSync(file);
  // Before it is read: the file may be anything that is called .yaml. A character takes up to four bytes.
  if (size > 4 * longestCfg) throw new ModelError(`${file} has ${size} bytes; allowed: a cfg of at most ${longestCfg}`);
  return readRegularText(file, 4 * longestCfg);
}

function requireFile(file: string): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new ModelError(`there is no file ${file}`);
}
