import { freeBuffer } from '../../machine/freeBuffer';
import { readWhole } from '../../machine/regularFile';
import { dirname, resolve } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { floatsOfHalves } from './float16';
import { ModelError } from '../modelError';
import { halfInputFix, type InputShape, placesOfZeroSizes, readShape } from './onnxInput';
import { saysOutOfMemory } from './outOfMemory';
import { readOutputNames, sizeOutputs, sizesName } from './outputSizes';

/** Is told when the library holds the thread, and when it has given it back. `images`: 0 while the model is loaded. */
export type InferenceWatch = { begin(images: number): void; end(): void };

export type SessionOptions = {
  /** Threads of one `run`, this one included. */
  threads: number;
  /** Whether idle workers burn CPU while they wait for the next operator. */
  spinning: boolean;
  watch?: InferenceWatch | undefined;
};

/**
 * What is loaded: the file itself, or its bytes where a model is to be changed. Sizes 0 (dim_value) become nameless ones
 * (dim_param ''), which are written in as many bytes.
 */
function changed(file: string, sized: readonly string[]): string | Uint8Array {
  const zeroSizes = placesOfZeroSizes(file);
  if (zeroSizes.length === 0 && sized.length === 0) return file;
  const bytes = readWhole(file, 2 ** 31, sizeOutputs(sized));
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

/** For work that does not look at what the model puts out. */
export type UnreadSession = Session & {
  /**
   * The same as `run`, but the outputs stay with the runtime, which reuses their memory: what it costs is the model's.
   *
   * @returns bytes of each output, in the order of `outputNames`
   * @throws InferenceError
   */
  runUnread(data: Uint8Array | Float32Array, dims: number[]): Promise<number[]>;
};

/**
 * Opens a model file in ONNX Runtime with one thread pool and no parallel operators, so that threads mean the
 * same for every model.
 *
 * @throws ModelError when the file cannot be loaded or its input or output is of another type
 */
export async function openSession(file: string, options: SessionOptions): Promise<Session> {
  return (await open(file, options, false)).session;
}

/**
 * The same for work that runs it unread. While it loads it takes the size of its file more in memory (a data file beside it
 * does not count).
 *
 * @throws ModelError
 */
export async function openUnreadSession(file: string, options: SessionOptions): Promise<UnreadSession> {
  const { session, outputs, infer } = await open(file, options, true);
  const names = outputs.map(({ name }) => sizesName(name));
  return {
    ...session,
    async runUnread(data, dims) {
      const sizes = await infer(data, dims, names);
      return outputs.map(({ type }, i) => {
        const values = (sizes[names[i]!] as Tensor).data as BigInt64Array;
        return values.reduce((bytes, size) => bytes * Number(size), valueBytes[type]!);
      });
    },
  };
}

async function open(file: string, { threads, spinning, watch }: SessionOptions, unread: boolean) {
  const ort = await loadRuntime();
  let session: InferenceSession;
  let sized: string[];
  watch?.begin(0);
  try {
    sized = unread ? readOutputNames(file) : [];
    const model = changed(file, sized);
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
          ...(model !== file && { model_external_initializers_file_folder_path: dirname(resolve(file)) }),
        },
      },
    };
    if (typeof model === 'string') session = await ort.InferenceSession.create(model, options);
    else {
      session = await ort.InferenceSession.create(model, options);
      freeBuffer(model.buffer as ArrayBuffer);
    }
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
  const other = session.outputMetadata.find((output) => !output.isTensor || !(output.type in valueBytes));
  if (other) {
    await session.release();
    const found = other.isTensor ? `has the type ${other.type}` : 'is no tensor';
    throw new ModelError(`output ${other.name} of ${file} ${found}; allowed: ${Object.keys(valueBytes).join(', ')}`);
  }
  // The sizes stand behind the model's own outputs.
  const own = session.outputMetadata.slice(0, session.outputMetadata.length - sized.length);
  const outputs = own.map((output) => ({ name: output.name, type: output.isTensor ? output.type : '' }));
  const outputNames = outputs.map((output) => output.name);
  const infer = async (data: Uint8Array | Float32Array, dims: number[], names: string[]) => {
    const images = new ort.Tensor(type, data, dims);
    watch?.begin(dims[0] ?? 0);
    try {
      return await session.run({ [name]: images }, names);
    } catch (error) {
      throw new InferenceError(file, reasonOf(error));
    } finally {
      watch?.end();
    }
  };
  const opened: Session = {
    ...{ inputName: name, inputType: type, inputShape: readShape(shape), outputNames },
    async run(data, dims) {
      const results = await infer(data, dims, outputNames);
      return Object.fromEntries(
        Object.entries(results).map(([key, output]) => [key, { data: asFloats(output), dims: [...output.dims] }]),
      );
    },
    release: () => session.release(),
  };
  return { session: opened, outputs, infer };
}

/**
 * Bytes of a value of an output. Whole numbers (counts and classes) come from models that suppress boxes themselves, half
 * precision from those converted to it.
 */
const valueBytes: Record<string, number> = { float32: 4, float16: 2, int32: 4, int64: 8 };

function asFloats({ type, data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  if (type === 'float16') {
    // Bits in a Uint16Array; where JavaScript has it, in a Float16Array.
    const { buffer, byteOffset, length } = data as Uint16Array;
    const floats = floatsOfHalves(new Uint16Array(buffer, byteOffset, length));
    freeBuffer(buffer as ArrayBuffer);
    return floats;
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
