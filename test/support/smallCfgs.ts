/** Every kind of layer of YOLOv7, in a network small enough for a slow interpreter. */
export const everyLayer = `nc: 3
depth_multiple: 1.0
width_multiple: 1.0
anchors: [[10,13, 16,30, 20,24], [30,61, 62,45, 70,80]]
backbone:
  - [-1, 1, ReOrg, []]
  - [-1, 1, Conv, [8, 3, 1]]
  - [-1, 1, DownC, [16]]
  - [-1, 2, Conv, [16, 1, 1, None, 4, nn.LeakyReLU(0.1)]]
  - [-1, 1, MP, []]
  - [-1, 1, SPPCSPC, [8]]
head:
  - [-1, 1, nn.Upsample, [None, 2, 'nearest']]
  - [[-1, 3], 1, Concat, [1]]
  - [-1, 1, SP, [5]]
  - [[7, 8], 1, Shortcut, [1]]
  - [9, 1, RepConv, [16, 3, 1]]
  - [5, 1, Conv, [8, 5, 1, None, 1, nn.ReLU()]]
  - [[10, 11], 1, Detect, [nc, anchors]]
`;

/** The layers of YOLOv5, of its releases before and since 6.0. */
export const everyYolov5Layer = `nc: 3
depth_multiple: 0.67
width_multiple: 0.5
anchors: [[10,13, 16,30, 20,24], [30,61, 62,45, 70,80]]
backbone:
  - [-1, 1, Focus, [16, 3]]
  - [-1, 1, Conv, [16, 6, 2, 2]]
  - [-1, 3, C3, [32]]
  - [-1, 1, SPP, [32, [3, 5]]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, SPPF, [32, 5]]
head:
  - [3, 3, C3, [16, False]]
  - [5, 1, Conv, [16, 1, 1]]
  - [[6, 7], 1, Detect, [nc, anchors]]
`;
