import type { Current } from '../configuration/inUse';
import { maxSpecCharacters } from '../spec/specYaml';
import { type ConfigFile, isTemplate, longestConfig, type Suggestion } from './configFile';
import { editExperiment, isExperimentName, recogniseExperiment } from './experiment';
import {
  editMlserver,
  editMlserverSettings,
  mlserverIdentity,
  recogniseMlserver,
  recogniseMlserverSettings,
} from './mlserver';
import { editTensorflowServing, recogniseTensorflowServing, tensorflowServingIdentity } from './tensorflowServing';
import { type JudgedPolicy, serversOf } from './serverPolicy';
import { editTorchserve, recogniseTorchserve, torchserveIdentity } from './torchserve';
import { editTorchserveModel, recogniseTorchserveModel, torchserveModelIdentity } from './torchserveModel';
import { editTriton, recogniseTriton, tritonIdentity } from './triton';
import { recogniseYolov7Cfg } from './yolov7Cfg';

/**
 * Tells what a file is, where its lenses stand and what it says of today, or null where it is none of ours. Names
 * narrow the choice (`.pbtxt`, `model-settings.json`, `config.properties`, `.energy.yaml`), the content decides. Well below a millisecond for
 * usual files; larger ones than any config are null without being read. Never throws.
 */
export function recogniseConfig(fileName: string, text: string): ConfigFile | null {
  if (isExperimentName(fileName)) return text.length > maxSpecCharacters ? null : recogniseExperiment(text);
  if (text.length > longestConfig || isTemplate(text)) return null;
  if (/\.ya?ml$/i.test(fileName)) return recogniseYolov7Cfg(text) ?? recogniseTorchserveModel(text);
  if (/\.pbtxt$/i.test(fileName)) return recogniseTensorflowServing(text) ?? recogniseTriton(fileName, text);
  if (/(^|[\\/])model-settings\.json$/i.test(fileName)) return recogniseMlserver(text);
  if (/(^|[\\/])settings\.json$/i.test(fileName)) return recogniseMlserverSettings(text);
  if (/(^|[\\/])config\.properties$/i.test(fileName)) return recogniseTorchserve(text);
  return null;
}

/**
 * The edits that make a file use a configuration; every byte outside them stays. Never throws.
 *
 * @param use what to use: an experiment says all of it; of a serving config the note tells what it cannot say
 * @param policy how the server has to form batches for the verdict to hold; null where that is not on requests
 */
export function suggestEdit(
  config: Pick<ConfigFile, 'kind' | 'text'>,
  use: Current,
  policy: JudgedPolicy | null = null,
): Suggestion {
  const { batchSize } = use;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 65_536) {
    return { refused: `${batchSize} is no batch size: it must be a whole number from 1 to 65,536.` };
  }
  for (const [what, count] of [
    ['processes', use.instances],
    ['threads', use.threads],
  ] as const) {
    if (count !== undefined && (!Number.isInteger(count) || count < 1))
      return { refused: `${count} is no number of ${what}: it must be a whole number, 1 or more.` };
  }
  // As many processes as the verdict's queue has servers.
  const served = policy === null ? use : { ...use, instances: use.instances ?? serversOf(policy) };
  switch (config.kind) {
    case 'experiment':
      return editExperiment(config.text, use, policy);
    case 'triton':
      return editTriton(config.text, served, policy);
    case 'tensorflow-serving':
      return editTensorflowServing(config.text, use, policy);
    case 'mlserver':
      return editMlserver(config.text, { ...use, instances: use.instances ?? policy?.instances }, policy);
    case 'mlserver-settings':
      return editMlserverSettings(config.text, served, policy);
    case 'torchserve':
      return editTorchserve(config.text, served, policy);
    case 'torchserve-model':
      return editTorchserveModel(config.text, served, policy);
    case 'yolov7-cfg':
      return { refused: 'A YOLOv7 cfg describes the network and has no batch size: set it where the model is served.' };
  }
}

/**
 * What a config says apart from what a suggestion would set: its hash tells whether a result still
 * belongs to it. For an experiment see `measuredPart`.
 */
export function identityOf({ kind, text }: Pick<ConfigFile, 'kind' | 'text'>): string {
  switch (kind) {
    case 'triton':
      return tritonIdentity(text);
    case 'tensorflow-serving':
      return tensorflowServingIdentity(text);
    case 'mlserver':
    case 'mlserver-settings':
      return mlserverIdentity(text);
    case 'torchserve':
      return torchserveIdentity(text);
    case 'torchserve-model':
      return torchserveModelIdentity(text);
    case 'experiment':
    case 'yolov7-cfg':
      return text;
  }
}
