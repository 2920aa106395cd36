import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../../../src/core/statistics/random';
import { buildGraph } from '../../../../src/models/yolo/buildGraph';
import { cfgText } from '../../../../src/models/yolo/builtIn';
import { parseCfg } from '../../../../src/models/yolo/cfg';
import { CfgError } from '../../../../src/models/yolo/cfgError';
import { sizeMultiple } from '../../../../src/models/yolo/layers';
import { repeats } from '../../../support/repeats';

const runs = repeats(500, 10_000);

/** Small, with every module, so that most mutations hit something that matters. */
const small = `nc: 3
depth_multiple: 0.33
width_multiple: 0.5
anchors:
  - [10, 13, 16, 30]
  - [30, 61, 62, 45]
backbone:
  - [-1, 1, ReOrg, []]
  - [-1, 1, Conv, [16, 3, 1]]
  - [-1, 1, DownC, [32]]
  - [-1, 3, Conv, [16, 1, 1, None, 1, nn.LeakyReLU(0.1)]]
  - [-1, 1, MP, []]
  - [-1, 1, SPPCSPC, [16]]
head:
  - [-1, 1, nn.Upsample, [None, 2, 'nearest']]
  - [[-1, 3], 1, Concat, [1]]
  - [-1, 1, SP, [5]]
  - [[7, 8], 1, Shortcut, [1]]
  - [9, 1, RepConv, [24, 3, 1]]
  - [5, 1, Conv, [24, 3, 1]]
  - [[10, 11], 1, IDetect, [nc, anchors]]
`;
const bases = [...Array<string>(19).fill(small), cfgText('yolov7-tiny')];

const tokens = [
  ...['-1', '0', '1', '2', '99999999999', '-99', '1e308', '.inf', '.nan', '0x10', '0.5', 'true', 'null', '~', 'None'],
  ...[
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '-',
    '\n',
    '  ',
    '\t',
    '#',
    '&a ',
    '*a',
    '!!binary ',
    '!x ',
    '? ',
    '| ',
    '> ',
    '"',
    "'",
    '%',
    '---\n',
  ],
  ...[
    'nc',
    'anchors',
    'Conv',
    'Detect',
    'IAuxDetect',
    'Concat',
    'constructor',
    '__proto__',
    'toString',
    'nn.Upsample',
    'nn.LeakyReLU(',
  ],
  ...['\u0000', '\ufeff', '\u2028', '💡', '\ud800', '<<: *a', '[[[[[[[[', '1_000', '[64, 3, 2]', 'nn.ReLU()'],
];

function mutate(text: string, random: Random): string {
  const pick = (below: number) => Math.floor(random() * below);
  let result = text;
  for (let count = random() < 0.6 ? 1 : 1 + pick(4); count > 0; count--) {
    const at = pick(result.length + 1);
    const end = Math.min(result.length, at + pick(8));
    const token = tokens[pick(tokens.length)] ?? '';
    const lines = result.split('\n');
    const line = pick(lines.length);
    switch (pick(10)) {
      case 0:
        result = result.slice(0, at) + result.slice(end);
        break;
      case 1:
        result = result.slice(0, at) + token + result.slice(at);
        break;
      case 2:
        result = result.slice(0, at) + token + result.slice(end);
        break;
      case 3:
        result = lines.toSpliced(line, 1).join('\n');
        break;
      case 4:
        result = lines.toSpliced(pick(lines.length), 0, lines[line] ?? '').join('\n');
        break;
      case 5:
      case 8:
      case 9: {
        // Another number or word in the place of one: what a person gets wrong.
        const words = [...result.matchAll(/[\w.-]+/g)];
        const word = words[pick(words.length)];
        const other = random() < 0.5 ? String(pick(random() < 0.5 ? 9 : 99)) : token.trim();
        if (word) result = result.slice(0, word.index) + other + result.slice(word.index + word[0].length);
        break;
      }
      case 6:
        result = result.slice(0, at);
        break;
      default:
        result = result.slice(0, at) + String.fromCharCode(pick(random() < 0.9 ? 128 : 65_536)) + result.slice(at);
    }
  }
  return result;
}

describe('a mutated cfg', () => {
  it(`is read or refused, never anything else (${runs} mutations)`, { timeout: 300_000 }, () => {
    const random = seededRandom(7);
    let read = 0;
    let slowestMs = 0;
    expect(() => parseCfg(small)).not.toThrow();
    for (let run = 0; run < runs; run++) {
      const text = mutate(bases[run % bases.length] ?? '', random);
      const start = performance.now();
      try {
        const architecture = parseCfg(text);
        read++;
        const side = sizeMultiple(architecture);
        // What is read can also be built, at its smallest size.
        if (side <= 512)
          expect(buildGraph(architecture, { height: side, width: side }, 'uint8').boxes).toBeGreaterThan(0);
      } catch (error) {
        if (!(error instanceof CfgError)) throw new Error(`run ${run}: ${JSON.stringify(text)}`, { cause: error });
        const lines = text.split('\n').length + 1;
        const placed = error.problems.every((p) => p.line >= 1 && p.line <= lines && p.column >= 1 && p.allowed !== '');
        if (!placed || error.problems.length === 0) throw new Error(`run ${run}: ${error.message}\n${text}`);
      }
      slowestMs = Math.max(slowestMs, performance.now() - start);
    }
    expect(slowestMs).toBeLessThan(5000);
    // Both outcomes must occur often, or the mutations test nothing.
    expect(read).toBeGreaterThan(runs / 50);
    expect(read).toBeLessThan(runs / 1.2);
  });
});
