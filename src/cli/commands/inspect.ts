import { fixedSizes, readOnnxInput } from '../../models/onnx/onnxInput';
import { sizeMultiple } from '../../models/yolo/layers';
import { readSource } from '../../models/cache/source';
import { defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { print, printData } from '../text/output';

const help = `greenbatch inspect MODEL [--json]

Says which images a model takes, without running it.

  MODEL     a built-in name, or the path of a cfg .yaml, a checkpoint .pt or an .onnx
  --json    name, type, batch, height, width (null: free) and sizeMultiple (null: not known)

Exit code: 0 said, 2 no model that takes images.
`;

/** `batch`, `height`, `width`: null where the model leaves them free. `sizeMultiple` as of `ResolvedModel`. */
type Inspected = {
  name: string;
  /** null: as it is built. */
  type: 'float32' | 'uint8' | null;
  batch: number | null;
  height: number | null;
  width: number | null;
  sizeMultiple: number | null;
};

/** `greenbatch inspect`: 0 when it could be read. */
export const inspectCommand = defineCommand({
  help,
  options: jsonOption,
  positionals: true,
  async run(values, positionals) {
    const [model, ...others] = positionals;
    if (model === undefined || others.length > 0) throw new WrongUsage('name one model');
    const inspected = await inspect(model);
    if (values.json) printData(`${JSON.stringify(inspected, null, 2)}\n`);
    else print(`${describe(inspected)}\n`);
    return 0;
  },
});

async function inspect(model: string): Promise<Inspected> {
  const source = await readSource(model);
  if (source.kind === 'onnx') {
    const { type, shape } = readOnnxInput(source.file);
    return { name: source.name, type, ...fixedSizes(shape), sizeMultiple: null };
  }
  const free = { type: null, batch: null, height: null, width: null };
  return { name: source.name, ...free, sizeMultiple: sizeMultiple(source.architecture) };
}

function describe({ name, type, batch, height, width, sizeMultiple }: Inspected): string {
  const free = sizeMultiple === null ? 'any size' : `any multiple of ${sizeMultiple} pixels`;
  const size = height === null && width === null ? free : `${height ?? 'any'}×${width ?? 'any'} pixels`;
  const batches = batch === null ? 'any batch size' : `batches of ${batch} only`;
  return `${name} takes images of ${size}${type === null ? '' : `, as ${type}`}; ${batches}`;
}
