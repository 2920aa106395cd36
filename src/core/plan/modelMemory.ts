/** A tensor of one image, before anything has run. */
export type TensorOfImage = { name: string; elements: number; bytes: number };

/** What a network takes in memory, as its graph tells. Activations grow in proportion to the batch, weights do not. */
export type ModelMemory = {
  /** Weights and constants, bytes. */
  weightBytes: number;
  input: TensorOfImage;
  output: TensorOfImage;
  /** Of what is made between input and output. */
  largest: TensorOfImage;
  /** Bytes of one image that buffers hold at one moment, at the most. */
  heldBytes: number;
  /** What the runtime's arena takes for a batch, with the gaps between buffers, for each batch size of the experiment. */
  arenas: { batchSize: number; bytes: number }[];
};
