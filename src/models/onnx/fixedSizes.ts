import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FixedSizes } from '../../core/spec/modelSizes';
import { ModelError } from '../modelError';
import { fixedSizes, readOnnxInput } from './onnxInput';

/**
 * What the .onnx files among the models of an experiment fix, by model. One that cannot be read is left out: why, is
 * said where it is opened.
 *
 * @param models names and paths, relative to `baseDirectory`
 */
export function fixedSizesOf(models: readonly string[], baseDirectory: string): Map<string, FixedSizes> {
  const sizes = new Map<string, FixedSizes>();
  for (const model of models) {
    const file = resolve(baseDirectory, model);
    if (!/\.onnx$/i.test(model) || !statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
    try {
      sizes.set(model, fixedSizes(readOnnxInput(file).shape));
    } catch (error) {
      if (!(error instanceof ModelError) && !(error as NodeJS.ErrnoException).code) throw error;
    }
  }
  return sizes;
}
