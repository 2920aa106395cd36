import type { Graph } from '../onnx/graph';
import { hashFile } from '../../machine/hashFile';
import type { Architecture, Layer } from '../yolo/layers';
import { ModelError } from '../modelError';
import type { WeightSource } from '../onnx/weights';
import { type Archive, openArchive, readEntry, TornArchive, verifyEntry } from './archive';
import { fitWeights } from './fit';
import { requireArchive, requireCheckpoint, requireModel } from './foreignFile';
import { attribute, flattenModules, type ModuleTree } from './modules';
import { officialFile } from './official';
import { Tensor } from './pickleValue';
import { readStoredCfg } from './storedCfg';
import { tensorReader } from './tensorValues';
import { describeTorn } from './damagedFile';
import { mostPickleBytes, unpickle } from './unpickle';

/** A trained network as its file describes it. */
export type Checkpoint = {
  file: string;
  /** Of the file. */
  sha256: string;
  /** Which file of the networks' authors it is; null: none that is known here. */
  official: string | null;
  /** As deployed, with the anchors of the training. */
  architecture: Architecture;
  /** In the order of the scores; null where the file has no name for each class. */
  classNames: string[] | null;
  /**
   * Fused weights for a graph of this architecture.
   *
   * @throws ModelError if they do not fit; the source too, if the file is damaged
   */
  weights(graph: Graph): WeightSource;
};

const longestClassName = 200;

/**
 * Reads a checkpoint of YOLOv7 or YOLOv5 (`.pt`): its architecture and where its tensors lie, not the tensors.
 * Nothing of the file is run.
 *
 * @throws ModelError saying what is wrong and where, or what the file is instead
 */
export async function readCheckpoint(file: string): Promise<Checkpoint> {
  requireArchive(file);
  const archive = await openArchive(file).catch((error: unknown) => {
    throw error instanceof TornArchive ? describeTorn(file) : error;
  });
  requireCheckpoint(archive);
  const tree = readTree(archive);
  const read = tensorReader(archive);
  const { anchors, strides } = readHead(tree, read, file);
  const architecture = readStoredCfg(attribute(tree.modules.get(''), 'yaml'), anchors, file);
  requireStrides(architecture, strides, file);
  const sha256 = await hashFile(file);
  return {
    ...{ file, sha256, official: officialFile(sha256), architecture },
    classNames: readNames(tree, headOf(architecture).classes),
    weights: (graph) => fitWeights(tree, graph, read, file),
  };
}

function readTree(archive: Archive): ModuleTree {
  const { file } = archive;
  const entry = archive.entries.get('data.pkl');
  if (!entry || entry.bytes > mostPickleBytes) {
    throw new ModelError(`${file} has a data.pkl of ${entry?.bytes} bytes; allowed: at most ${mostPickleBytes}`);
  }
  verifyEntry(archive, entry, 'the description of its model');
  return flattenModules(requireModel(unpickle(readEntry(archive, entry), file).value, file), file);
}

/** Anchors in pixels and strides of each level, as the detection head holds them: training may change both. */
function readHead(tree: ModuleTree, read: ReturnType<typeof tensorReader>, file: string) {
  const rows = [...tree.modules.keys()].filter((name) => /^model\.\d+$/.test(name));
  const name = rows.reduce((last, row) => (Number(row.slice(6)) > Number(last.slice(6)) ? row : last), 'model.-1');
  const head = tree.modules.get(name);
  if (!head || !/^(I|IAux)?Detect$/.test(head.type.name)) {
    throw new ModelError(
      `${file} ends in ${head?.type.path ?? 'nothing'}; allowed: a detector, whose last module is Detect, IDetect or IAuxDetect`,
    );
  }
  const stride = [attribute(head, 'stride'), attribute(tree.modules.get(''), 'stride')].find(
    (t) => t instanceof Tensor,
  );
  const units = tree.tensors.get(`${name}.anchors`);
  const pixels = tree.tensors.get(`${name}.anchor_grid`);
  const levels = units?.shape[0] ?? 0;
  const pairs = units?.shape[1] ?? 0;
  const fits =
    units?.shape.join() === `${levels},${pairs},2` && levels >= 1 && levels <= 16 && pairs >= 1 && pairs <= 32;
  const gridFits = !pixels || pixels.shape.join() === `${levels},1,${pairs},1,1,2`;
  if (!fits || !gridFits || stride?.shape.join() !== `${levels}`) {
    throw new ModelError(`${file} has a detection head without anchors and stride for each level (${name})`);
  }
  const strides = [...read('stride', stride)];
  const values = pixels ? read(`${name}.anchor_grid`, pixels) : read(`${name}.anchors`, units);
  const anchors = strides.map((s, level) =>
    [...values.subarray(level * pairs * 2, (level + 1) * pairs * 2)].map((value) => (pixels ? value : value * s)),
  );
  return { anchors, strides };
}

function requireStrides(architecture: Architecture, strides: number[], file: string): void {
  const found = headOf(architecture).inputs.map((i) => architecture.layers[i]?.outStride);
  if (found.join() === strides.join()) return;
  throw new ModelError(
    `${file} has levels of stride ${strides.join(', ')}, but its architecture makes ${found.join(', ')}`,
  );
}

function headOf({ layers }: Architecture): Layer & { op: 'Detect' } {
  const head = layers.at(-1);
  if (head?.op !== 'Detect') throw new Error('an architecture ends in Detect');
  return head;
}

/** A list, or since YOLOv5 v7.0 a dict by index. */
function readNames(tree: ModuleTree, classes: number): string[] | null {
  const stored = attribute(tree.modules.get(''), 'names');
  const names = Array.from({ length: classes }, (_, i) =>
    stored instanceof Map ? stored.get(i) : Array.isArray(stored) ? stored[i] : undefined,
  );
  const fit = names.filter((name) => typeof name === 'string' && name.length <= longestClassName) as string[];
  const size = stored instanceof Map ? stored.size : Array.isArray(stored) ? stored.length : 0;
  return fit.length === classes && size === classes ? fit : null;
}
