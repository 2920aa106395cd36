import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { floatsOfHalves } from './float16';
import { ModelError } from './modelError';
import { halfInputFix, type InputShape, readShape } from './onnxInput';
import { saysOutOfMemory } from './outOfMemory';

export type SessionOptions = {
  /** Threads of one `run`, this one included. */
  threads: number;
  /** Whether idle workers burn CPU while they wait for the next operator. */
  spinning: boolean;
};

/** Whole numbers and half precision are converted to float32, as part of the run. */
type Output = { data: Float32Array; dims: number[] };

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
export async function openSession(file: string, { threads, spinning }: SessionOptions): Promise<Session> {
  const ort = await loadRuntime();
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(file, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      enableCpuMemArena: true,
      // Patterns are planned anew for each batch size and double the peak memory, without saving time.
      enableMemPattern: false,
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: spinning ? '1' : '0' } } },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = saysOutOfMemory(message) ? 'out-of-memory' : 'model';
    throw new ModelError(`ONNX Runtime cannot load ${file}: ${message}`, code);
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
      const results = await session.run({ [name]: new ort.Tensor(type, data, dims) });
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

/** Loaded on first use: most commands never infer, and the library reads its environment while it loads. */
async function loadRuntime(): Promise<typeof import('onnxruntime-node')> {
  // Its telemetry would be network traffic without consent, and noise in a measurement.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const loaded = await import('onnxruntime-node');
  // A CommonJS package: its exports stand under `default` where Node cannot list them.
  return 'InferenceSession' in loaded ? loaded : (loaded as unknown as { default: typeof loaded }).default;
}
