import { describe, expect, it } from 'vitest';
import { planText } from '../../../../src/cli/text/planText';
import { styleFor } from '../../../../src/cli/text/style';
import { foreseen, planFrom, smallMachine } from '../../../support/plans';

const plain = styleFor(process.stdin as never);

/** Two models, batches that fit, are too near to tell and do not fit, images and counters missing. */
const eventful = () =>
  planFrom(
    {
      models: ['yolov7-tiny', './models/best.onnx'],
      batchSizes: [1, 10, 500, 1000],
      measure: { repeats: { min: 5, max: 12 } },
    },
    {
      name: 'eventful',
      foreseen: {
        ...foreseen([]),
        models: foreseen(['yolov7-tiny', './models/best.onnx']).models.map((model, i) =>
          i === 0
            ? model
            : { ...model, gflops: null, memory: null, unknown: 'the sizes of its tensors are not told by the file' },
        ),
        missing: [
          {
            ...{ kind: 'images', what: 'images ./val2017', where: '/home/someone/experiments/val2017', blocks: true },
            how: 'COCO’s val2017.zip (5,000 images, about 0.8 GB) is at images.cocodataset.org/zips/val2017.zip; unpack it there, or name the .zip itself',
          },
        ],
      },
      missing: [
        {
          kind: 'counters',
          what: 'joules cannot be measured: permission denied',
          where: null,
          how: 'greenbatch doctor says more',
          blocks: false,
        },
      ],
      notes: ['16 threads are asked for, 8 CPUs are there: threads will wait for one another'],
      machine: { ...smallMachine(), availableBytes: 13e9 },
    },
  );

describe('a plan as text', () => {
  it.each([60, 100])('says everything in %i columns', async (width) => {
    const text = planText(eventful(), plain, width);
    await expect(text).toMatchFileSnapshot(`../../../golden/plan-${width}.txt`);
    // A path is not broken.
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(width);
  });

  it('is short where all is well, and has hours where it takes an afternoon', () => {
    const text = planText(planFrom({ models: ['yolov7-tiny'] }), plain, 100);
    expect(text).toContain('It can run as it stands.');
    expect(text).toContain('Expected time, minutes');
    expect(text).not.toMatch(/Missing|Not proven|Notes/);
    const long = planFrom({ measure: { windowSeconds: 600 } });
    expect(planText(long, plain, 100)).toContain('Expected time, hours');
  });

  it('says so where nothing can run', () => {
    const text = planText(planFrom({ batchSizes: [4096] }), plain, 100);
    expect(text).toContain('none: no configuration is expected to run');
    expect(text).toContain('It cannot run as it stands: 1 configuration that would be left out.');
  });
});
