import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { builtInArchitecture } from '../../../../src/models/yolo/builtIn';
import { buildGraph } from '../../../../src/models/yolo/buildGraph';
import { builtInModels } from '../../../../src/models/yolo/family';
import { parseCfg } from '../../../../src/models/yolo/cfg';
import { addConstant, addNode, type Graph } from '../../../../src/models/onnx/graph';
import { elementsOf, inferShapes, UnknownShape } from '../../../../src/models/onnx/shapes';
import { yolov5Cfg } from '../../../support/yolov5Cfg';

const empty = (): Graph => ({
  ...{ height: 8, width: 6, input: 'uint8', boxes: 0, classes: 0, classNames: null },
  ...{ nodes: [], constants: [], parameters: [], convolutions: [] },
});

describe('sizes of tensors', () => {
  it.each(builtInModels)('of %s end in the output that its file declares, at any batch', (name) => {
    const graph = buildGraph(builtInArchitecture(name), { height: 320, width: 192 }, 'uint8');
    for (const batch of [1, 3]) {
      const tensors = inferShapes(graph, batch);
      expect(tensors.get('output')).toEqual({ dims: [batch, graph.boxes, 85], bytesPerElement: 4 });
      expect(tensors.get('images')).toEqual({ dims: [batch, 3, 320, 192], bytesPerElement: 1 });
      // Each convolution, as it is counted.
      for (const { name: convolution, outChannels, outPixels } of graph.convolutions)
        expect(elementsOf(tensors.get(convolution)!)).toBe(batch * outChannels * outPixels);
    }
  });

  it('of the modules of YOLOv5 are known, too', () => {
    const graph = buildGraph(
      parseCfg(stringify(yolov5Cfg(0.33, 0.25, false)), 'yolov5n.yaml'),
      { height: 64, width: 64 },
      'float32',
    );
    expect(inferShapes(graph, 2).get('output')!.dims).toEqual([2, graph.boxes, 5 + graph.classes]);
  });

  it('follow from a Slice with steps, of an odd size too', () => {
    const graph = { ...empty(), height: 7 };
    const numbers = (name: string, values: bigint[]) =>
      addConstant(graph, name, [values.length], new BigInt64Array(values));
    const inputs = [
      'images',
      numbers('from', [1n]),
      numbers('to', [7n]),
      numbers('axes', [2n]),
      numbers('steps', [2n]),
    ];
    addNode(graph, 'Slice', inputs, 'odd rows');
    expect(inferShapes(graph, 1).get('odd rows')!.dims).toEqual([1, 3, 3, 6]);
  });

  it('are not guessed for an operator that is not known, nor for sizes that only a run has', () => {
    const unknown = empty();
    addNode(unknown, 'NonMaxSuppression', ['images'], 'boxes');
    expect(() => inferShapes(unknown, 1)).toThrow(UnknownShape);
    const dynamic = empty();
    addNode(dynamic, 'Reshape', ['images', 'images'], 'flat');
    expect(() => inferShapes(dynamic, 1)).toThrow(/no constant/);
    const dangling = empty();
    addNode(dangling, 'Relu', ['nowhere'], 'out');
    expect(() => inferShapes(dangling, 1)).toThrow(/nowhere/);
  });
});
