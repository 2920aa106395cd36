import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { accuraciesText, configText, tableText } from '../support/ipaFiles';
import { makeBench } from '../support/greenbatch';

const bench = makeBench();
afterAll(bench.remove);

it('files of IPA are imported, solved, exported, and come back, all by the built program', async () => {
  const place = (name: string) => join(bench.folder, name);
  writeFileSync(place('config.yaml'), configText());
  writeFileSync(place('accuracies.yaml'), accuraciesText);
  writeFileSync(place('table.csv'), tableText);
  const done = async (...args: string[]) => {
    const finished = await bench.run(['pipeline', ...args]);
    expect(finished.code, finished.stderr).toBe(0);
    return finished.stdout;
  };
  const files = ['config.yaml', '--accuracies', 'accuracies.yaml', '--profiles', 'table.csv'];
  expect(await done('import', ...files, '-o', 'a.pipeline.yaml')).toBe('a.pipeline.yaml\n');
  const solved = JSON.parse(await done('solve', 'a.pipeline.yaml', '--json')) as {
    status: string;
    stages: object[];
    notes: string[];
  };
  expect(solved.status).toBe('optimal');
  // What was assumed is told with the answer.
  expect(solved.notes.join('\n')).toMatch(/joulesPerRequest 0 stands for not known/);
  await done('export', 'a.pipeline.yaml', '--format', 'ipa-profiles', '-o', 'ipa');
  await done('export', 'a.pipeline.yaml', '--format', 'ipa-config', '-o', 'ipa');
  await done('export', 'a.pipeline.yaml', '--format', 'ipa-energy', '-o', 'ipa/energy_usages.yaml');
  const back = ['ipa/video.yaml', '--accuracies', 'ipa/accuracies.yaml', '--energy', 'ipa/energy_usages.yaml'];
  await done('import', ...back, '--profiles', 'ipa', '-o', 'b.pipeline.yaml');
  const again = JSON.parse(await done('solve', 'b.pipeline.yaml', '--json')) as typeof solved;
  expect(again.stages).toEqual(solved.stages);
  const config = readFileSync(place('ipa/video.yaml'), 'utf8');
  const replicas = solved.stages.map((stage) => (stage as { replicas: number }).replicas);
  expect(config).toContain(`initial_replica: [${replicas.join(', ')}]\n`);

  writeFileSync(place('table.csv'), tableText.slice(0, -20));
  const torn = await bench.run(['pipeline', 'import', ...files], { GREENBATCH_ERRORS: 'json' });
  expect(torn.code).toBe(2);
  expect(JSON.parse(torn.stderr)).toMatchObject({
    error: { code: 'pipeline', message: expect.stringMatching(/table.csv:25:1/) as string },
  });
});
