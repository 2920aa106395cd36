import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ConfigFile, longestConfig } from '../../core/configFiles/configFile';
import { mlserverModel } from '../../core/configFiles/mlserver';
import { identityOf, recogniseConfig } from '../../core/configFiles/recognise';
import { tritonModelFile } from '../../core/configFiles/triton';
import type { Spec } from '../../core/spec/spec';
import { modelPath } from '../../core/spec/builtinModels';
import { hashFile } from '../../machine/hashFile';
import { readText } from '../../machine/regularFile';

/** A file that a result belongs to, and the hash of what it says (`run.created.sourceFiles`). */
export type SourceFile = { path: string; sha256: string };

/** Hash of a text that was recognised as a config; the same for a file on disk and an editor's unsaved text. */
export function hashOfConfig(config: Pick<ConfigFile, 'kind' | 'text'>): string {
  return createHash('sha256')
    .update(identityOf(config).replace(/^\uFEFF/, ''))
    .digest('hex');
}

const known = new Map<string, { stamp: string; sha256: string }>();

/** Hash of a file of any size, read again only when its size or time has changed; null where it cannot be read. */
export async function hashOfFile(path: string): Promise<string | null> {
  try {
    const { size, mtimeMs, ctimeMs } = statSync(path);
    const stamp = `${size} ${mtimeMs} ${ctimeMs}`;
    const before = known.get(path);
    if (before?.stamp === stamp) return before.sha256;
    const sha256 = (size <= longestConfig && configHash(path)) || (await hashFile(path));
    known.set(path, { stamp, sha256 });
    return sha256;
  } catch {
    return null;
  }
}

function configHash(path: string): string | null {
  const config = recogniseConfig(path, readText(path, longestConfig));
  return config && hashOfConfig(config);
}

/** Absolute paths of the files that an experiment names as models or weights. */
export function modelFilesOf(spec: Pick<Spec, 'models' | 'weightsFile'>, specFile: string): string[] {
  const named = [...spec.models.filter((m) => modelPath.test(m)), ...(spec.weightsFile ? [spec.weightsFile] : [])];
  return [...new Set(named.map((path) => resolve(dirname(specFile), path)))];
}

/**
 * @param servingConfig a serving config that the run is made for
 * @returns what can be read of them; the engine says what is missing
 */
export async function sourceFilesOf(spec: Spec, specFile: string, servingConfig?: string): Promise<SourceFile[]> {
  const paths = [...modelFilesOf(spec, specFile), ...(servingConfig === undefined ? [] : [resolve(servingConfig)])];
  const files = await Promise.all(paths.map(async (path) => ({ path, sha256: await hashOfFile(path) })));
  return files.filter((file): file is SourceFile => file.sha256 !== null);
}

/**
 * The model file that a serving config names: for Triton the newest version's, for MLServer `parameters.uri`. null where
 * there is no such file here, or it is none that can be measured.
 */
export function servedModelFile(config: Pick<ConfigFile, 'kind' | 'text'>, path: string): string | null {
  const file =
    config.kind === 'triton'
      ? tritonModel(config.text, path)
      : config.kind === 'mlserver'
        ? uriModel(config.text, path)
        : null;
  return file !== null && /\.onnx$/i.test(file) && existsSync(file) && statSync(file).isFile() ? file : null;
}

function tritonModel(text: string, path: string): string | null {
  let versions: number[];
  try {
    versions = readdirSync(dirname(path))
      .filter((name) => /^[1-9]\d{0,8}$/.test(name))
      .map(Number);
  } catch {
    return null;
  }
  return versions.length === 0 ? null : join(dirname(path), String(Math.max(...versions)), tritonModelFile(text));
}

function uriModel(text: string, path: string): string | null {
  const uri = mlserverModel(text);
  if (uri === null || (/^[a-z][a-z0-9+.-]+:/i.test(uri) && !uri.startsWith('file:'))) return null;
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : resolve(dirname(path), uri);
  } catch {
    return null;
  }
}
