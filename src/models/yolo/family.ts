import type { Definition, Elan } from './expand';

/**
 * The YOLOv7 family as it is deployed (arXiv 2207.02696): each network in a few numbers, from which
 * `expand` makes the full list of rows.
 */

const anchors5 = [
  [12, 16, 19, 36, 40, 28],
  [36, 75, 76, 55, 72, 146],
  [142, 110, 192, 243, 459, 401],
];
const anchors6 = [
  [19, 27, 44, 40, 38, 94],
  [96, 68, 86, 152, 180, 137],
  [140, 301, 303, 264, 238, 542],
  [436, 615, 739, 380, 925, 792],
];
const alternate = (depth: number): Elan => ({ depth, takes: 'alternate', inner: 'same' });
const dense = (depth: number): Elan => ({ depth, takes: 'all', inner: 'half' });

const e6: Definition = {
  activation: 'silu',
  reorg: true,
  stem: [[80, 3, 1]],
  elan: alternate(6),
  stages: [
    ['DownC', 160, 64, 160],
    ['DownC', 320, 128, 320],
    ['DownC', 640, 256, 640],
    ['DownC', 960, 384, 960],
    ['DownC', 1280, 512, 1280],
  ],
  neck: ['SPPCSPC', 640],
  up: [
    [480, 384, 480],
    [320, 256, 320],
    [160, 128, 160],
  ],
  headElan: dense(6),
  down: [
    ['DownC', 320, 256, 320],
    ['DownC', 480, 384, 480],
    ['DownC', 640, 512, 640],
  ],
  output: ['Conv', [320, 640, 960, 1280]],
  anchors: anchors6,
};

export const family = {
  'yolov7-tiny': {
    activation: 'leaky',
    stem: [
      [32, 3, 2],
      [64, 3, 2],
    ],
    elan: { depth: 2, takes: 'all', inner: 'same' },
    stages: [
      [null, 64, 32, 64],
      ['MP', 64, 64, 128],
      ['MP', 128, 128, 256],
      ['MP', 256, 256, 512],
    ],
    neck: ['SPP', 256],
    up: [
      [128, 64, 128],
      [64, 32, 64],
    ],
    headElan: { depth: 2, takes: 'all', inner: 'same' },
    down: [
      ['Conv', 128, 64, 128],
      ['Conv', 256, 128, 256],
    ],
    output: ['Conv', [128, 256, 512]],
    anchors: [
      [10, 13, 16, 30, 33, 23],
      [30, 61, 62, 45, 59, 119],
      [116, 90, 156, 198, 373, 326],
    ],
  },
  yolov7: {
    activation: 'silu',
    stem: [
      [32, 3, 1],
      [64, 3, 2],
      [64, 3, 1],
      [128, 3, 2],
    ],
    elan: alternate(4),
    stages: [
      [null, 128, 64, 256],
      ['MPC', 256, 128, 512],
      ['MPC', 512, 256, 1024],
      ['MPC', 1024, 256, 1024],
    ],
    neck: ['SPPCSPC', 512],
    up: [
      [256, 256, 256],
      [128, 128, 128],
    ],
    headElan: dense(4),
    down: [
      ['MPC', 256, 256, 256],
      ['MPC', 512, 512, 512],
    ],
    output: ['RepConv', [256, 512, 1024]],
    anchors: anchors5,
  },
  yolov7x: {
    activation: 'silu',
    stem: [
      [40, 3, 1],
      [80, 3, 2],
      [80, 3, 1],
      [160, 3, 2],
    ],
    elan: alternate(6),
    stages: [
      [null, 160, 64, 320],
      ['MPC', 320, 128, 640],
      ['MPC', 640, 256, 1280],
      ['MPC', 1280, 256, 1280],
    ],
    neck: ['SPPCSPC', 640],
    up: [
      [320, 256, 320],
      [160, 128, 160],
    ],
    headElan: alternate(6),
    down: [
      ['MPC', 320, 256, 320],
      ['MPC', 640, 512, 640],
    ],
    output: ['Conv', [320, 640, 1280]],
    anchors: anchors5,
  },
  'yolov7-w6': {
    activation: 'silu',
    reorg: true,
    stem: [[64, 3, 1]],
    elan: alternate(4),
    stages: [
      ['Conv', 128, 64, 128],
      ['Conv', 256, 128, 256],
      ['Conv', 512, 256, 512],
      ['Conv', 768, 384, 768],
      ['Conv', 1024, 512, 1024],
    ],
    neck: ['SPPCSPC', 512],
    up: [
      [384, 384, 384],
      [256, 256, 256],
      [128, 128, 128],
    ],
    headElan: dense(4),
    down: [
      ['Conv', 256, 256, 256],
      ['Conv', 384, 384, 384],
      ['Conv', 512, 512, 512],
    ],
    output: ['Conv', [256, 512, 768, 1024]],
    anchors: anchors6,
  },
  'yolov7-e6': e6,
  'yolov7-d6': {
    activation: 'silu',
    reorg: true,
    stem: [[96, 3, 1]],
    elan: alternate(8),
    stages: [
      ['DownC', 192, 64, 192],
      ['DownC', 384, 128, 384],
      ['DownC', 768, 256, 768],
      ['DownC', 1152, 384, 1152],
      ['DownC', 1536, 512, 1536],
    ],
    neck: ['SPPCSPC', 768],
    up: [
      [576, 384, 576],
      [384, 256, 384],
      [192, 128, 192],
    ],
    headElan: dense(8),
    down: [
      ['DownC', 384, 256, 384],
      ['DownC', 576, 384, 576],
      ['DownC', 768, 512, 768],
    ],
    output: ['Conv', [384, 768, 1152, 1536]],
    anchors: anchors6,
  },
  'yolov7-e6e': { ...e6, double: true },
} as const satisfies Record<string, Definition>;

export type BuiltInModel = keyof typeof family;

/** Names of the built-in networks, small to large. */
export const builtInModels = Object.keys(family) as BuiltInModel[];

export function isBuiltIn(name: string): name is BuiltInModel {
  return Object.hasOwn(family, name);
}
