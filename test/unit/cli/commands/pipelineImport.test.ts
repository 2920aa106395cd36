import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pipelineImportCommand } from '../../../../src/cli/commands/pipelineImport';
import { problemSchema } from '../../../../src/core/pipeline/problem';
import { loadPipeline } from '../../../../src/runs/pipeline/loadPipeline';
import { accuraciesText, configText, hasIpaData, ipaData, tableText } from '../../../support/ipaFiles';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-ipa-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());
const write = (name: string, text: string) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
let config: string;
let accuracies: string;
let table: string;
beforeEach(() => {
  config = write('config.yaml', configText());
  accuracies = write('accuracies.yaml', accuraciesText);
  table = write('table.csv', tableText);
});

async function said(...argv: string[]): Promise<{ out: string; notes: string }> {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const error = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await pipelineImportCommand(argv)).toBe(0);
  const text = (spy: typeof out) => spy.mock.calls.map(([chunk]) => String(chunk)).join('');
  const all = { out: text(out), notes: text(error) };
  vi.restoreAllMocks();
  return all;
}

describe('greenbatch pipeline import', () => {
  it('writes a pipeline file that the program reads, with what was assumed as its notes', async () => {
    const output = join(folder, 'video.pipeline.yaml');
    const { out, notes } = await said(config, '--accuracies', accuracies, '--profiles', table, '-o', output);
    expect(out).toBe(`${output}\n`);
    expect(notes).toMatch(/slaSeconds by IPA’s rule/);
    const text = readFileSync(output, 'utf8');
    await expect(text).toMatchFileSnapshot('../../../golden/imported.pipeline.yaml');
    const loaded = loadPipeline(output);
    expect(loaded.stages.map(({ missing }) => missing)).toEqual([null, null]);
    expect(loaded.notes.join('\n')).toMatch(/no energy is given: joulesPerRequest 0 stands for not known/);
    const again = JSON.parse(
      (await said(config, '--accuracies', accuracies, '--profiles', table, '--json')).out,
    ) as object;
    expect(loaded.problem).toEqual(problemSchema.parse(again));
  });

  it('replaces no table that somebody else made, nor what a link leads to, nor what it reads', async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const place = mkdtempSync(join(folder, 'tables-'));
    // So many variants that they do not fit into the file.
    const [head, first, ...rows] = tableText.trim().split('\n');
    const at = head!.split(',').indexOf('model_variant');
    const [variants, percents] = [[first!], accuraciesText.trimEnd().split('\n')];
    const argvOf = (...more: string[]) => [config, '--accuracies', accuracies, '--profiles', table, ...more];
    const output = join(place, 'video.pipeline.yaml');
    const many = Array.from({ length: 300 }, (_, i) => `small${'-'.repeat(150)}${i}`);
    for (const name of many) {
      const cells = first!.split(',');
      cells[at] = name;
      variants.push(cells.join(','));
    }
    const crop = percents.findIndex((line) => line.includes('small'));
    percents.splice(crop, 0, ...many.map((name) => `    ${name}: 45.7`));
    write('table.csv', `${[head, ...variants, ...rows].join('\n')}\n`);
    write('accuracies.yaml', `${percents.join('\n')}\n`);
    const stage = join(place, 'video.stage1.csv');
    writeFileSync(stage, 'mine');
    await expect(pipelineImportCommand(argvOf('-o', output))).rejects.toThrow(
      /stage1.csv is there and not as an earlier/,
    );
    expect([readFileSync(stage, 'utf8'), readdirSync(place)]).toEqual(['mine', ['video.stage1.csv']]);
    rmSync(stage);
    expect((await said(...argvOf('-o', output))).out).toContain(stage);
    expect(loadPipeline(output).stages.map(({ missing }) => missing)).toEqual([null, null]);
    await said(...argvOf('--sla', '3', '-o', output));
    write('table.csv', `${[head, ...variants.slice(1), ...rows].join('\n')}\n`);
    await said(...argvOf('-o', output));
    writeFileSync(stage, readFileSync(stage, 'utf8').replace('0.', '1.'));
    await expect(pipelineImportCommand(argvOf('-o', output))).rejects.toThrow(/is there and not as an earlier import/);
    rmSync(stage);
    const victim = write('victim.csv', 'hers');
    symlinkSync(victim, stage);
    await expect(pipelineImportCommand(argvOf('-o', output))).rejects.toThrow(/stage1.csv is a link/);
    const link = join(place, 'link.pipeline.yaml');
    symlinkSync(victim, link);
    await expect(pipelineImportCommand(argvOf('--json', '-o', link))).rejects.toThrow(/is a link/);
    expect(readFileSync(victim, 'utf8')).toBe('hers');
    await expect(pipelineImportCommand(argvOf('-o', config))).rejects.toThrow(/config.yaml is what is read/);
  });

  it('takes several profiles, energy, load, SLA and the published queue', async () => {
    const [head, ...rows] = tableText.trim().split('\n');
    const half = (series: string) => `${[head, ...rows.filter((row) => row.startsWith(series))].join('\n')}\n`;
    const [first, second] = [write('71.csv', half('71')), write('72.csv', half('72'))];
    const energy = write(
      'energy.yaml',
      'video:\n  crop: { small: 3, large: 9 }\n  classification: { thin: 1, deep: 2 }\n',
    );
    const { out, notes } = await said(
      ...[config, '--accuracies', accuracies, '--profiles', first, second, '--energy', energy, '--json'],
      ...['--load', '7.5', '--sla', '2', '--queueing', 'as-published'],
    );
    const problem = problemSchema.parse(JSON.parse(out));
    expect(problem).toMatchObject({ load: 7.5, slaSeconds: 2, queueing: 'as-published' });
    expect(problem.stages[0]!.options[0]).toMatchObject({ joulesPerRequest: 3, energyIncludesIdle: true });
    expect(notes).toMatch(/too coarse to choose a batch size by/);
  });

  it('refuses what it cannot read with file, line and what may stand there', async () => {
    const argv = (...more: string[]) => [config, '--accuracies', accuracies, '--profiles', table, ...more];
    await expect(pipelineImportCommand([])).rejects.toThrow(/name a run config/);
    await expect(pipelineImportCommand([config])).rejects.toThrow(/name the accuracies/);
    await expect(pipelineImportCommand([config, '--accuracies', accuracies])).rejects.toThrow(/name the profiles/);
    await expect(pipelineImportCommand(argv('--load=-1'))).rejects.toThrow(/--load -1; allowed: a number above 0/);
    await expect(pipelineImportCommand(argv('--queueing', 'none'))).rejects.toThrow(
      /--queueing none; allowed: intended/,
    );
    await expect(pipelineImportCommand(argv(join(folder, 'missing')))).rejects.toThrow(/missing is not there/);
    write('config.yaml', configText({ alpha: 'much' }));
    await expect(pipelineImportCommand(argv())).rejects.toThrow(
      /config.yaml is not read as a run config of IPA:\n.*config.yaml:10:8 alpha/,
    );
    write('config.yaml', configText());
    write('table.csv', `${tableText}1,2\n`);
    await expect(pipelineImportCommand(argv())).rejects.toThrow(/table.csv:26:1 has 2 cells/);
    mkdirSync(join(folder, 'empty'), { recursive: true });
    await expect(
      pipelineImportCommand([config, '--accuracies', accuracies, '--profiles', join(folder, 'empty')]),
    ).rejects.toThrow(/neither it nor a folder in it has key_config_mapper.csv/);
  });

  describe.skipIf(!hasIpaData)('of a profiling series (shared data, GREENBATCH_FIXTURES)', () => {
    const one = () =>
      write(
        'one.yaml',
        configText({
          ...{
            number_tasks: 1,
            profiling_series: [900],
            model_name: ['yolo'],
            task_name: ['crop'],
            initial_active_model: undefined,
          },
          ...{ initial_replica: undefined, batching_cap: 2, threshold: 1 },
        }),
      );
    const real = join(ipaData, 'accuracies.yaml');

    it('reads the series, or a folder with it', async () => {
      const synthetic = join(ipaData, 'synthetic');
      const argv = (profiles: string) => [one(), '--accuracies', real, '--json', '--profiles', profiles];
      const { out } = await said(...argv(join(synthetic, 'series-900')));
      const { stages } = JSON.parse(out) as { stages: { options: object[] }[] };
      expect(stages[0]!.options).toHaveLength(4);
      // 1.json: the 99th percentile of its six latencies by numpy; its largest throughput.
      expect(stages[0]!.options[0]).toMatchObject({
        variant: 'yolov5n',
        batch: 1,
        cores: 1,
        accuracy: 0.457,
        throughput: 16.6667,
      });
      expect((await said(...argv(synthetic))).out).toBe(out);
    });

    it('names the experiment that is missing or torn', async () => {
      const copy = join(folder, '900');
      cpSync(join(ipaData, 'synthetic/series-900'), copy, { recursive: true });
      const argv = [one(), '--accuracies', real, '--profiles', copy];
      rmSync(join(copy, '3.json'), { force: true });
      writeFileSync(join(copy, '3.json'), '{"responses": [[');
      await expect(pipelineImportCommand(argv)).rejects.toThrow(/3.json:1:1 ends too soon: the file is torn/);
      rmSync(join(copy, '3.json'));
      await expect(pipelineImportCommand(argv)).rejects.toThrow(/3.json cannot be read/);
    });
  });
});
