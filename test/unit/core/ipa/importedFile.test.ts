import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { importedFiles } from '../../../../src/core/ipa/importedFile';
import { importProblem } from '../../../../src/core/ipa/importProblem';
import { maxSpecCharacters } from '../../../../src/core/spec/specYaml';
import { accuraciesOf, configOf, rowsOf } from '../../../support/ipaFiles';

const imported = (more: Record<string, unknown> = {}) =>
  importProblem(configOf(more), accuraciesOf(), null, rowsOf(), {
    ...{ load: null, slaSeconds: 3, queueing: 'intended' as const, addHundred: false },
  });

describe('an imported pipeline file', () => {
  it('has its options in it, and its notes at its head', () => {
    const found = imported({ baseline_mode: 'switch' });
    const [file, ...tables] = importedFiles(found, 'video.pipeline.yaml', ['a.yaml', 'evil\n- name: x']);
    expect(tables).toEqual([]);
    expect(file!.text).toMatch(/^# Imported from files of IPA: a.yaml, evil - name: x\.\nname: video\nnotes:\n  - /);
    const data = parse(file!.text) as {
      stages: { name: string; replicas: number; profiles: { options: object[] }[] }[];
    };
    const { stages, ...terms } = found.problem;
    expect(data).toEqual({
      name: 'video',
      notes: found.notes.map((note) => `${note}.`),
      ...terms,
      stages: stages.map(({ name, options, replicas }) => ({ name, replicas, profiles: [{ options }] })),
    });
  });

  it('has tables beside it where it would be too long', () => {
    const found = imported();
    const [first] = found.problem.stages;
    const options = Array.from({ length: 600 }, (_, i) => ({
      ...first!.options[0]!,
      batch: i + 1,
      energyIncludesIdle: true,
    }));
    const files = importedFiles(
      { ...found, problem: { ...found.problem, stages: [{ name: 'crop', options }] } },
      'v.pipeline.yaml',
      [],
    );
    expect(files.map(({ name }) => name)).toEqual(['v.pipeline.yaml', 'v.stage1.csv']);
    expect(files[0]!.text.length).toBeLessThan(maxSpecCharacters);
    expect(parse(files[0]!.text)).toMatchObject({ stages: [{ name: 'crop', profiles: [{ table: 'v.stage1.csv' }] }] });
    expect(files[1]!.text.split('\r\n').slice(0, 2)).toEqual([
      'variant,batch,accuracy,cores,latencySeconds,throughput,joulesPerRequest,idleWattsPerCore,energyIncludesIdle',
      'small,1,0.457,1,0.1,10,0,,true',
    ]);
  });
});
