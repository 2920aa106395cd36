import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { pipelineExportCommand } from '../../../../src/cli/commands/pipelineExport';
import { pipelineImportCommand } from '../../../../src/cli/commands/pipelineImport';
import { problemSchema } from '../../../../src/core/pipeline/problem';
import { runProfile } from '../../../../src/core/pipeline/profile/runProfile';
import type { StageProfile } from '../../../../src/core/pipeline/profile/stageProfile';
import { loadAnalysedRun } from '../../../../src/runs/store/loadAnalysedRun';
import { configText } from '../../../support/ipaFiles';
import { writeRun } from '../../../support/runFolders';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-ipa-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

const option = (variant: string, batch: number, accuracy: number, seconds: number) => ({
  ...{ variant, batch, accuracy, cores: 2, latencySeconds: seconds, throughput: batch / seconds },
  ...{ joulesPerRequest: 4 / batch, idleWattsPerCore: 1.5 },
});
const problem = problemSchema.parse({
  ...{
    load: 20,
    slaSeconds: 1,
    weights: { alpha: 2, beta: 0.01, gamma: 1e-6, delta: 0.1 },
    accuracyMethod: 'multiply',
  },
  stages: [
    {
      name: 'crop',
      options: [option('small', 1, 0.457, 0.06), option('small', 4, 0.457, 0.15), option('large', 1, 0.689, 0.2)],
    },
    { name: 'sort', options: [option('thin', 1, 0.6975, 0.03), option('deep', 2, 0.7831, 0.09)] },
  ],
});
const file = join(folder, 'video.json');
writeFileSync(file, JSON.stringify(problem));

async function said(command: typeof pipelineExportCommand, ...argv: string[]): Promise<{ out: string; notes: string }> {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const error = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await command(argv)).toBe(0);
  const text = (spy: typeof out) => spy.mock.calls.map(([chunk]) => String(chunk)).join('');
  const all = { out: text(out), notes: text(error) };
  vi.restoreAllMocks();
  return all;
}

/** The same problem under another name. */
function exported(name: string, format: string, output: string, ...more: string[]) {
  const source = join(folder, `${name}.json`);
  writeFileSync(source, JSON.stringify(problem));
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true);
  return pipelineExportCommand([source, '--format', format, '-o', output, ...more]);
}
const contentOf = (of: string) => readdirSync(of).map((name) => [name, readFileSync(join(of, name), 'utf8')]);

describe('greenbatch pipeline export', () => {
  it('gives files that come back as the same problem', async () => {
    const ipa = join(folder, 'ipa');
    const { out } = await said(pipelineExportCommand, file, '--format', 'ipa-profiles', '--series', '70', '-o', ipa);
    expect(out.split('\n').filter(Boolean)).toEqual(
      ['70/key_config_mapper.csv', '70/0.yaml', '71/key_config_mapper.csv', '71/0.yaml'].map((name) => join(ipa, name)),
    );
    const { notes } = await said(pipelineExportCommand, file, '--format', 'ipa-config', '--series', '70', '-o', ipa);
    expect(notes).toMatch(/initial_\* are the solution/);
    const energy = join(ipa, 'energy_usages.yaml');
    await said(pipelineExportCommand, file, '--format', 'ipa-energy', '-o', energy);
    const back = await said(
      pipelineImportCommand,
      ...[
        join(ipa, 'video.yaml'),
        '--accuracies',
        join(ipa, 'accuracies.yaml'),
        '--energy',
        energy,
        '--profiles',
        ipa,
        '--json',
      ],
    );
    const again = problemSchema.parse(JSON.parse(back.out));
    expect({ ...again, slaSeconds: Number(again.slaSeconds.toPrecision(14)) }).toEqual(problem);
    for (const name of [
      '70/key_config_mapper.csv',
      '70/0.yaml',
      '70/1.json',
      'video.yaml',
      'accuracies.yaml',
      'energy_usages.yaml',
    ])
      await expect(readFileSync(join(ipa, name), 'utf8')).toMatchFileSnapshot(
        `../../../golden/ipa/${name.replace('/', '-')}`,
      );
  });

  it('has the solution as initial values; where there is none it says which limits bind, and writes nothing', async () => {
    const ipa = join(folder, 'solved');
    await said(pipelineExportCommand, file, '--format', 'ipa-config', '-o', ipa);
    const config = parse(readFileSync(join(ipa, 'video.yaml'), 'utf8')) as { initial_replica: number[] };
    expect(config.initial_replica.every((replicas) => replicas >= 1)).toBe(true);
    const hard = join(folder, 'hard.json');
    writeFileSync(hard, JSON.stringify({ ...problem, scalingCap: 1, load: 100_000 }));
    const error = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const nowhere = join(folder, 'hard');
    expect(await pipelineExportCommand([hard, '--format', 'ipa-config', '-o', nowhere])).toBe(7);
    expect(error.mock.calls.join('')).toMatch(
      /^No choice keeps .*the load of 100,?000 requests\/s.* together\.\nNearest: .*\nNothing is written/,
    );
    expect(existsSync(nowhere)).toBe(false);
  });

  it('prints energies without -o, and replaces nothing of others', async () => {
    expect(parse((await said(pipelineExportCommand, file, '--format', 'ipa-energy')).out)).toMatchObject({
      // 4 J + 1.5 W × 2 cores × 0.06 s
      video: { crop: { small: 4.18 } },
    });
    const foreign = join(folder, 'foreign');
    mkdirSync(join(foreign, '1'), { recursive: true });
    writeFileSync(join(foreign, 'accuracies.yaml'), '# Read by Greenbatch too.\nvideo: {}\n');
    writeFileSync(join(foreign, '1/2.json'), '{}');
    await expect(exported('video', 'ipa-config', foreign)).rejects.toThrow(/accuracies.yaml is there and not of/);
    await expect(exported('video', 'ipa-profiles', foreign)).rejects.toThrow(
      /foreign.1 is there and not of Greenbatch/,
    );
    await expect(exported('video', 'ipa-energy', join(foreign, 'accuracies.yaml'))).rejects.toThrow(
      /not of Greenbatch/,
    );
    expect(readdirSync(foreign).sort()).toEqual(['1', 'accuracies.yaml']);
    expect(readdirSync(join(foreign, '1'))).toEqual(['2.json']);
  });

  it('leaves another pipeline in the same folder as it is, and says which series are free', async () => {
    const both = join(folder, 'both');
    await exported('video', 'ipa-profiles', both);
    await exported('video', 'ipa-config', both);
    const own = (parse(readFileSync(join(both, 'accuracies.yaml'), 'utf8')) as { video: object }).video;
    const before = { series: contentOf(join(both, '1')), config: readFileSync(join(both, 'video.yaml'), 'utf8') };
    for (const format of ['ipa-profiles', 'ipa-config'])
      await expect(exported('audio', format, both)).rejects.toThrow(
        /^series 1 is of pipeline "video", stage "crop", as .*both.1 has it: --series 3 is free$/,
      );
    await exported('audio', 'ipa-config', both, '--series', '3');
    // The config alone says whose they are, too.
    await expect(exported('video', 'ipa-profiles', both, '--series', '3')).rejects.toThrow(
      /series 3 is of pipeline "audio", stage "crop", as .*audio.yaml has it: --series 5 is free/,
    );
    await exported('audio', 'ipa-profiles', both, '--series', '3');
    expect({ series: contentOf(join(both, '1')), config: readFileSync(join(both, 'video.yaml'), 'utf8') }).toEqual(
      before,
    );
    expect(parse(readFileSync(join(both, 'accuracies.yaml'), 'utf8'))).toEqual({ video: own, audio: own });
    const energy = join(both, 'energy_usages.yaml');
    await exported('video', 'ipa-energy', energy);
    await expect(exported('audio', 'ipa-energy', energy)).rejects.toThrow(/is there and is of pipeline "video"/);
    // Each of them is still exported again, in any order.
    for (const [name, series] of [
      ['video', '1'],
      ['audio', '3'],
    ] as const)
      for (const format of ['ipa-config', 'ipa-profiles']) await exported(name, format, both, '--series', series);
    await exported('video', 'ipa-energy', energy);
    expect(parse(readFileSync(join(both, 'accuracies.yaml'), 'utf8'))).toEqual({ video: own, audio: own });
    expect(readdirSync(both).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('replaces nothing that was changed by hand, and goes through no link', async () => {
    const changed = join(folder, 'changed');
    const energy = join(changed, 'energy_usages.yaml');
    await exported('video', 'ipa-profiles', changed);
    await exported('video', 'ipa-config', changed);
    await exported('video', 'ipa-energy', energy);
    for (const name of ['accuracies.yaml', 'video.yaml', '2/1.json']) {
      const text = readFileSync(join(changed, name), 'utf8');
      writeFileSync(join(changed, name), `${text} `);
      const format = name.endsWith('.json') ? 'ipa-profiles' : 'ipa-config';
      await expect(exported('video', format, changed)).rejects.toThrow(/has been changed since it was exported/);
      writeFileSync(join(changed, name), text);
      await exported('video', format, changed);
    }
    writeFileSync(join(changed, '2/notes.txt'), 'mine');
    await expect(exported('video', 'ipa-profiles', changed)).rejects.toThrow(/changed.2 has been changed since/);
    const elsewhere = join(folder, 'elsewhere.yaml');
    rmSync(energy);
    symlinkSync(elsewhere, energy);
    await expect(exported('video', 'ipa-energy', energy)).rejects.toThrow(/is a link/);
    expect(existsSync(elsewhere)).toBe(false);
  });

  it('gives a measured run as a series and its energy', async () => {
    const workspace = join(folder, 'workspace');
    mkdirSync(join(workspace, '.greenbatch'), { recursive: true });
    const spec = 'models: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\n';
    const environment = { physicalCores: 4 };
    const run = await writeRun(workspace, '20261123-080000-first', join(workspace, 'a.energy.yaml'), spec, {
      environment,
    });
    const profile = runProfile(loadAnalysedRun(run)) as StageProfile;
    const ipa = join(folder, 'of-run');
    const { notes } = await said(
      ...([
        pipelineExportCommand,
        run,
        '--format',
        'ipa-profiles',
        '--load',
        '10',
        '--name',
        'crop',
        '-o',
        ipa,
      ] as const),
    );
    expect(notes.split('\n').filter(Boolean)).toEqual(profile.notes);
    const config = join(ipa, 'config.yaml');
    const one = {
      number_tasks: 1,
      model_name: ['crop'],
      task_name: ['crop'],
      profiling_series: [1],
      profiling_load: 10,
    };
    writeFileSync(
      config,
      configText({ ...one, initial_active_model: undefined, initial_replica: undefined, threshold: 0 }),
    );
    writeFileSync(join(ipa, 'accuracies.yaml'), 'video: { crop: { yolov7-tiny: 37.4 } }\n');
    const energy = join(ipa, 'energy_usages.yaml');
    await said(pipelineExportCommand, run, '--format', 'ipa-energy', '--name', 'crop', '-o', energy);
    const argv = [config, '--accuracies', join(ipa, 'accuracies.yaml'), '--profiles', ipa, '--json'];
    const { stages } = problemSchema.parse(JSON.parse((await said(pipelineImportCommand, ...argv)).out));
    expect(stages[0]!.options).toHaveLength(3);
    expect(stages[0]!.options).toEqual(
      profile.options.map(({ model: _, idleWattsPerCore: __, ...option }) => ({
        ...option,
        accuracy: 0.374,
        joulesPerRequest: 0,
      })),
    );
    expect(parse(readFileSync(energy, 'utf8'))).toMatchObject({
      per_batch: { net_of_idle: { crop: { crop: { 'yolov7-tiny': { 1: profile.options[0]!.joulesPerRequest } } } } },
    });
  });

  it('asks for what it was not told', async () => {
    await expect(pipelineExportCommand([])).rejects.toThrow(/name one file or run/);
    await expect(pipelineExportCommand([file])).rejects.toThrow(/name a format/);
    await expect(pipelineExportCommand([file, '--format', 'ipa'])).rejects.toThrow(
      /--format ipa; allowed: ipa-profiles/,
    );
    await expect(pipelineExportCommand([file, '--format', 'ipa-profiles'])).rejects.toThrow(
      /name their folder with -o DIR/,
    );
    await expect(pipelineExportCommand([file, '--format', 'ipa-energy', '--load', '3'])).rejects.toThrow(
      /go with a RUN alone/,
    );
    await expect(pipelineExportCommand(['latest', '--format', 'ipa-config', '-o', folder])).rejects.toThrow(
      /needs a pipeline/,
    );
    await expect(pipelineExportCommand(['latest', '--format', 'ipa-profiles', '-o', folder])).rejects.toThrow(
      /say with --load N/,
    );
  });
});
