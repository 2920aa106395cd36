import { dirname, resolve } from 'node:path';
import { measuredPart } from '../../core/configFiles/measuredPart';
import type { EventOf } from '../../core/run/events';
import type { Spec } from '../../core/spec/spec';
import { hashOfFile, modelFilesOf, type SourceFile } from './sourceFiles';

/** What a run measured. */
export type MeasuredExperiment = {
  /** Absolute path of its experiment; null where it had none. */
  specFile: string | null;
  /** `measuredPart` of its experiment, with the models' contents in place of their paths. */
  measured: string;
  /** The experiment's text, only of a run that recorded no hashes. */
  specText: string | null;
};

/** What an experiment file asks to be measured now; with the models' contents, and by their paths alone. */
export type AskedExperiment = { path: string; text: string; measured: string; measuredByPath: string };

export function measuredBy(
  created: Pick<EventOf<'run.created'>, 'specFile' | 'specText' | 'spec' | 'sourceFiles'>,
): MeasuredExperiment {
  const { specFile, spec, specText, sourceFiles } = created;
  const base = specFile === null ? null : dirname(specFile);
  const pathOf = (model: string) => (base === null ? model : resolve(base, model));
  const contentOf = (model: string) => sourceFiles?.find((s: SourceFile) => s.path === pathOf(model))?.sha256 ?? null;
  return {
    specFile,
    measured: measuredPart(spec, contentOf),
    specText: sourceFiles === undefined ? specText : null,
  };
}

/** @param path absolute path of the file */
export async function askedBy(spec: Spec, path: string, text: string): Promise<AskedExperiment> {
  const files = modelFilesOf(spec, path);
  const hashes = new Map(await Promise.all(files.map(async (file) => [file, await hashOfFile(file)] as const)));
  return {
    ...{ path, text },
    measured: measuredPart(spec, (name) => hashes.get(resolve(dirname(path), name)) ?? null),
    measuredByPath: measuredPart(spec, () => null),
  };
}

/** Whether the run measured what the file asks for: else its result is stale. The one rule, of lens and panel. */
export function isMeasured(run: MeasuredExperiment, asked: AskedExperiment): boolean {
  // The same text may ask for something else than it did: defaults have changed.
  const isSameFile = run.specText === asked.text && run.specFile === asked.path;
  return run.measured === asked.measured || (isSameFile && run.measured === asked.measuredByPath);
}
