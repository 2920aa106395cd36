/**
 * Largest stride, in pixels, of each built-in architecture: image sizes are multiples of it. The P6 models
 * (w6 and its kin) have a fourth detection level at stride 64.
 */
export const builtinModelStrides: Readonly<Record<string, 32 | 64>> = {
  'yolov7-tiny': 32,
  yolov7: 32,
  yolov7x: 32,
  'yolov7-w6': 64,
  'yolov7-e6': 64,
  'yolov7-d6': 64,
  'yolov7-e6e': 64,
};

export const builtinModels: readonly string[] = Object.keys(builtinModelStrides);

/** What tells the path of a model file from the name of a built-in model. */
export const modelPath = /\.([yY][aA]?[mM][lL]|[oO][nN][nN][xX]|[pP][tT])$/;

/** What a model of detection may be. */
export const modelWords = `built-in name (${builtinModels.join(', ')}), or a path that ends in .yaml, .yml, .onnx or .pt`;
