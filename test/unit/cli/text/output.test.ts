import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WriteStream } from 'node:tty';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { compareCommand } from '../../../../src/cli/commands/compare';
import { exportCommand } from '../../../../src/cli/commands/export';
import { terminalText } from '../../../../src/cli/text/output';
import { watchToTheEnd } from '../../../../src/cli/text/progressView';
import { runsCommand } from '../../../../src/cli/commands/runs';
import { showCommand } from '../../../../src/cli/commands/show';
import { styleFor } from '../../../../src/cli/text/style';
import { suggestCommand } from '../../../../src/cli/commands/suggest';
import { plainLine } from '../../../../src/core/words/plain';
import { eventsFile } from '../../../../src/runs/store/folders';
import { keepPrinted } from '../../../support/printed';
import { writeRun } from '../../../support/runFolders';

/** Names of runs and models as a folder that was cloned may hold them. */
const hostile = [
  { run: 'sweep \u001b[2J\u001b]0;owned\u0007\u202egnp', model: 'sub/m \u001b[31m\u009b1mred \u2066.onnx' },
  { run: `sweep\nBatch 1 is greenest\r\n${'n'.repeat(100_000)}`, model: 'm\nwarning: run sudo sh\u001b]8;;x.onnx' },
];
const unfit = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

const workspace = mkdtempSync(join(tmpdir(), 'greenbatch-output-'));
const folders: string[] = [];
beforeAll(async () => {
  mkdirSync(join(workspace, '.greenbatch'));
  for (const [i, { run, model }] of hostile.entries()) {
    const spec = `models: [yolov7-tiny, yolov7]\nbatchSizes: [1, 2]\ncurrent: { model: yolov7, batchSize: 1 }\n`;
    const folder = await writeRun(workspace, `r${i}`, join(workspace, 'a.energy.yaml'), spec);
    // Every text in the log may be anybody's; those of the experiment itself are checked when it is read.
    const altered = (_: string, value: unknown) =>
      typeof value === 'string' ? value.replaceAll('yolov7-tiny', model).replace(/^test$/, run) : value;
    const log = readFileSync(eventsFile(folder), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => {
        const event = JSON.parse(line) as Record<string, unknown>;
        const { spec, specText } = event;
        const changed = JSON.parse(JSON.stringify(event), altered) as Record<string, unknown>;
        return `${JSON.stringify({ ...changed, ...(spec !== undefined && { spec, specText }) })}\n`;
      })
      .join('');
    writeFileSync(eventsFile(folder), log);
    folders.push(folder);
  }
});
afterAll(() => rmSync(workspace, { recursive: true }));

const printed = keepPrinted();
beforeEach(() => void vi.spyOn(process, 'cwd').mockReturnValue(workspace));

it.each([0, 1])('prints names as text alone, on their own lines (%i)', async (i) => {
  const folder = folders[i]!;
  await showCommand([folder]);
  await suggestCommand([folder]);
  await compareCommand([folder, folder]);
  await runsCommand([]);
  await watchToTheEnd([folder], { json: false });
  expect(printed.out).toContain('sweep');
  expect(printed.out).toContain('.onnx');
  expect(printed.err).toContain('sweep');
  expect(printed.out + printed.err).not.toMatch(unfit);
  for (const line of [...printed.out.split('\n'), ...printed.err.split('\n')]) {
    expect(line).not.toMatch(/^(Batch 1 is greenest|warning: run sudo)/);
    expect(line.length).toBeLessThanOrEqual(10_000);
  }
});

it('leaves data as it is where a program reads it, and not on a terminal', async () => {
  await exportCommand([folders[0]!, '--format', 'csv']);
  expect(printed.out).toContain('\u2066.onnx');
  printed.out = '';
  const { isTTY } = process.stdout;
  process.stdout.isTTY = true;
  try {
    await exportCommand([folders[0]!, '--format', 'csv']);
  } finally {
    process.stdout.isTTY = isTTY;
  }
  expect(printed.out).toContain('.onnx');
  expect(printed.out).not.toMatch(unfit);
});

it('lets its own colours through where there are colours, and nothing else', () => {
  vi.stubEnv('NO_COLOR', undefined);
  const terminal = Object.create(WriteStream.prototype, {
    isTTY: { value: true },
    getColorDepth: { value: () => 8 },
  }) as WriteStream;
  const style = styleFor(terminal);
  const text = `${style.bold('a')} ${style.red('b')}\n`;
  expect(text).toContain('\u001b[31mb\u001b[39m');
  expect(terminalText(text, terminal)).toBe(text);
  expect(terminalText(text, process.stdin as never)).toBe('a b\n');
  expect(terminalText('\u001b[8mhidden\u001b[0m \u001b[1A\u001b[K\u001b[31m\r.', terminal)).toBe('hidden \u001b[31m .');
  vi.unstubAllEnvs();
});

it('leaves long paths and names of any script readable', () => {
  const path = `/home/me/${'deep folder/'.repeat(300)}Größe 鮭 🐟 [1](2).onnx`;
  expect(terminalText(`Run folder: ${path}\n`, process.stdin as never)).toBe(`Run folder: ${path}\n`);
});

it('lets a sequence without an end take nothing away', () => {
  expect(plainLine('a \u001b]0;b c')).toBe('a 0;b c');
  expect(terminalText('m \u001b]8;;\n12 J/image\u0007', process.stdin as never)).toBe('m 8;;\n12 J/image');
});
