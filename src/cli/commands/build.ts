import { describeBytes, describeNumber } from '../../core/words/units';
import { buildModel } from '../../models/cache/build';
import { builtInModels } from '../../models/yolo/family';
import { defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { parseImageSize } from '../options/imageSize';
import { oneOf, wholeNumber } from '../options/optionValues';
import { print, printData } from '../text/output';

const help = `greenbatch build MODEL -o FILE [--image-size N | HxW] [--seed N] [--input float32|uint8] [--json]

Builds an ONNX file from a YOLOv7 architecture, with random weights, or from a checkpoint with the trained ones. The
batch size stays free.

  MODEL                a built-in name (${builtInModels.join(', ')})
                       or the path of a cfg .yaml in YOLOv7's format, or of a YOLOv7 or YOLOv5 checkpoint .pt
  -o, --output FILE    the file to write; weights above 64 MiB go to FILE.data beside it, and both belong together
  --image-size N|HxW   pixels, height first (default 640); multiples of the model's largest stride
  --seed N             seed of random weights (default 1); the same seed gives the same bytes
  --input TYPE         float32: values 0 to 1 (default); uint8: values 0 to 255, converted inside the model
  --json               the same as JSON: file, dataFile, bytes, sha256, parameters, gflops, input, height, width, boxes,
                       classNames, checkpoint, …

Exit code: 0 built, 2 wrong input or no room.
`;

/** `greenbatch build`: 0 when the file stands. */
export const buildCommand = defineCommand({
  help,
  options: {
    output: { type: 'string', short: 'o' },
    'image-size': { type: 'string', default: '640' },
    seed: { type: 'string', default: '1' },
    input: { type: 'string', default: 'float32' },
    ...jsonOption,
  },
  positionals: true,
  async run(values, positionals) {
    const [model, ...others] = positionals;
    if (model === undefined || others.length > 0 || values.output === undefined) {
      throw new WrongUsage('name one model and an output file');
    }
    const input = oneOf('--input', values.input, ['float32', 'uint8']);
    const seed = wholeNumber('--seed', values.seed, 0, 0xffff_ffff);
    const built = await buildModel(model, values.output, {
      size: parseImageSize(values['image-size']),
      input,
      seed,
    });
    const { size, fixedBatch: _, ...rest } = built;
    // Trained weights have no seed.
    const json = { ...rest, ...size, seed: built.checkpoint ? null : seed };
    if (values.json) printData(`${JSON.stringify(json, null, 2)}\n`);
    else print(`${describeBuilt(built)}\n`);
    return 0;
  },
});

function describeBuilt({
  name,
  file,
  dataFile,
  bytes,
  parameters,
  gflops,
  size,
  checkpoint,
}: Awaited<ReturnType<typeof buildModel>>) {
  const trained = checkpoint
    ? `, trained weights${checkpoint.official ? ` of the official ${checkpoint.official}` : ''}`
    : '';
  const numbers = `${parameters?.toLocaleString('en')} parameters, ${describeNumber(gflops ?? 0)} GFLOPs an image${trained}`;
  const files = `${file}${dataFile === null ? '' : ` and ${dataFile}`}`;
  return `built ${name} at ${size.height}×${size.width} (${numbers}): ${files}, ${describeBytes(bytes)}`;
}
