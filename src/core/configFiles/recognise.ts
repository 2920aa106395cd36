import type { Current } from '../configuration/inUse';
import { maxSpecCharacters } from '../spec/specYaml';
import { type ConfigFile, isTemplate, longestConfig, type Suggestion } from './configFile';
import { editExperiment, isExperimentName, recogniseExperiment } from './experiment';
import { editMlserver, mlserverIdentity, recogniseMlserver } from './mlserver';
import { editTensorflowServing, recogniseTensorflowServing, tensorflowServingIdentity } from './tensorflowServing';
import { editTriton, recogniseTriton, tritonIdentity } from './triton';
import { recogniseYolov7Cfg } from './yolov7Cfg';

/**
 * Tells what a file is, where its lenses stand and which batch size it sets, or null where it is none of ours. Names
 * narrow the choice (`.pbtxt`, `model-settings.json`, `.energy.yaml`), the content decides. Well below a millisecond for
 * usual files; larger ones than any config are null without being read. Never throws.
 */
export function recogniseConfig(fileName: string, text: string): ConfigFile | null {
  if (isExperimentName(fileName)) return text.length > maxSpecCharacters ? null : recogniseExperiment(text);
  if (text.length > longestConfig || isTemplate(text)) return null;
  if (/\.ya?ml$/i.test(fileName)) return recogniseYolov7Cfg(text);
  if (/\.pbtxt$/i.test(fileName)) return recogniseTensorflowServing(text) ?? recogniseTriton(fileName, text);
  if (/(^|[\\/])model-settings\.json$/i.test(fileName)) return recogniseMlserver(text);
  return null;
}

/**
 * The edits that make a file use a configuration; every byte outside them stays. Never throws.
 *
 * @param use what to use: an experiment says all of it, a serving config the batch size (images per inference call, 1 to 65,536)
 */
export function suggestEdit(config: Pick<ConfigFile, 'kind' | 'text'>, use: Current): Suggestion {
  const { batchSize } = use;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 65_536) {
    return { refused: `${batchSize} is no batch size: it must be a whole number from 1 to 65,536.` };
  }
  switch (config.kind) {
    case 'experiment':
      return editExperiment(config.text, use);
    case 'triton':
      return editTriton(config.text, batchSize);
    case 'tensorflow-serving':
      return editTensorflowServing(config.text, batchSize);
    case 'mlserver':
      return editMlserver(config.text, batchSize);
    case 'yolov7-cfg':
      return { refused: 'A YOLOv7 cfg describes the network and has no batch size: set it where the model is served.' };
  }
}

/**
 * What a config says apart from the batch sizes that a suggestion would set: its hash tells whether a result still
 * belongs to it. For an experiment see `measuredPart`.
 */
export function identityOf({ kind, text }: Pick<ConfigFile, 'kind' | 'text'>): string {
  if (kind === 'triton') return tritonIdentity(text);
  if (kind === 'tensorflow-serving') return tensorflowServingIdentity(text);
  if (kind === 'mlserver') return mlserverIdentity(text);
  return text;
}
