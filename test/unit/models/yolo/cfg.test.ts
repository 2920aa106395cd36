import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../../src/models/yolo/buildGraph';
import { builtInArchitecture, cfgText } from '../../../../src/models/yolo/builtIn';
import { parseCfg } from '../../../../src/models/yolo/cfg';
import { CfgError } from '../../../../src/models/yolo/cfgError';
import { countParameters } from '../../../../src/models/yolo/count';
import { builtInModels } from '../../../../src/models/yolo/family';
import { sizeMultiple } from '../../../../src/models/yolo/layers';
import { everyYolov5Layer } from '../../../support/smallCfgs';

const head = `nc: 2
depth_multiple: 1.0
width_multiple: 1.0
anchors:
  - [10, 13, 16, 30]
  - [30, 61, 62, 45]
`;
const cfg = (rows: string, top = head) => `${top}backbone:\n${rows}\nhead:\n  - [[1, 2], 1, Detect, [nc, anchors]]\n`;
const good = '  - [-1, 1, Conv, [8, 3, 2]]\n  - [-1, 1, Conv, [16, 3, 2]]\n  - [-1, 1, Conv, [32, 3, 2]]';

function problemsOf(text: string) {
  try {
    parseCfg(text, 'my.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(CfgError);
    return (error as CfgError).problems;
  }
  throw new Error('no problem found');
}

describe('a cfg that is right', () => {
  it('becomes layers with inputs, channels and strides worked out', () => {
    const { layers } = parseCfg(cfg(good));
    expect(layers.map((l) => [l.op, l.inputs, l.inChannels, l.outChannels, l.outStride])).toEqual([
      ['Conv', [-1], [3], 8, 2],
      ['Conv', [0], [8], 16, 4],
      ['Conv', [1], [16], 32, 8],
      ['Detect', [1, 2], [16, 32], 14, 4],
    ]);
  });

  it.each(builtInModels)('%s printed as a cfg reads back as itself', (name) => {
    expect(parseCfg(cfgText(name))).toEqual(builtInArchitecture(name));
  });

  it('takes IDetect for Detect', () => {
    expect(parseCfg(cfg(good).replace('Detect', 'IDetect'))).toEqual(parseCfg(cfg(good)));
  });

  it('takes a training cfg with auxiliary heads for the network that is deployed', () => {
    const auxiliary = [320, 640, 960, 1280].map((c, i) => `  - [${[83, 71, 59, 47][i]}, 1, Conv, [${c}, 3, 1]]`);
    const training = cfgText('yolov7-w6').replace(
      /.*\[114, 115, 116, 117\], 1, Detect.*/,
      `${auxiliary.join('\n')}\n  - [[114,115,116,117,118,119,120,121], 1, IAuxDetect, [nc, anchors]]`,
    );
    const { layers } = parseCfg(training);
    // Only the name under which a checkpoint keeps the head differs.
    expect(layers.at(-1)?.row).toBe(122);
    expect(layers.map((layer) => ({ ...layer, row: 0 }))).toEqual(
      builtInArchitecture('yolov7-w6').layers.map((layer) => ({ ...layer, row: 0 })),
    );
  });

  it('scales channels up to multiples of 8, but not the head’s own count', () => {
    const wide = head.replace('width_multiple: 1.0', 'width_multiple: 0.3');
    const rows = '  - [-1, 1, Conv, [64, 3, 2]]\n  - [-1, 1, Conv, [14, 3, 2]]\n  - [-1, 1, Conv, [1, 3, 2]]';
    expect(parseCfg(cfg(rows, wide)).layers.map((l) => l.outChannels)).toEqual([24, 14, 8, 14]);
  });

  it('rounds repeats half to even, at least one', () => {
    const repeats = (n: number, depth: number) => {
      const top = head.replace('depth_multiple: 1.0', `depth_multiple: ${depth}`);
      const text = cfg(`${good}\n  - [-1, ${n}, Conv, [32, 3, 1]]`, top).replace('[[1, 2]', '[[1, 3]');
      const layer = parseCfg(text).layers[3];
      return layer?.op === 'Conv' ? layer.repeat : undefined;
    };
    expect([
      repeats(1, 0.5),
      repeats(5, 0.5),
      repeats(3, 0.5),
      repeats(7, 0.5),
      repeats(3, 0.1),
      repeats(3, 2),
    ]).toEqual([1, 2, 2, 4, 1, 6]);
  });

  it('counts repeated convolutions', () => {
    const once = countParameters(parseCfg(cfg(good)));
    const text = cfg(
      good.replace('- [-1, 1, Conv, [32, 3, 2]]', '- [-1, 1, Conv, [32, 3, 2]]\n  - [-1, 3, Conv, [32, 1]]'),
    );
    const thrice = countParameters(parseCfg(text.replace('[[1, 2]', '[[1, 3]')));
    expect(thrice.fused - once.fused).toBe(3 * (32 * 32 + 32));
  });

  it('swaps anchors that run against the strides, as YOLOv7 does', () => {
    const swapped = head
      .replace('[10, 13, 16, 30]', '[30, 61, 62, 45]')
      .replace(/45\]\n$/, '45]\n')
      .split('\n');
    swapped[5] = '  - [10, 13, 16, 30]';
    expect(parseCfg(cfg(good, swapped.join('\n')))).toEqual(parseCfg(cfg(good)));
  });

  it('reads Python’s words', () => {
    const activations = ['True', 'None', 'nn.LeakyReLU(0.2)', 'nn.ReLU()', 'nn.SiLU()', "'nn.Identity()'"];
    const rows = activations.map((a) => `  - [-1, 1, Conv, [8, 3, 1, None, 1, ${a}]]`).join('\n');
    const { layers } = parseCfg(cfg(rows).replace('[[1, 2]', '[[4, 5]'));
    expect(layers.map((l) => (l.op === 'Conv' ? l.activation : null))).toEqual([
      { kind: 'silu' },
      { kind: 'none' },
      { kind: 'leakyRelu', slope: 0.2 },
      { kind: 'relu' },
      { kind: 'silu' },
      { kind: 'none' },
      null,
    ]);
  });

  it('leaves out layers that nothing reads', () => {
    const text = cfg(`${good}\n  - [-1, 1, Conv, [640, 3, 1]]`);
    expect(parseCfg(text).layers.map((l) => l.row)).toEqual([0, 1, 2, 4]);
  });

  it('knows what image sizes must be a multiple of', () => {
    expect(builtInModels.map((name) => sizeMultiple(builtInArchitecture(name)))).toEqual([32, 32, 32, 64, 64, 64, 64]);
    expect(sizeMultiple(parseCfg(cfg(good.replace('[32, 3, 2]', '[32, 3, 3]'))))).toBe(12);
  });
});

/** Activations of a network's convolutions, in the order in which they stand in the graph. */
const activationsOf = (text: string) => {
  const architecture = parseCfg(text);
  const side = sizeMultiple(architecture);
  return buildGraph(architecture, { height: side, width: side }, 'uint8').convolutions.map((c) => c.activation);
};

describe('keys of a cfg', () => {
  const leaky = { kind: 'leakyRelu', slope: 0.1 };

  it('activation is that of every convolution whose row names none', () => {
    const rows = good.replace('[32, 3, 2]', '[32, 3, 2, None, 1, nn.ReLU()]');
    const text = cfg(rows, `activation: nn.LeakyReLU(0.1)\n${head}`);
    expect(activationsOf(text)).toEqual([leaky, leaky, { kind: 'relu' }, { kind: 'none' }, { kind: 'none' }]);
  });

  it('activation reaches the convolutions inside of modules', () => {
    const text = everyYolov5Layer.replace('nc: 3', 'nc: 3\nactivation: nn.ReLU(inplace=True)');
    expect(
      activationsOf(everyYolov5Layer)
        .slice(0, -2)
        .every(({ kind }) => kind === 'silu'),
    ).toBe(true);
    expect(
      activationsOf(text)
        .slice(0, -2)
        .every(({ kind }) => kind === 'relu'),
    ).toBe(true);
    const pooled = good.replace('Conv, [32, 3, 2]', 'SPPCSPC, [32]').replace('Conv, [16, 3, 2]', 'DownC, [16]');
    const kinds = activationsOf(cfg(pooled, `${head}activation: nn.LeakyReLU(0.1)\n`)).slice(0, -2);
    expect(kinds.length).toBe(11);
    expect(kinds).toEqual(kinds.map(() => leaky));
  });

  it('activation left empty is the usual one', () => {
    expect(parseCfg(cfg(good, `${head}activation:\n`))).toEqual(parseCfg(cfg(good)));
  });

  it('activation is refused where it would not be known what it does', () => {
    const wrong = problemsOf(cfg(good, `${head}activation: nn.Mish()\n`));
    expect(wrong).toMatchObject([{ line: 7, problem: 'activation is nn.Mish()', allowed: /nn\.SiLU\(\)/ }]);
    const repeated = cfg(good.replace('Conv, [32, 3, 2]', 'RepConv, [32, 3, 2]'), `${head}activation: nn.ReLU()\n`);
    expect(problemsOf(repeated)).toMatchObject([{ problem: /^RepConv without an activation of its own/ }]);
    expect(() => parseCfg(repeated.replace('[32, 3, 2]', '[32, 3, 2, 1, 1, nn.SiLU()]'))).not.toThrow();
  });

  it('channel_multiple is what channels are rounded up to', () => {
    const wide = head.replace('width_multiple: 1.0', 'width_multiple: 0.33');
    const channels = (top: string) => parseCfg(cfg(good, top)).layers.map((l) => l.outChannels);
    expect(channels(wide)).toEqual([8, 8, 16, 14]);
    expect(channels(`${wide}channel_multiple: 2\n`)).toEqual([4, 6, 12, 14]);
    expect(channels(`${wide}channel_multiple: 0\n`)).toEqual(channels(wide));
    expect(problemsOf(cfg(good, `${head}channel_multiple: 2.5\n`))).toMatchObject([
      { line: 7, problem: 'channel_multiple is 2.5', allowed: 'a whole number from 1 to 1024' },
    ]);
  });

  it.each(['kpt_shape: [17, 3]', 'scales:\n  n: [0.33, 0.25, 1024]', 'neck: [[-1, 1, Conv, [8]]]', 'Activation: 1'])(
    'that may change the network are refused by name: %s',
    (line) => {
      const name = line.slice(0, line.indexOf(':'));
      const [problem, ...others] = problemsOf(cfg(good, `${head}${line}\n`));
      expect(others).toEqual([]);
      expect(problem).toMatchObject({
        line: 7,
        column: 1,
        allowed: /channel_multiple; without a meaning here: names,/,
      });
      expect(problem?.problem).toBe(`the key ${name}, which may change the network, is not known`);
    },
  );

  it('of data sets and notes mean nothing, whatever they hold', () => {
    const more = 'names: {0: a, 1: b}\ntrain: ../train\nroboflow:\n  version: 1\ninplace: True\ndescription: x\n';
    expect(parseCfg(cfg(good, `${head}${more}`))).toEqual(parseCfg(cfg(good)));
  });
});

describe('a cfg is read as its program reads it', () => {
  it('with anchors counted instead of given', () => {
    const counted = head.replace(/anchors:[^]*/, 'anchors: 3\n');
    const { layers } = parseCfg(cfg(good, counted));
    // What YOLOv5 puts in their place.
    const level = [0, 1, 2, 3, 4, 5];
    expect(layers.at(-1)).toMatchObject({ op: 'Detect', anchors: [level, level], outChannels: 3 * 7 });
    const own = good.replace('[32, 3, 2]', '[21, 3, 2]');
    expect(parseCfg(cfg(own, counted)).layers[2]?.outChannels).toBe(21);
    expect(problemsOf(cfg(good, counted).replace('Detect', 'IAuxDetect'))).toMatchObject([
      { problem: 'IAuxDetect with a number of anchors' },
    ]);
    expect(problemsOf(cfg(good, head.replace(/anchors:[^]*/, 'anchors: 0\n')))).toMatchObject([
      { line: 4, problem: 'anchors is 0' },
    ]);
  });

  it('with numbers written as text', () => {
    const text = cfg(good.replace('[32, 3, 2]', '["32", \'3\', 2]'), head.replace('nc: 2', 'nc: "2"'));
    expect(parseCfg(text)).toEqual(parseCfg(cfg(good)));
    expect(problemsOf(cfg(good, head.replace('nc: 2', 'nc: "two"')))).toMatchObject([{ problem: 'nc is two' }]);
  });

  it('with comments that touch, low brackets, a key twice, an octal number and an alias', () => {
    const text = `nc: 3
nc: 02
depth_multiple: 1.0
width_multiple: 1.0
anchors:
  - [10, 13, 16, 30]#P3
  - [30, 61, 62, 45]
backbone:
 [[-1, 1, Conv, &args [010, 3, 2]],#0
[-1, 1, Conv, [16, 3, 2]],
 [-1, 1, Conv, [0x20, 3, 2]]]
head:
  [[[1, 2], 1, Detect, [nc, anchors]],#3
]
`;
    expect(parseCfg(text)).toEqual(parseCfg(cfg(good)));
    expect(parseCfg(text.replace('[16, 3, 2]', '*args')).layers[1]?.outChannels).toBe(8);
    // A word in YAML 1.1.
    expect(problemsOf(text.replace('-1, 1, Conv, [0x20', '-1, 1e0, Conv, [0x20'))).toMatchObject([
      { line: 11, column: 7, problem: 'number is 1e0' },
    ]);
  });

  it('with aliases, but not unfolded without end', () => {
    const rows = Array.from({ length: 300 }, (_, i) => (i === 0 ? '&a [1, 1, 1, 1, 1, 1, 1, 1]' : '*a'));
    const bomb = `x: 1\nbackbone:\n  - &row [-1, 1, Conv, [${rows.join(', ')}]]\n${'  - *row\n'.repeat(2000)}`;
    const start = performance.now();
    expect(problemsOf(bomb).some(({ problem }) => problem === 'more values than any network has')).toBe(true);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('a cfg that is wrong', () => {
  it('is told all its problems at once, with line and column', () => {
    const text = `nc: 0
depth_multiple: x
anchors:
  - [1, 2, 3]
backbone:
  - [-1, 1, Conv, [32, 3, 2]]
  - [5, 1, Conv, [32, 2, 1]]
  - [-1, 1, Convv, [32, 2, 1]]
  - [-1, 1, Conv]
head:
  - [[0, 1], 1, Detect, [nc, anchor]]
`;
    expect(problemsOf(text).map((p) => `${p.line}:${p.column} ${p.problem}`)).toEqual([
      '1:1 width_multiple is missing',
      '1:5 nc is 0',
      '2:17 depth_multiple is x',
      '4:5 anchors of a level are [1, 2, 3]',
      '7:6 from 5 in row 1 points at itself or forward',
      '7:12 padding 1 of Conv with kernel 2 and stride 1 does not give size / stride',
      '8:13 unknown module Convv',
      '9:5 a row of backbone is [-1, 1, Conv]',
      '11:30 the anchors of Detect is anchor',
    ]);
  });

  it('is named by file, line and column, with what is allowed', () => {
    expect(() => parseCfg(cfg(good.replace('Conv, [16', 'Conf, [16')), 'my.yaml')).toThrow(
      /^my\.yaml:9:13: unknown module Conf; allowed: Conv, RepConv, MP, .*Detect/,
    );
  });

  it.each([
    ['arguments', good.replace('[16, 3, 2]', '[]'), /Conv with 0 arguments/, /1 to 6/],
    ['more arguments', good.replace('[16, 3, 2]', '[16, 3, 2, None, 1, True, 7]'), /Conv with 7 arguments/, /1 to 6/],
    ['channels', good.replace('[16, 3, 2]', '[-16, 3, 2]'), /channels of Conv are -16/, /1 to 65536/],
    ['kernel', good.replace('[16, 3, 2]', '[16, 0, 2]'), /kernel of Conv is 0/, /1 to 63/],
    ['groups', good.replace('[16, 3, 2]', '[16, 3, 2, None, 3]'), /3 groups of Conv with 8 to 16 channels/, /divisor/],
    ['activation', good.replace('[16, 3, 2]', '[16, 3, 2, None, 1, nn.Tanh()]'), /activation/, /nn\.SiLU\(\)/],
    ['image again', good.replace('[-1, 1, Conv, [16', '[-3, 1, Conv, [16'), /from -3 in row 1 is no row above/, /-1/],
    [
      'itself',
      good.replace('[-1, 1, Conv, [16', '[1, 1, Conv, [16'),
      /points at itself or forward/,
      /0 \(a row above\)/,
    ],
    ['number', good.replace('[-1, 1, Conv, [16', '[-1, 0, Conv, [16'), /number is 0/, /1 to 100/],
    ['repeats', good.replace('[-1, 1, Conv, [16', '[-1, 2, Conv, [16'), /2 equal Convs from 8 to 16/, /number 1/],
    ['two inputs', good.replace('[-1, 1, Conv, [16', '[[-1, 0], 1, Conv, [16'), /Conv with 2 inputs/, /1/],
    ['strides', `${good}\n  - [[0, 1], 1, Concat, [1]]`, /Concat of inputs with strides 2, 4/, /equal stride/],
    ['sum', `${good}\n  - [2, 1, Conv, [8]]\n  - [[2, 3], 1, Shortcut, [1]]`, /adds 32 and 8 channels/, /equally many/],
    ['upsampling', `${good}\n  - [0, 1, nn.Upsample, [None, 4, nearest]]`, /by 4 from stride 2/, /divisor/],
    ['mode', `${good}\n  - [0, 1, nn.Upsample, [None, 2, bilinear]]`, /mode of nn.Upsample is bilinear/, /nearest/],
    [
      'a second head',
      `${good}\n  - [[1, 2], 1, Detect, [nc, anchors]]`,
      /Detect is not the last row/,
      /in the last row/,
    ],
    ['alias', good.replace('[16, 3, 2]', '*a'), /alias|Unresolved/i, /./],
  ])('in its %s', (_, rows, problem, allowed) => {
    const [first] = problemsOf(cfg(rows));
    expect(first?.problem).toMatch(problem);
    expect(first?.allowed).toMatch(allowed);
  });

  it('in its anchors, classes and last row', () => {
    const inputs = cfg(good).replace('[[1, 2]', '[[0, 1, 2]');
    expect(problemsOf(inputs)[0]?.problem).toBe('Detect with 3 inputs but anchors for 2 levels');
    const uneven = cfg(good).replace('[30, 61, 62, 45]', '[30, 61]');
    expect(problemsOf(uneven)[0]?.problem).toBe('this level has 2 numbers, the first 4');
    expect(problemsOf(cfg(good).replace('[nc, anchors]', '[80, anchors]'))[0]?.allowed).toBe('nc or 2');
    expect(problemsOf(cfg(good).replace('Detect, [nc, anchors]', 'Concat, [1]')).at(-1)?.allowed).toMatch(/^Detect/);
  });

  it('tells one cause once, not again in every layer behind it', () => {
    expect(problemsOf(cfgText('yolov7').replace('[32, 3, 1]', '[32, 3, 99]'))).toHaveLength(1);
  });

  it.each([
    '',
    'a',
    '[]',
    '- 1',
    'null',
    '{',
    '"',
    'nc: [',
    '%',
    '\u0000',
    '['.repeat(20_000),
    'a: &a [*a]',
    '{a: 1, a: 2}',
  ])('and not even a cfg: %j', (text) => {
    expect(problemsOf(text).length).toBeGreaterThan(0);
  });

  it('and nested deeper than a parser can follow', () => {
    expect(problemsOf('['.repeat(20_000)).length).toBeGreaterThan(0);
  });

  it('is refused when far too long', () => {
    expect(problemsOf('#'.repeat(300_000))[0]?.allowed).toMatch(/at most 262144/);
  });
});
