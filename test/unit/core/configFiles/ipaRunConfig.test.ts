import { expect, it } from 'vitest';
import { recogniseIpaRunConfig } from '../../../../src/core/configFiles/ipaRunConfig';
import { configText } from '../../../support/ipaFiles';

const run = `pipeline_folder_name: video
pipeline_name: video
nodes:
- node_name: yolo
  model_variants: yolov5n
profiling_series:
- 71
model_name:
- yolo
task_name:
- crop
alpha: 2
beta: 1
gamma: 1.0e-06
scaling_cap: 100
batching_cap: 8
`;

it('knows a run config by its keys, and where its name stands', () => {
  const place = { field: 'pipeline_name', offset: 28, length: 13, line: 2, column: 1 };
  expect(recogniseIpaRunConfig('/w/video.yaml', run)).toEqual(place);
  expect(recogniseIpaRunConfig('/w/video.yml', run.replaceAll('\n', '\r\n'))).toMatchObject({ line: 2, column: 1 });
  expect(recogniseIpaRunConfig('/w/own.yaml', configText())).toMatchObject({ line: 2, column: 1 });
});

it.each([
  ['another name', '/w/video.json', run],
  ['a key that is missing', '/w/a.yaml', run.replace('profiling_series', 'profiled')],
  ['a key that is not at the top', '/w/a.yaml', run.replace('alpha', '  alpha')],
  ['a template', '/w/a.yaml', run.replace('alpha: 2', 'alpha: {{ alpha }}')],
  ['a profiling config', '/w/a.yaml', 'series: 71\npipeline_name: video\nnode_name: yolo\nmodel_variants: []\n'],
  ['a text without an end', '/w/a.yaml', run + ' '.repeat(300_000)],
])('passes over %s', (_, name, text) => expect(recogniseIpaRunConfig(name, text)).toBeNull());
