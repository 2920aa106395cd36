import { describe, expect, it } from 'vitest';
import { readAccuracies } from '../../../../src/core/ipa/accuracies';
import { energyText } from '../../../../src/core/ipa/exportEnergy';
import { readEnergyUsages } from '../../../../src/core/ipa/energyUsages';
import { readProfileTable } from '../../../../src/core/ipa/profileTable';
import { readExperimentFile, readSeriesExperiments } from '../../../../src/core/ipa/profilingSeries';
import type { Reading } from '../../../../src/core/ipa/reading';
import { readRunConfig } from '../../../../src/core/ipa/runConfig';
import { asIpaPipeline, type IpaPipeline } from '../../../../src/core/ipa/ipaPipeline';
import { seriesFiles } from '../../../../src/core/ipa/exportSeries';
import { seededRandom } from '../../../../src/core/statistics/random';
import { accuraciesText, configText, tableText } from '../../../support/ipaFiles';
import { mutated } from '../../../support/mutate';
import { repeats } from '../../../support/repeats';
import { problemSchema } from '../../../../src/core/pipeline/problem';

const option = {
  variant: 'a',
  batch: 2,
  accuracy: 0.5,
  cores: 1,
  latencySeconds: 0.1,
  throughput: 9,
  joulesPerRequest: 1,
};
const pipeline: IpaPipeline = asIpaPipeline(
  'video',
  problemSchema.parse({ load: 5, slaSeconds: 1, stages: [{ name: 'crop', options: [option] }] }),
);
const [list, , experiment] = seriesFiles(pipeline, 1);

const readers: Record<string, { text: string; read: (text: string) => Reading<unknown> }> = {
  'accuracies.yaml': { text: accuraciesText, read: readAccuracies },
  'energy_usages.yaml': { text: energyText(pipeline), read: readEnergyUsages },
  'a run config': { text: configText({ delta: 1 }), read: readRunConfig },
  'a profile table': { text: tableText, read: (text) => readProfileTable(text, 't.csv') },
  'the list of a series': { text: list!.text, read: readSeriesExperiments },
  'an experiment': { text: experiment!.text, read: (text) => readExperimentFile(text, 'crop') },
};

/** Every problem has a line of the text and says something. */
function judge(text: string, reading: Reading<unknown>): void {
  if (reading.ok) return;
  expect(reading.problems.length).toBeGreaterThan(0);
  for (const { line, message } of reading.problems) {
    expect(line).toBeGreaterThan(0);
    expect(line).toBeLessThanOrEqual(text.split('\n').length);
    expect(message).not.toBe('');
  }
}

describe.each(Object.entries(readers))('%s', (_, { text, read }) => {
  it('is read as it is, and at every length of it is read or refused at a line', () => {
    expect(read(text)).toMatchObject({ ok: true });
    const step = Math.max(1, Math.floor(text.length / repeats(60, 600)));
    for (let length = 0; length < text.length; length += step)
      judge(text.slice(0, length), read(text.slice(0, length)));
  });

  it('with bytes changed, lines lost or doubled is read or refused, never thrown over', () => {
    const random = seededRandom(11);
    const odd = [
      '"',
      '{',
      '[',
      '}',
      ']',
      ':',
      '-',
      '\n',
      '\u0000',
      '&a ',
      '*a ',
      ',',
      '1e999',
      'nan',
      '-',
      '!!x ',
      '\ufeff',
      '☃',
    ];
    for (let i = 0; i < repeats(150, 3000); i++) {
      const at = Math.floor(random() * text.length);
      const insert = odd[Math.floor(random() * odd.length)]!;
      const changed =
        random() < 0.3
          ? text
              .split('\n')
              .flatMap((line) => (random() < 0.1 ? [] : random() < 0.1 ? [line, line] : [line]))
              .join('\n')
          : `${text.slice(0, at)}${insert}${text.slice(at + Math.floor(random() * 4))}`;
      judge(changed, read(changed));
    }
  });

  it('of enormous depth or length is refused at once', () => {
    for (const huge of ['['.repeat(200_000), '{"a":'.repeat(100_000), `${'- '.repeat(30_000)}x`, 'x'.repeat(2_000_000)])
      expect(read(huge).ok).toBe(false);
  });
});

it('an experiment whose data are of other types is read or refused', () => {
  const value = JSON.parse(experiment!.text) as unknown;
  for (let seed = 0; seed < repeats(500, 20_000); seed++) {
    const text = JSON.stringify(mutated(value, seed)) ?? 'null';
    judge(text, readExperimentFile(text, 'crop'));
  }
});
