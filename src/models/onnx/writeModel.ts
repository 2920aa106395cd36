import { createHash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Graph } from './graph';
import { encodeOnnx } from './onnxFile';
import type { Piece } from './protobuf';
import type { WeightSource } from './weights';

/** A file as it was written. Times are milliseconds since 1970. */
export type WrittenFile = { name: string; bytes: number; sha256: string; mtimeMs: number; ctimeMs: number };

/** `location`: what the model file calls its data file. */
export type FileNames = { model: string; data: string; location: string };

/**
 * Writes a model into a folder and, if it is large, its weights into a data file beside it. Weights are made
 * and written one tensor at a time. Both files are on disk, not only in its cache, when this returns.
 *
 * @returns the files, the model first
 */
export function writeModel(graph: Graph, weights: WeightSource, folder: string, names: FileNames): WrittenFile[] {
  const { model, data } = encodeOnnx(graph, names.location);
  const files = [writePieces(folder, names.model, model, weights)];
  if (data) files.push(writePieces(folder, names.data, data, weights));
  return files;
}

function writePieces(folder: string, name: string, pieces: readonly Piece[], weights: WeightSource): WrittenFile {
  const descriptor = openSync(join(folder, name), 'wx');
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    const write = (chunk: Uint8Array) => {
      hash.update(chunk);
      // A write may be short where the disk is about to be full; the next one then says why.
      for (let done = 0; done < chunk.length;) done += writeSync(descriptor, chunk, done);
      bytes += chunk.length;
    };
    let small: Uint8Array[] = [];
    for (const piece of pieces) {
      if (piece instanceof Uint8Array) {
        small.push(piece);
        continue;
      }
      write(Buffer.concat(small));
      small = [];
      const values = weights(piece.parameter);
      if (values.byteLength !== piece.bytes) {
        throw new Error(`${piece.parameter.name} has ${values.length} values instead of ${piece.bytes / 4}`);
      }
      write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    write(Buffer.concat(small));
    fsyncSync(descriptor);
    const { mtimeMs, ctimeMs } = fstatSync(descriptor);
    return { name, bytes, sha256: hash.digest('hex'), mtimeMs, ctimeMs };
  } finally {
    closeSync(descriptor);
  }
}
