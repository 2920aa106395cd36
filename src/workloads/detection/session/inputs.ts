/** What every trial of a session needs, made once before the first. */
export type DetectionInputs = {
  /** Model as the experiment names it → file to load. */
  modelFiles: Map<string, string>;
  /** Models with random weights. */
  untrained: Set<string>;
  /** Models whose file takes one batch size only. */
  fixedBatchModels: Set<string>;
  /** Of the images that go into a model, pixels. */
  height: number;
  width: number;
  /** Their tensors. */
  imagesFile: string;
};
