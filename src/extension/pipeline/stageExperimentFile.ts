import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import type { FileStage } from '../../core/pipeline/file/pipelineFile';

/**
 * Where the experiment of a stage lies, or is written to where it names none: beside the pipeline, for its paths are relative to that. No two
 * stages share one: a name that no file can have, or that is long, brings a part of its hash.
 */
export function experimentOfStage(path: string, { name, experiment }: Pick<FileStage, 'name' | 'experiment'>): string {
  if (experiment !== undefined) return resolve(dirname(path), experiment);
  const pipeline = basename(path).replace(/\.pipeline\.ya?ml$/i, '');
  // A stage is named as its author likes.
  const written = name.replace(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 60);
  const stage = written === name ? name : `${written}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  return join(dirname(path), `${pipeline}-${stage}.energy.yaml`);
}
