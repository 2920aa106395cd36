import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { ModelMemory } from '../../core/plan/modelMemory';
import { largestRect, rectStride } from '../../core/detection/rectShapes';
import type { Size } from '../../core/spec/spec';
import { buildGraph } from '../yolo/buildGraph';
import { cached, combineHashes } from './cache';
import { countGraph, countParameters } from '../yolo/count';
import type { Graph, InputType } from '../onnx/graph';
import { hashFile } from '../../machine/hashFile';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { sizeMultiple } from '../yolo/layers';
import { ModelError } from '../modelError';
import { modelMemory } from '../onnx/liveMemory';
import { encodeOnnx } from '../onnx/onnxFile';
import { fixedSizes, readOnnxInput, requireFreeSize, requireSize } from '../onnx/onnxInput';
import { byteLength } from '../onnx/protobuf';
import { explainWriteError, requireRoom } from './diskRoom';
import { type ModelSource, readSource, type SourceOptions } from './source';
import { seededWeights, type WeightSource } from '../onnx/weights';
import { type WrittenFile, writeModel } from '../onnx/writeModel';

/** Part of every cache key: raise it with each change that alters the files built from the same request. */
const builderVersion = 1;

/** What is built here, not taken as it is. */
type Built = Extract<ModelSource, { kind: 'architecture' }>;

const largestSide = 8192;
const mostParameters = 1_000_000_000;

export type BuildOptions = {
  size: Size;
  /** For images of any size that fits the strides, not of this one only. */
  freeSize?: boolean;
  input: InputType;
  /** Of the random weights where there are no trained ones: a whole number from 0 to 2³² − 1. */
  seed: number;
};

/** A model file ready to be opened. null: not known of an .onnx made elsewhere. */
export type ResolvedModel = {
  name: string;
  file: string;
  /** Of the file; of several files, the hash over their hashes. */
  sha256: string;
  bytes: number;
  /** After folding batch normalisation. */
  parameters: number | null;
  /** 10⁹ floating-point operations for one image: 2 × multiply-adds of all convolutions. */
  gflops: number | null;
  input: InputType;
  size: Size;
  /** Batch size that an .onnx made elsewhere is fixed to; null: any. */
  fixedBatch: number | null;
  /** Rows of the output for one image. */
  boxes: number | null;
  classes: number | null;
  /** In the order of the scores. null: not known. */
  classNames: string[] | null;
  /** Where trained weights come from. null: they are random, or those of an .onnx made elsewhere. */
  checkpoint: Pick<Checkpoint, 'file' | 'sha256' | 'official'> | null;
  /** What the sides of another input have to be multiples of; null: an .onnx made elsewhere, which is taken as it is. */
  sizeMultiple: number | null;
  /** Whether the weights are more than random; taken for granted of an .onnx made elsewhere. */
  trained: boolean;
};

/**
 * Finds or builds the model file for a built-in name, a cfg (.yaml, .yml), a checkpoint (.pt) or an .onnx, which is
 * taken as it is.
 *
 * @throws ModelError with what is allowed, also when the disk has no room
 */
export async function resolveModel(
  nameOrPath: string,
  options: BuildOptions & SourceOptions & { cacheDirectory: string },
): Promise<ResolvedModel> {
  const source = await readSource(nameOrPath, options);
  if (source.kind === 'onnx') return takeOnnx(source.name, source.file, options);
  const graph = makeGraph(nameOrPath, source, options);
  const { seed } = options;
  const key = cacheKey(source, options);
  const names = { model: 'model.onnx', data: 'model.onnx.data', location: 'model.onnx.data' };
  const folder = resolve(options.cacheDirectory);
  const bytes = neededBytes(graph);
  try {
    const entry = await cached(folder, key, (own) => {
      requireRoom(folder, bytes);
      return writeModel(graph, weightsOf(source, graph, seed), own, names);
    });
    return { ...describeGraph(source, graph), ...entry };
  } catch (error) {
    throw explainWriteError(error, folder, bytes);
  }
}

/** Names what is built: equal keys are equal files. */
function cacheKey(
  { architecture, checkpoint }: Built,
  { size: { height, width }, freeSize = false, seed, input }: BuildOptions,
): string {
  const size = freeSize ? { freeSize } : { height, width };
  const weights = checkpoint ? { sha256: checkpoint.sha256, classNames: checkpoint.classNames } : { seed };
  const request = JSON.stringify({ builderVersion, architecture, ...size, ...weights, input });
  return createHash('sha256').update(request).digest('hex').slice(0, 32);
}

/** What would be opened for a model, told without building it. */
export type ForeseenFile = {
  gflops: number | null;
  memory: ModelMemory | null;
  /** Why its memory is not known; null where it is. */
  unknown: string | null;
  trained: boolean;
  fixedBatch: number | null;
  /** Of the file, and of the weights beside it. */
  bytes: number;
  /** Whether it is there: an .onnx, or one in the cache. */
  isThere: boolean;
};

/**
 * What `resolveModel` would find or build, by the architecture alone: nothing is built.
 *
 * @throws ModelError as `resolveModel` does
 */
export async function foreseeModel(
  nameOrPath: string,
  options: BuildOptions & SourceOptions & { cacheDirectory: string; batchSizes: readonly number[] },
): Promise<ForeseenFile> {
  const source = await readSource(nameOrPath, options);
  if (source.kind === 'onnx') {
    const fixed = fixedSizes(readOnnxInput(source.file).shape);
    if (options.freeSize) requireFreeSize(source.file, fixed);
    else requireSize(source.file, fixed, options.size);
    const unknown = 'the sizes of its tensors are not told by the file: the memory guard of a run finds out';
    const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    return {
      ...{ gflops: null, memory: null, unknown, trained: true, fixedBatch: fixed.batch, isThere: true },
      bytes: sizeOf(source.file) + sizeOf(`${source.file}.data`),
    };
  }
  const graph = makeGraph(nameOrPath, source, options);
  // Batches of a shape each are padded beyond the size: the square is the most that any can take.
  const stride = rectStride(sizeMultiple(source.architecture));
  const most = { ...options, size: largestRect({ imageSize: options.size.height, stride }), freeSize: false };
  const largest = options.freeSize ? makeGraph(nameOrPath, source, most) : graph;
  return {
    ...{
      gflops: countGraph(graph).flops / 1e9,
      memory: modelMemory(largest, options.batchSizes),
      unknown: null,
      fixedBatch: null,
    },
    ...{ trained: source.checkpoint !== null, bytes: neededBytes(graph) },
    isThere: existsSync(join(resolve(options.cacheDirectory), cacheKey(source, options))),
  };
}

/**
 * Builds a model to a file of the user's; weights above 64 MiB go to `<outFile>.data` beside it.
 *
 * @returns the model and its data file, or null where all is in one file
 */
export async function buildModel(
  nameOrPath: string,
  outFile: string,
  options: BuildOptions,
): Promise<ResolvedModel & { dataFile: string | null }> {
  const source = await readSource(nameOrPath);
  if (source.kind === 'onnx') {
    throw new ModelError(`${nameOrPath} is built already; allowed: a built-in name, a cfg or a checkpoint`);
  }
  const graph = makeGraph(nameOrPath, source, options);
  const file = resolve(outFile);
  const folder = dirname(file);
  if (!existsSync(folder)) throw new ModelError(`there is no folder ${folder} for ${basename(file)}; make it first`);
  const name = basename(file);
  const own = join(folder, `.${name}.partial-${process.pid}-${randomBytes(6).toString('hex')}`);
  const bytes = neededBytes(graph);
  const names = { model: name, data: `${name}.data`, location: `${name}.data` };
  let files: WrittenFile[];
  try {
    mkdirSync(own);
    requireRoom(folder, bytes);
    files = writeModel(graph, weightsOf(source, graph, options.seed), own, names);
    // The data first: a model file never stands beside data that is not there yet.
    for (const { name: written } of files.toReversed()) renameSync(join(own, written), join(folder, written));
  } catch (error) {
    throw explainWriteError(error, folder, bytes);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  return {
    ...describeGraph(source, graph),
    ...{ file, sha256: combineHashes(files.map((f) => f.sha256)), bytes: files.reduce((sum, f) => sum + f.bytes, 0) },
    dataFile: files[1] ? join(folder, files[1].name) : null,
  };
}

async function takeOnnx(name: string, file: string, { size, freeSize = false }: BuildOptions): Promise<ResolvedModel> {
  const { type, shape } = readOnnxInput(file);
  const fixed = fixedSizes(shape);
  if (freeSize) requireFreeSize(file, fixed);
  else requireSize(file, fixed, size);
  const parts = [file, `${file}.data`].filter((part) => existsSync(part));
  const hashes: string[] = [];
  for (const part of parts) hashes.push(await hashFile(part));
  return {
    ...{ name, file, sha256: combineHashes(hashes), input: type, size },
    bytes: parts.reduce((sum, part) => sum + statSync(part).size, 0),
    ...{
      parameters: null,
      gflops: null,
      boxes: null,
      classes: null,
      classNames: null,
      checkpoint: null,
      trained: true,
      sizeMultiple: null,
    },
    fixedBatch: fixed.batch,
  };
}

function makeGraph(nameOrPath: string, source: Built, { size, freeSize, input, seed }: BuildOptions): Graph {
  const { architecture, checkpoint } = source;
  const multiple = sizeMultiple(architecture);
  for (const [side, pixels] of Object.entries(size)) {
    if (!Number.isInteger(pixels) || pixels <= 0 || pixels % multiple !== 0 || pixels > largestSide) {
      const most = Math.floor(largestSide / multiple) * multiple;
      throw new ModelError(
        `image ${side} ${pixels} does not fit ${nameOrPath}; allowed: multiples of ${multiple}, its largest stride, from ${multiple} to ${most}`,
      );
    }
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    throw new ModelError(`seed ${seed}; allowed: a whole number from 0 to ${0xffff_ffff}`);
  }
  const { fused } = countParameters(architecture);
  if (fused > mostParameters) {
    throw new ModelError(`${nameOrPath} has ${fused} parameters; allowed: at most ${mostParameters}`);
  }
  return buildGraph(architecture, size, input, checkpoint?.classNames, freeSize);
}

function weightsOf({ checkpoint }: Built, graph: Graph, seed: number): WeightSource {
  return checkpoint ? checkpoint.weights(graph) : seededWeights(seed);
}

function neededBytes(graph: Graph): number {
  const { model, data } = encodeOnnx(graph, 'model.onnx.data');
  return byteLength(model) + byteLength(data ?? []);
}

function describeGraph({ name, checkpoint, architecture }: Built, graph: Graph) {
  const { fused, flops } = countGraph(graph);
  const { height, width, input, boxes, classes, classNames } = graph;
  return {
    name,
    parameters: fused,
    gflops: flops / 1e9,
    input,
    size: { height, width },
    boxes,
    classes,
    classNames,
    checkpoint: checkpoint && { file: checkpoint.file, sha256: checkpoint.sha256, official: checkpoint.official },
    trained: checkpoint !== null,
    sizeMultiple: sizeMultiple(architecture),
    fixedBatch: null,
  };
}
