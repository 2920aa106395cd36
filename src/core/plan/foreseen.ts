import type { Size } from '../spec/spec';
import type { ModelMemory } from './modelMemory';

/** What a workload can tell of an experiment before anything runs. */
export type Foreseen = {
  /** Of what goes into the models, pixels; null where the work is not in images. */
  imageSize: Size | null;
  /** One line for a person; null where the work has no images. */
  images: ForeseenImages | null;
  models: ForeseenModel[];
  /** Units that one step of a window holds, where that is a pass over all of them; null: a batch. */
  passUnits: number | null;
  /** Whether each window is a process of its own that makes one pass. */
  wholeProcess: boolean;
  /** Whether outputs are copied into buffers of Node.js, which have a largest size. */
  readsOutputs: boolean;
  missing: Missing[];
};

export type ForeseenImages = {
  description: string;
  /** How many there are; null: not known, since they are not there. */
  count: number | null;
  /** Bytes of one in memory, as it goes into a model. */
  bytesEach: number;
  /** How many stay in memory, at most; more only where a batch has more. */
  inRotation: number;
};

export type ForeseenModel = {
  /** As the experiment names it. */
  model: string;
  /** 10⁹ operations of convolutions for one image; null: not known. */
  gflops: number | null;
  memory: ModelMemory | null;
  /** Why its memory is not known; null where it is. */
  unknown: string | null;
  /** The one batch size that its file takes; null: any. */
  fixedBatch: number | null;
  /** Bytes of the file that is still to be built in the cache; 0 where nothing is. */
  toBuildBytes: number;
  /** Images that its accuracy is measured on, outside the windows; 0: on none. */
  accuracyImages: number;
};

/** Something that the experiment names, or needs, and that is not there. */
export type Missing = {
  kind: 'images' | 'annotations' | 'labels' | 'model' | 'weights' | 'cores' | 'counters' | 'disk';
  /** What is missing, in a line. */
  what: string;
  /** Where it is to be put: a path; null where it has no place. */
  where: string | null;
  /** How it is got or mended, in words; nothing is downloaded. */
  how: string | null;
  /** Whether nothing, or not all, can be measured without it on the machine that is planned for. */
  blocks: boolean;
};
