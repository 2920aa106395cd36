import { basename, dirname, join, resolve } from 'node:path';
import type { FileStage } from '../../core/pipeline/file/pipelineFile';

/** Where the experiment of a stage lies, or is written to where it names none: beside the pipeline, for its paths are relative to that. */
export function experimentOfStage(path: string, { name, experiment }: Pick<FileStage, 'name' | 'experiment'>): string {
  if (experiment !== undefined) return resolve(dirname(path), experiment);
  const pipeline = basename(path).replace(/\.pipeline\.ya?ml$/i, '');
  // A stage is named as its author likes.
  const stage = name.replace(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 60);
  return join(dirname(path), `${pipeline}-${stage}.energy.yaml`);
}
