import { readWhole } from '../../machine/regularFile';
import { dirname, resolve } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { floatsOfHalves } from './float16';
import { ModelError } from '../modelError';
import { halfInputFix, type InputShape, placesOfZeroSizes, readShape } from './onnxInput';
import { saysOutOfMemory } from './outOfMemory';

/** Is told when the library holds the thread, and when it has given it back. `images`: 0 while the model is loaded. */
export type InferenceWatch = { begin(images: number): void; end(): void };

export type SessionOptions = {
  /** Threads of one `run`, this one included. */
  threads: number;
  /** Whether idle workers burn CPU while they wait for the next operator. */
  spinning: boolean;
  watch?: InferenceWatch | undefined;
};

/** The file with nameless sizes (dim_param '') in the place of sizes 0 (dim_value), which are written in as many bytes. */
function withFreeSizes(file: string, zeroSizes: number[]): Uint8Array {
  const bytes = readWhole(file, 2 ** 31);
  for (const place of zeroSizes) bytes.set([0x12, 0], place);
  return bytes;
}

/** A model that was loaded and does not run. */
export class InferenceError extends ModelError {
  constructor(
    readonly file: string,
    /** In ONNX Runtime's words. */
    readonly reason: string,
  ) {
    super(`${file} cannot be run: ${reason}`, codeOf(reason));
  }
}

const codeOf = (reason: string) => (saysOutOfMemory(reason) ? 'out-of-memory' : 'model');

/** Whole numbers and half precision are converted to float32, as part of the run. */
export type Output = { data: Float32Array; dims: number[] };

export type Session = {
  inputName: string;
  inputType: 'float32' | 'uint8';
  inputShape: InputShape;
  outputNames: string[];
  /**
   * Runs one batch. Blocks this thread until it is done.
   *
   * @param data row-major values of the input; read in place, not copied
   * @param dims sizes of the input, N first
   * @returns each output by its name; a copy, valid after the next run
   * @throws InferenceError
   */
  run(data: Uint8Array | Float32Array, dims: number[]): Promise<Record<string, Output>>;
  release(): Promise<void>;
};

/**
 * Opens a model file in ONNX Runtime with one thread pool and no parallel operators, so that threads mean the
 * same for every model.
 *
 * @throws ModelError when the file cannot be loaded or its input or output is of another type
 */
export async function openSession(file: string, { threads, spinning, watch }: SessionOptions): Promise<Session> {
  const ort = await loadRuntime();
  let session: InferenceSession;
  watch?.begin(0);
  try {
    const zeroSizes = placesOfZeroSizes(file);
    const options: InferenceSession.SessionOptions = {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      enableCpuMemArena: true,
      // Patterns are planned anew for each batch size and double the peak memory, without saving time.
      enableMemPattern: false,
      // What is wrong with a model is thrown as well; its own lines would only colour the terminal.
      logSeverityLevel: 4,
      extra: {
        session: {
          intra_op: { allow_spinning: spinning ? '1' : '0' },
          // Only needed where the model does not come from its file.
          ...(zeroSizes.length > 0 && { model_external_initializers_file_folder_path: dirname(resolve(file)) }),
        },
      },
    };
    session = await (zeroSizes.length > 0
      ? ort.InferenceSession.create(withFreeSizes(file, zeroSizes), options)
      : ort.InferenceSession.create(file, options));
  } catch (error) {
    const reason = reasonOf(error);
    throw new ModelError(`ONNX Runtime cannot load ${file}: ${reason}`, codeOf(reason));
  } finally {
    watch?.end();
  }
  const input = session.inputMetadata[0];
  if (!input?.isTensor || session.inputNames.length !== 1) {
    await session.release();
    throw new ModelError(`${file} has the inputs ${session.inputNames.join(', ')}; allowed: one tensor of images`);
  }
  const { name, type, shape } = input;
  if (type !== 'float32' && type !== 'uint8') {
    await session.release();
    throw new ModelError(
      `input ${name} of ${file} has the type ${type}; allowed: float32 or uint8${type === 'float16' ? halfInputFix : ''}`,
    );
  }
  const other = session.outputMetadata.find((output) => !output.isTensor || !outputTypes.includes(output.type));
  if (other) {
    await session.release();
    const found = other.isTensor ? `has the type ${other.type}` : 'is no tensor';
    throw new ModelError(`output ${other.name} of ${file} ${found}; allowed: ${outputTypes.join(', ')}`);
  }
  return {
    ...{ inputName: name, inputType: type, inputShape: readShape(shape), outputNames: [...session.outputNames] },
    async run(data, dims) {
      watch?.begin(dims[0] ?? 0);
      const results = await session
        .run({ [name]: new ort.Tensor(type, data, dims) })
        .catch((error: unknown) => {
          throw new InferenceError(file, reasonOf(error));
        })
        .finally(() => watch?.end());
      return Object.fromEntries(
        Object.entries(results).map(([key, output]) => [key, { data: asFloats(output), dims: [...output.dims] }]),
      );
    },
    release: () => session.release(),
  };
}

/** Whole numbers (counts and classes) come from models that suppress boxes themselves, half precision from those converted to it. */
const outputTypes = ['float32', 'float16', 'int32', 'int64'];

function asFloats({ type, data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  if (type === 'float16') {
    // Bits in a Uint16Array; where JavaScript has it, in a Float16Array.
    const { buffer, byteOffset, length } = data as Uint16Array;
    return floatsOfHalves(new Uint16Array(buffer, byteOffset, length));
  }
  return Float32Array.from(data as Int32Array | BigInt64Array, Number);
}

const longestReason = 400;

/** Its message in one line, without the places in its own source. */
function reasonOf(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error))
    .replace(
      /^Non-zero status code returned while running (\w+) node\. Name:'([^']*)' Status Message: /,
      (_, op, name) => (name === '' ? `its ${op}: ` : `its ${op} ${name}: `),
    )
    .replace(/\S*\/onnxruntime\S*:\d+ [^]*? was false\. ?/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > longestReason ? `${text.slice(0, longestReason)}…` : text;
}

/** Loaded on first use: most commands never infer, and the library reads its environment while it loads. */
async function loadRuntime(): Promise<typeof import('onnxruntime-node')> {
  // Its telemetry would be network traffic without consent, and noise in a measurement.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const loaded = await import('onnxruntime-node');
  // A CommonJS package: its exports stand under `default` where Node cannot list them.
  return 'InferenceSession' in loaded ? loaded : (loaded as unknown as { default: typeof loaded }).default;
}
